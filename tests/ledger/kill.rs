//! Writers that are killed (SIGKILL) at random moments: what was acknowledged is there, once, and all or nothing of the
//! rest; the same as if nobody had been killed.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use dynamoi_privacy::{
    Event, History, Purpose, SubjectId,
    consent::EventType,
    ledger::{AppendError, Cursor, Ledger, Memory, Sqlite},
};
use sqlx::{Connection, SqliteConnection};
use uuid::Uuid;

use crate::scratch::Scratch;

/// What a writer is told: the file, and the seed of what it writes.
const PATH: &str = "DYNAMOI_PRIVACY_LEDGER";
const SEED: &str = "DYNAMOI_PRIVACY_SEED";

/// Numbers that a seed fixes (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// The `n`th append of a writer: always the same. Writers share their subjects, so that links and erasures meet.
fn append_of(seed: u64, n: u64) -> Vec<Event> {
    let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(n));
    let size = if random.below(3) == 0 { 2 + random.below(6) } else { 1 };
    let start: chrono::DateTime<chrono::Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
    let one = |_| {
        let mut subject =
            || SubjectId::from(Uuid::from_u64_pair(7, 0x8000_0000_0000_0000 + random.below(400)));
        let (subject, other) = (subject(), subject());
        let at = start + chrono::TimeDelta::seconds(random.below(1_000_000) as i64);
        let event = match random.below(100) {
            0 => Event::erase(subject, at),
            1..=4 => Event::link(subject, other, at),
            5..=30 => Event::withdraw(subject, Purpose::Promotion, at),
            _ => Event::grant(subject, Purpose::Promotion, "1.0.0", at),
        };
        Event { id: Uuid::from_u64_pair(random.next(), random.next()), ..event }
    };
    (0..size).map(one).collect()
}

/// The writer, when this test is run with its variables; nothing otherwise. It says which append was acknowledged.
#[test]
fn writer() {
    let (Ok(path), Ok(seed)) = (std::env::var(PATH), std::env::var(SEED)) else { return };
    let seed = seed.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = Sqlite::open(path, History::dynamoi()).await.unwrap();
        for n in 0.. {
            ledger.append(&append_of(seed, n)).await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "acknowledged {n}").and_then(|()| out.flush()).unwrap();
        }
    });
}

