//! A decision as JSON has it, read again: what services that are told a decision by another one work with.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::{Decision, Reason, Reasons};
use crate::vocabulary::{
    FormError, PolicyVersion,
    describe::Nullable,
    form::{self, Misfit},
    nullable_policy_version,
    quiet::{Quiet, number, record},
    scalar::scalar,
    words::words,
};

/// A decision that was written as JSON, as it is read again. It is not a permit: nothing can be opened with it.
///
/// ```
/// use dynamoi_privacy::gate::{Reason, WrittenDecision};
/// let json = r#"{"effect":"deny","reasons":["sale_prohibited"],"policy_version":"1.0.0"}"#;
/// let decision = WrittenDecision::from_json(json)?;
/// assert!(decision.reasons().contains(Reason::SaleProhibited));
/// assert_eq!(serde_json::to_string(&decision)?, json);
/// assert!(WrittenDecision::from_json(&json.replace("deny", "permit")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenDecision {
    effect: Effect,
    reasons: Reasons,
    policy_version: Option<PolicyVersion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanations: Option<Vec<WrittenExplanation>>,
}

words! {
    /// What was decided.
    Effect, "an effect" {
        /// Nothing stands against it.
        Permit = "permit",
        /// At least one reason stands against it.
        Deny = "deny",
    }
}

record! {
    /// A reason explained to a person.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[schemars(rename = "Explanation")]
    #[expect(clippy::exhaustive_structs, reason = "the form is the wire's")]
    pub struct WrittenExplanation {
        /// The reason.
        pub reason: Reason,
        /// The section of the policy that it rests on, 1 to 9; null for what no section says.
        #[serde(deserialize_with = "section")]
        #[schemars(schema_with = "section_schema")]
        pub section: Option<u8>,
        /// The reason in a sentence, for people. Its wording may change with any release.
        pub sentence: String,
        /// What would change the answer, for people. Its wording may change with any release.
        pub remedy: String,
    }
}

impl WrittenDecision {
    /// Reads a decision from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// What was decided.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Every reason that applied; none when it was permitted.
    pub fn reasons(&self) -> Reasons {
        self.reasons
    }

    /// The version that was in force, if one was.
    pub fn policy_version(&self) -> Option<&PolicyVersion> {
        self.policy_version.as_ref()
    }

    /// The reasons explained; none where the writer explained none.
    pub fn explanations(&self) -> &[WrittenExplanation] {
        self.explanations.as_deref().unwrap_or_default()
    }
}

impl From<&Decision> for WrittenDecision {
    fn from(decision: &Decision) -> Self {
        let explain = |reason: Reason| WrittenExplanation {
            reason,
            section: reason.section().map(|section| section.number()),
            sentence: reason.sentence().to_owned(),
            remedy: reason.remedy().to_owned(),
        };
        Self {
            effect: if decision.is_permitted() { Effect::Permit } else { Effect::Deny },
            reasons: decision.reasons(),
            policy_version: decision.policy_version().cloned(),
            explanations: (!decision.is_permitted())
                .then(|| decision.reasons().iter().map(explain).collect()),
        }
    }
}

/// The fields as JSON has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Fields {
    effect: Effect,
    #[serde(deserialize_with = "reasons")]
    reasons: Reasons,
    #[serde(deserialize_with = "nullable_policy_version")]
    policy_version: Option<PolicyVersion>,
    explanations: Option<Vec<WrittenExplanation>>,
}

impl<'de> Deserialize<'de> for WrittenDecision {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Fields { effect, reasons, policy_version, explanations } = Fields::deserialize(Quiet(from))?;
        match effect {
            Effect::Permit if !reasons.is_empty() => {
                Err(D::Error::custom("at `reasons`: found some, expected none in `permit`"))
            }
            Effect::Permit if explanations.is_some() => {
                Err(D::Error::custom(Misfit::Stray { field: "explanations", of: "permit" }))
            }
            Effect::Permit if policy_version.is_none() => {
                Err(D::Error::custom("at `policy_version`: found null, expected a version in `permit`"))
            }
            Effect::Deny if reasons.is_empty() => {
                Err(D::Error::custom("at `reasons`: found none, expected at least one in `deny`"))
            }
            _ => Ok(Self { effect, reasons, policy_version, explanations }),
        }
    }
}

/// Each reason once, in any order; they are written in the alphabetical one.
fn reasons<'de, D: Deserializer<'de>>(from: D) -> Result<Reasons, D::Error> {
    let listed = Vec::<Reason>::deserialize(from)?;
    let reasons: Reasons = listed.iter().copied().collect();
    if reasons.len() == listed.len() {
        Ok(reasons)
    } else {
        Err(D::Error::custom("found a reason twice, expected each once"))
    }
}

fn section<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    match scalar(from)? {
        serde_json::Value::Null => Ok(None),
        found => {
            let in_range = |found: u64| u8::try_from(found).ok().filter(|found| (1..=9).contains(found));
            let expected = "a section from 1 to 9, or null";
            number(found, expected, |found| in_range(found.as_u64()?)).map(Some).map_err(D::Error::custom)
        }
    }
}

fn section_schema(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": ["integer", "null"], "minimum": 1, "maximum": 9 })
}

/// The answer to a request; `effect` says what it is.
// Never made: the two effects one by one, for the schema.
#[derive(JsonSchema)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum Form {
    /// Nothing stands against it. It is worth something at its instant alone: ask again when the data moves, and keep no answers.
    Permit {
        /// Empty: nothing stands against it.
        #[schemars(with = "Vec<Reason>", length(max = 0))]
        reasons: (),
        /// The name of the version of the policy that was in force.
        policy_version: PolicyVersion,
    },
    /// At least one reason stands against it.
    Deny {
        /// Every reason that applies, each once. They are written in the alphabetical order of the ids.
        #[schemars(with = "Vec<Reason>", length(min = 1), extend("uniqueItems" = true))]
        reasons: (),
        /// The name of the version of the policy that was in force; null when none was.
        #[schemars(with = "Nullable<PolicyVersion>")]
        policy_version: (),
        /// The reasons explained one by one, in their order. Dynamoi's own gate always writes it; others may not.
        #[serde(default)]
        #[schemars(with = "Vec<WrittenExplanation>")]
        explanations: (),
    },
}

impl JsonSchema for WrittenDecision {
    fn schema_name() -> Cow<'static, str> {
        "Decision".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_that_contradicts_itself_is_refused() {
        let read = |json: &str| WrittenDecision::from_json(json);
        assert!(read(r#"{"effect":"permit","reasons":[],"policy_version":"1.0.0"}"#).is_ok());
        assert!(read(r#"{"effect":"deny","reasons":["no_policy_in_force"],"policy_version":null}"#).is_ok());
        for bad in [
            r#"{"effect":"permit","reasons":["sale_prohibited"],"policy_version":"1.0.0"}"#,
            r#"{"effect":"permit","reasons":[],"policy_version":null}"#,
            r#"{"effect":"permit","reasons":[]}"#,
            r#"{"effect":"permit","reasons":[],"policy_version":"1.0.0","explanations":[]}"#,
            r#"{"effect":"deny","reasons":[],"policy_version":"1.0.0"}"#,
            r#"{"effect":"deny","reasons":["sale_prohibited","sale_prohibited"],"policy_version":"1.0.0"}"#,
            r#"{"effect":"deny","reasons":["sale_prohibited"],"policy_version":""}"#,
            r#"{"effect":"deny","reasons":["sale_prohibited"],"policy_version":"1.0.0","explanations":null}"#,
            r#"{"effect":"deny","reasons":["sold"],"policy_version":"1.0.0"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
