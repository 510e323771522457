//! The view is read while others write: every record whole, nobody lost, and no reader made to wait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, Record, Scope},
    gate::{Action, Flow, Gate, Reason, Reasons, Request},
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};
use plain::rng::Rng;
use support::{DAY, dynamoi, gate_with, instant};

/// How long each test lets its threads run.
const RUN: Duration = Duration::from_millis(1200);

/// When the questions are asked; every choice was made before and no grant ends before next year.
const NOW: &str = "2026-06-01T00:00:00Z";
const UNTIL: &str = "2027-01-01T00:00:00Z";

/// The instant of the nth event of a writer, a millisecond after the one before.
fn tick(nth: usize) -> DateTime<Utc> {
    instant("2026-01-05T09:00:00Z") + TimeDelta::milliseconds(nth as i64)
}

fn share(category: DataCategory, purpose: Purpose, processor: ProcessorId) -> Flow {
    Flow::new(category, purpose, Action::Share { processor, country: None })
}

/// A flow for each of the three purposes that take consent.
fn flows() -> [Flow; 3] {
    [
        share(DataCategory::User, Purpose::MarketingCampaigns, ProcessorId::GOOGLE_ADS),
        share(DataCategory::Analytics, Purpose::EngagementAnalysis, ProcessorId::POSTHOG),
        share(DataCategory::Streaming, Purpose::Promotion, ProcessorId::FEATURE_FM),
    ]
}

fn reasons(gate: &Gate, subject: SubjectId, flow: &Flow) -> Reasons {
    gate.decide(&Request::new(subject, flow.clone(), instant(NOW))).unwrap().reasons()
}

fn grant_until(subject: SubjectId, purpose: Purpose, at: DateTime<Utc>) -> Event {
    Event::grant_until(subject, purpose, "1.0.0", at, instant(UNTIL))
}

/// One test at a time, because each of them wants every processor.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Raises the flag when its thread is done, also by a panic, so that no other thread waits for ever.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Runs one thread that writes, until time is up or it has no more to write, while two threads read. Returns
/// how often it wrote and how often each of them read.
fn while_writing(
    mut write: impl FnMut(usize) -> bool + Send,
    read: impl Fn(&mut Rng) + Sync,
) -> (usize, [usize; 2]) {
    let done = AtomicBool::new(false);
    thread::scope(|threads| {
        let writer = threads.spawn(|| {
            let _done = Done(&done);
            let begun = Instant::now();
            let mut writes = 0;
            while begun.elapsed() < RUN && write(writes) {
                writes += 1;
            }
            writes
        });
        let readers = [1, 2].map(|seed| {
            let (done, read) = (&done, &read);
            threads.spawn(move || {
                let mut rng = Rng::new(seed);
                let mut reads = 0;
                while !done.load(Ordering::Acquire) {
                    read(&mut rng);
                    reads += 1;
                }
                reads
            })
        });
        (writer.join().unwrap(), readers.map(|reader| reader.join().unwrap()))
    })
}

fn assert_much_happened((writes, reads): (usize, [usize; 2])) {
    assert!(writes > 200 && reads.iter().all(|reads| *reads > 200), "{writes} writes, {reads:?} reads");
}

const PURPOSES: usize = Purpose::ALL.len();

/// How many people take turns with the places in which records are kept.
const PEOPLE: usize = 3;

/// Somebody's nth choice: one purpose after the other is granted until next year, then one after the other is
/// withdrawn, and so on. The instant tells the person and the step.
fn choice(subject: SubjectId, who: usize, step: usize) -> Event {
    let (purpose, at) = (Purpose::ALL[step % PURPOSES], tick(step * PEOPLE + who));
    if grants(step) { grant_until(subject, purpose, at) } else { Event::withdraw(subject, purpose, at) }
}

fn grants(step: usize) -> bool {
    (step / PURPOSES).is_multiple_of(2)
}

/// Somebody who accepted and made every choice once.
fn settled(gate: &Gate, who: usize) -> SubjectId {
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", tick(0))).unwrap();
    for step in 0..PURPOSES {
        gate.record(choice(subject, who, step)).unwrap();
    }
    subject
}

