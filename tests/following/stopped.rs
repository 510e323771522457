//! A process that is stopped and goes on: what it permits when it goes on, it permits on a view that is not too old.
#![cfg(all(unix, feature = "sqlite"))]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use dynamoi_privacy::{
    Gate, SubjectId,
    clock::{Clock, SystemClock},
    ledger::{Following, Ledger, Sqlite},
};

use crate::doubles::{SHORT, fan, history, now, promotion, refusal_of};

const PATH: &str = "DYNAMOI_PRIVACY_STOPPED";

/// What the other process does: it follows and says what it would do, with the instant of each check.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_is_stopped() {
    let Ok(told) = std::env::var(PATH) else { return };
    let (path, subject) = told.rsplit_once(' ').unwrap();
    let subject: SubjectId = subject.parse().unwrap();
    let gate = Arc::new(Gate::fed(history(), SHORT));
    let ledger = Sqlite::open(path, history()).await.unwrap();
    let _following = Following::start(ledger, gate.clone()).await.unwrap();
    loop {
        let at = SystemClock.now();
        let share = promotion(subject, at);
        let answer = match gate.decide(&share) {
            Ok(decision) => decision.reasons().to_string(),
            Err(undecided) => undecided.to_string(),
        };
        println!("check {} {answer}", at.timestamp_micros());
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test]
async fn a_process_that_was_stopped_permits_nothing_that_was_withdrawn_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("consents.db");
    let ledger = Sqlite::open(&path, history()).await.unwrap();
    for _ in 0..5 {
        let (subject, events) = fan();
        ledger.append(&events).await.unwrap();
        let mut other = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "stopped::the_process_that_is_stopped", "--nocapture", "--test-threads=1"])
            .env(PATH, format!("{} {}", path.display(), subject.uuid()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut checks = BufReader::new(other.stdout.take().unwrap()).lines().filter_map(|line| {
            let line = line.unwrap();
            let (_, check) = line.split_once("check ")?;
            let (at, reasons) = check.split_once(' ')?;
            Some((at.parse::<i64>().unwrap(), reasons.to_owned()))
        });
        // It permits before.
        assert!(checks.any(|(_, reasons)| reasons.is_empty()));
        signal(&other, "STOP");
        ledger.append(&[refusal_of(subject)]).await.unwrap();
        let committed = now().timestamp_micros();
        // Longer than a view may be old.
        tokio::time::sleep(Duration::from_millis(500)).await;
        signal(&other, "CONT");
        let allowed = committed + SHORT.num_microseconds().unwrap();
        for (at, reasons) in checks {
            assert!(!reasons.is_empty() || at <= allowed, "permitted {} µs after the commit", at - committed);
            if reasons == "consent_withdrawn" {
                break;
            }
        }
        other.kill().unwrap();
        other.wait().unwrap();
    }
}

fn signal(process: &std::process::Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", process.id())]).status();
    assert!(sent.unwrap().success());
}
