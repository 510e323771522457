//! Starting and ending: what a host may get wrong, and what becomes of a gate that nobody follows for.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use dynamoi_privacy::{
    Gate,
    ledger::{FollowOptions, FollowState, Following, Ledger, LedgerErrorKind, StartError},
};

use crate::doubles::{Mood, Moody, SHORT, fan, gate, history, now, permitted, stale_at, until};

#[tokio::test]
async fn mistakes_of_the_host_are_told() {
    let in_memory = Arc::new(Gate::new(history()));
    let error = Following::start(Moody::new(), in_memory).await.unwrap_err();
    assert_eq!(error, StartError::GateNotFed);
    let never = Arc::new(Gate::fed(history(), TimeDelta::zero()));
    assert_eq!(Following::start(Moody::new(), never).await.unwrap_err(), StartError::StalenessTooShort);

    let gate = gate();
    let first = Following::start(Moody::new(), gate.clone()).await.unwrap();
    assert_eq!(Following::start(Moody::new(), gate.clone()).await.unwrap_err(), StartError::AlreadyFed);
    let other = first.clone();
    drop(first);
    assert_eq!(Following::start(Moody::new(), gate.clone()).await.unwrap_err(), StartError::AlreadyFed);
    drop(other);
    assert_eq!(Following::start(Moody::new(), gate).await.unwrap().state(), FollowState::InStep);
}

#[test]
fn without_a_runtime_nothing_starts() {
    let error = FollowOptions::new().start_in_background(Moody::new(), gate()).unwrap_err();
    assert_eq!(error, StartError::NoRuntime);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_for_long_is_no_start() {
    for mood in [Mood::Fails, Mood::Hangs] {
        let (ledger, gate) = (Moody::new(), gate());
        ledger.is(mood);
        let error = Following::start(ledger.clone(), gate.clone()).await.unwrap_err();
        let StartError::Ledger(error) = error else { panic!("{mood:?}: {error}") };
        assert_eq!(error.kind(), LedgerErrorKind::Unreachable);
        assert!(ledger.reads.load(std::sync::atomic::Ordering::Relaxed) > 1, "{mood:?}: it was tried again");
        // Nothing follows, so another start is free to.
        ledger.is(Mood::Well);
        assert_eq!(Following::start(ledger, gate).await.unwrap().state(), FollowState::InStep);
    }
}

#[tokio::test]
async fn a_ledger_that_comes_in_time_is_waited_for() {
    let (ledger, gate) = (Moody::new(), gate());
    ledger.is(Mood::Fails);
    let start = tokio::spawn(Following::start(ledger.clone(), gate));
    let reads = ledger.reads.clone();
    until("it was tried", || reads.load(std::sync::atomic::Ordering::Relaxed) > 0).await;
    ledger.is(Mood::Well);
    assert_eq!(start.await.unwrap().unwrap().last_error(), None);
}

#[tokio::test]
async fn what_is_not_understood_is_no_start_and_nothing_is_waited_for() {
    let (ledger, slow) = (Moody::new(), Arc::new(Gate::fed(history(), TimeDelta::days(1))));
    ledger.is(Mood::NotUnderstood);
    let error = Following::start(ledger.clone(), slow.clone()).await.unwrap_err();
    assert_eq!(error.to_string(), "the ledger holds something that is not understood (event 7)");
    ledger.is(Mood::Circles);
    let error = Following::start(ledger.clone(), slow.clone()).await.unwrap_err();
    assert!(matches!(error, StartError::Ledger(error) if error.kind() == LedgerErrorKind::NotUnderstood));
}

#[tokio::test]
async fn a_ledger_that_panics_is_told_apart() {
    let (ledger, gate) = (Moody::new(), gate());
    ledger.is(Mood::Panics);
    assert_eq!(Following::start(ledger.clone(), gate.clone()).await.unwrap_err(), StartError::Ended);
    ledger.is(Mood::Well);
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    ledger.is(Mood::Panics);
    until("it ends", || following.state() == FollowState::Ended).await;
    until("the gate is stale", || permitted(&gate, fan().0).is_none()).await;
}

#[tokio::test]
async fn in_the_background_a_host_starts_without_its_ledger() {
    let (ledger, gate) = (Moody::new(), gate());
    let (subject, events) = fan();
    ledger.append(&events).await.unwrap();
    ledger.is(Mood::Fails);
    let following = FollowOptions::new().start_in_background(ledger.clone(), gate.clone()).unwrap();
    until("it is told", || following.last_error().is_some()).await;
    // Longer than a start would wait.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((following.state(), following.age()), (FollowState::CatchingUp, None));
    assert_eq!(permitted(&gate, subject), None);
    ledger.is(Mood::Well);
    until("it is in step", || following.state() == FollowState::InStep).await;
    assert_eq!((permitted(&gate, subject), following.last_error()), (Some(true), None));
}

#[tokio::test]
async fn when_the_last_handle_is_dropped_the_view_becomes_stale() {
    let (ledger, gate) = (Moody::new(), gate());
    let (subject, events) = fan();
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    following.record_all(&events).await.unwrap();
    let last = following.clone();
    drop(following);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(permitted(&gate, subject), Some(true));
    drop(last);
    until("the view is stale", || permitted(&gate, subject).is_none()).await;
    // And its word was taken back, whatever instant the host names.
    let (long_ago, at_once) = (now() - TimeDelta::hours(1), now() - SHORT * 2);
    until("the word is taken back", || stale_at(&gate, long_ago) && stale_at(&gate, at_once)).await;
    assert!(gate.age().unwrap() > Duration::from_millis(200), "its age is told all the same");
    let reads = ledger.reads.load(std::sync::atomic::Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(ledger.reads.load(std::sync::atomic::Ordering::Relaxed), reads);
}

#[test]
fn when_the_runtime_ends_the_view_becomes_stale() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let gate = gate();
    let following = runtime.block_on(Following::start(Moody::new(), gate.clone())).unwrap();
    drop(runtime);
    assert_eq!(following.state(), FollowState::Ended);
    while !stale_at(&gate, now() - SHORT) {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(permitted(&gate, fan().0), None);
}
