//! An export as JSON has it, read again: what whoever receives a person's data works with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser::SerializeSeq};

use super::Export;
use crate::{
    audit::Entry,
    consent::{Event, Receipt, Statement},
    policy::Evidence,
    processors::{Method, NoDeletion, RemovalCause},
    vocabulary::{
        DataCategory, FormError, ProcessorId, Purpose, SubjectId,
        form::{self, Misfit},
        instant,
        quiet::{Quiet, number, record, silent},
        text::parse,
    },
};

/// An [`Export`] that was written as JSON, as it is read again. `Debug` shows nothing of it.
///
/// ```
/// use dynamoi_privacy::rights::WrittenExport;
/// let json = r#"{"format":1,"exported_at":"2026-01-05T09:00:00Z","subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","erased_at":"2026-01-01T00:00:00Z"}"#;
/// let export = WrittenExport::from_json(json)?;
/// assert!(matches!(export, WrittenExport::Erased { .. }));
/// assert_eq!(serde_json::to_string(&export)?, json);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "the form is a wire's")]
pub enum WrittenExport {
    /// What is held of a subject.
    Full(Box<FullExport>),
    /// What is left of a subject who was erased.
    Erased(ErasedExport),
}

record! {
    /// What is held of a subject who was not erased.
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct FullExport {
        /// The number of the form, [`Export::FORMAT`].
        #[serde(deserialize_with = "format")]
        pub format: u32,
        /// When the export was made.
        #[serde(with = "instant::required")]
        pub exported_at: DateTime<Utc>,
        /// Whose it is.
        pub subject: SubjectId,
        /// What the subject, and the visitors that it is linked to, chose and declared.
        pub events: Vec<Event>,
        /// What stands for the subject by its own events.
        pub record: Statement,
        /// What the subject is judged on; only of a subject that is linked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub effective_record: Option<Statement>,
        /// What was decided about the person's data.
        pub decisions: Vec<Entry>,
        /// A receipt for each purpose about which a choice stands.
        pub receipts: Vec<Receipt>,
        /// What is owed to the person at the systems.
        pub removals: Vec<WrittenRemoval>,
    }
}

record! {
    /// What is left of a subject who was erased.
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct ErasedExport {
        /// The number of the form, [`Export::FORMAT`].
        #[serde(deserialize_with = "format")]
        pub format: u32,
        /// When the export was made.
        #[serde(with = "instant::required")]
        pub exported_at: DateTime<Utc>,
        /// Whose it is.
        pub subject: SubjectId,
        /// When the subject was erased.
        #[serde(with = "instant::required")]
        pub erased_at: DateTime<Utc>,
    }
}

record! {
    /// What is owed to a subject at one processor, see [`Removal`](crate::processors::Removal).
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct WrittenRemoval {
        /// The processor.
        pub processor: ProcessorId,
        /// What it follows from.
        pub cause: RemovalCause,
        /// When that was.
        #[serde(with = "instant::required")]
        pub since: DateTime<Utc>,
        /// What may have been sent to the processor and is to be deleted there.
        pub sent: Vec<WrittenSent>,
        /// What may have been obtained from the processor and is to be deleted here.
        pub obtained: Vec<DataCategory>,
        /// By when what was obtained has to be gone, where the processor's terms say so.
        #[serde(default, with = "instant::optional", skip_serializing_if = "Option::is_none")]
        pub delete_obtained_by: Option<DateTime<Utc>>,
        /// How the processor deletes.
        pub deletion: WrittenDeletion,
    }
}

record! {
    /// A category that may have been sent, and for what.
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct WrittenSent {
        /// What it was sent for.
        pub purpose: Purpose,
        /// What was sent.
        pub category: DataCategory,
    }
}

/// The requests by which a system deletes, or why there are none.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the form is a wire's")]
pub enum WrittenDeletion {
    /// Why there are none.
    Unavailable(NoDeletion),
    /// The requests.
    Requests(Vec<WrittenRequest>),
}

