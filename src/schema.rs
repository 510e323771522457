//! JSON Schema of the wire, for teams in other languages: each form by its name, and the whole set.
//!
//! What a schema cannot say, and where tools differ, is written down in `docs/schemas.md`; what may change in which
//! release, in `docs/wire-versions.md`.

mod annotations;
mod examples;
mod leaves;
mod normal;
mod render;
mod text;

use std::{collections::BTreeMap, fmt, str::FromStr};

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
    terms,
    vocabulary::UnknownWord,
};

/// The version of the wire, which stands in the `$id` of every schema: `MAJOR.MINOR`.
///
/// A document that was valid stays valid and keeps its meaning as long as the first number stays.
///
/// ```
/// use dynamoi_privacy::schema::{self, Name, WIRE_VERSION};
/// let schema = schema::of(Name::EVENT);
/// assert_eq!(schema["$id"], format!("tag:dynamoi.com,2026:privacy:{WIRE_VERSION}:event"));
/// ```
pub const WIRE_VERSION: &str = "1.0";

/// A form of the wire that has a schema, by its name.
///
/// ```
/// use dynamoi_privacy::schema::Name;
/// assert_eq!("script-line".parse(), Ok(Name::SCRIPT_LINE));
/// assert!("script_line".parse::<Name>().is_err());
/// ```
// No enum: its variants would be called as the types are, and then the compiler writes out the whole path of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u8);

/// Declares the forms: the constant, the name, and the type that describes itself, in one table.
macro_rules! names {
    ($($place:literal $(#[$doc:meta])* $constant:ident = $name:literal as $described:ty,)+) => {
        impl Name {
            $($(#[$doc])* pub const $constant: Self = Self($place);)+

            /// Every form.
            pub const ALL: [Self; NAMES.len()] = [$(Self::$constant),+];

            /// The form's schema as its type has it.
            fn described(self, generator: &mut SchemaGenerator) -> Schema {
                match self.0 {
                    $($place => generator.subschema_for::<$described>(),)+
                    _ => Schema::default(),
                }
            }
        }

        const NAMES: &[&str] = &[$($name),+];
    };
}

names! {
    0 /** A version of the privacy policy. */ POLICY = "policy" as Document,
    1 /** Something that a subject chose or declared. */ EVENT = "event" as Event,
    2 /** A question to the gate. */ REQUEST = "request" as Request,
    3 /** The answer to a request. */ DECISION = "decision" as WrittenDecision,
    4 /** A line of a script. */ SCRIPT_LINE = "script-line" as Line,
    5 /** The answer to a line of a script. */ ANSWER = "answer" as WrittenAnswer,
    6 /** What stands for a subject. */ RECORD = "record" as Statement,
    7 /** A consent receipt. */ RECEIPT = "receipt" as Receipt,
    8 /** Everything that is held of a subject. */ EXPORT = "export" as Export,
    9 /** An entry of the audit trail. */ AUDIT_ENTRY = "audit-entry" as Entry,
    10 /** What an ad network reports (section 1). */ AD_PERFORMANCE_DATA = "ad-performance-data" as AdPerformanceData,
    11 /** Who a user is (section 1). */ USER_DATA = "user-data" as UserData,
    12 /** How somebody pays (section 1). */ PAYMENT_DATA = "payment-data" as PaymentData,
    13 /** How the platform is used (section 1). */ ANALYTICS_DATA = "analytics-data" as AnalyticsData,
    14 /** What a streaming service knows (section 1). */ STREAMING_DATA = "streaming-data" as StreamingData,
}

impl Name {
    /// The name.
    pub fn as_str(self) -> &'static str {
        // INVARIANT: the place comes from the table.
        NAMES.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// The form's name among the definitions, and that of its type in other languages.
    fn definition(self) -> String {
        match self {
            // `Record` is a type of TypeScript's own, which an import would hide.
            Self::RECORD => "ConsentRecord".to_owned(),
            _ => normal::pascal(self.as_str()),
        }
    }
}

impl FromStr for Name {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|name| name.as_str() == text);
        found.ok_or_else(|| UnknownWord::new("a form of the wire", text, NAMES))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
    /// OpenAPI 3.1, in which tagged unions name their tag (`discriminator`), and the words of closed lists what they are
    /// called elsewhere (`x-terms`, as [`terms`] has them).
    OpenApi31,
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

/// The files of the folder `schemas`, by their names: what the example `schemas` writes. With the schemas lie the JSON-LD
/// context of [`terms::context`] and the words of [`terms::vocabulary`].
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
    let linked = [("context.jsonld", terms::context()), ("vocabulary.jsonld", terms::vocabulary())];
    let linked = linked.map(|(name, document)| (name.to_owned(), document));
    alone.chain(together).chain(linked).map(|(name, schema)| (name, text::pretty(&schema))).collect()
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
