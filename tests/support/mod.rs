//! What several tests share: seeded versions, events and questions, in the crate's own types.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of this module")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::result_large_err,
    reason = "a refusal gives the data back, and the data of these tests is large"
)]

pub mod held;
pub mod recipients;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, EventKind, Manner, Scope},
    gate::{Action, Flow, Gate, Request, Signals},
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, Purpose, Source, SubjectId},
};

use crate::plain::{revisions::revise, rng::Rng, worlds};

pub const DAY: TimeDelta = TimeDelta::days(1);
pub const NANO: TimeDelta = TimeDelta::nanoseconds(1);

/// The instants that events are drawn from: few, so that ties are common.
const NEAR: [&str; 4] = [
    "2026-01-05T09:00:00Z",
    "2026-01-05T09:00:00.000000001Z",
    "2026-01-06T00:00:00Z",
    "2026-01-09T12:00:00Z",
];

/// Instants that the short form of a record cannot hold, and their neighbours that it can.
const FAR: [&str; 8] = [
    "1969-12-31T23:59:59.999999999Z",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
    "2017-01-01T00:00:00Z",
    "2554-07-21T23:34:33.709551615Z",
    "2554-07-21T23:34:33.709551616Z",
    "9999-12-31T23:59:59.999999999Z",
];

const COUNTRIES: [&str; 3] = ["DE", "US", "SE"];

/// Flows that Dynamoi's policy has: a category, a purpose, and a recipient if it is shared.
const FITTING: [(DataCategory, Purpose, Option<ProcessorId>); 9] = [
    (DataCategory::Streaming, Purpose::Promotion, Some(ProcessorId::FEATURE_FM)),
    (DataCategory::User, Purpose::MarketingCampaigns, Some(ProcessorId::GOOGLE_ADS)),
    (DataCategory::Analytics, Purpose::EngagementAnalysis, Some(ProcessorId::POSTHOG)),
    (DataCategory::Payment, Purpose::Billing, Some(ProcessorId::STRIPE)),
    (DataCategory::User, Purpose::MusicDistribution, Some(ProcessorId::SPOTIFY)),
    (DataCategory::Analytics, Purpose::PlatformOperation, None),
    (DataCategory::User, Purpose::Promotion, None),
    (DataCategory::Streaming, Purpose::MarketingCampaigns, None),
    (DataCategory::AdPerformance, Purpose::Promotion, None),
];

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Dynamoi's document, read once.
pub fn dynamoi() -> Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::dynamoi);
    DOCUMENT.clone()
}

/// A gate that knows these versions.
pub fn gate_with(documents: &[Document]) -> Gate {
    Gate::new(history_of(documents))
}

/// The history of these versions.
pub fn history_of(documents: &[Document]) -> History {
    let history = History::new();
    for document in documents {
        history.add(document.clone()).unwrap();
    }
    history
}

/// What a draw is made of; every field of it is a dimension in which worlds differ.
pub struct Draw {
    pub rng: Rng,
    pub subjects: Vec<SubjectId>,
    pub instants: Vec<DateTime<Utc>>,
    pub versions: Vec<String>,
    /// Whether choices are made for less than a purpose, in so many of a hundred cases.
    pub narrow: usize,
    /// Whether subjects are erased, in so many of a hundred events.
    pub erased: usize,
    /// Whether subjects are linked, in so many of a hundred events.
    pub linked: usize,
}

