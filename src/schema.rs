//! JSON Schema of the wire, for teams in other languages: each form by its name, and the whole set.
//!
//! What a schema cannot say, and where tools differ, is written down in `docs/schemas.md`; what may change in which
//! release, in `docs/wire-versions.md`.

mod examples;
mod leaves;
mod normal;
mod render;
mod text;

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use crate::{
    audit::Entry,
    consent::{Event, Receipt, Statement},
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{Request, WrittenDecision},
    policy::Document,
    rights::Export,
    script::{Line, WrittenAnswer},
    vocabulary::words::words,
};

/// The version of the wire, which stands in the `$id` of every schema: `MAJOR.MINOR`.
///
/// A document that was valid stays valid and keeps its meaning as long as the first number stays.
///
/// ```
/// use dynamoi_privacy::schema::{self, Name, WIRE_VERSION};
/// let schema = schema::of(Name::Event);
/// assert_eq!(schema["$id"], format!("tag:dynamoi.com,2026:privacy:{WIRE_VERSION}:event"));
/// ```
pub const WIRE_VERSION: &str = "1.0";

words! {
    /// A form of the wire that has a schema.
    Name, "a form of the wire" {
        /// A version of the privacy policy.
        Policy = "policy",
        /// Something that a subject chose or declared.
        Event = "event",
        /// A question to the gate.
        Request = "request",
        /// The answer to a request.
        Decision = "decision",
        /// A line of a script.
        ScriptLine = "script-line",
        /// The answer to a line of a script.
        Answer = "answer",
        /// What stands for a subject.
        Record = "record",
        /// A consent receipt.
        Receipt = "receipt",
        /// Everything that is held of a subject.
        Export = "export",
        /// An entry of the audit trail.
        AuditEntry = "audit-entry",
        /// What an ad network reports (section 1).
        AdPerformanceData = "ad-performance-data",
        /// Who a user is (section 1).
        UserData = "user-data",
        /// How somebody pays (section 1).
        PaymentData = "payment-data",
        /// How the platform is used (section 1).
        AnalyticsData = "analytics-data",
        /// What a streaming service knows (section 1).
        StreamingData = "streaming-data",
    }
}

/// A dialect of JSON Schema in which the whole set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// JSON Schema, draft 2020-12, in which each form is also written by itself.
    Draft202012,
    /// JSON Schema, draft 07, for tools that know no later one.
    Draft07,
    /// OpenAPI 3.1, in which tagged unions name their tag (`discriminator`).
    OpenApi31,
}

impl Name {
    /// The form's schema as its type has it.
    fn described(self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Self::Policy => generator.subschema_for::<Document>(),
            Self::Event => generator.subschema_for::<Event>(),
            Self::Request => generator.subschema_for::<Request>(),
            Self::Decision => generator.subschema_for::<WrittenDecision>(),
            Self::ScriptLine => generator.subschema_for::<Line>(),
            Self::Answer => generator.subschema_for::<WrittenAnswer>(),
            Self::Record => generator.subschema_for::<Statement>(),
            Self::Receipt => generator.subschema_for::<Receipt>(),
            Self::Export => generator.subschema_for::<Export>(),
            Self::AuditEntry => generator.subschema_for::<Entry>(),
            Self::AdPerformanceData => generator.subschema_for::<AdPerformanceData>(),
            Self::UserData => generator.subschema_for::<UserData>(),
            Self::PaymentData => generator.subschema_for::<PaymentData>(),
            Self::AnalyticsData => generator.subschema_for::<AnalyticsData>(),
            Self::StreamingData => generator.subschema_for::<StreamingData>(),
        }
    }

    /// The form's name among the definitions, and that of its type in other languages.
    fn definition(self) -> String {
        normal::pascal(self.as_str())
    }
}

/// The schema of a form: JSON Schema, draft 2020-12, complete in itself.
///
/// ```
/// use dynamoi_privacy::schema::{self, Name};
/// let schema = schema::of("decision".parse()?);
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// assert_eq!(schema["oneOf"][0]["$ref"], "#/$defs/PermitDecision");
/// assert_eq!(Name::ALL.len(), schema::all().count());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn of(name: Name) -> Value {
    render::alone(name, &definitions())
}

/// The schemas of all forms, each complete in itself.
///
/// ```
/// for (name, schema) in dynamoi_privacy::schema::all() {
///     assert!(schema["$id"].as_str().unwrap().ends_with(name.as_str()));
/// }
/// ```
pub fn all() -> impl Iterator<Item = (Name, Value)> {
    let definitions = definitions();
    Name::ALL.into_iter().map(move |name| (name, render::alone(name, &definitions)))
}

/// The whole set in one document. Its definitions are all types by name; the document itself describes an object that
/// holds forms, each under its name.
///
/// ```
/// use dynamoi_privacy::schema::{self, Dialect};
/// let bundle = schema::bundle(Dialect::Draft07);
/// assert!(bundle["definitions"]["ConsentGrantedEvent"].is_object());
/// ```
pub fn bundle(dialect: Dialect) -> Value {
    render::together(dialect, definitions())
}

/// The files of the folder `schemas`, by their names: what the example `schemas` writes.
///
/// ```
/// let files = dynamoi_privacy::schema::files();
/// assert!(files.iter().any(|(name, _)| name == "event.schema.json"));
/// ```
pub fn files() -> Vec<(String, String)> {
    let alone = all().map(|(name, schema)| (format!("{name}.schema.json"), schema));
    let together = [
        ("bundle.schema.json", Dialect::Draft202012),
        ("bundle.draft-07.schema.json", Dialect::Draft07),
        ("openapi-3.1.json", Dialect::OpenApi31),
    ];
    let together = together.map(|(name, dialect)| (name.to_owned(), bundle(dialect)));
    alone.chain(together).map(|(name, schema)| (name, text::pretty(&schema))).collect()
}

/// Every type of the wire by its name, in the form that readers and generators of other languages handle.
fn definitions() -> BTreeMap<String, Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    for name in Name::ALL {
        let _ = name.described(&mut generator);
    }
    let described = generator.take_definitions(true);
    let mut definitions = normal::normalised(described);
    examples::add(&mut definitions);
    definitions
}
