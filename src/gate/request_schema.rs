//! The JSON Schema of a request: the types of actions one by one, each with its own fields and no other's.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Action, Request, Signals, signals::Cookies};
use crate::vocabulary::{Country, DataCategory, ProcessorId, Purpose, Source, SubjectId};

/// What is done with data; `type` says what.
// Neither form is ever made: the readers are `request.rs` and `signals.rs`, and a test compares them.
#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum ActionForm {
    /// Data is collected (section 1).
    Collect {
        /// Who gives it.
        source: Source,
    },
    /// Data is stored (sections 4 and 6).
    Store {
        /// The country in which it is stored (section 6); absent: it is not known, which counts as abroad.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Country")]
        country: Option<Country>,
        /// Whether it is stored encrypted; absent: it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "bool")]
        encrypted: Option<bool>,
    },
    /// Dynamoi uses the data itself (section 2).
    Use {},
    /// Data is shared with a processor (section 3).
    Share {
        /// The recipient.
        processor: ProcessorId,
        /// The country in which the recipient gets it (section 6); absent: it is not known, which counts as abroad.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Country")]
        country: Option<Country>,
    },
    /// Data is disclosed to an authority, because the law compels it (section 3).
    Disclose {
        /// The order or law that compels it. An empty one, or white space alone, is a reason against the disclosure
        /// (`legal_reference_missing`).
        reference: String,
    },
    /// Data is sold, which never happens (section 3): the answer is `sale_prohibited`.
    Sell {},
}

impl JsonSchema for Action {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ActionForm::json_schema(generator)
    }
}

/// A question to the gate: may this subject's data flow so, at this instant?
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct RequestForm {
    /// The person the data is about.
    subject: SubjectId,
    /// The category of the data (section 1).
    category: DataCategory,
    /// What it would serve (section 2).
    purpose: Purpose,
    /// What would be done with it.
    action: Action,
    /// When the data would move. It decides which version of the policy is in force, what has expired, and how old the
    /// person is. Events count whatever their own `at`, also when that is later.
    at: DateTime<Utc>,
    /// The processor that the data was obtained from; absent: none. It matters to sharing alone, because each provider's
    /// data is bound to its own terms (section 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ProcessorId")]
    origin: Option<ProcessorId>,
    /// What the person's browser signals; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Signals")]
    signals: Option<Signals>,
}

impl JsonSchema for Request {
    fn schema_name() -> Cow<'static, str> {
        "Request".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        RequestForm::json_schema(generator)
    }
}

/// What the person's browser signals with a request (section 5).
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct SignalsForm {
    /// Global Privacy Control: the header `Sec-GPC: 1` came with the request. Absent: it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    gpc: Option<bool>,
    /// Whether the browser keeps cookies. Absent: they are taken to be allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Cookies")]
    cookies: Option<Cookies>,
}

impl JsonSchema for Signals {
    fn schema_name() -> Cow<'static, str> {
        "Signals".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        SignalsForm::json_schema(generator)
    }
}
