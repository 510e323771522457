//! Random operations on a ledger beside the plain model, and a follower that reads on meanwhile.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{
    Kept,
    model::Model,
    samples,
    world::{World, ensure},
};
use crate::{
    clock::Clock,
    consent::Event,
    ledger::{Cursor, Ledger},
    vocabulary::{Purpose, SubjectId},
};

/// So few subjects that links and erasures meet.
const SUBJECTS: usize = 9;
const ROUNDS: usize = 110;

/// Numbers that a seed fixes (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).checked_rem(n as u64).unwrap_or(0) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

struct Life<'a, L> {
    world: &'a World<L>,
    random: Random,
    subjects: Vec<SubjectId>,
    model: Model,
}

pub(super) async fn compare<L: Ledger + Clone + 'static>(world: &World<L>, seed: u64) -> Kept {
    let subjects = (0..SUBJECTS).map(|_| SubjectId::random()).collect();
    let mut life = Life { world, random: Random(seed), subjects, model: Model::default() };
    let (mut cursor, mut seen) = (Cursor::start(), Vec::new());
    for round in 0..ROUNDS {
        let said = |error| format!("world {seed}, round {round}: {error}");
        life.step().await.map_err(said)?;
        if life.random.below(8) == 0 {
            life.model.matches(world).await.map_err(said)?;
        }
        // A follower that sometimes reads a page and sometimes all.
        let page = world.page(&cursor, life.random.below(4)).await.map_err(said)?;
        cursor = page.cursor;
        seen.extend(page.events);
        if life.random.below(12) == 0 || round + 1 == ROUNDS {
            let (rest, end) = world.rest(&cursor, 1 + life.random.below(9)).await.map_err(said)?;
            seen.extend(rest);
            cursor = end;
            let state = life.model.state();
            let current: Vec<Event> = seen
                .iter()
                .filter(|event| event.kind == samples::ERASED || !state.erased.contains_key(&event.subject))
                .cloned()
                .collect();
            state.matches("what a follower saw", current).map_err(said)?;
        }
    }
    let ids: BTreeSet<_> = seen.iter().map(|event| event.id).collect();
    ensure(ids.len() == seen.len(), "a follower saw an event twice")?;
    life.model.matches(world).await
}

impl<L: Ledger + Clone + 'static> Life<'_, L> {
    /// Appends something, and compares what becomes of it.
    async fn step(&mut self) -> Kept {
        let size = if self.random.below(3) == 0 { 1 + self.random.below(6) } else { 1 };
        let mut batch: Vec<Event> = Vec::new();
        for _ in 0..size {
            let event = self.event(&batch)?;
            batch.push(event);
        }
        match self.refusal(&batch) {
            Some((index, code)) => self.world.refuses(&batch, index, code).await,
            None => {
                self.world.append(&batch).await?;
                self.model.take(&batch);
                Ok(())
            }
        }
    }

    fn event(&mut self, batch: &[Event]) -> Result<Event, String> {
        let known = if self.random.below(4) == 0 { batch } else { &self.model.0 };
        let repeated = self.random.pick(known).cloned();
        match (self.random.below(40), repeated) {
            (0..=5, Some(event)) => return Ok(event),
            (6, Some(event)) => {
                let altered = samples::altered(&event);
                return self.random.pick(&altered).cloned().ok_or_else(at_fault);
            }
            (7, _) => {
                let bad = samples::refused(self.subject()?, self.world.clock.now());
                return Ok(self.random.pick(&bad).ok_or_else(at_fault)?.0.clone());
            }
            _ => {}
        }
        let (subject, other) = (self.subject()?, self.subject()?);
        let at = self.world.ago(0) - TimeDelta::seconds(self.random.below(20) as i64);
        let likely = samples::each(subject, at);
        Ok(match self.random.below(30) {
            0 => Event::erase(subject, at),
            1..=2 => Event::link(subject, other, at),
            3..=8 => Event::withdraw(subject, Purpose::Promotion, at),
            // Links to strangers are among them.
            _ => self.random.pick(&likely).cloned().ok_or_else(at_fault)?,
        })
    }

    fn subject(&mut self) -> Result<SubjectId, String> {
        // Erased ones are replaced in time, so that the world does not die out.
        let place = self.random.below(SUBJECTS);
        if self.random.below(15) == 0
            && let Some(subject) = self.subjects.get_mut(place)
        {
            *subject = SubjectId::random();
        }
        self.subjects.get(place).copied().ok_or_else(at_fault)
    }

    /// What a batch must be refused for, by the plainest reckoning.
    fn refusal(&self, batch: &[Event]) -> Option<(usize, &'static str)> {
        let faults = samples::fault_of;
        batch.iter().enumerate().find_map(|(index, event)| {
            let earlier = batch.iter().take(index).chain(&self.model.0).find(|known| known.id == event.id);
            match earlier {
                Some(known) => (known != event).then_some((index, "conflicting_event")),
                None => faults(event, self.world.clock.now()).map(|code| (index, code)),
            }
        })
    }
}

fn at_fault() -> String {
    "the suite itself is at fault".to_owned()
}
