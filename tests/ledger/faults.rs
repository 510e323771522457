//! A ledger with a fault: the one in memory, and something done wrong round it.

mod reading;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{TimeDelta, Timelike, Utc};
use dynamoi_privacy::{
    Event, History, SubjectId,
    clock::{Clock, FakeClock},
    consent::EventKind,
    ledger::{AppendError, Cursor, EventRefused, Ledger, Memory, Refused, conformance::Setup},
};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    LosesSome,
    FirstOfBatch,
    ForgetsOfSubjects,
    NoEventIsRefused,
    Microseconds,
    RefusesEdges,
    RefusesRepetitions,
    HandlesApart,
    TakesConflicts,
    WrongIndex,
    WrongId,
    TakesUnwritable,
    NoClock,
    FutureFirst,
    InPart,
    KeepsPart,
    FourMinutes,
    FutureBeforeKnown,
    TwiceInPages,
    SkipsInPages,
    NoLimit,
    OneBack,
    NothingBehind,
    FullPagesGoOn,
    AcknowledgesEarly,
    SameAtATimeConflicts,
    KeepsBehindInBatch,
    VisibleOutOfOrder,
    RacingConflicts,
    RacingBatches,
    ShowsRemoved,
    KeepsAfterErasure,
    ForgetsSpent,
    SpentAreRefused,
    FreesRemoved,
    FirstErasureCounts,
    CountsRows,
    DoesNotSpread,
    LinksEraseNobody,
    LateReachesOne,
    OwedAreNotKnown,
}

pub struct Broken {
    ledger: Memory,
    fault: Option<Fault>,
    history: Arc<History>,
    clock: FakeClock,
    known: Arc<Mutex<Told>>,
}

/// What a broken ledger remembers beside.
#[derive(Default)]
struct Told {
    appends: usize,
    /// What was appended and taken.
    taken: HashMap<Uuid, Event>,
    /// What of it was kept once.
    kept: HashSet<Uuid>,
    /// What shows events before others that are in front of them.
    slots: Vec<Option<Event>>,
    /// What is being appended.
    under_way: Vec<Uuid>,
    /// What was acknowledged and is not yet appended.
    queue: Vec<Event>,
    /// What is shown though it should not be kept.
    stray: Vec<Event>,
}

/// A clock that goes wrong.
pub struct Off(FakeClock, TimeDelta);

impl Clock for Off {
    fn now(&self) -> chrono::DateTime<Utc> {
        self.0.now() + self.1
    }

    fn watch(&self) -> std::time::Duration {
        self.0.watch()
    }
}

impl Clone for Broken {
    fn clone(&self) -> Self {
        let apart = self.fault == Some(Fault::HandlesApart);
        let ledger = if apart {
            Memory::new(self.history.clone()).with_clock(self.clock.clone())
        } else {
            self.ledger.clone()
        };
        let (history, clock, known) = (self.history.clone(), self.clock.clone(), self.known.clone());
        Self { ledger, fault: self.fault, history, clock, known }
    }
}

fn refused(index: usize, event: &Event, why: EventRefused) -> Result<(), AppendError> {
    Err(AppendError::Refused(Refused::new(index, event.id, why)))
}

impl Broken {
    pub fn new(ledger: Memory, fault: Option<Fault>, setup: Setup) -> Self {
        Self { ledger, fault, history: setup.history, clock: setup.clock, known: Arc::default() }
    }

    pub fn clock(fault: Option<Fault>, clock: &FakeClock) -> Off {
        let off = match fault {
            Some(Fault::NoClock) => TimeDelta::days(900_000),
            Some(Fault::FourMinutes) => -TimeDelta::minutes(1),
            _ => TimeDelta::zero(),
        };
        Off(clock.clone(), off)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.known.lock().unwrap()
    }

    async fn all(&self) -> Vec<Event> {
        self.ledger.read(&Cursor::start(), usize::MAX).await.unwrap().events
    }

    async fn is_kept(&self, id: Uuid) -> bool {
        self.all().await.iter().any(|event| event.id == id)
    }

    async fn is_erased(&self, subject: SubjectId) -> bool {
        let own = self.ledger.events_of(subject).await.unwrap();
        own.iter().any(|event| event.kind == EventKind::Erased)
    }

    fn is_ahead(&self, event: &Event) -> bool {
        event.at > self.clock.now() + TimeDelta::minutes(5)
    }

    /// Appends as it should be, and remembers what was taken.
    async fn properly(&self, events: &[Event]) -> Result<(), AppendError> {
        self.ledger.append(events).await?;
        let all = self.all().await;
        let mut told = self.told();
        told.kept.extend(all.iter().map(|event| event.id));
        told.taken.extend(events.iter().map(|event| (event.id, event.clone())));
        Ok(())
    }

