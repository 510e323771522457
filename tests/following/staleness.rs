//! The bound: what a clock, a runtime or a slow reader does, no check rests on a view that is older than promised.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use dynamoi_privacy::{
    Gate,
    clock::{Clock, FakeClock},
    gate::{Decision, Undecided},
    ledger::{FollowState, Following, Ledger},
};

use crate::doubles::{
    Mood, Moody, SHORT, fan, history, now, permitted, promotion, refusal_of, stale_at, until,
};

/// A gate and its clock, which stands still until it is told to move.
fn clocked() -> (FakeClock, Arc<Gate>) {
    let clock = FakeClock::at("2026-02-01T12:00:00Z".parse().unwrap());
    (clock.clone(), Arc::new(Gate::fed(history(), TimeDelta::seconds(5)).with_clock(clock)))
}

#[tokio::test]
async fn a_page_that_is_read_slowly_is_as_old_as_its_beginning() {
    let (clock, gate) = clocked();
    let ledger = Moody::new();
    let (subject, events) = fan();
    ledger.append(&events).await.unwrap();
    let _following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    assert_eq!(gate.age(), Some(Duration::ZERO));
    ledger.is(Mood::Slow(Duration::from_millis(300)));
    let reads = ledger.reads.load(std::sync::atomic::Ordering::Relaxed);
    // One that is being read slowly, because there is something to read.
    let (_, [accepted, _]) = fan();
    ledger.append(&[accepted]).await.unwrap();
    let asked = ledger.reads.clone();
    until("it is being read", || asked.load(std::sync::atomic::Ordering::Relaxed) > reads + 1).await;
    clock.advance(TimeDelta::seconds(4));
    ledger.append(&[refusal_of(subject)]).await.unwrap();
    ledger.is(Mood::Fails);
    tokio::time::sleep(Duration::from_millis(500)).await;
    // The page came, and says what was so four seconds ago.
    assert!(gate.age() >= Some(Duration::from_secs(4)), "{:?}", gate.age());
    clock.advance(TimeDelta::seconds(2));
    assert_eq!(gate.decide(&promotion(subject, clock.now())), Err(Undecided::StaleView));
}

/// The runtime is blocked, so that the task cannot take the word back, and the wall clock is set back, so that the view
/// looks younger than it is.
#[test]
fn a_blocked_runtime_and_a_wall_clock_that_is_set_back_prolong_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (clock, gate) = clocked();
    let ledger = Moody::new();
    let (subject, events) = fan();
    let _following = runtime.block_on(async {
        ledger.append(&events).await.unwrap();
        Following::start(ledger.clone(), gate.clone()).await.unwrap()
    });
    // From here on the runtime does nothing.
    let permits = |at| matches!(gate.decide(&promotion(subject, at)), Ok(Decision::Permitted(_)));
    let begun = clock.now();
    assert!(permits(begun));
    clock.advance(TimeDelta::seconds(6));
    clock.set(begun + TimeDelta::seconds(1));
    // The watchman sleeps by the machine's clock for as long as was left by the gate's.
    while permits(begun) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!permits(clock.now()) && !permits(begun) && !permits(begun - TimeDelta::seconds(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instant_that_was_read_long_ago_gets_no_answer_from_a_stale_view() {
    let gate = Arc::new(Gate::fed(history(), SHORT));
    let ledger = Moody::new();
    let (subject, events) = fan();
    ledger.append(&events).await.unwrap();
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    // It blocks its thread: neither a time-out nor the task itself gets a turn.
    ledger.is(Mood::Blocks(Duration::from_secs(2)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let read_long_ago = now();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(gate.decide(&promotion(subject, read_long_ago)), Err(Undecided::StaleView));
    assert_eq!(permitted(&gate, subject), None);
    assert_eq!(following.state(), FollowState::Stale);
    ledger.is(Mood::Well);
    until("it recovers", || permitted(&gate, subject) == Some(true)).await;
    // And is watched again.
    let just_before = now();
    ledger.is(Mood::Blocks(Duration::from_secs(1)));
    until("it is stale", || stale_at(&gate, just_before)).await;
}

#[tokio::test]
async fn a_wall_clock_that_is_set_forward_makes_stale_until_the_next_look() {
    let (clock, gate) = clocked();
    let ledger = Moody::new();
    let (subject, events) = fan();
    ledger.append(&events).await.unwrap();
    let _following = Following::start(ledger, gate.clone()).await.unwrap();
    clock.set(clock.now() + TimeDelta::days(400));
    assert_eq!(gate.decide(&promotion(subject, clock.now())), Err(Undecided::StaleView));
    let permits = || matches!(gate.decide(&promotion(subject, clock.now())), Ok(Decision::Permitted(_)));
    until("it was looked at again", permits).await;
}