/// The step after which somebody's record is as it was read: the steps at which the seven purposes were last
/// chosen are seven in a row.
fn step_of(record: &Record, who: usize) -> usize {
    let mut steps: Vec<usize> = Vec::new();
    for (nth, purpose) in Purpose::ALL.into_iter().enumerate() {
        let choice = record.choice(&purpose.into()).unwrap();
        let ticks = usize::try_from((choice.at() - tick(0)).num_milliseconds()).unwrap();
        let step = ticks / PEOPLE;
        assert_eq!(
            (ticks % PEOPLE, step % PURPOSES),
            (who, nth),
            "somebody else's instant, or another purpose's"
        );
        assert_eq!(choice.is_grant(), grants(step), "step {step} has the state of another");
        assert_eq!(
            choice.expires_at(),
            grants(step).then(|| instant(UNTIL)),
            "step {step} has a strange end"
        );
        steps.push(step);
    }
    let (first, last) = (steps.iter().min().unwrap(), steps.iter().max().unwrap());
    assert_eq!(last - first, PURPOSES - 1, "parts of different states: {steps:?}");
    *last
}

#[test]
fn a_record_is_read_whole_while_it_goes_between_all_granted_and_all_withdrawn() {
    let _turn = turn();
    // Seven grants with an end are fourteen instants, which no line holds; seven refusals are seven, which need
    // a second line. On its way a record is kept in both forms, and every event moves the instants about.
    let gate = gate_with(&[dynamoi()]);
    let subjects: [SubjectId; PEOPLE] = std::array::from_fn(|who| settled(&gate, who));
    let withdrawn: Reasons = [Reason::ConsentWithdrawn].into_iter().collect();
    let written = [const { AtomicUsize::new(PURPOSES - 1) }; PEOPLE];
    let happened = while_writing(
        |nth| {
            let (who, step) = (nth % PEOPLE, nth / PEOPLE + PURPOSES);
            gate.record(choice(subjects[who], who, step)).unwrap();
            written[who].store(step, Ordering::Release);
            true
        },
        |rng| {
            let who = rng.below(PEOPLE);
            let before = written[who].load(Ordering::Acquire);
            let read = step_of(&gate.record_of(subjects[who]).unwrap(), who);
            assert!(read >= before, "step {read} was read after step {before} was written");
            // A grant with the end of a place that is not its own would be a third answer.
            let flow = &flows()[rng.below(3)];
            let found = reasons(&gate, subjects[who], flow);
            assert!(found.is_empty() || found == withdrawn, "{flow:?}: {found}");
        },
    );
    assert_much_happened(happened);
}

#[test]
fn what_is_not_written_stays_as_it_is_while_everything_around_it_moves() {
    let _turn = turn();
    for stays in [Purpose::MarketingCampaigns, Purpose::Promotion] {
        let gate = gate_with(&[dynamoi()]);
        let subject = SubjectId::random();
        gate.record(Event::accept(subject, "1.0.0", tick(0))).unwrap();
        gate.record(grant_until(subject, stays, tick(0))).unwrap();
        let flow = flows().into_iter().find(|flow| flow.purpose == stays).unwrap();
        // Three purposes go to and fro, so that the end of the grant wanders between the first line and the second.
        let others = [Purpose::PlatformOperation, Purpose::MusicDistribution, Purpose::Billing];
        let happened = while_writing(
            |nth| {
                let (purpose, at) = (others[nth % 3], tick(nth + 1));
                let grant = (nth / 3).is_multiple_of(2);
                let event = if grant {
                    grant_until(subject, purpose, at)
                } else {
                    Event::withdraw(subject, purpose, at)
                };
                gate.record(event).unwrap();
                true
            },
            |_| assert_eq!(reasons(&gate, subject, &flow).to_string(), "", "{flow:?}"),
        );
        assert_much_happened(happened);
    }
}

#[test]
fn places_that_are_given_back_and_taken_again_show_nobody_anybody_else() {
    let _turn = turn();
    // Two grants with an end are four instants, which need a second line; withdrawn they are two, which do not.
    // So the eight take second lines and give them back, each with instants that tell whose they are.
    const EIGHT: usize = 8;
    let gate = gate_with(&[dynamoi()]);
    let end = |who: usize| instant(UNTIL) + DAY * who as i32;
    let subjects: [SubjectId; EIGHT] = std::array::from_fn(|_| SubjectId::random());
    let purposes = [Purpose::Billing, Purpose::Promotion];
    for (who, subject) in subjects.iter().enumerate() {
        gate.record(Event::accept(*subject, "1.0.0", tick(0))).unwrap();
        for purpose in purposes {
            gate.record(Event::withdraw(*subject, purpose, tick(who))).unwrap();
        }
    }
    let flow = &flows()[2];
    let happened = while_writing(
        |nth| {
            let (turn, purpose) = (nth / 2, purposes[nth % 2]);
            let (who, at) = (turn % EIGHT, tick(turn + EIGHT));
            let event = if (turn / EIGHT).is_multiple_of(2) {
                Event::grant_until(subjects[who], purpose, "1.0.0", at, end(who))
            } else {
                Event::withdraw(subjects[who], purpose, at)
            };
            gate.record(event).unwrap();
            true
        },
        |rng| {
            let who = rng.below(EIGHT);
            let at = end(who) - TimeDelta::nanoseconds(1);
            let request = Request::new(subjects[who], flow.clone(), at);
            let found = gate.decide(&request).unwrap().reasons().to_string();
            assert!(["", "consent_withdrawn"].contains(&found.as_str()), "subject {who}: {found}");
            let record = gate.record_of(subjects[who]).unwrap();
            for purpose in purposes {
                let choice = record.choice(&purpose.into()).unwrap();
                assert_eq!(choice.expires_at(), choice.is_grant().then(|| end(who)), "subject {who}");
                let ticks = usize::try_from((choice.at() - tick(0)).num_milliseconds()).unwrap();
                assert_eq!(ticks % EIGHT, who, "an instant of somebody else");
            }
        },
    );
    assert_much_happened(happened);
}

