//! How an event lies in a store: its id and its subject as keys, and the rest of the wire's JSON as its body.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{LedgerError, LedgerErrorKind};
use crate::{consent::Event, vocabulary::SubjectId};

/// The body of an event: the wire's JSON without `id` and `subject`.
pub(super) fn body(event: &Event) -> Result<String, LedgerError> {
    let mut json = serde_json::to_value(event).map_err(|_| not_understood("an event without JSON"))?;
    if let Some(fields) = json.as_object_mut() {
        fields.remove("id");
        fields.remove("subject");
    }
    // One form, whatever features of serde_json the host's other crates turn on: a digest is taken of it.
    json.sort_all_objects();
    Ok(json.to_string())
}

/// The event that lies in a store. A body that this version does not understand is an error: what it says may
/// forbid something.
pub(super) fn event(id: Uuid, subject: SubjectId, body: &str) -> Result<Event, LedgerError> {
    // A body has fields, of which none is one of these two; whatever else it is, this is no event.
    let fields = body.strip_prefix('{').unwrap_or_default();
    let json = format!(r#"{{"id":"{id}","subject":"{}",{fields}"#, subject.uuid());
    serde_json::from_str(&json).map_err(|_| not_understood(&format!("event {id}")))
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
    use crate::vocabulary::Purpose;

    #[test]
    fn what_is_stored_is_read_again_and_holds_no_id() {
        let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00.25Z".parse().unwrap());
        let until = "2027-01-05T09:00:00Z".parse().unwrap();
        for written in [
            Event::grant_until(subject, Purpose::Promotion, "1.0.0", at, until),
            Event::link(subject, SubjectId::random(), at),
            Event::home(subject, "DE".parse().unwrap(), at),
            erasure_of(subject, &Event::erase(SubjectId::random(), at)),
        ] {
            let body = body(&written).unwrap();
            assert!(!body.contains(&written.id.to_string()) && !body.contains(&subject.uuid().to_string()));
            assert_eq!(event(written.id, subject, &body).unwrap(), written);
        }
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"at":"2026-01-05T09:00:00Z","type":"erased","id":"#,
            "}",
            r#"{"at":"2026-01-05T09:00:00Z","type":"frozen"}"#,
        ] {
            assert_eq!(event(Uuid::nil(), subject, bad).unwrap_err().kind(), LedgerErrorKind::NotUnderstood);
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