fn start(path: &Path, seed: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::writer", "--nocapture", "--test-threads", "1"]);
    command.env(PATH, path).env(SEED, seed.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Kills a writer, and says how many appends it had acknowledged.
fn kill(mut child: Child) -> u64 {
    child.kill().unwrap();
    let status = child.wait().unwrap();
    let mut complaints = String::new();
    let _ = std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut complaints);
    assert!(status.code().is_none(), "a writer ended by itself: {complaints}");
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    lines.filter(|line| line.contains("acknowledged")).count() as u64
}

/// Whether an event was taken; nothing is changed by asking.
async fn is_taken(ledger: &Sqlite, event: &Event) -> bool {
    let altered = Event { at: event.at - chrono::TimeDelta::days(9), ..event.clone() };
    let never = Event::of_age(event.subject, chrono::DateTime::<chrono::Utc>::MAX_UTC);
    match ledger.append(&[altered, never]).await {
        Err(AppendError::Refused(refused)) => refused.index() == 0,
        other => panic!("asking whether an event is there: {other:?}"),
    }
}

type Contents = (Vec<Event>, BTreeMap<SubjectId, chrono::DateTime<chrono::Utc>>);

/// What a ledger holds: the living's events by their ids, and who was erased when.
async fn contents(ledger: &impl Ledger) -> Contents {
    let events = ledger.read(&Cursor::start(), usize::MAX).await.unwrap().events;
    let (erased, mut live): (Vec<Event>, Vec<Event>) =
        events.into_iter().partition(|event| event.event_type() == EventType::Erased);
    live.sort_unstable_by_key(|event| event.id);
    let ids = live.len();
    live.dedup_by_key(|event| event.id);
    assert_eq!(live.len(), ids, "an event is there twice");
    let mut tombstones = BTreeMap::new();
    for event in erased {
        assert_eq!(tombstones.insert(event.subject, event.at), None, "a subject is erased twice");
    }
    (live, tombstones)
}

/// What was done with one file.
struct Story {
    path: std::path::PathBuf,
    acknowledged: Vec<Vec<Event>>,
    /// What was under way when its writer was killed.
    cut_off: Vec<Vec<Event>>,
}

impl Story {
    fn new(scratch: &Scratch) -> Self {
        Self { path: scratch.new_path(), acknowledged: Vec::new(), cut_off: Vec::new() }
    }

    /// Starts writers, and kills them after a while.
    fn round(&mut self, seeds: &[u64], random: &mut Random) {
        let children: Vec<(u64, Child)> =
            seeds.iter().map(|seed| (*seed, start(&self.path, *seed))).collect();
        for (seed, child) in children {
            std::thread::sleep(Duration::from_micros(random.below(70_000)));
            let acknowledged = kill(child);
            self.acknowledged.extend((0..acknowledged).map(|n| append_of(seed, n)));
            self.cut_off.push(append_of(seed, acknowledged));
        }
    }

    /// Compares the file with a ledger that nobody killed. Says how many appends were kept though nobody was told.
    async fn check(self) -> usize {
        let ledger = Sqlite::open(&self.path, History::dynamoi()).await.unwrap();
        let without_crashes = Memory::new(History::dynamoi());
        for events in &self.acknowledged {
            without_crashes.append(events).await.unwrap();
        }
        let mut kept_in_silence = 0;
        for events in &self.cut_off {
            let mut taken = 0;
            for event in events {
                taken += usize::from(is_taken(&ledger, event).await);
            }
            assert!(
                taken == 0 || taken == events.len(),
                "a batch is there in part: {taken} of {}",
                events.len()
            );
            if taken > 0 {
                without_crashes.append(events).await.unwrap();
                kept_in_silence += 1;
            }
        }
        let (found, expected) = (contents(&ledger).await, contents(&without_crashes).await);
        for event in &expected.0 {
            assert!(found.0.contains(event), "an acknowledged event is lost: {event:?}");
        }
        assert!(found == expected, "the file holds what nobody appended, or other erasures");
        // A repetition of everything changes nothing.
        let mut last = Cursor::start();
        last = ledger.read(&last, usize::MAX).await.unwrap().cursor;
        for events in &self.acknowledged {
            ledger.append(events).await.unwrap();
        }
        assert!(ledger.read(&last, 1).await.unwrap().events.is_empty());
        ledger.close().await;

        let mut connection = SqliteConnection::connect(self.path.to_str().unwrap()).await.unwrap();
        let checked: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
        assert_eq!(checked, "ok");
        kept_in_silence
    }
}

async fn kill_writers(at_a_time: u64, files: u64, rounds: u64) {
    let scratch = Scratch::new("kill");
    let mut random = Random(at_a_time);
    let (mut kills, mut appends, mut kept_in_silence) = (0, 0, 0);
    for file in 0..files {
        let mut story = Story::new(&scratch);
        for round in 0..rounds {
            let seeds: Vec<u64> = (0..at_a_time)
                .map(|writer| (file * rounds + round) * 10 + writer + 1_000_000 * at_a_time)
                .collect();
            story.round(&seeds, &mut random);
        }
        kills += story.cut_off.len();
        appends += story.acknowledged.len();
        kept_in_silence += story.check().await;
    }
    println!("{kills} writers killed; {appends} appends acknowledged, {kept_in_silence} more were kept");
    assert_eq!(kills as u64, at_a_time * files * rounds);
    assert!(appends > kills, "the writers were killed before they wrote: {appends} appends");
}

#[tokio::test]
async fn a_writer_that_is_killed_loses_nothing() {
    kill_writers(1, 20, 11).await;
}

#[tokio::test]
async fn two_writers_that_are_killed_lose_nothing() {
    kill_writers(2, 10, 8).await;
}
