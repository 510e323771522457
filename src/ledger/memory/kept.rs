//! What the ledger in memory keeps: events by their positions, ids for ever, and who is one person.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::BuildHasher,
    ops::Bound,
};

use uuid::Uuid;

use super::super::{Cursor, LedgerError, LedgerErrorKind, Page, stored::erasure_of};
use crate::{
    consent::{Event, EventKind},
    vocabulary::SubjectId,
};

#[derive(Default)]
pub(super) struct Kept {
    key: foldhash::quality::RandomState,
    /// The meaning of every event that was ever taken, under its id: a keyed digest, all that is left of one that
    /// was removed.
    meanings: HashMap<Uuid, u64>,
    events: BTreeMap<i64, Event>,
    /// The position of the last event that was kept. Whatever removes that event keeps another, so the last that is
    /// there stands at it.
    last: i64,
    positions: HashMap<SubjectId, BTreeSet<i64>>,
    /// Who was linked with whom, in both directions, among those who are not erased.
    links: HashMap<SubjectId, BTreeSet<SubjectId>>,
    /// The person that an erased subject was part of. Each erased subject has one event, the earliest `erased`.
    tombs: HashMap<SubjectId, Person>,
    persons: HashMap<Person, BTreeSet<SubjectId>>,
}

/// Erased subjects that were linked, by the id of the event that erased the first of them.
type Person = Uuid;

/// What is known of an event by its id.
pub(super) enum Known {
    Not,
    Same,
    Another,
}

impl From<bool> for Known {
    fn from(same: bool) -> Self {
        if same { Self::Same } else { Self::Another }
    }
}

impl Kept {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    pub(super) fn knows(&self, event: &Event) -> Known {
        let meaning = self.key.hash_one(event);
        self.meanings.get(&event.id).map_or(Known::Not, |known| (*known == meaning).into())
    }

    pub(super) fn take_id(&mut self, event: &Event) {
        self.meanings.insert(event.id, self.key.hash_one(event));
    }

    /// Adds an event whose id is taken. What comes for an erased subject leaves nothing but that id.
    pub(super) fn add(&mut self, event: &Event) {
        match event.kind {
            EventKind::Erased => {
                let members = self.one_person_with(event.subject);
                let person = self.tombs.get(&event.subject).copied().unwrap_or(event.id);
                self.bury(members, event, person);
            }
            EventKind::Linked { visitor } => self.link(event, visitor),
            _ if self.tombs.contains_key(&event.subject) => {}
            _ => self.keep(event),
        }
    }

    fn link(&mut self, event: &Event, visitor: SubjectId) {
        let sides = [event.subject, visitor];
        // Of two erasures the earlier counts, for both.
        let erased =
            sides.iter().filter_map(|side| self.erasure(*side)).min_by_key(|erased| erased.at).cloned();
        match erased {
            None => {
                self.keep(event);
                self.links.entry(event.subject).or_default().insert(visitor);
                self.links.entry(visitor).or_default().insert(event.subject);
            }
            Some(erased) => {
                let members = sides.iter().flat_map(|side| self.one_person_with(*side)).collect();
                let person = self.tombs.get(&erased.subject).copied().unwrap_or(erased.id);
                self.bury(members, &erased, person);
            }
        }
    }

    /// All that are one person with a subject, and the subject itself.
    fn one_person_with(&self, subject: SubjectId) -> BTreeSet<SubjectId> {
        if let Some(person) = self.tombs.get(&subject) {
            return self.persons.get(person).cloned().unwrap_or_default();
        }
        let mut members = BTreeSet::from([subject]);
        let mut to_visit = vec![subject];
        while let Some(member) = to_visit.pop() {
            let linked = self.links.get(&member).into_iter().flatten().copied();
            to_visit.extend(linked.filter(|linked| members.insert(*linked)));
        }
        members
    }

    /// Erases all that are one person, because one of them was erased.
    fn bury(&mut self, members: BTreeSet<SubjectId>, because: &Event, person: Person) {
        for member in members {
            if self.erasure(member).is_none_or(|standing| because.at < standing.at) {
                for position in self.positions.remove(&member).unwrap_or_default() {
                    self.events.remove(&position);
                }
                self.links.remove(&member);
                let owed =
                    if member == because.subject { because.clone() } else { self.owed(member, because) };
                self.take_id(&owed);
                self.keep(&owed);
            }
            if let Some(before) = self.tombs.insert(member, person)
                && before != person
            {
                self.persons.remove(&before);
            }
            self.persons.entry(person).or_default().insert(member);
        }
    }

    /// The erasure that a subject owes to another's, under an id that nobody has taken.
    fn owed(&self, member: SubjectId, because: &Event) -> Event {
        let mut owed = erasure_of(member, because);
        while self.meanings.contains_key(&owed.id) {
            owed = erasure_of(member, &owed);
        }
        owed
    }

    /// The event that erased a subject.
    fn erasure(&self, subject: SubjectId) -> Option<&Event> {
        self.tombs.get(&subject)?;
        self.of(subject).next()
    }

    /// Puts an event behind all others that ever were.
    fn keep(&mut self, event: &Event) {
        self.last = self.last.saturating_add(1);
        self.events.insert(self.last, event.clone());
        self.positions.entry(event.subject).or_default().insert(self.last);
    }

    fn of(&self, subject: SubjectId) -> impl Iterator<Item = &Event> {
        let positions = self.positions.get(&subject).into_iter().flatten();
        positions.filter_map(|position| self.events.get(position))
    }

    pub(super) fn events_of(&self, subject: SubjectId) -> Vec<Event> {
        self.of(subject).cloned().collect()
    }

    pub(super) fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        let from = after.position(0).max(0);
        if from > self.last {
            return Err(beyond_the_end());
        }
        let next = self.events.range((Bound::Excluded(from), Bound::Unbounded)).take(limit);
        let (positions, events): (Vec<i64>, Vec<Event>) =
            next.map(|(position, event)| (*position, event.clone())).unzip();
        let mut cursor = after.clone();
        let read = positions.last().copied().unwrap_or(from);
        cursor.set(0, read);
        Ok(Page::new(events, cursor, self.last.abs_diff(read)))
    }
}

/// A cursor of another ledger, or of one that lost events: whoever reads on from there would miss some.
fn beyond_the_end() -> LedgerError {
    LedgerError::new(LedgerErrorKind::NotUnderstood, "a cursor beyond the end of this ledger".to_owned())
}
