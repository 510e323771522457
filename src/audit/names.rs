//! Names: the pseudonyms of those whose decisions are written, and for how long they are held.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Key, Keys, Pseudonym, StoreError, StoreErrorKind, pseudonym::Keyed};
use crate::{clock::Clock, vocabulary::SubjectId};

/// For how long a key is held in memory that its keeper may have forgotten at another's word.
pub(super) const HELD: Duration = Duration::from_secs(60);

/// How many subjects' keys are held at most.
const HELD_AT_MOST: usize = 1 << 16;

/// Whatever stands for a person in the trail.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) pseudonym: Pseudonym,
    pub(super) keyed: Keyed,
}

/// The keeper of the keys, and the names that were made of them lately.
pub(super) struct Names {
    keys: Arc<dyn Keys>,
    clock: Arc<dyn Clock>,
    /// Taken for as long as names are made, so that nobody is forgotten meanwhile.
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    names: HashMap<SubjectId, Option<Name>>,
    /// When the watch showed what it did as the first of them was made.
    since: Duration,
}

impl Name {
    fn new(key: &Key, subject: SubjectId) -> Self {
        let keyed = key.ready();
        Self { pseudonym: keyed.pseudonym(subject), keyed }
    }

    /// A name that is used once and under which nobody is ever found again.
    fn for_once(subject: SubjectId) -> Result<Self, StoreError> {
        Ok(Self::new(&Key::random()?, subject))
    }
}

impl Names {
    pub(super) fn new(keys: Arc<dyn Keys>, clock: Arc<dyn Clock>) -> Self {
        Self { keys, clock, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of each of the subjects, in their order; `true` beside one of whom it is known that they were erased.
    pub(super) fn of(&self, subjects: &[(SubjectId, bool)]) -> Result<Vec<Name>, StoreError> {
        let mut held = self.held();
        self.drop_old(&mut held);
        let mut wanted = Vec::new();
        for (subject, erased) in subjects {
            if *erased {
                held.names.remove(subject);
            } else if !held.names.contains_key(subject) {
                wanted.push(*subject);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            let keys = self.keys.keys(&wanted)?;
            if keys.len() != wanted.len() {
                return Err(StoreError::new(StoreErrorKind::NotUnderstood, "not a key for each".to_owned()));
            }
            if held.names.is_empty() {
                held.since = self.clock.watch();
            }
            let names = wanted.into_iter().zip(keys);
            held.names.extend(names.map(|(subject, key)| (subject, key.map(|key| Name::new(&key, subject)))));
        }
        let name = |(subject, erased): &(SubjectId, bool)| match held.names.get(subject) {
            Some(Some(name)) if !erased => Ok(name.clone()),
            _ => Name::for_once(*subject),
        };
        subjects.iter().map(name).collect()
    }

    /// The key of a subject, if the keeper has one.
    pub(super) fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.keys.known(subject)
    }

    /// Forgets a subject, here and at the keeper's.
    pub(super) fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        let mut held = self.held();
        held.names.remove(&subject);
        self.keys.forget(subject)
    }

    /// Lets go of names that were held for as long as they may be, and says for how long those that are left are.
    pub(super) fn let_go(&self) -> Option<Duration> {
        let mut held = self.held();
        self.drop_old(&mut held);
        let age = self.clock.watch().saturating_sub(held.since);
        (!held.names.is_empty()).then(|| HELD.saturating_sub(age))
    }

    fn drop_old(&self, held: &mut Held) {
        let age = self.clock.watch().saturating_sub(held.since);
        if age >= HELD || held.names.len() > HELD_AT_MOST {
            held.names = HashMap::new();
        }
    }
}