record! {
    /// One request by which a system deletes something of a person.
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct WrittenRequest {
        /// What it deletes, and what not.
        pub deletes: String,
        /// The method.
        #[serde(deserialize_with = "method")]
        pub method: Method,
        /// The address, with `<name>` where a value belongs.
        pub url: String,
        /// The body, with `<name>` where a value belongs, if it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub body: Option<String>,
        /// The values that belong where `<name>` stands.
        pub wants: Vec<WrittenWanted>,
        /// How well the request is documented.
        pub evidence: Evidence,
        /// Where it is documented.
        pub source: String,
    }
}

record! {
    /// A value that a request wants.
    #[derive(Clone, PartialEq, Eq)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct WrittenWanted {
        /// The name that stands in the request between `<` and `>`.
        pub name: String,
        /// What it is.
        pub what: String,
    }
}

impl WrittenExport {
    /// Reads an export from JSON.
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
    #[serde(deserialize_with = "format")]
    format: u32,
    #[serde(with = "instant::required")]
    exported_at: DateTime<Utc>,
    subject: SubjectId,
    #[serde(default, with = "instant::optional")]
    erased_at: Option<DateTime<Utc>>,
    events: Option<Vec<Event>>,
    record: Option<Statement>,
    effective_record: Option<Statement>,
    decisions: Option<Vec<Entry>>,
    receipts: Option<Vec<Receipt>>,
    removals: Option<Vec<WrittenRemoval>>,
}

impl<'de> Deserialize<'de> for WrittenExport {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(Quiet(from))?;
        let Fields { format, exported_at, subject, effective_record, .. } = fields;
        let Fields { erased_at, events, record, decisions, receipts, removals, .. } = fields;
        if let Some(erased_at) = erased_at {
            let held = [
                ("events", events.is_some()),
                ("record", record.is_some()),
                ("effective_record", effective_record.is_some()),
                ("decisions", decisions.is_some()),
                ("receipts", receipts.is_some()),
                ("removals", removals.is_some()),
            ];
            Misfit::stray("an export of an erased subject", &held).map_err(D::Error::custom)?;
            return Ok(Self::Erased(ErasedExport { format, exported_at, subject, erased_at }));
        }
        let missing = |field| move || D::Error::custom(Misfit::Missing { field, of: "an export" });
        Ok(Self::Full(Box::new(FullExport {
            format,
            exported_at,
            subject,
            events: events.ok_or_else(missing("events"))?,
            record: record.ok_or_else(missing("record"))?,
            effective_record,
            decisions: decisions.ok_or_else(missing("decisions"))?,
            receipts: receipts.ok_or_else(missing("receipts"))?,
            removals: removals.ok_or_else(missing("removals"))?,
        })))
    }
}

impl Serialize for WrittenDeletion {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unavailable(why) => why.serialize(to),
            Self::Requests(requests) => {
                let mut list = to.serialize_seq(Some(requests.len()))?;
                requests.iter().try_for_each(|request| list.serialize_element(request))?;
                list.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for WrittenDeletion {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> serde::de::Visitor<'de> for Either {
            type Value = WrittenDeletion;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of requests, or why there are none")
            }

            fn visit_str<E: Error>(self, why: &str) -> Result<WrittenDeletion, E> {
                why.parse().map(WrittenDeletion::Unavailable).map_err(E::custom)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, items: A) -> Result<WrittenDeletion, A::Error> {
                Vec::deserialize(serde::de::value::SeqAccessDeserializer::new(items))
                    .map(WrittenDeletion::Requests)
            }
        }

        Quiet(from).deserialize_any(Either)
    }
}

fn format<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    number(from, "the number of the form, 1", |found| {
        (found.as_u64() == Some(u64::from(Export::FORMAT))).then_some(Export::FORMAT)
    })
}

fn method<'de, D: Deserializer<'de>>(from: D) -> Result<Method, D::Error> {
    parse::<D, Method>(from, "DELETE or POST")
}

silent! { WrittenExport FullExport ErasedExport WrittenRemoval WrittenSent WrittenDeletion WrittenRequest WrittenWanted }
