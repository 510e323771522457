//! In step: what is recorded here acts at once, what is recorded elsewhere soon, in whatever order it comes.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use dynamoi_privacy::{
    Event, Gate, Purpose, SubjectId,
    ledger::{AppendError, FollowOptions, FollowState, Following, Ledger, Progress},
};

use crate::doubles::{Lanes, Moody, fan, gate, history, permitted, refusal_of, until};

#[tokio::test]
async fn what_is_recorded_acts_here_before_it_returns_and_elsewhere_by_polling_alone() {
    let ledger = Moody::new();
    let (here, there) = (gate(), gate());
    let following = Following::start(ledger.clone(), here.clone()).await.unwrap();
    let other = Following::start(ledger, there.clone()).await.unwrap();
    let (subject, events) = fan();
    following.record_all(&events).await.unwrap();
    assert_eq!(permitted(&here, subject), Some(true));
    until("the other permits", || permitted(&there, subject) == Some(true)).await;
    following.record(refusal_of(subject)).await.unwrap();
    assert_eq!(permitted(&here, subject), Some(false));
    until("the other refuses", || permitted(&there, subject) == Some(false)).await;
    assert_eq!((following.state(), other.state()), (FollowState::InStep, FollowState::InStep));
}

#[tokio::test]
async fn what_the_ledger_refuses_is_not_taken_in() {
    let gate = gate();
    let following = Following::start(Moody::new(), gate.clone()).await.unwrap();
    let (subject, [accepted, granted]) = fan();
    let stranger = Event::accept(subject, "9.9.9", granted.at);
    let refused = following.record_all(&[accepted, granted, stranger]).await.unwrap_err();
    let AppendError::Refused(refused) = refused else { panic!("{refused}") };
    assert_eq!((refused.index(), refused.code()), (2, "unknown_policy_version"));
    assert!(!gate.knows(subject));
}

#[tokio::test]
async fn what_is_committed_late_in_another_lane_is_not_missed() {
    let (ledger, gate) = (Lanes::default(), gate());
    let _following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    let (subject, [accepted, granted]) = fan();
    // The refusal is later and is committed first, and read before the grant's lane has anything.
    ledger.commit(2, refusal_of(subject));
    until("the refusal came", || gate.knows(subject)).await;
    ledger.commit(0, granted);
    ledger.commit(1, accepted);
    let (last, [accepted, granted]) = fan();
    ledger.commit(1, granted);
    ledger.commit(0, accepted);
    until("the others came", || permitted(&gate, last) == Some(true)).await;
    assert_eq!(permitted(&gate, subject), Some(false));
}

#[tokio::test]
async fn a_hint_is_enough() {
    // Nobody waits for a poll that comes after a minute.
    let (ledger, gate) = (Moody::hinting(), Arc::new(Gate::fed(history(), TimeDelta::hours(1))));
    let rare = FollowOptions::new().poll_every(Duration::from_secs(60));
    let _following = rare.start(ledger.clone(), gate.clone()).await.unwrap();
    let (subject, events) = fan();
    ledger.append(&events).await.unwrap();
    until("the hint was heard", || permitted(&gate, subject) == Some(true)).await;
}

#[tokio::test]
async fn a_ledger_that_hints_without_pause_is_not_read_without_pause() {
    let (ledger, gate) = (Moody::hinting_always(), gate());
    let _following = Following::start(ledger.clone(), gate).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(ledger.reads.load(Ordering::Relaxed) <= 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_ledger_is_read_in_pages_and_shows_how_far_it_is() {
    let (ledger, gate) = (Moody::new(), gate());
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    let subjects: Vec<SubjectId> = (0..4000).map(|_| SubjectId::random()).collect();
    for subject in &subjects {
        let grant = Event::grant(*subject, Purpose::Promotion, "1.0.0", at);
        ledger.append(&[Event::accept(*subject, "1.0.0", at), grant]).await.unwrap();
    }
    let shown: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let show = shown.clone();
    let options = FollowOptions::new().page_size(1500).on_progress(move |p| show.lock().unwrap().push(p));
    let following = options.start(ledger.clone(), gate.clone()).await.unwrap();
    let pages = [1500, 3000, 4500, 6000, 7500, 8000].map(|events| (events, 8000 - events));
    let seen: Vec<_> = shown.lock().unwrap().iter().map(|p| (p.events, p.behind)).collect();
    assert_eq!(seen, pages);
    assert_eq!(following.progress().share(), 1.0);
    assert!(subjects.iter().all(|subject| permitted(&gate, *subject) == Some(true)));
    // It is for the start alone.
    following.record(refusal_of(subjects[0])).await.unwrap();
    until("it is read again", || following.progress().events == 8001).await;
    assert_eq!(shown.lock().unwrap().len(), 6);
}
