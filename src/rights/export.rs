//! The export: everything that is held of a person, as JSON with its schema.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::{
    audit::Entry,
    consent::{Event, EventKind, Issuer, Receipt, Record, Statement},
    gate::Gate,
    policy::History,
    processors::Removal,
    vocabulary::{SubjectId, instant, quiet::silent},
};

/// What lies elsewhere than in the gate, to be exported.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "an export without one of them would not be everything")]
pub struct Held<'a> {
    /// What the ledger keeps of the person: of the subject, and of the visitors that it is linked to
    /// (`ledger::events_of_person`). Events of anybody else are left out of the export.
    pub events: Vec<Event>,
    /// The entries of the audit trail about the person; none where there is no trail.
    pub decisions: Vec<Entry>,
    /// Who issues receipts.
    pub issuer: &'a Issuer,
}

/// Everything that is held of a subject. It is written as JSON; the schema of the form
/// `export` says how, and [`WrittenExport`](super::WrittenExport) reads it again.
///
/// The events are the subject's and those of the visitors that the subject is linked to, because they are one person;
/// the visitor's own export does not have the account's, because whoever holds a visitor's cookie need not be the one
/// who owns the account. Of an erased subject it holds the instant of the erasure and nothing else. `Debug` shows
/// nothing of it.
///
/// ```
/// use dynamoi_privacy::rights::{Export, Held, issuer};
/// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// let events = vec![
///     Event::accept(subject, "1.0.0", now),
///     Event::grant(subject, Purpose::Promotion, "1.0.0", now),
/// ];
/// for event in &events {
///     gate.record(event.clone())?;
/// }
///
/// let issuer = issuer().notice("https://dynamoi.example/privacy", "en");
/// let held = Held { events, decisions: Vec::new(), issuer: &issuer };
/// let export = Export::of(&gate, subject, held, now);
/// let json = serde_json::to_value(&export)?;
/// assert_eq!((&json["format"], &json["record"]["accepted"][0]), (&1.into(), &"1.0.0".into()));
/// assert_eq!(json["receipts"][0]["pii_processing"]["purposes"][0]["purpose"], "promotion");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct Export(Form);

/// Everything that is held of a subject: the answer to a request for access and for portability (GDPR articles 15 and 20).
#[derive(Clone, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Export")]
enum Form {
    Everything(Box<Everything>),
    Erased(Erased),
}

/// What is held of a subject who was not erased.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "FullExport", deny_unknown_fields)]
struct Everything {
    /// The number of this form: 1.
    #[schemars(with = "Format")]
    format: u32,
    /// When the export was made.
    #[serde(with = "instant::required")]
    #[schemars(with = "DateTime<Utc>")]
    exported_at: DateTime<Utc>,
    /// Whose it is.
    subject: SubjectId,
    /// The events of the subject and of the visitors that it is linked with, by `at`, then by `id`.
    events: Vec<Event>,
    /// What stands for the subject by its own events alone.
    record: Statement,
    /// What the subject is judged on: `record` together with what its visitors chose and declared. Only of an account that
    /// is linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Statement")]
    effective_record: Option<Statement>,
    /// What was decided about the person's data, as the audit trail has it.
    decisions: Vec<Entry>,
    /// A receipt for each purpose about which a choice stands.
    receipts: Vec<Receipt>,
    /// What is owed to the person at the systems, after refusals.
    removals: Vec<Removal>,
}

/// What is left of a subject who was erased.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "ErasedExport", deny_unknown_fields)]
struct Erased {
    /// The number of this form: 1.
    #[schemars(with = "Format")]
    format: u32,
    /// When the export was made.
    #[serde(with = "instant::required")]
    #[schemars(with = "DateTime<Utc>")]
    exported_at: DateTime<Utc>,
    /// Whose it is.
    subject: SubjectId,
    /// When the subject was erased.
    #[serde(with = "instant::required")]
    #[schemars(with = "DateTime<Utc>")]
    erased_at: DateTime<Utc>,
}

/// The number of the form.
struct Format;

impl JsonSchema for Export {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Export".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::json_schema(generator)
    }
}

impl JsonSchema for Format {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Format".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "integer", "enum": [Export::FORMAT] })
    }
}

impl Export {
    /// The number of the form of what is written; it stands first.
    pub const FORMAT: u32 = 1;

    /// The `$id` of the schema: a name, not a place.
    pub const SCHEMA: &'static str = "tag:dynamoi.com,2026:privacy:1.0:export";

    /// Everything that is held of a subject as of an instant: what is handed over here, and what the gate knows.
    pub fn of(gate: &Gate, subject: SubjectId, held: Held<'_>, at: DateTime<Utc>) -> Self {
        let Held { events, decisions, issuer } = held;
        let mut events = of_person(events, subject);
        let history = gate.history();
        let own: Vec<&Event> = events.iter().filter(|event| event.subject == subject).collect();
        let record = folded(&own, history);
        let judged = gate.record_of(subject);
        // Whichever of the two heard of it first: what was erased is not shown any more.
        let erased_at = [record.erased_at(), judged.as_ref().and_then(Record::erased_at)];
        if let Some(erased_at) = erased_at.into_iter().flatten().min() {
            let format = Self::FORMAT;
            return Self(Form::Erased(Erased { format, exported_at: at, subject, erased_at }));
        }
        let is_linked = own.iter().any(|event| matches!(event.kind, EventKind::Linked { .. }));
        let judged = judged.unwrap_or_else(|| record.clone());
        let record = record.statement(history);
        events.sort_by_key(|event| (event.at, event.id));
        Self(Form::Everything(Box::new(Everything {
            format: Self::FORMAT,
            exported_at: at,
            subject,
            events,
            record,
            effective_record: is_linked.then(|| judged.statement(history)),
            decisions,
            receipts: issuer.receipts(history, subject, &judged, at),
            removals: gate.removals(subject),
        })))
    }

    /// Whether the subject was erased.
    pub fn is_erased(&self) -> bool {
        matches!(self.0, Form::Erased(_))
    }
}

/// The events of a subject and of those that it is linked to; no event of anybody else leaves with it.
fn of_person(mut events: Vec<Event>, subject: SubjectId) -> Vec<Event> {
    let mut visitors: HashMap<SubjectId, Vec<SubjectId>> = HashMap::new();
    for event in &events {
        if let EventKind::Linked { visitor } = event.kind {
            visitors.entry(event.subject).or_default().push(visitor);
        }
    }
    let (mut person, mut to_look_at) = (HashSet::from([subject]), vec![subject]);
    while let Some(member) = to_look_at.pop() {
        // Whoever was looked at leads nowhere new, also in a circle.
        let found = visitors.remove(&member).unwrap_or_default();
        to_look_at.extend(found.into_iter().filter(|visitor| person.insert(*visitor)));
    }
    events.retain(|event| person.contains(&event.subject));
    events
}

/// What stands by these events alone.
fn folded(events: &[&Event], history: &History) -> Record {
    let mut record = Record::default();
    for event in events {
        let shown = event.policy_version().and_then(|name| history.announce(name)).map(|number| {
            let from = history.numbered(number).map(|version| version.policy.effective_from());
            (number, from.unwrap_or(DateTime::<Utc>::MIN_UTC))
        });
        record.fold(event, shown);
    }
    record
}

silent! { Export }

impl std::fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}