    async fn append_wrongly(&self, fault: Fault, events: &[Event]) -> Result<(), AppendError> {
        let [first, ..] = events else {
            return match fault {
                Fault::NoEventIsRefused => {
                    refused(0, &Event::erase(SubjectId::random(), Utc::now()), EventRefused::InFuture)
                }
                _ => Ok(()),
            };
        };
        let proper = self.properly(events);
        match fault {
            Fault::LosesSome => {
                self.told().appends += 1;
                let lost = self.told().appends % 3 == 0;
                if lost { Ok(()) } else { proper.await }
            }
            Fault::FirstOfBatch => self.properly(&events[..1]).await,
            Fault::Microseconds => {
                let round = |event: &Event| {
                    let nanos = event.at.nanosecond() / 1000 * 1000;
                    Event { at: event.at.with_nanosecond(nanos).unwrap(), ..event.clone() }
                };
                let rounded: Vec<Event> = events.iter().map(round).collect();
                self.properly(&rounded).await
            }
            Fault::RefusesEdges
                if first.at < "0001-01-01T00:00:00Z".parse::<chrono::DateTime<Utc>>().unwrap() =>
            {
                if first.at > chrono::DateTime::<Utc>::MIN_UTC {
                    return refused(0, first, EventRefused::NotWritable);
                }
                proper.await
            }
            Fault::RefusesRepetitions if events.len() > 1 && events[1..].contains(first) => {
                refused(1, first, EventRefused::ConflictingEvent)
            }
            Fault::TakesConflicts | Fault::TakesUnwritable => match proper.await {
                Err(AppendError::Refused(found)) if found.why() == &EventRefused::ConflictingEvent => {
                    if fault == Fault::TakesConflicts { Ok(()) } else { Err(found.into()) }
                }
                Err(AppendError::Refused(found)) if found.why() == &EventRefused::NotWritable => {
                    if fault == Fault::TakesUnwritable { Ok(()) } else { Err(found.into()) }
                }
                outcome => outcome,
            },
            Fault::WrongIndex => match proper.await {
                Err(AppendError::Refused(found)) => refused(0, first, found.why().clone()),
                outcome => outcome,
            },
            Fault::WrongId => match proper.await {
                Err(AppendError::Refused(found)) => {
                    Err(Refused::new(found.index(), events[found.index() / 2].id, found.why().clone()).into())
                }
                outcome => outcome,
            },
            Fault::FutureFirst => match proper.await {
                Err(AppendError::Refused(found)) if found.why() == &EventRefused::ConflictingEvent => {
                    match events.iter().enumerate().find(|(_, event)| self.is_ahead(event)) {
                        Some((index, event)) => refused(index, event, EventRefused::InFuture),
                        None => Err(found.into()),
                    }
                }
                outcome => outcome,
            },
            Fault::FutureBeforeKnown => {
                let known = self.told().taken.get(&first.id) == Some(first);
                if known && self.is_ahead(first) {
                    refused(0, first, EventRefused::InFuture)
                } else {
                    proper.await
                }
            }
            Fault::InPart => {
                for (index, event) in events.iter().enumerate() {
                    if let Err(AppendError::Refused(found)) = self.properly(std::slice::from_ref(event)).await
                    {
                        return refused(index, event, found.why().clone());
                    }
                }
                Ok(())
            }
            Fault::KeepsPart => match proper.await {
                Err(AppendError::Refused(found)) => {
                    let before = &events[..found.index()];
                    let conflict = found.why() == &EventRefused::ConflictingEvent;
                    if !conflict && before.iter().any(|event| event.kind == EventKind::Erased) {
                        self.properly(before).await?;
                    }
                    Err(found.into())
                }
                outcome => outcome,
            },
            Fault::AcknowledgesEarly => {
                let others = !self.told().under_way.is_empty();
                if others {
                    self.told().queue.extend_from_slice(events);
                    return Ok(());
                }
                self.told().under_way.push(first.id);
                tokio::task::yield_now().await;
                let outcome = proper.await;
                let queue = std::mem::take(&mut self.told().queue);
                self.told().under_way.clear();
                let late = self.properly(&queue).await;
                outcome.and(late)
            }
            Fault::SameAtATimeConflicts => {
                if self.told().under_way.contains(&first.id) {
                    return refused(0, first, EventRefused::ConflictingEvent);
                }
                self.told().under_way.push(first.id);
                tokio::task::yield_now().await;
                let outcome = proper.await;
                self.told().under_way.retain(|id| *id != first.id);
                outcome
            }
            Fault::KeepsBehindInBatch => {
                proper.await?;
                let erasures = events.iter().enumerate().filter(|(_, event)| event.kind == EventKind::Erased);
                for (index, erased) in erasures {
                    let behind = events[index + 1..].iter().filter(|event| event.subject == erased.subject);
                    self.told().stray.extend(behind.cloned());
                }
                Ok(())
            }
            Fault::VisibleOutOfOrder => {
                let (from, new) = {
                    let mut told = self.told();
                    let from = told.slots.len();
                    let new: Vec<Event> =
                        events.iter().filter(|event| !told.taken.contains_key(&event.id)).cloned().collect();
                    told.slots.extend(new.iter().map(|_| None));
                    (from, new)
                };
                // The later ones wait less.
                for _ in 0..5 - from % 5 {
                    tokio::task::yield_now().await;
                }
                proper.await?;
                let mut told = self.told();
                for (n, event) in new.into_iter().enumerate() {
                    let twice = told.slots.contains(&Some(event.clone()));
                    told.slots[from + n] = (!twice).then_some(event);
                }
                Ok(())
            }
            Fault::RacingConflicts => {
                let known = self.told().taken.contains_key(&first.id);
                tokio::task::yield_now().await;
                match proper.await {
                    Err(AppendError::Refused(found)) if !known && events.len() == 1 => match found.why() {
                        EventRefused::ConflictingEvent => Ok(()),
                        _ => Err(found.into()),
                    },
                    outcome => outcome,
                }
            }
            Fault::RacingBatches => {
                // Whoever looks first and appends then lets others in between.
                let trial = Memory::new(self.history.clone()).with_clock(self.clock.clone());
                let so_far = self.told().taken.values().cloned().collect::<Vec<Event>>();
                let ever: Vec<Event> = so_far.into_iter().filter(|event| !self.is_ahead(event)).collect();
                let possible = trial.append(&ever).await.is_err() || trial.append(events).await.is_ok();
                tokio::task::yield_now().await;
                if !possible {
                    return proper.await;
                }
                for (index, event) in events.iter().enumerate() {
                    if let Err(AppendError::Refused(found)) = self.properly(std::slice::from_ref(event)).await
                    {
                        return refused(index, event, found.why().clone());
                    }
                    tokio::task::yield_now().await;
                }
                Ok(())
            }
            Fault::ForgetsSpent | Fault::FreesRemoved => match proper.await {
                Err(AppendError::Refused(found)) if found.why() == &EventRefused::ConflictingEvent => {
                    let event = &events[found.index()];
                    let was_kept = self.told().kept.contains(&event.id);
                    let forgotten =
                        !self.is_kept(event.id).await && was_kept == (fault == Fault::FreesRemoved);
                    if forgotten && found.index() == 0 { Ok(()) } else { Err(found.into()) }
                }
                outcome => outcome,
            },
            Fault::SpentAreRefused => {
                let spent = self.told().taken.contains_key(&first.id) && !self.is_kept(first.id).await;
                if spent { refused(0, first, EventRefused::ConflictingEvent) } else { proper.await }
            }
            Fault::FirstErasureCounts
                if first.kind == EventKind::Erased && events.len() == 1 && !self.is_ahead(first) =>
            {
                let known = self.told().taken.contains_key(&first.id);
                if !known && self.is_erased(first.subject).await {
                    // Its id is taken, and that is all.
                    let late = Event { at: self.clock.now(), ..first.clone() };
                    self.ledger.append(&[late]).await
                } else {
                    proper.await
                }
            }
            Fault::DoesNotSpread => {
                let cut = |event: &Event| match event.kind {
                    EventKind::Linked { .. } => {
                        Event { kind: EventKind::Linked { visitor: event.subject }, ..event.clone() }
                    }
                    _ => event.clone(),
                };
                proper_links(&self.ledger, events, cut).await?;
                self.told().taken.extend(events.iter().map(|event| (event.id, event.clone())));
                Ok(())
            }
            Fault::LinksEraseNobody => match first.kind {
                EventKind::Linked { visitor }
                    if events.len() == 1
                        && !self.told().taken.contains_key(&first.id)
                        && !self.is_ahead(first) =>
                {
                    let erased = self.is_erased(first.subject).await || self.is_erased(visitor).await;
                    if erased && first.subject != visitor { Ok(()) } else { proper.await }
                }
                _ => proper.await,
            },
            Fault::LateReachesOne if first.kind == EventKind::Erased && events.len() == 1 => {
                let known = self.told().taken.contains_key(&first.id);
                let late = !known
                    && self.is_erased(first.subject).await
                    && self.told().taken.values().any(|event| {
                        matches!(event.kind, EventKind::Linked { visitor } if visitor != event.subject
                        && (visitor == first.subject || event.subject == first.subject))
                    });
                if late { Ok(()) } else { proper.await }
            }
            Fault::OwedAreNotKnown => {
                let owed = |event: &Event| {
                    event.kind == EventKind::Erased && !self.told().taken.contains_key(&event.id)
                };
                let kept = self.all().await;
                match events.iter().position(|event| owed(event) && kept.contains(event)) {
                    Some(index) => refused(index, &events[index], EventRefused::ConflictingEvent),
                    None => proper.await,
                }
            }
            _ => proper.await,
        }
    }
}

/// Appends links as something else, where they are in order.
async fn proper_links(
    ledger: &Memory,
    events: &[Event],
    cut: impl Fn(&Event) -> Event,
) -> Result<(), AppendError> {
    let cut: Vec<Event> = events.iter().map(cut).collect();
    ledger.append(&cut).await
}
