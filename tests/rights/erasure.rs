//! An erasure is whole: nothing of the person is left in the ledger, the gate or whose the trail's entries are, and what
//! remains to be done is said.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Gate, Guarded, History, Purpose, SubjectId,
    audit::{
        Head, Key, Keys, MemoryKeys, MemorySink, Settings, StoreError, StoreErrorKind, Trail, Verification,
    },
    clock::{Clock, SystemClock},
    data::StreamingData,
    gate::MAX_STALENESS,
    ledger::{AppendError, EraseError, Following, Ledger, LedgerErrorKind, Memory, Sqlite, erase},
    processors::{FacebookAds, FeatureFm},
    rights::narrowed,
    vocabulary::{DataCategory, ProcessorId},
};
use serde_json::json;

use super::export;

struct World {
    gate: Arc<Gate>,
    ledger: Memory,
    following: Following<Memory>,
    trail: Arc<Trail>,
    sink: MemorySink,
    now: DateTime<Utc>,
}

async fn world(keys: impl Keys + 'static) -> World {
    let (history, sink) = (Arc::new(History::dynamoi()), MemorySink::new());
    let trail = Arc::new(Trail::start(sink.clone(), keys, Settings::required()).unwrap());
    let gate = Arc::new(Gate::fed(history.clone(), MAX_STALENESS).with_witness(trail.clone()));
    let ledger = Memory::new(history);
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    World { gate, ledger, following, trail, sink, now: SystemClock.now() }
}

impl World {
    async fn record(&self, events: &[Event]) {
        self.following.record_all(events).await.unwrap();
    }

    /// The person's data from Spotify goes to Feature.fm, if it may.
    fn promote(&self, subject: SubjectId) -> bool {
        let data = Guarded::obtained(subject, ProcessorId::SPOTIFY, StreamingData::default());
        self.gate.share(data, Purpose::Promotion, FeatureFm, SystemClock.now()).is_ok()
    }

    /// Data of Deezer's goes to Facebook Ads, to which nobody consents here.
    fn advertise(&self, subject: SubjectId) -> bool {
        let data = Guarded::obtained(subject, ProcessorId::DEEZER, StreamingData::default());
        self.gate.share(data, Purpose::MarketingCampaigns, FacebookAds, SystemClock.now()).is_ok()
    }
}

/// An account that was a visitor before, and what both chose.
async fn linked(world: &World) -> (SubjectId, SubjectId) {
    let (account, visitor, at) = (SubjectId::random(), SubjectId::random(), world.now);
    world
        .record(&[
            Event::accept(visitor, "1.0.0", at),
            Event::grant(visitor, Purpose::Promotion, "1.0.0", at),
            Event::accept(account, "1.0.0", at),
            Event::link(account, visitor, at),
        ])
        .await;
    (account, visitor)
}

#[tokio::test]
async fn an_erasure_of_one_id_is_one_of_the_person_and_leaves_the_chain_whole() {
    let world = world(MemoryKeys::new()).await;
    let (account, visitor) = linked(&world).await;
    let somebody = SubjectId::random();
    world.record(&[Event::accept(somebody, "1.0.0", world.now)]).await;
    assert!(world.promote(visitor) && world.promote(account) && !world.promote(somebody));
    // What was refused never flowed.
    assert!(!world.advertise(visitor) && !world.advertise(account));

    let erased = erase(&world.following, Some(&world.trail), visitor, world.now).await.unwrap();
    assert_eq!(format!("{erased:?} {:?}", erased.people[0]), "Erased { people: 2 } ErasedId");
    let ids: Vec<SubjectId> = erased.people.iter().map(|person| person.subject).collect();
    assert_eq!(ids, [visitor, account]);
    for person in &erased.people {
        let decisions = person.decisions.as_ref().unwrap();
        assert_eq!(decisions.len(), 2);
        // What the gate keeps lets much have flowed; what the trail has is one flow.
        assert!(person.removals.len() >= 12);
        let owed = narrowed(person.removals.clone(), decisions);
        let owed: Vec<(&ProcessorId, usize, &[DataCategory])> = owed
            .iter()
            .map(|removal| (removal.processor(), removal.sent().len(), removal.obtained()))
            .collect();
        let streaming = &[DataCategory::Streaming][..];
        assert_eq!(owed, [(&ProcessorId::SPOTIFY, 0, streaming), (&ProcessorId::FEATURE_FM, 1, &[])]);
        // Nobody finds them again, and nothing else is left.
        assert!(world.trail.decisions_of(person.subject).unwrap().is_empty());
        assert!(!world.promote(person.subject));
        let kept = world.ledger.events_of(person.subject).await.unwrap();
        assert_eq!(kept.iter().map(|event| event.event_type().as_str()).collect::<Vec<_>>(), ["erased"]);
        let (_, value) = export(&world.gate, person.subject, &kept, vec![]);
        assert_eq!(value.as_object().unwrap().len(), 4, "{value}");
    }
    assert_eq!(world.trail.decisions_of(somebody).unwrap().len(), 1);
    let head: Head = world.trail.close().unwrap();
    let lines = world.sink.bytes();
    assert_eq!(Verification::new().through(head).read(&lines[..]).unwrap(), head);
    let text = String::from_utf8(lines).unwrap();
    for id in [account, visitor, somebody] {
        assert!(!text.contains(&id.uuid().to_string()));
    }
}