impl Draw {
    /// Worlds differ by their seed in whether there are narrow scopes and strange instants.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let linked = if rng.chance(40) { *rng.pick(&[&3, &8, &20]) } else { 0 };
        let subjects = (0..if linked > 0 { 6 } else { 3 }).map(|_| subject(&mut rng)).collect();
        let mut instants: Vec<_> = NEAR.map(instant).into();
        if rng.chance(35) {
            let far = instant(rng.pick(&FAR));
            instants.push(far);
        }
        let narrow = if rng.chance(40) { 60 } else { 0 };
        let erased = if rng.chance(30) { 4 } else { 0 };
        Self { rng, subjects, instants, versions: Vec::new(), narrow, erased, linked }
    }

    /// So many versions in the order of their arrival, which is not that of their coming into force. The first
    /// one to arrive is Dynamoi's own; the others were revised.
    pub fn documents(&mut self, count: usize) -> Vec<Document> {
        let mut days: Vec<i32> = (1..count as i32).map(|day| day - count as i32 / 2).collect();
        self.rng.shuffle(&mut days);
        let mut documents = vec![dynamoi()];
        for (nth, day) in (1..).zip(days) {
            let mut document = worlds::dynamoi();
            for _ in 0..=self.rng.below(3) {
                revise(&mut self.rng, &mut document);
            }
            let mut document = Document::from_json(&document.to_string()).unwrap();
            document.version = format!("v{nth}").as_str().into();
            document.effective_from = instant("2026-01-07T00:00:00Z") + DAY * day;
            documents.push(document);
        }
        self.versions = documents.iter().map(|document| document.version.as_str().to_owned()).collect();
        documents
    }

    pub fn events(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|_| self.event()).collect()
    }

    pub fn event(&mut self) -> Event {
        let subject = self.subject();
        let at = self.instant();
        let kind = self.kind(at);
        Event { id: self.rng.uuid().parse().unwrap(), subject, at, kind }
    }

    /// An event's kind that a gate which knows the versions takes in at this instant.
    pub fn kind(&mut self, at: DateTime<Utc>) -> EventKind {
        if self.rng.chance(self.erased) {
            return EventKind::Erased;
        }
        if self.rng.chance(self.linked) {
            // Now and then with somebody of whom nothing else is ever known.
            let visitor = if self.rng.chance(90) { self.subject() } else { subject(&mut self.rng) };
            return EventKind::Linked { visitor };
        }
        match self.rng.below(100) {
            0..18 => {
                EventKind::PolicyAccepted { policy_version: self.version().into(), manner: self.manner() }
            }
            18..58 => EventKind::ConsentGranted {
                scope: self.scope(),
                policy_version: self.version().into(),
                expires_at: self.expiry(at),
            },
            58..69 => EventKind::ConsentDenied { scope: self.scope() },
            69..80 => EventKind::ConsentWithdrawn { scope: self.scope() },
            80..90 => EventKind::AgeDeclared { minor_until: self.majority() },
            _ => EventKind::HomeDeclared { country: self.rng.pick(&COUNTRIES).parse().unwrap() },
        }
    }

    pub fn scope(&mut self) -> Scope {
        let scope = Scope::from(self.purpose());
        if !self.rng.chance(self.narrow) {
            return scope;
        }
        match self.rng.below(3) {
            0 => scope.category(self.category()),
            1 => scope.processor(self.processor()),
            _ => scope.category(self.category()).processor(self.processor()),
        }
    }

    pub fn request(&mut self) -> Request {
        let subject = if self.rng.chance(95) { self.subject() } else { subject(&mut self.rng) };
        let at = self.instant();
        let at = match self.rng.below(4) {
            0 => at,
            1 => at.checked_add_signed(NANO).unwrap_or(at),
            2 => instant("2026-01-10T00:00:00Z"),
            _ => instant("2026-01-02T00:00:00Z") + DAY * self.rng.below(12) as i32,
        };
        let signals = if self.rng.chance(85) {
            Signals::default()
        } else {
            Signals { gpc: self.rng.chance(60), cookies_blocked: self.rng.chance(60) }
        };
        Request { subject, flow: self.flow(), at, signals }
    }

    pub fn flow(&mut self) -> Flow {
        if self.rng.chance(65) {
            let (category, purpose, recipient) = FITTING[self.rng.below(FITTING.len())].clone();
            let action =
                recipient.map_or(Action::Use, |processor| Action::Share { processor, country: None });
            return Flow::new(category, purpose, action);
        }
        let action = match self.rng.below(6) {
            0 => Action::Collect { source: Source::Processor(self.processor()) },
            1 => Action::Collect { source: Source::Subject },
            2 => Action::Store { country: Some("DE".parse().unwrap()), encrypted: self.rng.chance(70) },
            3 => Action::Share { processor: self.processor(), country: Some("DE".parse().unwrap()) },
            4 => Action::Disclose { reference: "12 O 345/25".into() },
            _ => Action::Use,
        };
        let mut flow = Flow::new(self.category(), self.purpose(), action);
        if self.rng.chance(20) {
            flow = flow.obtained_from(self.processor());
        }
        flow
    }

    pub fn subject(&mut self) -> SubjectId {
        self.subjects[self.rng.below(self.subjects.len())]
    }

    pub fn version(&mut self) -> &str {
        let place = self.rng.below(self.versions.len());
        &self.versions[place]
    }

    fn instant(&mut self) -> DateTime<Utc> {
        self.instants[self.rng.below(self.instants.len())]
    }

    fn expiry(&mut self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.rng.chance(50) {
            return None;
        }
        let soon = at.checked_add_signed(DAY * (1 + self.rng.below(4) as i32));
        let another = Some(self.instant());
        [another, soon].into_iter().flatten().find(|expires| *expires > at)
    }

    fn majority(&mut self) -> Option<NaiveDate> {
        const DATES: [&str; 4] = ["2026-01-05", "2026-01-08", "2010-05-01", "0001-01-01"];
        self.rng.chance(60).then(|| self.rng.pick(&DATES).parse().unwrap())
    }

    fn manner(&mut self) -> Manner {
        Manner::ALL[self.rng.below(Manner::ALL.len())]
    }

    fn purpose(&mut self) -> Purpose {
        Purpose::ALL[self.rng.below(Purpose::ALL.len())]
    }

    fn category(&mut self) -> DataCategory {
        DataCategory::ALL[self.rng.below(DataCategory::ALL.len())]
    }

    fn processor(&mut self) -> ProcessorId {
        const OTHERS: [&str; 2] = ["host_one", "never_registered"];
        match self.rng.below(ProcessorId::NAMED.len() + 2) {
            place if place < ProcessorId::NAMED.len() => ProcessorId::NAMED[place].clone(),
            _ => self.rng.pick(&OTHERS).parse().unwrap(),
        }
    }
}

fn subject(rng: &mut Rng) -> SubjectId {
    rng.uuid().parse().unwrap()
}
