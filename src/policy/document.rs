//! The policy document: a version of the policy as people write it, read strictly.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

use super::SourceKind;
use crate::vocabulary::{
    DataCategory, FormError, LegalBasis, PolicyVersion, ProcessorKind, Purpose, describe, form, instant,
    policy_version_of_1_to_64,
    quiet::{number, record},
    text::parse,
    words::words,
};

record! {
    /// A version of the policy as data.
    ///
    /// It is what people write: it may contradict itself. What is obeyed is the [`Policy`](super::Policy) that
    /// is compiled from it when it is added to a [`History`](super::History). Unknown fields and unknown words
    /// are errors, because a policy that is half understood must never widen what is permitted.
    ///
    /// ```
    /// use dynamoi_privacy::policy::Document;
    /// let document = Document::dynamoi();
    /// assert_eq!(document.version.as_str(), "1.0.0");
    ///
    /// let json = serde_json::to_string(&document)?;
    /// assert_eq!(Document::from_json(&json)?, document);
    ///
    /// let misspelt = json.replace("unknown_age", "unknown_ages");
    /// let error = Document::from_json(&misspelt).unwrap_err();
    /// assert!(error.to_string().contains("found an unknown field, `unknown_ages`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[schemars(rename = "Policy", description = "A version of the privacy policy as data.\n\nA document of this form may \
        still contradict itself: a processor registered twice, a purpose that is missing, a row that could never take \
        effect. It is then refused, `invalid_policy`, when it is added; a schema cannot see that. Unknown fields and \
        unknown words are errors, because a policy that is half understood must never widen what is permitted.")]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's; a new field is a new wire")]
    pub struct Document {
        /// The version's name: 1 to 64 characters, unlike every other version's.
        #[serde(deserialize_with = "policy_version_of_1_to_64")]
        pub version: PolicyVersion,
        /// The instant from which the version is in force; versions are ordered by it.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub effective_from: DateTime<Utc>,
        /// Whose policy it is: the controller (GDPR article 4(7)).
        pub organisation: String,
        /// Where to ask about privacy, such as an e-mail address (section 9).
        pub contact: String,
        /// The age in years below which nobody is served (section 7), 0 to 150. It informs; what is obeyed is the
        /// date that an `age_declared` event gives.
        #[serde(deserialize_with = "age")]
        #[schemars(range(min = 0, max = 150))]
        pub minimum_age: u8,
        /// What holds for a subject who never declared an age.
        pub unknown_age: UnknownAge,
        /// Every system that data may come from or go to; any other is refused.
        pub processors: Vec<ProcessorEntry>,
        /// Each of the seven purposes once, with its legal basis.
        pub purposes: Vec<PurposeEntry>,
        /// What is collected and from where (section 1); what no row has is not permitted.
        pub collection: Vec<CollectionEntry>,
        /// Which categories serve which purpose (section 2); a pair that no row has is not permitted.
        pub uses: Vec<UseEntry>,
        /// Which kinds may get which categories for which purpose (section 3); what no row has is not permitted.
        pub sharing: Vec<SharingEntry>,
        /// How data is stored (sections 4 and 6).
        pub storage: Storage,
    }
}

record! {
    /// A processor that a version registers.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct ProcessorEntry {
        /// Its id. The word `subject` is of the form and refused as a contradiction (`invalid_policy`).
        #[serde(deserialize_with = "registered_id")]
        #[schemars(schema_with = "registered_id_schema")]
        pub id: String,
        /// What it does. The rules name kinds, and no single processors.
        pub kind: ProcessorKind,
        /// Its name for people.
        pub name: String,
        /// What protects data that is transferred to it abroad (section 6); none when null.
        #[serde(deserialize_with = "crate::vocabulary::quiet::nullable")]
        #[schemars(with = "describe::Nullable<Safeguard>")]
        pub safeguard: Option<Safeguard>,
        /// The kinds with which data obtained from it may not be shared, whoever consents (section 3); absent: none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub no_onward_to: Vec<ProcessorKind>,
    }
}

record! {
    /// A purpose and what it stands on.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct PurposeEntry {
        /// The purpose.
        pub id: Purpose,
        /// Its legal basis.
        pub basis: LegalBasis,
        /// The section of the policy that names it, 1 to 9; it informs.
        #[serde(deserialize_with = "section")]
        #[schemars(range(min = 1, max = 9))]
        pub section: u8,
    }
}

record! {
    /// A category and where it is collected from (section 1).
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct CollectionEntry {
        /// The category.
        pub category: DataCategory,
        /// Its sources: kinds of processors, or the subject.
        pub sources: Vec<SourceKind>,
    }
}

record! {
    /// A purpose and the categories that serve it (section 2).
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct UseEntry {
        /// The purpose.
        pub purpose: Purpose,
        /// The categories.
        pub categories: Vec<DataCategory>,
    }
}

record! {
    /// A purpose and who may get what for it (section 3).
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct SharingEntry {
        /// The purpose.
        pub purpose: Purpose,
        /// The kinds of processors that may get the categories.
        pub recipients: Vec<ProcessorKind>,
        /// The categories.
        pub categories: Vec<DataCategory>,
    }
}

record! {
    /// How data is stored.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is the wire's")]
    pub struct Storage {
        /// The categories that are stored encrypted or not at all (section 4).
        pub encrypted: Vec<DataCategory>,
        /// What protects data that is stored abroad (section 6); none when null.
        #[serde(deserialize_with = "crate::vocabulary::quiet::nullable")]
        #[schemars(with = "describe::Nullable<Safeguard>")]
        pub safeguard: Option<Safeguard>,
    }
}

words! {
    /// What holds for a subject who never declared an age (section 7).
    UnknownAge, "what to do at an unknown age" {
        /// Such a subject is taken to be of age.
        Allow = "allow",
        /// Such a subject is refused until an age is declared.
        Deny = "deny",
    }
}

words! {
    /// What protects data that is transferred abroad (section 6; GDPR article 46).
    Safeguard, "a safeguard" {
        /// A contract with the recipient, such as the standard contractual clauses.
        Contractual = "contractual",
    }
}

impl Document {
    /// Reads a document from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// Dynamoi's own policy, version 1.0.0, in force since 2025-01-01.
    #[expect(clippy::expect_used, reason = "the document is a constant, and a test reads it")]
    pub fn dynamoi() -> Self {
        Self::from_json(include_str!("dynamoi-1.0.0.json")).expect("the built-in document is well-formed")
    }
}

fn registered_id_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "description": "Its id: a lower-case letter, then at most 63 lower-case letters, digits or `_`. No two processors of \
            a version have one id, and none is called `subject`.",
        "pattern": describe::PROCESSOR_OR_SUBJECT,
        "not": { "pattern": describe::LINE_BREAK },
    })
}

/// An id, or the word `subject`, which compiling refuses with the place.
fn registered_id<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let source: crate::vocabulary::Source = parse(from, "a processor id")?;
    Ok(source.as_str().to_owned())
}

fn age<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    bounded(from, 0..=150, "an age in years from 0 to 150")
}

fn section<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    bounded(from, 1..=9, "a section from 1 to 9")
}

fn bounded<'de, D: serde::Deserializer<'de>>(
    from: D,
    range: std::ops::RangeInclusive<u8>,
    expected: &'static str,
) -> Result<u8, D::Error> {
    number(from, expected, |number| {
        number.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|number| range.contains(number))
    })
}