#[tokio::test]
async fn what_was_erased_can_be_erased_again() {
    let world = world(MemoryKeys::new()).await;
    let (account, visitor) = linked(&world).await;
    let first = erase(&world.following, Some(&world.trail), account, world.now).await.unwrap();
    let again = erase(&world.following, None, account, world.now + TimeDelta::seconds(1)).await.unwrap();
    let said = |erased: &dynamoi_privacy::ledger::Erased| {
        let mut people: Vec<_> =
            erased.people.iter().map(|person| (person.subject, json!(person.removals))).collect();
        people.sort_by_key(|(subject, _)| *subject);
        people
    };
    assert_eq!(said(&first), said(&again), "the earlier instant stands");
    let mut ids: Vec<SubjectId> = again.people.iter().map(|person| person.subject).collect();
    ids.sort();
    let mut expected = vec![account, visitor];
    expected.sort();
    assert_eq!(ids, expected);
    let stranger = SubjectId::random();
    let erased = erase(&world.following, Some(&world.trail), stranger, world.now).await.unwrap();
    assert_eq!(erased.people.len(), 1, "somebody unknown may be erased in advance");
    assert!(world.gate.record_of(stranger).unwrap().is_erased());
}

/// Keys that cannot be forgotten yet, and then can.
#[derive(Clone, Default)]
struct Stuck(MemoryKeys, Arc<std::sync::atomic::AtomicBool>);

impl Keys for Stuck {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        self.0.keys(subjects)
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.known(subject)
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        match self.1.load(std::sync::atomic::Ordering::Relaxed) {
            true => self.0.forget(subject),
            false => Err(StoreErrorKind::Unreachable.into()),
        }
    }
}

#[tokio::test]
async fn keys_that_are_not_forgotten_are_said_and_the_person_is_erased_all_the_same() {
    let keys = Stuck::default();
    let world = world(keys.clone()).await;
    let (account, visitor) = linked(&world).await;
    assert!(world.promote(account));
    let error = erase(&world.following, Some(&world.trail), account, world.now).await.unwrap_err();
    assert!(matches!(error, EraseError::Keys(_)));
    assert!(error.to_string().starts_with("the person is erased, and the trail's keys are not: "), "{error}");
    assert!(world.gate.record_of(visitor).unwrap().is_erased());
    keys.1.store(true, std::sync::atomic::Ordering::Relaxed);
    let erased = erase(&world.following, Some(&world.trail), account, world.now).await.unwrap();
    assert_eq!(erased.people.len(), 2);
    assert!(world.trail.decisions_of(account).unwrap().is_empty());
}

#[tokio::test]
async fn a_ledger_that_cannot_take_it_is_an_error_and_nothing_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (history, path) = (Arc::new(History::dynamoi()), folder.path().join("consents.db"));
    let trail = Arc::new(Trail::start(MemorySink::new(), MemoryKeys::new(), Settings::required()).unwrap());
    let gate = Arc::new(Gate::fed(history.clone(), MAX_STALENESS).with_witness(trail.clone()));
    let ledger = Sqlite::open(&path, history).await.unwrap();
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    let (subject, now) = (SubjectId::random(), SystemClock.now());
    following.record(Event::accept(subject, "1.0.0", now)).await.unwrap();
    let data = Guarded::new(subject, StreamingData::default());
    assert!(gate.use_for(data, Purpose::PlatformOperation, now).is_ok());
    ledger.close().await;
    let error = erase(&following, Some(&trail), subject, now).await.unwrap_err();
    let EraseError::Ledger(AppendError::Unavailable(error)) = error else { panic!("{error}") };
    assert_ne!(error.kind(), LedgerErrorKind::NotUnderstood);
    assert_eq!(trail.decisions_of(subject).unwrap().len(), 1);
    assert!(!gate.record_of(subject).unwrap().is_erased());
}

#[tokio::test]
async fn an_export_has_the_decisions_as_the_trail_has_them() {
    let world = world(MemoryKeys::new()).await;
    let (account, _) = linked(&world).await;
    assert!(world.promote(account));
    let account_of = Guarded::new(account, dynamoi_privacy::data::UserData::default());
    assert!(world.gate.disclose(account_of, "AG Berlin 1 F 2/26".into(), world.now).is_ok());
    let decisions = world.trail.decisions_of(account).unwrap();
    let events = dynamoi_privacy::ledger::events_of_person(&world.ledger, account).await.unwrap();
    let (_, value) = export(&world.gate, account, &events, decisions.clone());
    assert_eq!(value["events"].as_array().unwrap().len(), 4);
    assert_eq!(value["decisions"], json!(decisions));
    assert_eq!(value["decisions"].as_array().unwrap().len(), 2);
}
