//! The view: every subject's consent record, read without waiting while others write.
//!
//! A check looks a subject up in the index and copies one cache line, two at most. Writers take turns.
//! Nothing is ever removed: an erased subject leaves a tombstone. There is no `unsafe` in it; the measure of
//! maps that a crate would give instead stands beside the benchmarks.

mod basis;
mod index;
mod line;
mod linking;
mod links;
mod meanings;
mod packed;
mod ties;

use std::{
    hash::BuildHasher,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, Utc};

use self::{
    basis::Basis,
    index::Index,
    line::{Far, Line},
    links::Links,
    meanings::{Known, Meanings},
    packed::{FAR, Form, Packed},
    ties::Ties,
};
use super::{
    decision::{Glance, Sight, Standing, Terms},
    stamp::Stamp,
};
use crate::{
    append::{Apart, Append},
    consent::{Event, EventKind, Record},
    policy::History,
    vocabulary::{Country, PolicyVersion, SubjectId},
};

pub(super) struct View {
    hasher: foldhash::quality::RandomState,
    index: Index,
    lines: Append<Line>,
    fars: Append<Far>,
    wholes: Append<Whole>,
    /// How many lines are in use; those below are in the index.
    len: Apart<AtomicU32>,
    /// `None` where a ledger keeps the events: the fold itself needs no ids.
    meanings: Option<Meanings>,
    /// The events behind each record, where somebody asks for them.
    basis: Option<Basis>,
    writer: Apart<Mutex<Writer>>,
}

/// A record that does not fit the lines. Readers wait for no more than the exchange of a pointer.
#[derive(Default)]
struct Whole(RwLock<Option<Arc<Record>>>);

impl Whole {
    fn get(&self) -> Option<Arc<Record>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Exchanges the record; the old one is the caller's to drop, when nobody waits for it.
    fn replace(&self, record: Option<Arc<Record>>) -> Option<Arc<Record>> {
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), record)
    }
}

/// What only writers need.
#[derive(Default)]
struct Writer {
    fars: Numbers,
    wholes: Numbers,
    links: Links,
    ties: Ties,
}

/// Numbers from 1 that are handed out and given back.
#[derive(Default)]
struct Numbers {
    last: u32,
    free: Vec<u32>,
}

impl Numbers {
    fn take(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.last += 1;
            self.last
        })
    }
}

/// Where a record was found and which it was, so that a permit dies when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    line: u32,
    revision: u32,
}

/// Why an event was not taken in; nothing was changed.
///
/// ```
/// use dynamoi_privacy::consent::Event;
/// use dynamoi_privacy::gate::Gate;
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::SubjectId;
/// let gate = Gate::new(History::dynamoi());
/// let event = Event::accept(SubjectId::random(), "9.9.9", "2026-01-05T09:00:00Z".parse()?);
/// let error = gate.record(event).unwrap_err();
/// assert_eq!(error.code(), "unknown_policy_version");
/// assert_eq!(error.to_string(), "the event names a version that the history lacks: `9.9.9`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Another event has this id.
    #[error("another event with this id was recorded before")]
    ConflictingEvent,
    /// The event names a version that the history lacks.
    #[error("the event names a version that the history lacks: {}", .0.shown())]
    UnknownPolicyVersion(PolicyVersion),
    /// The grant expires before or when it is given.
    #[error("the grant expires at or before the instant at which it was given")]
    ExpiresBeforeGranted,
    /// The view holds 2³² − 1 subjects.
    #[error("the view is full")]
    ViewFull,
}

impl RecordError {
    /// The error's id on the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ConflictingEvent => "conflicting_event",
            Self::UnknownPolicyVersion(_) => "unknown_policy_version",
            Self::ExpiresBeforeGranted => "expires_before_granted",
            Self::ViewFull => "view_full",
        }
    }
}

impl View {
    /// An empty view, which knows events again by their ids or leaves that to what feeds it.
    pub(super) fn new(keeps_ids: bool) -> Self {
        Self {
            hasher: foldhash::quality::RandomState::default(),
            index: Index::new(),
            lines: Append::new(),
            fars: Append::new(),
            wholes: Append::new(),
            len: Apart::default(),
            meanings: keeps_ids.then(Meanings::new),
            basis: None,
            writer: Apart::default(),
        }
    }

    /// What a check reads of a subject's record.
    #[inline(always)]
    pub(super) fn standing(&self, subject: SubjectId, terms: &Terms<'_>) -> (Standing, Option<Seen>) {
        match self.find(subject) {
            None => (Standing::Unknown, None),
            Some((number, line)) => {
                let (standing, revision) = self.standing_in(line, terms);
                (standing, Some(Seen { line: number, revision }))
            }
        }
    }

    /// A glance at a subject's record: which it was, the end of the grant, the home; `None` when it takes
    /// more to say, or when something stands against the flow.
    #[inline(always)]
    pub(super) fn glance(
        &self,
        subject: SubjectId,
        sight: &Sight,
    ) -> Option<(Seen, Option<Stamp>, Option<Country>)> {
        let (number, line) = self.find(subject)?;
        let (words, head) = line.words();
        match Packed::from_words(words).glance(sight, || Stamp::clamped(sight.at)) {
            Glance::Yes { until, home } => {
                Some((Seen { line: number, revision: head.revision }, until, home))
            }
            _ => None,
        }
    }

