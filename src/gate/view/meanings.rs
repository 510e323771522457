//! What each accepted event means, so that an id stands for one event for ever.
//!
//! Kept is a keyed digest: enough to know an event again, too little to learn anything of an erased subject
//! from it. Two meanings under one digest would make an altered replay pass as a repetition, which changes
//! nothing either.

use std::{
    collections::HashMap,
    hash::BuildHasher,
    sync::{Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

use crate::{append::Apart, consent::Event};

type Hasher = foldhash::quality::RandomState;

/// The digests by the ids of their events, in parts that are locked by themselves.
pub(super) struct Meanings {
    key: Hasher,
    parts: [Apart<Mutex<HashMap<Uuid, u64, Hasher>>>; 16],
}

/// An event that is not known yet. Nobody else can take the id, or another of its part, while this is held.
pub(super) struct Unknown<'a> {
    part: MutexGuard<'a, HashMap<Uuid, u64, Hasher>>,
    id: Uuid,
    digest: u64,
}

/// What is known of an event by its id.
pub(super) enum Known<'a> {
    /// Nothing.
    Not(Unknown<'a>),
    /// It was accepted before.
    Same,
    /// Another event has the id.
    Another,
}

impl Meanings {
    pub(super) fn new() -> Self {
        Self { key: Hasher::default(), parts: Default::default() }
    }

    /// What is known of an event.
    pub(super) fn of(&self, event: &Event) -> Known<'_> {
        let (id, digest) = (event.id, self.key.hash_one(event));
        let [first, ..] = &self.parts;
        let part = self.key.hash_one(id) as usize % self.parts.len();
        let part = self.parts.get(part).unwrap_or(first).0.lock().unwrap_or_else(PoisonError::into_inner);
        match part.get(&id) {
            None => Known::Not(Unknown { part, id, digest }),
            Some(known) if *known == digest => Known::Same,
            Some(_) => Known::Another,
        }
    }
}

impl Unknown<'_> {
    /// Takes the id for the event.
    pub(super) fn accept(mut self) {
        self.part.insert(self.id, self.digest);
    }
}
