//! A sink that fails, hangs, panics, keeps half, or belongs to another: nothing is lost, doubled or permitted unseen.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use dynamoi_privacy::{
    audit::{Effect, Key, Keys, MemoryKeys, Settings, Sink, StoreError, StoreErrorKind, Trail, TrailError},
    gate::{NotPermitted, Undecided},
    vocabulary::SubjectId,
};

use crate::world::{Mood, Moody, ask, at, fan, gate, now, trail, until};

/// Longer than any wait of a test, and shorter than one that hangs.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(200);

const UNRECORDED: NotPermitted = NotPermitted::Undecided(Undecided::Unrecorded);

#[test]
fn a_full_queue_blocks_and_loses_nothing() {
    let sink = Moody::new(Mood::Hangs);
    let settings = Settings::queued().capacity(4).patience(LONG);
    let trail = trail(sink.clone(), MemoryKeys::new(), settings);
    let gate = gate(&trail);
    let subject = fan(&gate);
    let answered = AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for nth in 0..50 {
                assert!(ask(&gate, subject, at(nth)).is_ok());
                answered.fetch_add(1, Ordering::Release);
            }
        });
        until(|| answered.load(Ordering::Acquire) == 4);
        thread::sleep(SHORT);
        assert_eq!(answered.load(Ordering::Acquire), 4, "the fifth check waits");
        assert_eq!(trail.health().waiting, 4);
        sink.set(Mood::Fine);
    });
    assert_eq!(trail.close().unwrap().sequence(), 50);
    assert!(sink.entries().iter().zip(0..).all(|(entry, nth)| entry.at() == at(nth)));
    assert_eq!(trail.health().unrecorded, 0);
}

#[test]
fn after_its_patience_a_check_cannot_be_decided_and_when_the_sink_is_back_it_can() {
    for mood in [Mood::Hangs, Mood::Keeps(0), Mood::Silent(0), Mood::Panics] {
        let sink = Moody::new(Mood::Fine);
        let settings = Settings::queued().capacity(3).patience(SHORT);
        let trail = trail(sink.clone(), MemoryKeys::new(), settings);
        let gate = gate(&trail);
        let subject = fan(&gate);
        sink.set(mood);
        (0..3).for_each(|nth| assert!(ask(&gate, subject, at(nth)).is_ok()));
        (3..6).for_each(|nth| assert_eq!(ask(&gate, subject, at(nth)).unwrap_err().why(), &UNRECORDED));
        let health = trail.health();
        assert_eq!((health.waiting, health.unrecorded), (3, 3));
        assert!(matches!(trail.flush(), Err(TrailError::NotKept { left: 3, .. })));
        if mood == Mood::Panics {
            assert_eq!(health.trouble.unwrap().kind(), StoreErrorKind::Panicked);
        }

        sink.set(Mood::Fine);
        until(|| trail.health().waiting == 0);
        assert!(ask(&gate, subject, at(6)).is_ok());
        assert_eq!(trail.close().unwrap().sequence(), 4);
        assert_eq!(trail.health().trouble, None);
        let kept: Vec<_> = sink.entries().iter().map(|entry| entry.at()).collect();
        assert_eq!(kept, [at(0), at(1), at(2), at(6)]);
    }
}

#[test]
fn where_entries_are_required_a_check_without_one_is_kept_as_undecided() {
    for mood in [Mood::Keeps(0), Mood::Silent(0), Mood::Panics] {
        let sink = Moody::new(Mood::Fine);
        let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required().patience(SHORT));
        let gate = gate(&trail);
        let subject = fan(&gate);
        assert!(ask(&gate, subject, at(0)).is_ok());
        sink.set(mood);
        assert_eq!(ask(&gate, subject, at(1)).unwrap_err().why(), &UNRECORDED);
        assert_eq!(ask(&gate, SubjectId::random(), at(2)).unwrap_err().why(), &UNRECORDED);
        sink.set(Mood::Fine);
        until(|| trail.health().waiting == 0);
        assert!(ask(&gate, subject, at(3)).is_ok());
        let effects: Vec<Effect> = sink.entries().iter().map(|entry| entry.effect()).collect();
        assert_eq!(effects, [Effect::Permit, Effect::Undecided, Effect::Undecided, Effect::Permit]);
    }
}

