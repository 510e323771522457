//! The world that is measured: subjects who accepted the policy and made choices, and questions about them.
#![expect(clippy::indexing_slicing, reason = "a benchmark may stop at a fault")]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::PersonalData,
    gate::{Action, Flow, Gate, Recipient},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};
use uuid::Uuid;

/// How many events each subject has.
pub(crate) const EVENTS: u64 = 4;

/// A word of data: what is measured is the gate, not the moving of data.
pub(crate) struct Adverts(#[expect(dead_code, reason = "data is there to be moved")] pub(crate) u64);
impl PersonalData for Adverts {
    const CATEGORY: DataCategory = DataCategory::AdPerformance;
}

/// The same of another category.
pub(crate) struct Views(#[expect(dead_code, reason = "data is there to be moved")] pub(crate) u64);
impl PersonalData for Views {
    const CATEGORY: DataCategory = DataCategory::Analytics;
}

pub(crate) struct FacebookAds;
impl Recipient for FacebookAds {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

pub(crate) struct Stripe;
impl Recipient for Stripe {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

pub(crate) struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

pub(crate) struct World {
    pub(crate) gate: Gate,
    pub(crate) count: usize,
    pub(crate) now: DateTime<Utc>,
    pub(crate) flow: Flow,
    /// Subjects in random order.
    pub(crate) questions: Vec<SubjectId>,
}

impl World {
    pub(crate) fn new(gate: Gate, count: usize) -> Self {
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
            questions,
        }
    }

    /// Puts each question, independent of the others.
    pub(crate) fn each(&self, ask: impl Fn(SubjectId) -> bool) {
        for subject in &self.questions {
            assert!(black_box(ask(*subject)));
        }
    }

    /// Choices that change records but not the answers that are measured, each new.
    pub(crate) fn choices(&self, count: usize) -> Vec<Event> {
        let later = |nth: usize| self.now + TimeDelta::nanoseconds(nth as i64);
        let subjects = self.questions.iter().cycle().take(count).enumerate();
        subjects
            .map(|(nth, subject)| Event::grant(*subject, Purpose::Promotion, "1.0.0", later(nth)))
            .collect()
    }
}

/// SplitMix64: the same world in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
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
