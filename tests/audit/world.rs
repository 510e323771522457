//! A gate with a trail, people, and a sink that does what a test tells it to.

use std::{
    io::BufRead,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    audit::{
        Entry, Head, Keys, Line, MemorySink, Settings, Sink, StoreError, StoreErrorKind, Trail, Verification,
    },
    consent::Event,
    data::AnalyticsData,
    gate::{Checked, Gate, Guarded},
    policy::History,
    processors::PostHog,
    vocabulary::{Purpose, SubjectId},
};

pub(crate) fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// The instant of the nth check.
pub(crate) fn at(nth: u64) -> DateTime<Utc> {
    now() + TimeDelta::microseconds(i64::try_from(nth).unwrap())
}

pub(crate) fn trail(sink: impl Sink + 'static, keys: impl Keys + 'static, settings: Settings) -> Arc<Trail> {
    Arc::new(Trail::start(sink, keys, settings).unwrap())
}

/// A gate whose checks that trail takes down.
pub(crate) fn gate(trail: &Arc<Trail>) -> Gate {
    Gate::new(History::dynamoi()).with_witness(trail.clone())
}

/// Somebody who consents to engagement analysis.
pub(crate) fn fan(gate: &Gate) -> SubjectId {
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    gate.record(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now())).unwrap();
    subject
}

/// Asks whether their page views may go to PostHog.
pub(crate) fn ask(gate: &Gate, subject: SubjectId, at: DateTime<Utc>) -> Checked<AnalyticsData, PostHog> {
    gate.share(Guarded::new(subject, AnalyticsData::default()), Purpose::EngagementAnalysis, PostHog, at)
}

/// The entries of a trail that is whole.
pub(crate) fn entries(mut lines: impl BufRead) -> Vec<Entry> {
    let (mut verification, mut entries, mut line) = (Verification::new(), Vec::new(), String::new());
    while lines.read_line(&mut line).unwrap() > 0 {
        entries.push(verification.line(line.strip_suffix('\n').unwrap().as_bytes()).unwrap());
        line.clear();
    }
    verification.end().unwrap();
    entries
}

/// Waits for something that another thread does.
pub(crate) fn until(what: impl Fn() -> bool) {
    while !what() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What a sink does when it is to append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Fine,
    /// Keeps the first so many, and cannot say so.
    Keeps(usize),
    /// The same, and it cannot say what it holds either.
    Silent(usize),
    Panics,
    /// Does not come back.
    Hangs,
}

/// A sink in memory with moods. Its clones are one.
#[derive(Clone)]
pub(crate) struct Moody {
    pub(crate) memory: MemorySink,
    mood: Arc<(Mutex<Mood>, Condvar)>,
}

impl Moody {
    pub(crate) fn new(mood: Mood) -> Self {
        Self { memory: MemorySink::new(), mood: Arc::new((Mutex::new(mood), Condvar::new())) }
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.0.lock().unwrap() = mood;
        self.mood.1.notify_all();
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        entries(&self.memory.bytes()[..])
    }

    fn mood(&self) -> Mood {
        let mood = self.mood.0.lock().unwrap();
        *self.mood.1.wait_while(mood, |mood| *mood == Mood::Hangs).unwrap()
    }
}

impl Sink for Moody {
    fn head(&self) -> Result<Head, StoreError> {
        // Not within the match, which would hold the lock.
        let mood = *self.mood.0.lock().unwrap();
        match mood {
            Mood::Silent(_) => Err(StoreErrorKind::Unreachable.into()),
            Mood::Panics => panic!("as it was told"),
            _ => self.memory.head(),
        }
    }

    fn append(&self, lines: &[Line]) -> Result<(), StoreError> {
        match self.mood() {
            Mood::Fine | Mood::Hangs => self.memory.append(lines),
            Mood::Panics => panic!("as it was told"),
            Mood::Keeps(count) | Mood::Silent(count) => {
                self.memory.append(&lines[..count.min(lines.len())]).unwrap();
                Err(StoreErrorKind::Full.into())
            }
        }
    }

    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError> {
        self.memory.read()
    }
}
