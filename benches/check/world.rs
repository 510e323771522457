//! The world that is measured: subjects who accepted the policy and made choices, and questions about them.
#![expect(clippy::indexing_slicing, reason = "a benchmark may stop at a fault")]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::PersonalData,
    gate::{Action, Flow, Gate, Recipient},
    policy::History,
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};
use uuid::Uuid;

/// How many events each subject has.
pub const EVENTS: u64 = 4;

pub struct Adverts(pub u64);
impl PersonalData for Adverts {
    const CATEGORY: DataCategory = DataCategory::AdPerformance;
}

pub struct Views(pub u64);
impl PersonalData for Views {
    const CATEGORY: DataCategory = DataCategory::Analytics;
}

pub struct FacebookAds;
impl Recipient for FacebookAds {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

pub struct Stripe;
impl Recipient for Stripe {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

pub struct World {
    pub gate: Gate,
    pub count: usize,
    pub now: DateTime<Utc>,
    pub flow: Flow,
    /// Subjects in random order; their number is a power of two, `mask` one less.
    pub questions: Vec<SubjectId>,
    pub mask: usize,
}

impl World {
    pub fn new(count: usize) -> Self {
        let gate = Gate::new(History::dynamoi());
        let start: DateTime<Utc> = DateTime::from_timestamp(1_767_603_600, 123_456_789).unwrap();
        let mut random = Random(0x5EED);
        let subjects: Vec<SubjectId> = (0..count).map(|_| random.uuid().into()).collect();
        for (subject, nth) in subjects.iter().zip(0..) {
            let at = start + TimeDelta::microseconds(nth);
            let until = at + TimeDelta::days(365);
            let home = if nth % 3 == 0 { "US" } else { "DE" };
            for event in [
                Event::accept(*subject, "1.0.0", at),
                Event::home(*subject, home.parse().unwrap(), at),
                Event::grant_until(*subject, Purpose::MarketingCampaigns, "1.0.0", at, until),
                Event::grant(*subject, Purpose::EngagementAnalysis, "1.0.0", at),
            ] {
                gate.record(event).unwrap();
            }
        }
        let questions = (1usize << 20).min(count.next_power_of_two());
        let questions: Vec<SubjectId> =
            (0..questions).map(|_| subjects[(random.next() % count as u64) as usize]).collect();
        let share = Action::Share { processor: ProcessorId::FACEBOOK_ADS, country: None };
        Self {
            gate,
            count,
            now: start + TimeDelta::days(30),
            flow: Flow::new(DataCategory::AdPerformance, Purpose::MarketingCampaigns, share),
            mask: questions.len() - 1,
            questions,
        }
    }

    /// Puts each question, independent of the others.
    pub fn each(&self, ask: impl Fn(SubjectId) -> bool) {
        for subject in &self.questions {
            assert!(black_box(ask(*subject)));
        }
    }

    /// Puts one question at a time: which subject is next depends on the answer before.
    pub fn alone(&self, ask: impl Fn(SubjectId) -> bool) {
        let mut at = 0;
        for _ in 0..self.questions.len() {
            let yes = black_box(ask(self.questions[at]));
            at = (at * 5 + usize::from(yes) * 7919) & self.mask;
        }
    }

    /// A choice that changes the subject's record but not the answers that are measured.
    pub fn another_event(&self, subject: SubjectId) -> Event {
        Event::grant(subject, Purpose::Promotion, "1.0.0", self.now)
    }
}

/// SplitMix64: the same world in every run.
pub struct Random(u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(
            (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes(),
        )
        .into_uuid()
    }
}

pub struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}
