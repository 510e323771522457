//! The JSON Schema of an entry: the effects one by one, and the actions with what stands for a reference.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Entry, EntryHash, Pseudonym, head::LAST};
use crate::{
    gate::{Cookies, Reason},
    vocabulary::{
        Country, DataCategory, PolicyVersion, ProcessorId, Purpose, Source,
        describe::{DATE, LINE_BREAK, Nullable, TIME},
    },
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
        schemars::json_schema!({ "type": "integer", "enum": [1] })
    }
}

/// The instant of a check as a line has it: in UTC, and with no more digits than it needs.
struct EntryInstant;

impl JsonSchema for EntryInstant {
    fn schema_name() -> Cow<'static, str> {
        "EntryInstant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "An instant of RFC 3339 in UTC, with 0, 3, 6 or 9 digits behind the second, as few as say it.",
            "pattern": format!("^{DATE}T{TIME}(\\.([0-9]{{3}}){{0,2}}([1-9][0-9]{{2}}|0[1-9][0-9]|00[1-9]))?Z$"),
            "not": { "pattern": LINE_BREAK },
            "examples": ["2026-01-05T09:00:00Z", "2026-01-05T09:00:00.250Z"],
        })
    }
}

/// What the person's browser signalled (section 5); one of both signals something.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct EntrySignals {
    /// Whether the browser keeps cookies.
    cookies: Cookies,
    /// Global Privacy Control: the header `Sec-GPC: 1` came with the request.
    gpc: bool,
}

/// An entry of the audit trail: what a check decided; `effect` says what.
///
/// It holds no personal data: the person, the events and a legal reference appear as pseudonyms under a key that goes when
/// the person is erased. In the trail it is a line of canonical JSON (RFC 8785). Its hash is checked when it is read, which a
/// schema cannot do.
// None of these is ever made: the reader is `entry.rs`, the writer `written.rs`, and a test compares them.
#[derive(JsonSchema)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    /// It was permitted.
    Permit(Fields<PolicyVersion, NoReasons>),
    /// It was denied.
    Deny(Fields<Nullable<PolicyVersion>, SomeReasons>),
    /// The gate could not say; the data stayed where it was.
    Undecided(Fields<Nullable<PolicyVersion>, NoReasons>),
}

/// What every entry says, whatever was decided.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct Fields<Version, Against> {
    /// The instant of the check, as the host said it.
    #[schemars(with = "EntryInstant")]
    at: (),
    /// The number of this form: 1.
    #[schemars(with = "Format")]
    format: (),
    /// The SHA-256 of this entry's canonical JSON without this field.
    hash: EntryHash,
    /// The name of the version of the policy that was in force. Where it may be null: none was, or nobody could say.
    policy_version: Version,
    /// The hash of the entry before; zeros in the first one.
    previous: EntryHash,
    /// Every reason against it, in alphabetical order; none unless it was denied.
    reasons: Against,
    /// What was asked, without personal data.
    request: EntryRequest,
    /// The pseudonyms of the consent events that the decision rested on; empty when the policy alone decided.
    rests_on: Vec<Pseudonym>,
    /// The entry's place in the trail, from 1.
    #[schemars(range(min = 1, max = LAST))]
    sequence: u64,
    /// The person's pseudonym.
    subject: Pseudonym,
}

/// No reasons.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "a schema is made of it")]
struct NoReasons(#[schemars(length(max = 0))] Vec<Reason>);

/// Reasons, each once.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "a schema is made of it")]
struct SomeReasons(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<Reason>);

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
    #[serde(default)]
    #[schemars(with = "EntrySignals")]
    signals: (),
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
        /// Whether it was to be encrypted.
        encrypted: bool,
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
