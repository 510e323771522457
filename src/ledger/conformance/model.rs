//! What a ledger must hold, told without any order: from the set of all events that were ever taken.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{
    Kept, samples,
    world::{World, ensure, same},
};
use crate::{
    consent::{Event, EventKind},
    ledger::Ledger,
    vocabulary::SubjectId,
};

/// Every event that was ever taken.
#[derive(Default)]
pub(super) struct Model(pub(super) Vec<Event>);

/// What follows from them: whoever is one person with an erased subject is erased, at the earliest instant of all
/// their erasures, and nothing else is held of them; of everybody else everything is.
#[derive(PartialEq)]
pub(super) struct State {
    pub(super) live: Vec<Event>,
    pub(super) erased: BTreeMap<SubjectId, DateTime<Utc>>,
}

impl Model {
    pub(super) fn take(&mut self, events: &[Event]) {
        for event in events {
            if !self.0.contains(event) {
                self.0.push(event.clone());
            }
        }
    }

    pub(super) fn state(&self) -> State {
        let mut erased = BTreeMap::new();
        for event in self.0.iter().filter(|event| event.kind == samples::ERASED) {
            for member in self.one_person_with(event.subject) {
                let at = erased.entry(member).or_insert(event.at);
                *at = event.at.min(*at);
            }
        }
        let live = self.0.iter().filter(|event| !erased.contains_key(&event.subject)).cloned().collect();
        State { live, erased }
    }

    fn one_person_with(&self, subject: SubjectId) -> BTreeSet<SubjectId> {
        let mut members = BTreeSet::from([subject]);
        loop {
            let before = members.len();
            for event in &self.0 {
                if let EventKind::Linked { visitor } = event.kind
                    && (members.contains(&event.subject) || members.contains(&visitor))
                {
                    members.extend([event.subject, visitor]);
                }
            }
            if members.len() == before {
                return members;
            }
        }
    }

    /// Whether the ledger holds what follows, and nothing else.
    pub(super) async fn matches<L: Ledger + Clone + 'static>(&self, world: &World<L>) -> Kept {
        let expected = self.state();
        expected.matches("the ledger", world.all().await?)?;
        for (subject, at) in &expected.erased {
            let own = world.of(*subject).await?;
            let one = State { live: Vec::new(), erased: BTreeMap::from([(*subject, *at)]) };
            one.matches("what is kept of a subject", own)?;
        }
        Ok(())
    }
}

impl State {
    /// Whether events are what they should be: those of the living, and erasures at their instants.
    pub(super) fn matches(&self, what: &str, events: Vec<Event>) -> Kept {
        let (erasures, live): (Vec<Event>, Vec<Event>) =
            events.into_iter().partition(|event| event.kind == samples::ERASED);
        same(what, live, self.live.clone())?;
        let mut erased = BTreeMap::new();
        for event in erasures {
            let at = erased.entry(event.subject).or_insert(event.at);
            *at = event.at.min(*at);
        }
        for (subject, at) in &self.erased {
            let found = erased
                .remove(subject)
                .ok_or_else(|| format!("{what} has no erasure of an erased subject"))?;
            ensure(found == *at, format!("{what} has an erasure at {found}, expected {at}"))?;
        }
        ensure(erased.is_empty(), format!("{what} has an erasure of a subject that is not erased"))
    }
}
