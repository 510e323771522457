//! What a check costs beside a look-up in the same map and beside what a backend would write by hand.
//!
//! Every figure is a ratio of two measurements that take turns in one run, the median of several turns.
//! `cargo bench --bench check` measures at 100 thousand and at 10 million subjects and says whether each
//! promise holds; `-- --quick` leaves out the 10 million, `-- --strict` fails when one does not hold.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may stop at a fault, and speaks to its user"
)]

mod maps;
mod measure;
mod world;

use std::{hint::black_box, sync::Mutex};

use chrono::TimeDelta;
use dynamoi_privacy::{
    consent::Event,
    gate::{Gate, Guarded},
    policy::History,
    vocabulary::{Purpose, SubjectId},
};
use measure::{Ratio, alternate};
use world::{Adverts, EVENTS, FacebookAds, PostHog, Stripe, Views, World};

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let mut broken = 0;
    for (count, place) in [(100_000, "in cache"), (10_000_000, "out of cache")] {
        if quick && count > 100_000 {
            continue;
        }
        println!("\n{count} subjects, {place}");
        broken += memory(count);
        let world = World::new(Gate::new(History::dynamoi()), count);
        broken += checks(&world);
        broken += audience(&world);
        if count == 100_000 {
            broken += threads(&world);
            maps::compare(&world);
        }
    }
    println!("\n{}", if broken == 0 { "every promise holds".to_owned() } else { format!("{broken} broken") });
    let strict = std::env::args().any(|argument| argument == "--strict");
    std::process::exit(i32::from(strict && broken > 0));
}

/// What a subject takes: the index, and all that the fold needs. Ids of events are a gate's own in memory
/// alone; a ledger keeps them where the events are.
fn memory(count: usize) -> u32 {
    let resident = |gate: Gate| {
        let before = measure::resident();
        let world = World::new(gate, count);
        // The questions are the benchmark's own.
        let questions = size_of_val(world.questions.as_slice()) as u64;
        let bytes = measure::resident().saturating_sub(before + questions) as f64 / count as f64;
        (bytes, world)
    };
    let (view, world) = resident(Gate::fed(History::dynamoi(), TimeDelta::days(1)));
    drop(world);
    let (with_ids, _world) = resident(Gate::new(History::dynamoi()));
    // A small view is all slack, so the promise is made for a large one.
    let kept = view <= 160.0 || count < 10_000_000;
    let verdict = if kept { "kept" } else { "BROKEN" };
    println!("  {view:.0} bytes a subject (at most 160 at 10 million: {verdict})");
    println!("  {with_ids:.0} with the ids of {EVENTS} events each, which a gate in memory keeps");
    u32::from(!kept)
}

fn look_up(gate: &Gate, subject: SubjectId) -> bool {
    gate.knows(subject)
}

fn permitted(gate: &Gate, world: &World, subject: SubjectId) -> bool {
    let data = Guarded::new(subject, Adverts(7));
    gate.share(data, Purpose::MarketingCampaigns, FacebookAds, world.now).is_ok()
}

fn permitted_for_good(gate: &Gate, world: &World, subject: SubjectId) -> bool {
    gate.share(Guarded::new(subject, Views(7)), Purpose::EngagementAnalysis, PostHog, world.now).is_ok()
}

fn refused(gate: &Gate, world: &World, subject: SubjectId) -> bool {
    // Views are not for billing, and Stripe does not get them.
    gate.share(Guarded::new(subject, Views(7)), Purpose::Billing, Stripe, world.now).is_err()
}

/// The check beside a look-up in the same map and the test of a bit.
fn checks(world: &World) -> u32 {
    let gate = &world.gate;
    let [bare, expiring, lasting, refusal] = alternate(
        world.questions.len(),
        [
            &mut || world.each(|subject| look_up(gate, subject)),
            &mut || world.each(|subject| permitted(gate, world, subject)),
            &mut || world.each(|subject| permitted_for_good(gate, world, subject)),
            &mut || world.each(|subject| refused(gate, world, subject)),
        ],
    );
    println!("  a look-up and a bit test {bare:.1} ns");
    Ratio::new("    a check that permits, on a grant that expires", expiring, bare).at_most(2.0)
        + Ratio::new("    a check that permits, on a grant that does not", lasting, bare).at_most(2.0)
        + Ratio::new("    a refusal with all its reasons", refusal, bare).at_most(3.0)
}

/// Every subject whose data may flow so.
fn audience(world: &World) -> u32 {
    let count = world.count;
    let mut found = 0;
    let [scan] = alternate(
        count,
        [&mut || {
            found = world.gate.audience(&world.flow, world.now).unwrap().count();
        }],
    );
    let millions = 1000.0 / scan;
    println!("  audience: {found} of {count} subjects, {millions:.0} million subjects a second");
    u32::from(millions < 100.0)
}

/// Two threads that read, one write in a hundred, beside one thread that does the same.
fn threads(world: &World) -> u32 {
    let n = world.questions.len();
    let each = n / 100;
    // The ids of events are drawn beforehand: that is not the gate's work.
    let choices = Mutex::new(world.choices(each * 3 * (measure::TURNS + 1)));
    let work = |choices: Vec<Event>| {
        let mut choices = choices.into_iter();
        for (nth, subject) in world.questions.iter().enumerate() {
            match (nth % 100 == 99).then(|| choices.next()).flatten() {
                Some(event) => world.gate.record(event).unwrap(),
                None => {
                    black_box(permitted(&world.gate, world, *subject));
                }
            }
        }
    };
    let [one, two] = alternate(
        n,
        [&mut || work(take(&choices, each)), &mut || {
            let [mine, other] = [take(&choices, each), take(&choices, each)];
            std::thread::scope(|scope| {
                scope.spawn(|| work(other));
                work(mine);
            });
        }],
    );
    // Two threads answer twice as many questions in the time that is measured.
    Ratio::new("  two threads, one write in a hundred, beside one thread:", 2.0 * one, two).at_least(1.7)
}

fn take(choices: &Mutex<Vec<Event>>, count: usize) -> Vec<Event> {
    let mut choices = choices.lock().unwrap();
    let rest = choices.len() - count;
    choices.split_off(rest)
}
