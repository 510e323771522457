//! Trouble: a ledger that fails, hangs or is slow makes a gate stale and not wrong, and the gate recovers by itself.

use std::{sync::atomic::Ordering, time::Duration};

use dynamoi_privacy::{
    Event, SubjectId,
    ledger::{FollowOptions, FollowState, Following, Ledger, LedgerErrorKind},
};

use crate::doubles::{Mood, Moody, fan, gate, permitted, refusal_of, until};

#[tokio::test]
async fn whatever_the_trouble_is_the_gate_goes_stale_says_so_and_recovers() {
    let kinds = [
        (Mood::Fails, LedgerErrorKind::Unreachable),
        (Mood::Hangs, LedgerErrorKind::Unreachable),
        (Mood::NotUnderstood, LedgerErrorKind::NotUnderstood),
        (Mood::Circles, LedgerErrorKind::NotUnderstood),
    ];
    let (ledger, gate) = (Moody::new(), gate());
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    for (mood, kind) in kinds {
        let (subject, events) = fan();
        following.record_all(&events).await.unwrap();
        assert_eq!(permitted(&gate, subject), Some(true), "{mood:?}");
        ledger.is(mood);
        // Somebody else withdraws it meanwhile.
        ledger.append(&[refusal_of(subject)]).await.unwrap();
        until("it is stale", || permitted(&gate, subject).is_none()).await;
        until("it says so", || following.state() == FollowState::Stale).await;
        assert_eq!(following.last_error().unwrap().kind(), kind, "{mood:?}");
        // It stays so, whatever the host records.
        following.record_all(&fan().1).await.unwrap();
        assert_eq!(permitted(&gate, subject), None, "{mood:?}");
        ledger.is(Mood::Well);
        until("it is answered again", || permitted(&gate, subject).is_some()).await;
        assert_eq!(permitted(&gate, subject), Some(false), "{mood:?}");
        assert_eq!((following.state(), following.last_error()), (FollowState::InStep, None), "{mood:?}");
    }
}

#[tokio::test]
async fn a_short_trouble_makes_nothing_stale() {
    let (ledger, gate) = (Moody::new(), gate());
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    ledger.is(Mood::Fails);
    until("it is noticed", || following.last_error().is_some()).await;
    assert_eq!(following.state(), FollowState::InStep);
    ledger.is(Mood::Well);
    until("it is over", || following.last_error().is_none()).await;
}

#[tokio::test]
async fn a_ledger_that_is_down_is_not_asked_without_pause() {
    let (ledger, gate) = (Moody::new(), gate());
    let _following = Following::start(ledger.clone(), gate).await.unwrap();
    ledger.is(Mood::Fails);
    let before = ledger.reads.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(500)).await;
    // It waits 25 milliseconds and longer between two of them.
    assert!(ledger.reads.load(Ordering::Relaxed) - before <= 500 / 25 + 1);
}

#[tokio::test]
async fn a_ledger_that_is_slow_is_asked_for_less_at_once() {
    let (ledger, gate) = (Moody::new(), gate());
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    let events: Vec<Event> = (0..400).map(|_| Event::of_age(SubjectId::random(), at)).collect();
    ledger.append(&events).await.unwrap();
    // A quarter of the staleness is 50 milliseconds: no page of more than 100 can be read, and all of it in 200.
    ledger.is(Mood::Slow(Duration::from_micros(500)));
    let following = FollowOptions::new().start_in_background(ledger.clone(), gate.clone()).unwrap();
    until("it is in step all the same", || following.state() == FollowState::InStep).await;
    assert_eq!(following.progress().events, 400);
    // Once it is quick again it is asked for as much as before.
    ledger.is(Mood::Well);
    let asked_for = ledger.asked_for.clone();
    until("it is asked for as much as before", || asked_for.load(Ordering::Relaxed) == 8192).await;
}