#[test]
fn whoever_is_erased_stays_erased() {
    let _turn = turn();
    let gate = gate_with(&[dynamoi()]);
    let subjects: Vec<SubjectId> = (0..400).map(|_| settled(&gate, 0)).collect();
    // Half of them have narrow choices, so that their records are kept whole and given up.
    for subject in subjects.iter().step_by(2) {
        let narrow = Scope::from(Purpose::Promotion).category(DataCategory::Streaming);
        gate.record(Event::grant(*subject, narrow, "1.0.0", tick(1))).unwrap();
    }
    let (erased, flow) = (AtomicUsize::new(0), &flows()[2]);
    while_writing(
        |nth| {
            let Some(subject) = subjects.get(nth) else { return false };
            gate.record(Event::erase(*subject, tick(nth))).unwrap();
            erased.store(nth + 1, Ordering::Release);
            gate.record(choice(*subject, 0, nth)).unwrap();
            thread::sleep(Duration::from_millis(1));
            true
        },
        |rng| {
            let before = erased.load(Ordering::Acquire);
            // Mostly around the one whose turn it is.
            let who = (before.saturating_sub(2) + rng.below(6)).min(subjects.len() - 1);
            let found = reasons(&gate, subjects[who], flow).to_string();
            assert!(
                found == "subject_erased" || (found.is_empty() && who >= before),
                "{who}, {before}: {found}"
            );
            assert!(gate.record_of(subjects[who]).unwrap().is_erased() || who >= before);
        },
    );
    assert!(subjects.iter().all(|subject| gate.record_of(*subject).unwrap().is_erased()));
}

#[test]
fn everybody_who_was_recorded_is_found_while_others_come_and_versions_too() {
    let _turn = turn();
    let gate = gate_with(&[dynamoi()]);
    let ids: Vec<SubjectId> = (0..60_000).map(|_| SubjectId::random()).collect();
    // How many of them are complete: the even ones grant promotion, the odd ones withdrew it.
    let complete = AtomicUsize::new(0);
    let flow = &flows()[2];
    let mut next_version = 0;
    let mut add_version = || {
        // Before 1.0.0 and after the question by turns, so that none of them is in force at it.
        next_version += 1;
        let start = if next_version % 2 == 0 { "2000-01-01T00:00:00Z" } else { UNTIL };
        let mut document: Document = dynamoi();
        document.version = format!("v{next_version}").as_str().into();
        document.effective_from = instant(start) + TimeDelta::minutes(next_version);
        document.purposes.reverse();
        document.uses.clear();
        document.sharing.clear();
        gate.adopt(document).unwrap();
    };
    let happened = while_writing(
        |nth| {
            let Some(subject) = ids.get(nth).copied() else { return false };
            gate.record(Event::accept(subject, "1.0.0", tick(0))).unwrap();
            let choice = if nth % 2 == 0 {
                Event::grant(subject, Purpose::Promotion, "1.0.0", tick(0))
            } else {
                Event::withdraw(subject, Purpose::Promotion, tick(0))
            };
            gate.record(choice).unwrap();
            complete.store(nth + 1, Ordering::Release);
            if nth % 50 == 0 {
                add_version();
            }
            true
        },
        |rng| {
            let len = complete.load(Ordering::Acquire);
            if len == 0 {
                return;
            }
            // As often the last to come as any.
            let nth = if rng.chance(50) { len - 1 } else { rng.below(len) };
            let found = reasons(&gate, ids[nth], flow).to_string();
            assert_eq!(found, if nth % 2 == 0 { "" } else { "consent_withdrawn" }, "subject {nth} of {len}");
            if rng.below(3_000) == 0 {
                let audience: Vec<SubjectId> = gate.audience(flow, instant(NOW)).unwrap().collect();
                let expected = ids[..len].iter().step_by(2);
                assert!(audience.iter().zip(expected.clone()).all(|(one, other)| one == other));
                assert!(audience.len() >= expected.len(), "somebody is missing of {len}");
            }
        },
    );
    assert_much_happened(happened);
    assert!(next_version > 10, "only {next_version} versions came");
}

