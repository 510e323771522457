//! Permits of all five checks behind one face, and gates and subjects to get them from.

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, Scope},
    data::StreamingData,
    gate::{Authority, Check, Cleared, Collection, Gate, Guarded, Lapse, Lapsed, OwnUse, Refusal, Storage},
    policy::History,
    vocabulary::{ProcessorId, Purpose, SubjectId},
};

use super::{DAY, dynamoi, gate_with, instant, recipients::FeatureFm};

pub const LIFETIME: TimeDelta = TimeDelta::seconds(30);
pub const NOW: &str = "2026-01-05T09:00:00.123456789Z";

pub fn now() -> DateTime<Utc> {
    instant(NOW)
}

/// What is checked throughout: a track that came from Spotify, for promotion. All five checks permit it.
pub fn plays() -> StreamingData {
    serde_json::from_str(r#"{"track":{"track":{"title":"Zaphod's waltz"},"plays":424242}}"#).unwrap()
}

pub fn guarded(subject: SubjectId) -> Guarded<StreamingData> {
    Guarded::obtained(subject, ProcessorId::SPOTIFY, plays())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Collect,
    Store,
    Use,
    Share,
    Disclose,
}

pub const KINDS: [Kind; 5] = [Kind::Collect, Kind::Store, Kind::Use, Kind::Share, Kind::Disclose];

/// Cleared data of whichever check.
#[derive(Debug)]
pub enum Held {
    Collected(Cleared<StreamingData, Collection>),
    Stored(Cleared<StreamingData, Storage>),
    Used(Cleared<StreamingData, OwnUse>),
    Shared(Cleared<StreamingData, FeatureFm>),
    Disclosed(Cleared<StreamingData, Authority>),
}

impl Held {
    pub fn deadline(&self) -> DateTime<Utc> {
        match self {
            Self::Collected(cleared) => cleared.deadline(),
            Self::Stored(cleared) => cleared.deadline(),
            Self::Used(cleared) => cleared.deadline(),
            Self::Shared(cleared) => cleared.deadline(),
            Self::Disclosed(cleared) => cleared.deadline(),
        }
    }

    /// Takes the permit up; what was let out, or in, is what went in.
    pub fn open(self, gate: &Gate, now: DateTime<Utc>) -> Result<(), Lapsed<StreamingData>> {
        let out = match self {
            Self::Collected(cleared) => {
                let admitted = cleared.admit(gate, now)?;
                assert_eq!(admitted.origin(), Some(&ProcessorId::SPOTIFY));
                return Ok(());
            }
            Self::Stored(cleared) => cleared.open(gate, now),
            Self::Used(cleared) => cleared.open(gate, now),
            Self::Shared(cleared) => cleared.open(gate, now),
            Self::Disclosed(cleared) => cleared.open(gate, now),
        };
        assert!(out? == plays(), "other data came out");
        Ok(())
    }

    pub fn guard(self) -> Guarded<StreamingData> {
        match self {
            Self::Collected(cleared) => cleared.guard(),
            Self::Stored(cleared) => cleared.guard(),
            Self::Used(cleared) => cleared.guard(),
            Self::Shared(cleared) => cleared.guard(),
            Self::Disclosed(cleared) => cleared.guard(),
        }
    }
}

pub fn clear(
    kind: Kind,
    check: Check<'_>,
    data: Guarded<StreamingData>,
) -> Result<Held, Refusal<StreamingData>> {
    let purpose = Purpose::Promotion;
    Ok(match kind {
        Kind::Collect => Held::Collected(check.collect(data, purpose)?),
        Kind::Store => Held::Stored(check.store(data, purpose)?),
        Kind::Use => Held::Used(check.use_for(data, purpose)?),
        Kind::Share => Held::Shared(check.share(data, purpose, FeatureFm)?),
        Kind::Disclose => Held::Disclosed(check.disclose(data, "12 O 345/25".into())?),
    })
}

pub fn lapse(held: Held, gate: &Gate, now: DateTime<Utc>) -> Option<Lapse> {
    let lapsed = held.open(gate, now).err()?;
    let why = lapsed.lapse();
    let data = lapsed.into_guarded();
    assert_eq!(data.origin(), Some(&ProcessorId::SPOTIFY), "the origin comes back with the data");
    assert!(data_of(data) == plays(), "other data came back");
    Some(why)
}

/// The data within, as a disclosure that nothing can stop shows it.
pub fn data_of(data: Guarded<StreamingData>) -> StreamingData {
    let gate = Gate::new(History::dynamoi());
    let cleared = gate.disclose(data, "12 O 345/25".into(), now()).unwrap();
    cleared.open(&gate, now()).unwrap()
}

/// How the gate keeps the record: in its line, with instants beside it, or whole elsewhere.
#[derive(Clone, Copy, Debug)]
pub enum Keeping {
    Line,
    SecondLine,
    Whole,
}

pub const KEEPINGS: [Keeping; 3] = [Keeping::Line, Keeping::SecondLine, Keeping::Whole];

/// A person who consented to promotion two hours ago, until `expires_at`.
pub fn settle(gate: &Gate, keeping: Keeping, expires_at: Option<DateTime<Utc>>) -> SubjectId {
    let (subject, at) = (SubjectId::random(), now() - TimeDelta::hours(2));
    let mut events = vec![Event::accept(subject, "1.0.0", at)];
    events.push(match expires_at {
        None => Event::grant(subject, Purpose::Promotion, "1.0.0", at),
        Some(expires_at) => Event::grant_until(subject, Purpose::Promotion, "1.0.0", at, expires_at),
    });
    if let Keeping::SecondLine | Keeping::Whole = keeping {
        for purpose in [Purpose::Billing, Purpose::MarketingCampaigns, Purpose::MusicDistribution] {
            events.push(Event::grant_until(subject, purpose, "1.0.0", at, now() + DAY));
        }
    }
    if let Keeping::Whole = keeping {
        let narrow = Scope::from(Purpose::Billing).processor(ProcessorId::STRIPE);
        events.push(Event::grant(subject, narrow, "1.0.0", at));
    }
    for event in events {
        gate.record(event).unwrap();
    }
    subject
}

/// Calls with every check and every way to keep the record, and a gate, a subject and the permit.
pub fn for_each_permit(mut then: impl FnMut(Kind, &Gate, SubjectId, Held)) {
    for kind in KINDS {
        for keeping in KEEPINGS {
            let gate = gate_with(&[dynamoi()]);
            let subject = settle(&gate, keeping, None);
            let held = clear(kind, gate.check(now()), guarded(subject)).unwrap();
            then(kind, &gate, subject, held);
        }
    }
}

/// The lapse of a permit that rests on consent; a disclosure rests on none.
pub fn unless_disclosed(kind: Kind, lapse: Lapse) -> Option<Lapse> {
    (kind != Kind::Disclose).then_some(lapse)
}