    /// Whether the subject has a record that was not erased.
    #[inline]
    pub(super) fn knows(&self, subject: SubjectId) -> bool {
        self.find(subject).is_some_and(|(_, line)| !Packed::is_erased_in(line.choices()))
    }

    /// Whether the record is still the one that was seen.
    #[inline]
    pub(super) fn is_current(&self, seen: Seen) -> bool {
        self.lines.get(seen.line).is_some_and(|line| line.head().revision == seen.revision)
    }

    /// The subjects against whom no reason stands, in the order of their first events.
    pub(super) fn scan<'a>(&'a self, terms: Terms<'a>) -> impl Iterator<Item = SubjectId> + 'a {
        let (sight, now) = (terms.sight(), terms.stamp());
        self.in_use().filter_map(move |line| {
            let glance = |sight| Packed::from_words(line.words().0).glance(sight, || now);
            let passes = match sight.as_ref().map_or(Glance::Unclear, glance) {
                Glance::Yes { .. } => true,
                Glance::No => false,
                Glance::Unclear => terms.against(&self.standing_in(line, &terms).0).is_empty(),
            };
            passes.then(|| line.subject())
        })
    }

    /// How many subjects there are.
    pub(super) fn len(&self) -> u32 {
        self.len.0.load(Ordering::Acquire)
    }

    /// Every subject, in the order of their first events.
    pub(super) fn subjects(&self) -> impl Iterator<Item = SubjectId> {
        self.in_use().map(Line::subject)
    }

    fn in_use(&self) -> impl Iterator<Item = &Line> {
        self.lines.blocks(self.len.0.load(Ordering::Acquire)).flat_map(|(_, lines)| lines)
    }

    /// A subject's whole record: what it is judged on.
    pub(super) fn record_of(&self, subject: SubjectId, history: &History) -> Option<Record> {
        let (_, line) = self.find(subject)?;
        Some(self.record_in(line, history))
    }

    /// Folds an event in, or says why not.
    pub(super) fn record(&self, event: &Event, history: &History) -> Result<(), RecordError> {
        let unknown = match self.meanings.as_ref().map(|meanings| meanings.of(event)) {
            Some(Known::Same) => return Ok(()),
            Some(Known::Another) => return Err(RecordError::ConflictingEvent),
            Some(Known::Not(unknown)) => Some(unknown),
            None => None,
        };
        let shown = self.shown(event, history)?;
        // Looked at once before the turn, so that it lies at hand when others wait.
        let _ = self.find(event.subject).map(|(_, line)| line.words());
        self.fold(&mut self.writer(), event, shown, history)?;
        if let Some(unknown) = unknown {
            unknown.accept();
        }
        Ok(())
    }

    /// Folds events in, one after the other, up to the first that is refused.
    #[cfg(feature = "ledger")]
    pub(super) fn record_all(&self, events: &[Event], history: &History) -> Result<(), (usize, RecordError)> {
        events
            .iter()
            .enumerate()
            .try_for_each(|(index, event)| self.record(event, history).map_err(|error| (index, error)))
    }

    /// The version that an event names, and since when it holds, or why the event is not taken in.
    fn shown(&self, event: &Event, history: &History) -> Result<Option<(u32, DateTime<Utc>)>, RecordError> {
        let shown = match event.policy_version() {
            None => None,
            Some(name) => {
                let number = match &self.meanings {
                    Some(_) => history.number_of(name).filter(|number| history.numbered(*number).is_some()),
                    // Whoever accepted the event knows the version.
                    None => history.announce(name),
                };
                let number = number.ok_or_else(|| RecordError::UnknownPolicyVersion(name.clone()))?;
                let shown_from = history.numbered(number).map(|version| version.policy.effective_from());
                // One that is not known yet is taken to be the oldest, which of two grants at one instant counts.
                Some((number, shown_from.unwrap_or(DateTime::<Utc>::MIN_UTC)))
            }
        };
        if event.expires_before_granted() {
            return Err(RecordError::ExpiresBeforeGranted);
        }
        Ok(shown)
    }

