//! The JSON Schema of an entry: the effects one by one, and the actions with what stands for a reference.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Entry, EntryHash, Pseudonym, head::LAST};
use crate::{
    gate::{Reason, Signals},
    vocabulary::{Country, DataCategory, PolicyVersion, ProcessorId, Purpose, Source, describe::Nullable},
};

/// The format of entries.
struct Format;

impl JsonSchema for Format {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Format".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": 1 })
    }
}

/// An entry of the audit trail: what a check decided; `effect` says what.
///
/// It holds no personal data: the person, the events and a legal reference appear as pseudonyms under a key that goes when
/// the person is erased. In the trail it is a line of canonical JSON (RFC 8785). Its hash is checked when it is read, which a
/// schema cannot do.
// None of these is ever made: the reader is `entry.rs`, the writer `written.rs`, and a test compares them.
#[derive(JsonSchema)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    /// It was permitted.
    Permit {
        /// The instant of the check, as the host said it.
        at: DateTime<Utc>,
        /// The number of this form: 1.
        #[schemars(with = "Format")]
        format: (),
        /// The SHA-256 of this entry's canonical JSON without this field.
        hash: EntryHash,
        /// The name of the version of the policy that was in force.
        policy_version: PolicyVersion,
        /// The hash of the entry before; zeros in the first one.
        previous: EntryHash,
        /// Empty: nothing stood against it.
        #[schemars(with = "Vec<Reason>", length(max = 0))]
        reasons: (),
        /// What was asked, without personal data.
        request: EntryRequest,
        /// The pseudonyms of the consent events that the decision rested on; empty when the policy alone decided.
        rests_on: Vec<Pseudonym>,
        /// The entry's place in the trail, from 1.
        #[schemars(range(min = 1, max = LAST))]
        sequence: u64,
        /// The person's pseudonym.
        subject: Pseudonym,
    },
    /// It was denied.
    Deny {
        /// The instant of the check, as the host said it.
        at: DateTime<Utc>,
        /// The number of this form: 1.
        #[schemars(with = "Format")]
        format: (),
        /// The SHA-256 of this entry's canonical JSON without this field.
        hash: EntryHash,
        /// The name of the version of the policy that was in force; null when none was.
        #[schemars(with = "Nullable<PolicyVersion>")]
        policy_version: (),
        /// The hash of the entry before; zeros in the first one.
        previous: EntryHash,
        /// Every reason against it, in alphabetical order.
        #[schemars(with = "Vec<Reason>", length(min = 1), extend("uniqueItems" = true))]
        reasons: (),
        /// What was asked, without personal data.
        request: EntryRequest,
        /// The pseudonyms of the consent events that the decision rested on; empty when the policy alone decided.
        rests_on: Vec<Pseudonym>,
        /// The entry's place in the trail, from 1.
        #[schemars(range(min = 1, max = LAST))]
        sequence: u64,
        /// The person's pseudonym.
        subject: Pseudonym,
    },
    /// The gate could not say; the data stayed where it was.
    Undecided {
        /// The instant of the check, as the host said it.
        at: DateTime<Utc>,
        /// The number of this form: 1.
        #[schemars(with = "Format")]
        format: (),
        /// The SHA-256 of this entry's canonical JSON without this field.
        hash: EntryHash,
        /// The name of the version of the policy that was in force; null when none was, or nobody could say.
        #[schemars(with = "Nullable<PolicyVersion>")]
        policy_version: (),
        /// The hash of the entry before; zeros in the first one.
        previous: EntryHash,
        /// Empty: nobody could say.
        #[schemars(with = "Vec<Reason>", length(max = 0))]
        reasons: (),
        /// What was asked, without personal data.
        request: EntryRequest,
        /// The pseudonyms of the consent events that the decision rested on; empty when the policy alone decided.
        rests_on: Vec<Pseudonym>,
        /// The entry's place in the trail, from 1.
        #[schemars(range(min = 1, max = LAST))]
        sequence: u64,
        /// The person's pseudonym.
        subject: Pseudonym,
    },
}

/// What was asked, as the trail keeps it: without the person and the instant, which the entry has.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct EntryRequest {
    /// What would have been done with the data.
    action: EntryAction,
    /// The category of the data (section 1).
    category: DataCategory,
    /// The processor that the data was obtained from; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ProcessorId")]
    origin: Option<ProcessorId>,
    /// What it would have served (section 2).
    purpose: Purpose,
    /// What the person's browser signalled; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Signals")]
    signals: Option<Signals>,
}

/// What would have been done with data, as the trail keeps it; `type` says what.
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum EntryAction {
    /// Data was to be collected (section 1).
    Collect {
        /// Who was to give it.
        source: Source,
    },
    /// Data was to be stored (sections 4 and 6).
    Store {
        /// The country in which it was to be stored (section 6); absent: it was not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Country")]
        country: Option<Country>,
        /// Whether it was to be encrypted; absent: it was not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "bool")]
        encrypted: Option<bool>,
    },
    /// Dynamoi was to use the data itself (section 2).
    Use {},
    /// Data was to be shared with a processor (section 3).
    Share {
        /// The recipient.
        processor: ProcessorId,
        /// The country in which the recipient was to get it (section 6); absent: it was not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Country")]
        country: Option<Country>,
    },
    /// Data was to be disclosed to an authority (section 3).
    Disclose {
        /// The pseudonym of the order or law that it referred to.
        reference: Pseudonym,
    },
    /// Data was to be sold, which never happens (section 3).
    Sell {},
}

impl JsonSchema for Entry {
    fn schema_name() -> Cow<'static, str> {
        "AuditEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}
