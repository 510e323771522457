//! Ledgers that do what real ones do on bad days, and what the tests ask a gate.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Gate, History, Purpose, SubjectId,
    clock::{Clock, SystemClock},
    gate::{Action, Decision, Flow, Request, Undecided},
    ledger::{AppendError, Cursor, Ledger, LedgerError, LedgerErrorKind, Memory, Page},
    vocabulary::{DataCategory, ProcessorId},
};

/// What a ledger does when it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mood {
    Well,
    Fails,
    Hangs,
    /// Each event takes so long to read.
    Slow(Duration),
    /// What lies there is of a later version.
    NotUnderstood,
    /// It answers with a page that leads nowhere.
    Circles,
    /// It never comes back to the runtime for so long.
    Blocks(Duration),
    Panics,
}

/// A ledger in memory with moods. Clones share events and mood.
#[derive(Clone)]
pub(crate) struct Moody {
    pub(crate) inner: Memory,
    mood: Arc<Mutex<Mood>>,
    /// How often it was read, whatever came of it.
    pub(crate) reads: Arc<AtomicUsize>,
    /// The largest page that was asked for last.
    pub(crate) asked_for: Arc<AtomicUsize>,
    hints: Hints,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hints {
    Never,
    When,
    Always,
}

impl Moody {
    pub(crate) fn new() -> Self {
        Self {
            inner: Memory::new(history()),
            mood: Arc::new(Mutex::new(Mood::Well)),
            reads: Arc::default(),
            asked_for: Arc::default(),
            hints: Hints::Never,
        }
    }

    /// The same with hints.
    pub(crate) fn hinting() -> Self {
        Self { hints: Hints::When, ..Self::new() }
    }

    /// The same with hints whether there is anything new or not.
    pub(crate) fn hinting_always() -> Self {
        Self { hints: Hints::Always, ..Self::new() }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

impl Ledger for Moody {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        self.inner.append(events).await
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.asked_for.store(limit, Ordering::Relaxed);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Well => self.inner.read(after, limit).await,
            Mood::Fails => Err(LedgerError::new(LedgerErrorKind::Unreachable, "08006".to_owned())),
            Mood::Hangs => std::future::pending().await,
            Mood::Slow(each) => {
                let page = self.inner.read(after, limit).await?;
                tokio::time::sleep(each * u32::try_from(page.events.len()).unwrap()).await;
                Ok(page)
            }
            Mood::NotUnderstood => {
                Err(LedgerError::new(LedgerErrorKind::NotUnderstood, "event 7".to_owned()))
            }
            Mood::Circles => Ok(Page::new(Vec::new(), after.clone(), 1)),
            Mood::Blocks(time) => {
                std::thread::sleep(time);
                self.inner.read(after, limit).await
            }
            Mood::Panics => panic!("a ledger of somebody else's"),
        }
    }

    async fn events_of(&self, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
        self.inner.events_of(subject).await
    }

    async fn changed(&self) {
        match self.hints {
            Hints::Never => std::future::pending().await,
            Hints::When => self.inner.changed().await,
            Hints::Always => {}
        }
    }
}

/// A ledger of several lanes, in which a transaction that began first may be committed last.
#[derive(Clone, Default)]
pub(crate) struct Lanes(Arc<Mutex<[Vec<Event>; 3]>>);

impl Lanes {
    pub(crate) fn commit(&self, lane: usize, event: Event) {
        self.0.lock().unwrap()[lane].push(event);
    }
}

impl Ledger for Lanes {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        events.iter().for_each(|event| self.commit(0, event.clone()));
        Ok(())
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        let lanes = self.0.lock().unwrap();
        let (mut cursor, mut events, mut behind) = (after.clone(), Vec::new(), 0);
        // The last lane first: whoever relies on an order between them sees that there is none.
        for (lane, kept) in lanes.iter().enumerate().rev() {
            let from = usize::try_from(after.position(lane)).unwrap();
            let page: Vec<Event> = kept[from..].iter().take(limit - events.len()).cloned().collect();
            let to = from + page.len();
            behind += (kept.len() - to) as u64;
            cursor.set(lane, i64::try_from(to).unwrap());
            events.extend(page);
        }
        Ok(Page::new(events, cursor, behind))
    }

    async fn events_of(&self, _: SubjectId) -> Result<Vec<Event>, LedgerError> {
        Ok(Vec::new())
    }
}

pub(crate) fn history() -> History {
    History::dynamoi()
}

pub(crate) fn now() -> DateTime<Utc> {
    SystemClock.now()
}

pub(crate) const SHORT: TimeDelta = TimeDelta::milliseconds(200);

/// A gate that is stale after 200 milliseconds.
pub(crate) fn gate() -> Arc<Gate> {
    Arc::new(Gate::fed(history(), SHORT))
}

/// A subject who may be promoted, and the events that make it so.
pub(crate) fn fan() -> (SubjectId, [Event; 2]) {
    let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse().unwrap());
    (subject, [Event::accept(subject, "1.0.0", at), Event::grant(subject, Purpose::Promotion, "1.0.0", at)])
}

pub(crate) fn refusal_of(subject: SubjectId) -> Event {
    Event::withdraw(subject, Purpose::Promotion, "2026-01-06T09:00:00Z".parse().unwrap())
}

pub(crate) fn promotion(subject: SubjectId, at: DateTime<Utc>) -> Request {
    let share = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
    let flow = Flow::new(DataCategory::Streaming, Purpose::Promotion, share);
    Request { subject, flow, at, signals: dynamoi_privacy::gate::Signals::default() }
}

/// Whether promotion is permitted now; `None` when the gate cannot say.
pub(crate) fn permitted(gate: &Gate, subject: SubjectId) -> Option<bool> {
    match gate.decide(&promotion(subject, now())) {
        Ok(decision) => Some(matches!(decision, Decision::Permitted(_))),
        Err(Undecided::StaleView) => None,
        Err(other) => panic!("{other}"),
    }
}

/// Waits until something holds. It has to at some time, and when is not what is tested.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it never came about that {what}");
}

/// Whether the gate says of an instant that its view is stale.
pub(crate) fn stale_at(gate: &Gate, at: DateTime<Utc>) -> bool {
    gate.decide(&promotion(SubjectId::random(), at)) == Err(Undecided::StaleView)
}
