//! The queue between checks and the writer: what waits to be kept, and who waits for it.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Head, StoreError};
use crate::{
    gate::{Decided, Flow, Outcome, Signals},
    vocabulary::{PolicyVersion, SubjectId},
};

/// A decision that waits to be kept.
pub(super) struct Waiting {
    pub(super) ticket: u64,
    pub(super) subject: SubjectId,
    pub(super) flow: Flow,
    pub(super) signals: Signals,
    pub(super) at: DateTime<Utc>,
    pub(super) outcome: Outcome,
    pub(super) policy_version: Option<PolicyVersion>,
    pub(super) rests_on: Vec<Uuid>,
}

impl Waiting {
    fn new(decided: &Decided<'_>, ticket: u64) -> Self {
        Self {
            ticket,
            subject: decided.subject(),
            flow: decided.flow().clone(),
            signals: decided.signals(),
            at: decided.at(),
            outcome: decided.outcome(),
            policy_version: decided.policy_version().cloned(),
            rests_on: decided.rests_on().to_vec(),
        }
    }
}

pub(super) struct Queue {
    state: Mutex<State>,
    /// For the writer: there is something to do.
    work: Condvar,
    /// For checks and whoever flushes: something was kept, or nothing ever will.
    kept: Condvar,
    capacity: u64,
}

pub(super) struct State {
    waiting: VecDeque<Waiting>,
    /// The ticket of the next decision.
    next: u64,
    /// Every decision with a lower ticket is kept.
    kept: u64,
    /// Tickets of checks that waited too long for their entry and were answered without it.
    given_up: BTreeSet<u64>,
    /// How many checks had no answer because of the trail.
    unrecorded: u64,
    head: Head,
    /// Whether nothing more is taken in.
    closed: bool,
    /// Whether the writer is to end, whatever is left.
    abandoned: bool,
    /// Why the writer has ended, or what it is waiting out.
    ended: Option<StoreError>,
    trouble: Option<StoreError>,
    /// Whether the writer waits for work.
    idle: bool,
}

/// What the writer does next.
pub(super) enum Next {
    Write(Vec<Waiting>),
    /// Nothing for now: time to let go of what was held.
    Rest,
    End,
}

/// How the trail is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The last entry that is kept.
    pub head: Head,
    /// How many decisions wait to be kept.
    pub waiting: u64,
    /// How many checks were answered that they cannot be decided because they could not be recorded, since the start.
    pub unrecorded: u64,
    /// What keeps the trail from keeping entries now, if anything does.
    pub trouble: Option<StoreError>,
}

/// How much is written at once, at most.
const BATCH: usize = 1024;

impl Queue {
    pub(super) fn new(head: Head, capacity: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            next: 0,
            kept: 0,
            given_up: BTreeSet::new(),
            unrecorded: 0,
            head,
            closed: false,
            abandoned: false,
            ended: None,
            trouble: None,
            idle: false,
        };
        let capacity = capacity.max(1) as u64;
        Self { state: Mutex::new(state), work: Condvar::new(), kept: Condvar::new(), capacity }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something holds, for at most so long; `false` when it does not, or never will.
    fn wait<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        patience: Duration,
        holds: impl Fn(&State) -> bool,
    ) -> (MutexGuard<'a, State>, bool) {
        if holds(&state) {
            return (state, true);
        }
        let goes_on = |state: &mut State| !holds(state) && state.ended.is_none();
        let waited = self.kept.wait_timeout_while(state, patience, goes_on);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let held = holds(&state);
        (state, held)
    }

    /// Takes a decision in; waits for room, and for its entry where that is required. `false` is that it cannot be said
    /// to be kept.
    pub(super) fn take(&self, decided: &Decided<'_>, required: bool, patience: Duration) -> bool {
        let has_room = |state: &State| state.next - state.kept < self.capacity;
        let (mut state, _) = self.wait(self.state(), patience, |state| has_room(state) || state.closed);
        if !has_room(&state) || state.closed || state.ended.is_some() {
            state.unrecorded += 1;
            return false;
        }
        let ticket = state.next;
        state.next += 1;
        state.waiting.push_back(Waiting::new(decided, ticket));
        if state.idle {
            state.idle = false;
            self.work.notify_one();
        }
        if !required {
            return true;
        }
        let (mut state, kept) = self.wait(state, patience, |state| state.kept > ticket);
        if !kept {
            state.given_up.insert(ticket);
            state.unrecorded += 1;
        }
        kept
    }

    /// Waits until everything that was taken in before is kept; says the head, or how much is left and why.
    pub(super) fn flush(&self, patience: Duration) -> Result<Head, (u64, Option<StoreError>)> {
        let state = self.state();
        let until = state.next;
        let (state, kept) = self.wait(state, patience, |state| state.kept >= until);
        let left = state.next - state.kept;
        if kept { Ok(state.head) } else { Err((left, state.ended.clone().or(state.trouble.clone()))) }
    }

    /// Takes nothing more in.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.work.notify_one();
        self.kept.notify_all();
    }

    /// Lets the writer end, whatever is left.
    pub(super) fn abandon(&self) {
        self.state().abandoned = true;
        self.work.notify_one();
    }

    pub(super) fn health(&self) -> Health {
        let state = self.state();
        Health {
            head: state.head,
            waiting: state.next - state.kept,
            unrecorded: state.unrecorded,
            trouble: state.ended.clone().or(state.trouble.clone()),
        }
    }

    /// For the writer: what to do next, or a rest after so long without anything.
    pub(super) fn next(&self, at_most: Option<Duration>) -> Next {
        let mut state = self.state();
        loop {
            if state.abandoned || (state.closed && state.waiting.is_empty()) {
                return Next::End;
            }
            if !state.waiting.is_empty() {
                let count = state.waiting.len().min(BATCH);
                return Next::Write(state.waiting.drain(..count).collect());
            }
            state.idle = true;
            state = match at_most {
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(at_most) => {
                    let waited = self.work.wait_timeout(state, at_most);
                    let (mut state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() && state.waiting.is_empty() {
                        state.idle = false;
                        return Next::Rest;
                    }
                    state
                }
            };
        }
    }

    /// For the writer: tickets whose checks gave up, so that their entries say so.
    pub(super) fn given_up(&self) -> BTreeSet<u64> {
        self.state().given_up.clone()
    }

    /// For the writer: the next so many entries are kept, the last of them with this head.
    pub(super) fn kept(&self, count: usize, head: Head) {
        let mut state = self.state();
        state.kept += count as u64;
        state.head = head;
        state.trouble = None;
        let kept = state.kept;
        state.given_up.retain(|ticket| *ticket >= kept);
        drop(state);
        self.kept.notify_all();
    }

    /// For the writer: something is in the way. Waits a while; `false` is that there is no use in waiting.
    pub(super) fn wait_out(&self, trouble: StoreError, a_while: Duration) -> bool {
        let mut state = self.state();
        state.trouble = Some(trouble);
        let goes_on = |state: &mut State| !state.abandoned;
        let waited = self.work.wait_timeout_while(state, a_while, goes_on);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.abandoned
    }

    /// For the writer: nothing more will be kept, and why.
    pub(super) fn end(&self, why: StoreError) {
        self.state().ended = Some(why);
        self.kept.notify_all();
    }
}
