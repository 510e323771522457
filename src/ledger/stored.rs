//! How an event lies in a store: its id and its subject as keys, and the rest of the wire's JSON as its body.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{LedgerError, LedgerErrorKind};
use crate::{
    consent::{Event, StoredBody},
    vocabulary::SubjectId,
};

/// The body of an event: the wire's JSON without `id` and `subject`, in one form whatever features of `serde_json` the
/// host's other crates turn on: a digest is taken of it.
pub(super) fn body(event: &Event) -> Result<String, LedgerError> {
    serde_json::to_string(&StoredBody(event)).map_err(|_| not_understood("an event without JSON"))
}

/// The event that lies in a store. A body that this version does not understand is an error: what it says may
/// forbid something.
pub(super) fn event(id: Uuid, subject: SubjectId, body: &str) -> Result<Event, LedgerError> {
    Event::from_stored(id, subject, body).map_err(|_| not_understood(&format!("event {id}")))
}

/// What an event whose subject was erased is known by: enough to know it again, and with a key that only the store
/// has, so that nobody learns from it elsewhere.
pub(super) fn digest(key: &[u8; 16], event: &Event) -> Result<[u8; 16], LedgerError> {
    Ok(digest_of(key, event.id, event.subject.uuid(), &body(event)?))
}

/// The same of what lies in a store, also of an event that this version does not understand.
pub(super) fn digest_of(key: &[u8; 16], id: Uuid, subject: Uuid, body: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update(id.as_bytes());
    hash.update(subject.as_bytes());
    hash.update(body);
    first_half(&hash.finalize())
}

/// The erasure that a subject owes to another's, because both are one person: the same instant, and an id that
/// follows from both, so that whoever derives it derives the same.
pub(super) fn erasure_of(subject: SubjectId, because: &Event) -> Event {
    let mut hash = Sha256::new();
    hash.update(b"erased because of");
    hash.update(because.id.as_bytes());
    hash.update(subject.uuid().as_bytes());
    let id = uuid::Builder::from_custom_bytes(first_half(&hash.finalize())).into_uuid();
    Event { id, ..Event::erase(subject, because.at) }
}

fn first_half(digest: &[u8]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}

fn not_understood(what: &str) -> LedgerError {
    LedgerError::new(LedgerErrorKind::NotUnderstood, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::Scope,
        vocabulary::{DataCategory, ProcessorId, Purpose},
    };

    /// One of each shape.
    fn samples() -> Vec<Event> {
        let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00.25Z".parse().unwrap());
        let until = "2027-01-05T09:00:00.000000001Z".parse().unwrap();
        let streaming = Scope::from(Purpose::Promotion).category(DataCategory::Streaming);
        vec![
            Event::accept(subject, "1.0.0", at),
            Event::continue_using(subject, "a \"name\" \\ with ü and \u{7}", at),
            Event::grant(subject, streaming.clone(), "1.0.0", at),
            Event::grant_until(subject, Purpose::Promotion, "1.0.0", at, until),
            Event::deny(subject, streaming.processor(ProcessorId::FEATURE_FM), at),
            Event::withdraw(subject, Scope::from(Purpose::Billing).processor(ProcessorId::STRIPE), at),
            Event::of_age(subject, at),
            Event::minor_until(subject, "2030-02-28".parse().unwrap(), at),
            Event::home(subject, "DE".parse().unwrap(), at),
            Event::link(subject, SubjectId::random(), at),
            Event::erase(subject, "9999-12-31T23:59:59-23:59".parse().unwrap()),
            erasure_of(subject, &Event::erase(SubjectId::random(), at)),
        ]
    }

    #[test]
    fn what_is_stored_is_read_again_and_holds_no_id() {
        for written in samples() {
            let body = body(&written).unwrap();
            assert!(!body.contains(&written.id.to_string()));
            assert!(!body.contains(&written.subject.uuid().to_string()));
            assert_eq!(event(written.id, written.subject, &body).unwrap(), written);
        }
    }

    #[test]
    fn a_body_is_the_wire_without_the_ids_and_sorted() {
        for written in samples() {
            let mut json = serde_json::to_value(&written).unwrap();
            let fields = json.as_object_mut().unwrap();
            fields.remove("id").unwrap();
            fields.remove("subject").unwrap();
            json.sort_all_objects();
            assert_eq!(body(&written).unwrap(), json.to_string());
        }
    }

    #[test]
    fn what_is_half_understood_is_not_read() {
        let at = r#""at":"2026-01-05T09:00:00Z""#;
        let good = format!(r#"{{{at},"type":"erased"}}"#);
        assert!(event(Uuid::nil(), SubjectId::random(), &good).is_ok());
        for bad in [
            "",
            "{}",
            "[]",
            "}",
            "null",
            r#"["2026-01-05T09:00:00Z","erased"]"#,
            r#"{"at":"2026-01-05T09:00:00Z","type":"erased","id":"#,
            &format!(r#"{{{at},"type":"frozen"}}"#),
            &format!(r#"{{{at},{at},"type":"erased"}}"#),
            &format!(r#"{{{at},"type":"erased","country":"DE"}}"#),
            &format!(r#"{{{at},"type":"erased","country":null}}"#),
            &format!(r#"{{{at},"type":"erased","more":1}}"#),
            &format!(r#"{{{at},"type":"erased","id":"{}"}}"#, Uuid::nil()),
            &format!(r#"{{{at},"type":"consent_denied","scope":["promotion"]}}"#),
            &format!(r#"{{{at},"type":"consent_denied","scope":{{"purpose":"promotion","category":null}}}}"#),
            &format!("{good} {good}"),
            &good.replace('T', " "),
        ] {
            let error = event(Uuid::nil(), SubjectId::random(), bad).unwrap_err();
            assert_eq!(error.kind(), LedgerErrorKind::NotUnderstood, "{bad}");
        }
    }

    #[test]
    fn an_erasure_that_is_owed_is_always_the_same_one() {
        let because = Event::erase(SubjectId::random(), "2026-01-05T09:00:00Z".parse().unwrap());
        let (one, other) = (SubjectId::random(), SubjectId::random());
        assert_eq!(erasure_of(one, &because), erasure_of(one, &because));
        assert_ne!(erasure_of(one, &because).id, erasure_of(other, &because).id);
        assert_eq!(erasure_of(one, &because).at, because.at);
    }
}
