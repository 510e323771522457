//! What an erasure leaves: a chain that is whole, and entries that nobody can tell are whose.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::TimeDelta;
use dynamoi_privacy::{
    audit::{
        Entry, JsonLines, Key, KeyFile, Keys, MemoryKeys, MemorySink, Pseudonym, Settings, Sink, StoreError,
        Trail, Verification,
    },
    clock::FakeClock,
    consent::Event,
    data::UserData,
    gate::{Action, Guarded},
    vocabulary::SubjectId,
};
use tempfile::TempDir;

use crate::world::{ask, at, entries, fan, gate, now, trail};

/// Asks in the name of whoever holds everything there is to hold: whether an entry can be tied to a subject, by a key
/// that the keeper gives, by what any other key makes of them, or by their id in any form.
fn tied(subject: SubjectId, others: &[SubjectId], keys: &dyn Keys, entry: &Entry) -> bool {
    let known = [&[subject], others].concat();
    let made = known.iter().filter_map(|whose| keys.known(*whose).unwrap());
    let named = |key: &Key| {
        let event = |pseudonym: &Pseudonym| *pseudonym == key.pseudonym_of_event(subject.uuid());
        entry.subject() == key.pseudonym(subject) || entry.rests_on().iter().any(event)
    };
    let text = serde_json::to_string(entry).unwrap();
    let id = subject.uuid();
    made.into_iter().any(|key| named(&key))
        || text.contains(&id.simple().to_string())
        || text.contains(&id.to_string())
}

fn is_forgotten(trail: &Arc<Trail>, keys: &dyn Keys) {
    let gate = gate(trail);
    let (one, other) = (fan(&gate), fan(&gate));
    for nth in 0..20 {
        assert!(ask(&gate, [one, other][usize::try_from(nth % 2).unwrap()], at(nth)).is_ok());
    }
    let account = Guarded::new(one, UserData::default());
    gate.disclose(account, "order 12".to_owned(), at(20)).unwrap();
    assert_eq!(trail.decisions_of(one).unwrap().len(), 11);
    let head = trail.flush().unwrap();
    let before: Vec<Entry> = entries(trail.read().unwrap());
    assert_eq!(before.iter().filter(|entry| tied(one, &[other], keys, entry)).count(), 11);
    let key = keys.known(one).unwrap().unwrap();
    let Action::Disclose { reference } = &before[20].flow().action else { panic!("it was disclosed") };
    assert_eq!(*reference, key.pseudonym_of_reference("order 12").to_string());

    gate.record(Event::erase(one, now())).unwrap();
    trail.forget(one).unwrap();
    // They are still asked about, for a while; each of these entries stands alone.
    for nth in 21..25 {
        assert!(ask(&gate, one, at(nth)).is_err());
        let account = Guarded::new(one, UserData::default());
        gate.disclose(account, "order 13".to_owned(), at(nth)).unwrap();
    }
    trail.flush().unwrap();
    assert_eq!(trail.decisions_of(one).unwrap(), []);
    assert_eq!(trail.decisions_of(other).unwrap().len(), 10);
    let after: Vec<Entry> = entries(trail.read().unwrap());
    assert_eq!((after.len(), &after[..21]), (29, &before[..]));
    assert!(!after.iter().any(|entry| tied(one, &[other], keys, entry)));
    let late: BTreeSet<_> = after[21..].iter().map(Entry::subject).collect();
    assert_eq!(late.len(), 8, "nobody can tell that they are one person's");
    assert!(before.iter().all(|entry| !late.contains(&entry.subject())));
    Verification::new().through(head).read(trail.read().unwrap()).unwrap();
}

#[test]
fn who_was_forgotten_is_tied_to_no_entry() {
    for settings in [Settings::required(), Settings::queued()] {
        let keys = MemoryKeys::new();
        is_forgotten(&trail(MemorySink::new(), keys.clone(), settings), &keys);
    }
}

/// A keeper that several share.
#[derive(Clone)]
struct Shared(Arc<KeyFile>);

impl Keys for Shared {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        self.0.keys(subjects)
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.known(subject)
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        self.0.forget(subject)
    }
}

#[test]
fn in_files_too_and_over_a_restart() {
    let folder = TempDir::new().unwrap();
    let (lines, path) = (folder.path().join("trail"), folder.path().join("keys"));
    let keys = Shared(Arc::new(KeyFile::open(&path).unwrap()));
    let trail = trail(JsonLines::open(&lines).unwrap(), keys.clone(), Settings::required());
    is_forgotten(&trail, &keys);
    let kept = trail.close().unwrap();
    drop((trail, keys));
    // The bytes of both files hold no key that makes any of the pseudonyms which no one is left to have.
    let bytes = std::fs::read(&path).unwrap();
    let sink = JsonLines::open(&lines).unwrap();
    let left = entries(sink.read().unwrap());
    let subjects: Vec<SubjectId> =
        bytes.chunks(64).map(|record| uuid::Uuid::from_slice(&record[1..17]).unwrap().into()).collect();
    for window in bytes.windows(32) {
        let key = Key::from_bytes(window.try_into().unwrap());
        for subject in &subjects {
            let own = left.iter().filter(|entry| entry.subject() == key.pseudonym(*subject)).count();
            assert!(own == 0 || own == 10, "only the one who is left has entries: {own}");
        }
    }
    Verification::new().through(kept).read(sink.read().unwrap()).unwrap();
}

/// Counts how often it is asked for keys.
#[derive(Clone, Default)]
struct Counting(MemoryKeys, Arc<AtomicU64>);

impl Keys for Counting {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.keys(subjects)
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.known(subject)
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        self.0.forget(subject)
    }
}

/// A ledger erases in a database that keeps the keys, perhaps from another process: the trail is not told.
#[test]
fn keys_that_their_keeper_forgot_are_held_for_a_minute_at_most() {
    let (keys, sink, clock) = (Counting::default(), MemorySink::new(), FakeClock::at(now()));
    let trail = trail(sink.clone(), keys.clone(), Settings::required().clock(clock.clone()));
    let gate = gate(&trail);
    let subject = fan(&gate);
    let pseudonym = |nth: u64| {
        assert!(ask(&gate, subject, at(nth)).is_ok());
        entries(&sink.bytes()[..]).last().unwrap().subject()
    };
    let first = pseudonym(0);
    assert_eq!(pseudonym(1), first);
    assert_eq!(keys.1.load(Ordering::Relaxed), 1, "held");
    keys.forget(subject).unwrap();
    clock.advance(TimeDelta::seconds(60));
    let [second, third] = [pseudonym(2), pseudonym(3)];
    assert!(first != second && second != third && first != third);

    // Once the gate knows of the erasure no key is held, nor asked for.
    let other = fan(&gate);
    assert!(ask(&gate, other, at(4)).is_ok());
    let asked = keys.1.load(Ordering::Relaxed);
    gate.record(Event::erase(other, now())).unwrap();
    assert!(ask(&gate, other, at(5)).is_err());
    assert_eq!(keys.1.load(Ordering::Relaxed), asked);
    let entries = entries(&sink.bytes()[..]);
    assert_ne!(entries[5].subject(), entries[4].subject());
}