    fn fold(
        &self,
        writer: &mut Writer,
        event: &Event,
        shown: Option<(u32, DateTime<Utc>)>,
        history: &History,
    ) -> Result<(), RecordError> {
        let linked =
            matches!(event.kind, EventKind::Linked { .. }) || writer.links.of(event.subject).is_some();
        match self.find(event.subject) {
            _ if linked => self.fold_linked(writer, event, shown, history)?,
            Some((_, line)) => {
                let mut record = self.record_in(line, history);
                self.note_tie(writer, event, shown, &record, history);
                let changed = record.fold(event, shown);
                let _ids = self.note(event, shown, &record, changed);
                if changed {
                    self.put(writer, line, record)?;
                }
            }
            None => {
                let mut record = Record::default();
                record.fold(event, shown);
                let _ids = self.note(event, shown, &record, true);
                self.add(writer, event.subject, record)?;
            }
        }
        if matches!(event.kind, EventKind::Erased | EventKind::Linked { .. }) {
            writer.ties.forget(|subject| !self.knows(subject));
        }
        Ok(())
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn hash(&self, subject: SubjectId) -> u64 {
        self.hasher.hash_one(subject)
    }

    #[inline]
    fn find(&self, subject: SubjectId) -> Option<(u32, &Line)> {
        self.index.find(self.hash(subject), |number| {
            let line = self.lines.get(number)?;
            line.is(subject).then_some((number, line))
        })
    }

    #[inline(always)]
    fn standing_in(&self, line: &Line, terms: &Terms<'_>) -> (Standing, u32) {
        loop {
            let (words, head) = line.words();
            let packed = Packed::from_words(words);
            let standing = match packed.form() {
                Form::Packed => {
                    packed.standing(terms, |place| self.far(head.handle).map_or(0, |far| far.instant(place)))
                }
                Form::Erased => Standing::Erased,
                Form::Whole => self.standing_of_whole(head.handle, terms),
            };
            // What lies outside the line is the record's as long as the line is.
            if line.is_still(head) {
                return (standing, head.revision);
            }
        }
    }

    #[inline(never)]
    fn standing_of_whole(&self, handle: u32, terms: &Terms<'_>) -> Standing {
        // A whole record that is gone was replaced meanwhile, and the line is read again.
        self.whole(handle).map_or(Standing::Erased, |record| terms.standing(&record))
    }

    fn record_in(&self, line: &Line, history: &History) -> Record {
        loop {
            let (words, head) = line.words();
            let packed = Packed::from_words(words);
            let record = if packed.form() == Form::Whole {
                self.whole(head.handle).map(|record| {
                    let mut record = Record::clone(&record);
                    record.date_versions(history);
                    record
                })
            } else {
                let instants = self.far(head.handle).map_or([0; FAR], Far::instants);
                Some(packed.unpack(&instants, history))
            };
            if line.is_still(head) {
                return record.unwrap_or_else(Record::erased_long_ago);
            }
        }
    }

    #[inline]
    fn far(&self, handle: u32) -> Option<&Far> {
        self.fars.get(handle.checked_sub(1)?)
    }

    fn whole(&self, handle: u32) -> Option<Arc<Record>> {
        self.wholes.get(handle.checked_sub(1)?)?.get()
    }

    /// A new line for a subject's first record.
    fn add(&self, writer: &mut Writer, subject: SubjectId, record: Record) -> Result<(), RecordError> {
        let full = RecordError::ViewFull;
        let number = self.len.0.load(Ordering::Relaxed);
        let next = number.checked_add(1).ok_or(RecordError::ViewFull)?;
        let line = self.lines.grow(number).ok_or(RecordError::ViewFull)?;
        line.name(subject);
        self.put(writer, line, record)?;
        let known = || {
            let known = self.lines.blocks(number);
            known
                .flat_map(|(first, lines)| (first..).zip(lines))
                .map(|(at, line)| (at, self.hash(line.subject())))
        };
        self.index.insert(number, self.hash(subject), known).ok_or(full)?;
        self.len.0.store(next, Ordering::Release);
        Ok(())
    }

    /// Replaces the record of a line, as one change.
    fn put(&self, writer: &mut Writer, line: &Line, record: Record) -> Result<(), RecordError> {
        let (words, head) = line.words();
        let was_whole = Packed::from_words(words).form() == Form::Whole;
        let packed = Packed::pack(&record);
        let needs = match packed {
            None => Some(true),
            Some((packed, _)) => (packed.far_len() > 0).then_some(false),
        };
        // The place that the record has beside its line is kept when it needs one of the same kind.
        let kept = head.handle != 0 && needs == Some(was_whole);
        let handle = match needs {
            None => 0,
            Some(_) if kept => head.handle,
            Some(true) => writer.wholes.take(),
            Some(false) => writer.fars.take(),
        };
        let full = || RecordError::ViewFull;
        let far = match needs {
            Some(false) => Some(self.fars.grow(handle - 1).ok_or_else(full)?),
            _ => None,
        };
        let whole = match needs {
            Some(true) => Some(self.wholes.grow(handle - 1).ok_or_else(full)?),
            _ => None,
        };
        let (words, instants) = match packed {
            Some((packed, instants)) => (packed.to_words(), instants),
            None => (Packed::whole(&record).to_words(), [0; FAR]),
        };
        let record = whole.is_some().then(|| Arc::new(record));
        let mut old = None;
        line.write(words, handle, || {
            if let Some(far) = far {
                far.store(instants);
            }
            if let Some(whole) = whole {
                old = whole.replace(record);
            }
        });
        drop(old);
        if head.handle != 0 && !kept {
            // Nothing of what stood there before is held any longer.
            if was_whole {
                if let Some(whole) = self.wholes.get(head.handle - 1) {
                    drop(whole.replace(None));
                }
                writer.wholes.free.push(head.handle);
            } else {
                if let Some(far) = self.far(head.handle) {
                    far.store([0; FAR]);
                }
                writer.fars.free.push(head.handle);
            }
        }
        Ok(())
    }
}
