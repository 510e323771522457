//! An answer as JSON has it, read again.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{
    gate::WrittenDecision,
    vocabulary::{
        FormError,
        form::{self, Misfit},
        quiet::Quiet,
        words::words,
    },
};

/// An answer that was written as a JSON line, as it is read again.
///
/// ```
/// use dynamoi_privacy::script::{ErrorCode, WrittenAnswer};
/// let json = r#"{"line":3,"error":"invalid_line","message":"at `.`: found none or several"}"#;
/// let answer = WrittenAnswer::from_json(json)?;
/// assert!(matches!(answer, WrittenAnswer::Refused { line: 3, error: ErrorCode::InvalidLine, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "a line is answered or refused")]
pub enum WrittenAnswer {
    /// A request was decided.
    Decided {
        /// The line's number, from 1.
        line: u64,
        /// The decision.
        decision: WrittenDecision,
    },
    /// The line was refused and changed nothing.
    Refused {
        /// The line's number, from 1.
        line: u64,
        /// The error's id.
        error: ErrorCode,
        /// Where and why, without anybody's data.
        message: String,
    },
}

words! {
    /// Why a line was refused; it changed nothing.
    ErrorCode, "an error's id" {
        /// The line is not valid JSON, or not of the form; the message says where.
        InvalidLine = "invalid_line",
        /// The policy document contradicts itself.
        InvalidPolicy = "invalid_policy",
        /// The history has a version of this name.
        DuplicateVersion = "duplicate_version",
        /// The history has a version that takes effect at this instant.
        DuplicateEffectiveFrom = "duplicate_effective_from",
        /// Another event with this id was recorded before.
        ConflictingEvent = "conflicting_event",
        /// The event names a version of the policy that the history lacks.
        UnknownPolicyVersion = "unknown_policy_version",
        /// The grant expires at or before the instant at which it was given.
        ExpiresBeforeGranted = "expires_before_granted",
        /// No more subjects fit; the answer of a service, and of no script.
        ViewFull = "view_full",
        /// Nobody can say now, and asking again later is worth while; the answer of a service, and of no script.
        Undecided = "undecided",
    }
}

impl WrittenAnswer {
    /// Reads an answer from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }
}

/// The fields of both kinds side by side, so that errors keep their place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Fields {
    line: u64,
    decision: Option<WrittenDecision>,
    error: Option<ErrorCode>,
    message: Option<String>,
}

impl<'de> Deserialize<'de> for WrittenAnswer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Fields { line, decision, error, message } = Fields::deserialize(Quiet(from))?;
        if line == 0 {
            return Err(D::Error::custom("at `line`: found another number, expected one from 1"));
        }
        if let Some(decision) = decision {
            let left = [("error", error.is_some()), ("message", message.is_some())];
            Misfit::stray("an answer with a decision", &left).map_err(D::Error::custom)?;
            return Ok(Self::Decided { line, decision });
        }
        let missing =
            |field| move || D::Error::custom(Misfit::Missing { field, of: "an answer without a decision" });
        let (error, message) = (error.ok_or_else(missing("error"))?, message.ok_or_else(missing("message"))?);
        Ok(Self::Refused { line, error, message })
    }
}

/// The answer to a line of a script. Policies and events that are taken are not answered.
// Neither is made: the kinds one by one, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    Decided(DecidedForm),
    Refused(RefusedForm),
}

/// A request was decided.
#[derive(JsonSchema)]
#[schemars(rename = "DecidedAnswer", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct DecidedForm {
    /// The line's number, from 1.
    #[schemars(range(min = 1))]
    line: u64,
    /// The decision.
    decision: WrittenDecision,
}

/// The line was refused and changed nothing.
#[derive(JsonSchema)]
#[schemars(rename = "RefusedAnswer", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct RefusedForm {
    /// The line's number, from 1.
    #[schemars(range(min = 1))]
    line: u64,
    /// Why.
    error: ErrorCode,
    /// Where and why, for people, without anybody's data. Its wording may change with any release.
    message: String,
}

impl JsonSchema for WrittenAnswer {
    fn schema_name() -> Cow<'static, str> {
        "Answer".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}