#[test]
fn what_was_kept_of_an_append_that_failed_is_not_kept_twice() {
    for mood in [Mood::Keeps, Mood::Silent] {
        for kept in 0..=10 {
            let sink = Moody::new(Mood::Hangs);
            let trail = trail(sink.clone(), MemoryKeys::new(), Settings::queued().patience(LONG));
            let gate = gate(&trail);
            let subject = fan(&gate);
            // The first hangs alone; the others wait and are written together.
            (0..11).for_each(|nth| assert!(ask(&gate, subject, at(nth)).is_ok()));
            sink.set(mood(kept));
            until(|| trail.health().trouble.is_some());
            sink.set(Mood::Fine);
            assert_eq!(trail.close().unwrap().sequence(), 11);
            let instants: Vec<_> = sink.entries().iter().map(|entry| entry.at()).collect();
            assert_eq!(instants, (0..11).map(at).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_trail_with_another_writer_decides_nothing_more() {
    let sink = Moody::new(Mood::Fine);
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required().patience(LONG));
    let gate = gate(&trail);
    let subject = fan(&gate);
    assert!(ask(&gate, subject, at(0)).is_ok());
    // Somebody else writes the same trail, and the next append is in doubt.
    let other = self::trail(sink.memory.clone(), MemoryKeys::new(), Settings::required());
    let _ = ask(&self::gate(&other), subject, at(1));
    sink.set(Mood::Keeps(0));
    for nth in 2..5 {
        assert_eq!(
            ask(&gate, subject, at(nth)).unwrap_err().why(),
            &UNRECORDED,
            "at once, for all the patience"
        );
    }
    assert_eq!(trail.health().trouble.unwrap().kind(), StoreErrorKind::OtherWriter);
    assert!(matches!(trail.close(), Err(TrailError::NotKept { left: 1, .. })));
    assert_eq!(sink.entries().len(), 2, "the chain of the other is whole");
}

#[test]
fn a_trail_does_not_begin_where_the_sink_cannot_say_how_far_it_goes() {
    let start = |mood| Trail::start(Moody::new(mood), MemoryKeys::new(), Settings::queued()).map(drop);
    assert_eq!(start(Mood::Silent(0)).unwrap_err().kind(), StoreErrorKind::Unreachable);
    assert_eq!(start(Mood::Panics).unwrap_err().kind(), StoreErrorKind::Panicked);
    assert!(start(Mood::Fine).is_ok());
}

/// A keeper that fails, panics, or says too little, so many times.
struct Unsteady(MemoryKeys, AtomicU64);

impl Keys for Unsteady {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        match self.1.fetch_add(1, Ordering::Relaxed) {
            0 => Err(StoreErrorKind::Unreachable.into()),
            1 => panic!("as it was told"),
            2 => Ok(Vec::new()),
            _ => self.0.keys(subjects),
        }
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.known(subject)
    }

    fn forget(&self, _: SubjectId) -> Result<(), StoreError> {
        panic!("as it was told")
    }
}

#[test]
fn a_keeper_of_keys_that_fails_is_waited_out() {
    let sink = Moody::new(Mood::Fine);
    let keys = Unsteady(MemoryKeys::new(), AtomicU64::new(0));
    let trail = trail(sink.clone(), keys, Settings::required().patience(LONG));
    let gate = gate(&trail);
    let subject = fan(&gate);
    assert!(ask(&gate, subject, now()).is_ok());
    assert_eq!(sink.entries().len(), 1);
    assert_eq!(trail.forget(subject).unwrap_err().kind(), StoreErrorKind::Panicked);
    assert!(ask(&gate, subject, at(1)).is_ok(), "the trail goes on");
}

#[test]
fn a_trail_that_is_let_go_while_the_sink_fails_waits_as_long_as_is_said() {
    let sink = Moody::new(Mood::Keeps(0));
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::queued().patience(SHORT));
    let gate = gate(&trail);
    assert!(ask(&gate, SubjectId::random(), now()).is_err());
    assert!(matches!(trail.close(), Err(TrailError::NotKept { left: 1, why: Some(_) })));
    drop((gate, trail));
    assert!(sink.memory.head().is_ok());
}
