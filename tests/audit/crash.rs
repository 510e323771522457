//! Crashes: a writer that is killed, and one whose disk is full. Every permit that was given has its entry.

#![cfg(unix)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{ChildStderr, Command, Stdio},
    thread,
    time::Duration,
};

use dynamoi_privacy::{
    audit::{Effect, JsonLines, KeyFile, Keys, Settings, Sink, Trail, Verification},
    consent::Event,
    vocabulary::{Purpose, SubjectId},
};
use tempfile::TempDir;

use crate::world::{ask, at, entries, gate, now, trail};

const FOLDER: &str = "AUDIT_CRASH_FOLDER";
const ROUND: &str = "AUDIT_CRASH_ROUND";
const THREADS: u64 = 4;
/// More than a round ever asks.
const OF_A_ROUND: u64 = 1_000_000;

fn subject(thread: u64) -> SubjectId {
    uuid::Uuid::from_u64_pair(7, thread).into()
}

fn open(folder: &std::path::Path) -> std::sync::Arc<Trail> {
    let sink = JsonLines::open(folder.join("trail")).unwrap().with_rotation(50_000);
    trail(
        sink,
        KeyFile::open(folder.join("keys")).unwrap(),
        Settings::required().patience(Duration::from_secs(1)),
    )
}

/// The process that is killed: several threads ask, and say the number of each permit once it is there. It is a test
/// only so that it lies in this binary.
#[test]
fn the_writer_that_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let trail = open(folder.as_ref());
    let gate = gate(&trail);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let gate = &gate;
            gate.record(Event::accept(subject(thread), "1.0.0", now())).unwrap();
            gate.record(Event::grant(subject(thread), Purpose::EngagementAnalysis, "1.0.0", now())).unwrap();
            scope.spawn(move || {
                for nth in 0.. {
                    let number = round * OF_A_ROUND + nth * THREADS + thread;
                    let (line, goes_on) = match ask(gate, subject(thread), at(number)) {
                        Ok(_) => (format!("permitted {number}\n"), true),
                        Err(refusal) => (format!("refused: {refusal}\n"), false),
                    };
                    // In one piece, so that it is there or not.
                    std::io::stderr().write_all(line.as_bytes()).unwrap();
                    if !goes_on {
                        return;
                    }
                }
            });
        }
    });
}

fn writer(command: &mut Command, folder: &TempDir, round: u64) -> std::process::Child {
    command.args(["--exact", "crash::the_writer_that_is_killed", "--nocapture"]);
    command.env(FOLDER, folder.path()).env(ROUND, round.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The permits that a process said it gave, and what else it said.
fn permits(said: ChildStderr) -> (Vec<u64>, Vec<String>) {
    let lines = BufReader::new(said).lines().map_while(Result::ok);
    let (given, other): (Vec<String>, Vec<String>) = lines.partition(|line| line.starts_with("permitted "));
    (given.iter().map(|line| line[10..].parse().unwrap()).collect(), other)
}

/// Opens what was left, and finds each permit that was given, once.
fn look(folder: &TempDir, given: &[u64]) {
    let trail = open(folder.path());
    let kept = trail.head();
    assert_eq!(Verification::new().through(kept).read(trail.read().unwrap()).unwrap(), kept);
    let all = entries(trail.read().unwrap());
    let found: BTreeMap<_, _> = all.iter().map(|entry| (entry.at(), entry.effect())).collect();
    assert_eq!(found.len(), all.len(), "an entry is there twice");
    for number in given {
        assert_eq!(found.get(&at(*number)), Some(&Effect::Permit), "permit {number} has no entry");
    }
    // And each is still the person's.
    drop(trail);
    let sink = JsonLines::open(folder.path().join("trail")).unwrap();
    let keys = KeyFile::open(folder.path().join("keys")).unwrap();
    let theirs = (0..THREADS)
        .filter_map(|thread| Some(keys.known(subject(thread)).unwrap()?.pseudonym(subject(thread))));
    let found: usize = theirs.map(|pseudonym| sink.entries_of(pseudonym).unwrap().len()).sum();
    assert_eq!(found, all.len());
}

#[test]
fn every_permit_that_a_killed_process_gave_has_its_entry() {
    let folder = TempDir::new().unwrap();
    let mut given = Vec::new();
    for round in 0..40 {
        let mut child = writer(&mut Command::new(std::env::current_exe().unwrap()), &folder, round);
        let said = child.stderr.take().unwrap();
        let said = thread::spawn(move || permits(said));
        thread::sleep(Duration::from_millis(20 + (round * 37) % 120));
        child.kill().unwrap();
        child.wait().unwrap();
        given.extend(said.join().unwrap().0);
        if round % 8 == 7 {
            look(&folder, &given);
        }
    }
    assert!(given.len() > 40, "{}", given.len());
}

/// The limit of a process for the size of files is where a disk is full: writes end in the middle of a line.
#[test]
fn where_there_is_no_room_nothing_is_permitted_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let mut given = Vec::new();
    for (round, blocks) in [(0, 20), (1, 41), (2, 63)] {
        let test = std::env::current_exe().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &blocks.to_string()]).arg(test);
        let mut child = writer(&mut shell, &folder, round);
        let (permits, other) = permits(child.stderr.take().unwrap());
        assert!(child.wait().unwrap().success());
        assert!(!permits.is_empty());
        let refused = "refused: cannot decide: the decision could not be recorded";
        assert_eq!(other.iter().filter(|line| *line == refused).count() as u64, THREADS, "{other:?}");
        given.extend(permits);
        look(&folder, &given);
    }
}
