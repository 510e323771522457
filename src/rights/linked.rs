//! An export as linked data.

use serde_json::{Map, Value, json};

use super::WrittenExport;
use crate::{
    consent::Receipt,
    terms::{date_time, prefixes},
    vocabulary::instant,
};

impl WrittenExport {
    /// The export in JSON-LD, complete in itself: a `dcat:Dataset` about the person, whose parts are the consent receipts,
    /// each with its `dpv:ConsentRecord` ([`Receipt::to_json_ld`]).
    ///
    /// The guide to rights in DPV (<https://w3id.org/dpv/guides/rights>, section 4) has the copy of a person's data as a
    /// `dcat:Dataset`. Its `dpv:RightExerciseRecord` is what a controller notes of a request and what was done about it, which
    /// no export knows. What DPV has no terms for, and receipts about a purpose that stands on another basis than
    /// consent, are in the plain form alone. Of a person who was erased there is only that.
    ///
    /// ```
    /// use dynamoi_privacy::rights::WrittenExport;
    /// let json = r#"{"format":1,"exported_at":"2026-01-05T09:00:00Z","subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","erased_at":"2026-01-01T00:00:00Z"}"#;
    /// let linked = WrittenExport::from_json(json)?.to_json_ld();
    /// assert_eq!(linked["@type"], "dcat:Dataset");
    /// assert_eq!(linked["dct:description"], "The person was erased at 2026-01-01T00:00:00Z.");
    /// # Ok::<(), dynamoi_privacy::vocabulary::FormError>(())
    /// ```
    pub fn to_json_ld(&self) -> Value {
        let (exported_at, subject) = match self {
            Self::Full(export) => (export.exported_at, export.subject),
            Self::Erased(export) => (export.exported_at, export.subject),
        };
        let mut node = Map::new();
        let mut set = |name: &str, value: Value| {
            node.insert(name.to_owned(), value);
        };
        set("@context", prefixes());
        set("@type", "dcat:Dataset".into());
        set("dct:issued", date_time(&exported_at));
        set(
            "dpv:hasDataSubject",
            json!({
                "@id": format!("uuid:{}", subject.uuid()),
                "@type": "dpv:DataSubject",
                "dct:identifier": subject,
            }),
        );
        match self {
            Self::Full(export) => {
                let receipts = export.receipts.iter().filter_map(Receipt::to_json_ld);
                set("dct:hasPart", receipts.map(without_context).collect());
            }
            Self::Erased(export) => {
                let erased_at = instant::write(&export.erased_at);
                set("dct:description", format!("The person was erased at {erased_at}.").into());
            }
        }
        node.into()
    }
}

/// A document within one that has the same context.
fn without_context(mut document: Value) -> Value {
    if let Some(fields) = document.as_object_mut() {
        fields.remove("@context");
    }
    document
}