#[test]
fn versions_that_come_meanwhile_are_in_force_at_once_and_for_good() {
    let _turn = turn();
    let gate = Gate::new(History::new());
    let from = |nth: usize| instant("2025-01-01T00:00:00Z") + TimeDelta::minutes(nth as i64);
    // Each is later than all before it, so what is in force at the end of time only ever advances.
    let added = AtomicUsize::new(0);
    let latest = || {
        let policy = gate.history().in_force(instant("9999-01-01T00:00:00Z"))?;
        policy.version().as_str().parse::<usize>().ok()
    };
    let happened = while_writing(
        |nth| {
            let mut document = dynamoi();
            document.version = nth.to_string().as_str().into();
            document.effective_from = from(nth);
            gate.adopt(document).unwrap();
            added.store(nth + 1, Ordering::Release);
            nth < 5_000
        },
        |rng| {
            let before = added.load(Ordering::Acquire);
            assert!(latest().map_or(0, |nth| nth + 1) >= before);
            if before > 0 {
                let nth = rng.below(before).max(before.saturating_sub(50));
                let found = gate.history().in_force(from(nth)).unwrap().version().as_str();
                assert_eq!(found, nth.to_string());
                assert!(gate.history().version(found).is_some());
            }
        },
    );
    assert_much_happened(happened);
}

#[test]
fn a_reader_does_not_wait_for_a_writer() {
    let _turn = turn();
    // The longest write makes the index twice as large. Behind a lock the checks made meanwhile would come to a
    // halt for as long as that takes; beside it they go on. That a reader was not given a processor looks like a
    // halt too, so there are several attempts.
    let calm: Vec<Vec<Duration>> = (0..3).map(|_| times_of_writes()).collect();
    let time = |nth: usize| calm.iter().map(|times| times[nth]).min().unwrap();
    let longest = (0..WRITES).max_by_key(|nth| time(*nth)).unwrap();
    let allowed = time(longest) * 3 / 4;
    let halts: Vec<Duration> = (0..ATTEMPTS).map_while(|_| longest_halt(longest, allowed)).collect();
    assert!(
        halts.len() < ATTEMPTS,
        "a write took {:?}, and checks came to a halt for {halts:?}",
        time(longest)
    );
}

const WRITES: usize = 25_000;
/// The first that goes well ends it; on a machine with much else to do it may take many.
const ATTEMPTS: usize = 300;

fn newcomer() -> Event {
    Event::accept(SubjectId::random(), "1.0.0", tick(0))
}

/// How long each write takes when nobody reads.
fn times_of_writes() -> Vec<Duration> {
    let gate = gate_with(&[dynamoi()]);
    settled(&gate, 0);
    let write = |_| {
        let (event, begun) = (newcomer(), Instant::now());
        gate.record(event).unwrap();
        begun.elapsed()
    };
    (0..WRITES).map(write).collect()
}

/// The longest time without a check during the nth write, if it is longer than what is allowed.
fn longest_halt(nth: usize, allowed: Duration) -> Option<Duration> {
    let gate = gate_with(&[dynamoi()]);
    let (reader, flow) = (settled(&gate, 0), &flows()[2]);
    let events: Vec<Event> = (0..=nth).map(|_| newcomer()).collect();
    let (writing, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let halt = thread::scope(|threads| {
        threads.spawn(|| {
            let _done = Done(&done);
            for (at, event) in events.into_iter().enumerate() {
                writing.store(at == nth, Ordering::SeqCst);
                gate.record(event).unwrap();
            }
        });
        // The reader is at it long before, so that the write cannot be over when the first check begins.
        let (mut last, mut halt) = (Instant::now(), Duration::ZERO);
        while !done.load(Ordering::SeqCst) {
            assert!(reasons(&gate, reader, flow).is_empty());
            let now = Instant::now();
            if writing.load(Ordering::SeqCst) {
                halt = halt.max(now - last);
            }
            last = now;
        }
        halt
    });
    (halt > allowed).then_some(halt)
}
