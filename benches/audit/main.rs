//! What it costs to keep what was decided: the bare check, the survey, the trail with and without waiting, verification.
//!
//! `cargo bench --bench audit` writes and verifies a million entries; `-- --quick` a hundred thousand. Each figure is
//! that of one run on the disk that the build is on, beside a program that writes the same bytes by hand.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at a fault, and speaks to its user"
)]

use std::{
    fs::{self, File},
    hint::black_box,
    io::{BufRead, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    audit::{Head, JsonLines, MemoryKeys, Settings, Survey, Trail, Verification},
    consent::Event,
    data::AnalyticsData,
    gate::{Action, Flow, Gate, Guarded, Request},
    policy::History,
    processors::PostHog,
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};

const PEOPLE: usize = 10_000;

struct World {
    gate: Gate,
    people: Vec<SubjectId>,
    now: DateTime<Utc>,
}

impl World {
    fn new(gate: Gate) -> Self {
        let now = DateTime::from_timestamp(1_767_603_600, 123_456_789).unwrap();
        let people: Vec<SubjectId> = (0..PEOPLE).map(|_| SubjectId::random()).collect();
        for (person, nth) in people.iter().zip(0..) {
            gate.record(Event::accept(*person, "1.0.0", now)).unwrap();
            let at = now + TimeDelta::microseconds(nth);
            // One in ten took it back.
            let choice = match nth % 10 {
                0 => Event::withdraw(*person, Purpose::EngagementAnalysis, at),
                _ => Event::grant(*person, Purpose::EngagementAnalysis, "1.0.0", at),
            };
            gate.record(choice).unwrap();
        }
        Self { gate, people, now }
    }

    fn with(trail: &Arc<Trail>) -> Self {
        Self::new(Gate::new(History::dynamoi()).with_witness(trail.clone()))
    }

    fn check(&self, nth: usize) -> bool {
        let views = Guarded::new(self.people[nth % PEOPLE], AnalyticsData::default());
        self.gate.share(views, Purpose::EngagementAnalysis, PostHog, self.now).is_ok()
    }
}

/// Nanoseconds for each of `n`.
fn each(n: usize, work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_nanos() as f64 / n as f64
}

fn row(what: &str, nanos: f64) {
    println!("  {what:<66} {:>10.2} µs  {:>9.0} a second", nanos / 1e3, 1e9 / nanos);
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("audit-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn trail(folder: &Path, settings: Settings) -> Arc<Trail> {
    let sink = JsonLines::open(folder).unwrap();
    Arc::new(Trail::start(sink, MemoryKeys::new(), settings).unwrap())
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let count = if quick { 100_000 } else { 1_000_000 };
    let few = if quick { 500 } else { 5_000 };

    println!("each check, without a trail");
    let world = World::new(Gate::new(History::dynamoi()));
    let checks = || (0..count).for_each(|nth| _ = black_box(world.check(nth)));
    row("a bare check", each(count, checks));
    let survey = Survey::new();
    let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
    let flow = Flow::new(DataCategory::Analytics, Purpose::EngagementAnalysis, share);
    let ask = |nth: usize| {
        survey.ask(&world.gate, &Request::new(world.people[nth % PEOPLE], flow.clone(), world.now));
    };
    row("the same asked by a survey, which enforces nothing", each(count, || (0..count).for_each(ask)));

    println!("{count} entries through a queue, in a folder of JSON lines");
    let written = folder("queued");
    let head = queued(&written, count);

    println!("the same bytes");
    let bytes = by_hand(&written);
    println!("  {:.0} bytes an entry", bytes as f64 / count as f64);
    let mut found = Head::START;
    let verify = || {
        let verification = Verification::new().through(head);
        found = verification.read(JsonLines::reader(&written).unwrap()).unwrap();
    };
    row("verified", each(count, verify));
    assert_eq!((found, found.sequence()), (head, count as u64));
    let lines = || {
        let lines = JsonLines::reader(&written).unwrap().split(b'\n');
        lines.for_each(|line| {
            _ = black_box(serde_json::from_slice::<serde_json::Value>(&line.unwrap()).unwrap())
        });
    };
    row("read as JSON by hand, and nothing verified", each(count, lines));
    fs::remove_dir_all(&written).unwrap();

    println!("each check, where its entry must be durable first");
    synchronised_by_hand(few / 5);
    for threads in [1, 8, 64] {
        required(threads, few);
    }
}

fn queued(folder: &Path, count: usize) -> Head {
    let trail = trail(folder, Settings::queued());
    let world = World::with(&trail);
    // Fewer than the queue holds, so that no check waits for the disk.
    let burst = 4000;
    row(
        "a check that finds room",
        each(burst, || (0..burst).for_each(|nth| _ = black_box(world.check(nth)))),
    );
    let mut head = Head::START;
    let rest = || {
        (burst..count).for_each(|nth| _ = black_box(world.check(nth)));
        head = trail.close().unwrap();
    };
    row("an entry, until all are durable", each(count - burst, rest));
    head
}

/// Writes the lines that are there once more, with a synchronisation where the trail has one at most.
fn by_hand(folder: &Path) -> u64 {
    let lines: Vec<Vec<u8>> = JsonLines::reader(folder).unwrap().split(b'\n').map(Result::unwrap).collect();
    let target = self::folder("by-hand");
    let write = || {
        let mut file = File::create(&target).unwrap();
        for batch in lines.chunks(1024) {
            let mut bytes = Vec::new();
            for line in batch {
                bytes.extend_from_slice(line);
                bytes.push(b'\n');
            }
            file.write_all(&bytes).unwrap();
            file.sync_data().unwrap();
        }
    };
    row("written by hand, 1,024 at once, each synchronised", each(lines.len(), write));
    let bytes = fs::metadata(&target).unwrap().len();
    fs::remove_file(&target).unwrap();
    bytes
}

fn synchronised_by_hand(count: usize) {
    let target = folder("one-by-one");
    let mut file = File::create(&target).unwrap();
    let line = [b'x'; 500];
    let write = || {
        for _ in 0..count {
            file.write_all(&line).unwrap();
            file.sync_data().unwrap();
        }
    };
    row("500 bytes written by hand and synchronised", each(count, write));
    fs::remove_file(&target).unwrap();
}

fn required(threads: usize, count: usize) {
    let folder = folder("required");
    let trail = trail(&folder, Settings::required());
    let world = World::with(&trail);
    let count = count * threads / threads.isqrt();
    let own = count / threads;
    let ask = || {
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let world = &world;
                scope.spawn(move || (0..own).for_each(|nth| _ = black_box(world.check(thread * own + nth))));
            }
        });
    };
    row(&format!("an entry, of {threads} threads at once"), each(own * threads, ask));
    assert_eq!(trail.close().unwrap().sequence(), (own * threads) as u64);
    fs::remove_dir_all(&folder).unwrap();
}
