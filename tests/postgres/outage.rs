//! A server that is gone, silent, full or not to be written: a clear error in time, and nothing acknowledged.

use std::{path::PathBuf, process::Command, time::Duration};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    Event, History, Purpose, SubjectId,
    ledger::{AppendError, Cursor, Ledger, LedgerErrorKind, Postgres},
};
use sqlx::{Connection, Executor, postgres::PgPoolOptions};

use crate::{
    place::{Place, everything, started},
    server::Stop,
};

fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn event() -> Event {
    Event::withdraw(SubjectId::random(), Purpose::Promotion, now())
}

/// Both ways to ask fail, and say nothing that they should not.
async fn fails(ledger: &Postgres, kind: LedgerErrorKind, url: &str) {
    match ledger.append(&[event()]).await {
        Err(AppendError::Unavailable(error)) => {
            assert_eq!(error.kind(), kind, "{error}");
            says_no_secret(&format!("{error} {error:?} {ledger:?}"), url);
        }
        other => panic!("expected {kind:?}, found {other:?}"),
    }
}

fn says_no_secret(text: &str, url: &str) {
    let password = url.split([':', '@']).nth(2).unwrap();
    for secret in [password, "postgres://", "127.0.0.1"] {
        assert!(!text.contains(secret), "an error shows where the ledger is: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_stopped_is_found_again() {
    let server = started(&[]);
    let place = Place::on(&server).await;
    let patience = Duration::from_millis(700);
    let own = Postgres::connect_within(&place.url, History::dynamoi(), patience).await.unwrap();
    let pool = PgPoolOptions::new().max_connections(3).connect(&place.url).await.unwrap();
    let over = Postgres::over(pool, History::dynamoi()).await.unwrap();
    let mut kept = Vec::new();
    for round in 0..4 {
        // Several connections, each of which will be dead.
        let events: Vec<Event> = (0..8).map(|_| event()).collect();
        let appends = events.iter().cloned().map(|event| {
            let ledger = own.clone();
            tokio::spawn(async move { ledger.append(&[event]).await })
        });
        for append in appends.collect::<Vec<_>>() {
            append.await.unwrap().unwrap();
        }
        over.append(&events).await.unwrap();
        kept.extend(events);
        match round % 3 {
            0 => server.stop(Stop::Fast).unwrap(),
            1 => server.stop(Stop::Immediate).unwrap(),
            _ => server.kill().unwrap(),
        }
        if round != 3 {
            for ledger in [&own, &over] {
                fails(ledger, LedgerErrorKind::Unreachable, &place.url).await;
                let error = ledger.read(&Cursor::start(), 10).await.unwrap_err();
                assert_eq!(error.kind(), LedgerErrorKind::Unreachable);
                assert!(ledger.events_of(SubjectId::random()).await.is_err());
            }
        }
        server.start_again().unwrap();
        // At once, with what it had before, whichever is asked first.
        for ledger in [&own, &over] {
            assert_eq!(everything(ledger).await.len(), kept.len());
            let new = event();
            ledger.append(std::slice::from_ref(&new)).await.unwrap();
            kept.push(new);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let server = started(&[]);
    let place = Place::on(&server).await;
    let patience = Duration::from_millis(400);
    let ledger = Postgres::connect_within(&place.url, History::dynamoi(), patience).await.unwrap();
    let first = event();
    ledger.append(std::slice::from_ref(&first)).await.unwrap();
    server.pause().unwrap();
    // Longer than all of their patience, and no hang.
    let asked = async {
        fails(&ledger, LedgerErrorKind::Unreachable, &place.url).await;
        for _ in 0..20 {
            let error = ledger.read(&Cursor::start(), 10).await.unwrap_err();
            assert_eq!(error.kind(), LedgerErrorKind::Unreachable);
        }
        let error = Postgres::connect_within(&place.url, History::dynamoi(), patience).await.unwrap_err();
        assert_eq!(error.kind(), LedgerErrorKind::Unreachable);
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.expect("a silent server is waited for");
    server.resume().unwrap();
    let second = event();
    ledger.append(std::slice::from_ref(&second)).await.unwrap();
    let kept = everything(&ledger).await;
    // What was appended in vain may have come through all the same.
    assert!(kept.contains(&first) && kept.contains(&second) && kept.len() <= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_url_is_said_without_it() {
    let place = Place::new().await;
    let password = place.url.split([':', '@']).nth(2).unwrap();
    for (wrong, kind) in [
        (place.url.replace(password, "another"), LedgerErrorKind::Unreachable),
        (place.url.replace("/postgres?", "/nowhere?"), LedgerErrorKind::Unreachable),
        (place.url.replace("postgres://", "mysql//"), LedgerErrorKind::Unreachable),
        (place.url.replace("/postgres?", "/postgres?sslmode=require&"), LedgerErrorKind::Unreachable),
        // The port of nobody.
        ("postgres://me:secret@127.0.0.1:1/db".to_owned(), LedgerErrorKind::Unreachable),
        ("postgres://me:secret@nowhere.invalid/db".to_owned(), LedgerErrorKind::Unreachable),
    ] {
        let patience = Duration::from_millis(500);
        let error = Postgres::connect_within(&wrong, History::dynamoi(), patience).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        for secret in [password, "another", "secret", "postgres://", "mysql", "nowhere"] {
            let text = format!("{error} {error:?}");
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_written_says_so_and_can_be_read() {
    let server = started(&[]);
    let place = Place::on(&server).await;
    let (ledger, kept) = (place.ledger().await, event());
    ledger.append(std::slice::from_ref(&kept)).await.unwrap();

    let schema = place.schema();
    let mut admin = place.connection().await;
    for statement in [
        "CREATE ROLE reader LOGIN PASSWORD 'readers'".to_owned(),
        format!("GRANT USAGE ON SCHEMA {schema} TO reader"),
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader"),
        "CREATE SCHEMA empty_place".to_owned(),
        "GRANT USAGE ON SCHEMA empty_place TO reader".to_owned(),
    ] {
        admin.execute(statement.as_str()).await.unwrap();
    }
    let password = place.url.split([':', '@']).nth(2).unwrap();
    let as_reader = place.url.replace("postgres:", "reader:").replacen("reader://", "postgres://", 1);
    let as_reader = as_reader.replace(password, "readers");
    let read_only = format!("{}%20-c%20default_transaction_read_only%3Don", place.url);
    for url in [&as_reader, &read_only] {
        let ledger = Postgres::connect(url, History::dynamoi()).await.unwrap();
        let batch = [event(), event(), Event::link(SubjectId::random(), SubjectId::random(), now())];
        fails(&ledger, LedgerErrorKind::ReadOnly, url).await;
        for events in [&batch[..], &[Event::erase(kept.subject, now())]] {
            match ledger.append(events).await {
                Err(AppendError::Unavailable(error)) => assert_eq!(error.kind(), LedgerErrorKind::ReadOnly),
                other => panic!("{other:?}"),
            }
        }
        assert!(everything(&ledger).await == [kept.clone()]);
        assert!(ledger.events_of(kept.subject).await.unwrap() == [kept.clone()]);
        // Nothing is to be written for what is there, or refused.
        let altered = Event { at: now() - chrono::TimeDelta::seconds(1), ..kept.clone() };
        let _ = ledger.append(&[altered]).await.unwrap_err();
    }
    // There is nothing to read, and no right to make it.
    let nothing = as_reader.replace(&schema, "empty_place");
    let error = Postgres::connect(&nothing, History::dynamoi()).await.unwrap_err();
    assert_eq!(error.kind(), LedgerErrorKind::ReadOnly);
    assert!(everything(&ledger).await == [kept]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_acknowledges_before_the_disk_has_it_is_refused() {
    let place = Place::new().await;
    let careless = format!("{}%20-c%20synchronous_commit%3Doff", place.url);
    let pool = PgPoolOptions::new().max_connections(1).connect(&careless).await.unwrap();
    let error = Postgres::over(pool, History::dynamoi()).await.unwrap_err();
    assert_eq!(error.kind(), LedgerErrorKind::NotDurable);
    // A pool of our own is made careful.
    let ledger = Postgres::connect(&careless, History::dynamoi()).await.unwrap();
    ledger.append(&[event()]).await.unwrap();
}

/// A small disk of its own, which only root can make.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m,mode=777", "none"]).arg(&at).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_says_so_and_nothing_is_acknowledged_that_is_not_there() {
    let server = started(&[]);
    let Some(disk) = SmallDisk::mount(server.folder().join("small")) else {
        eprintln!("left out: a full disk, which only root can make");
        return;
    };
    let mut place = Place::on(&server).await;
    let tablespace = disk.0.join("tables");
    let made = Command::new("install").args(["-d", "-o", "postgres"]).arg(&tablespace).status();
    assert!(made.unwrap().success());
    let create = format!("CREATE TABLESPACE small LOCATION '{}'", tablespace.display());
    place.connection().await.execute(create.as_str()).await.unwrap();
    place.url.push_str("%20-c%20default_tablespace%3Dsmall");
    let ledger = place.ledger().await;

    let (mut acknowledged, mut failed) = (Vec::new(), Vec::new());
    while failed.len() < 3 {
        let batch: Vec<Event> = (0..40).map(|_| event()).collect();
        // In a transaction, and each by itself.
        for events in [&batch[..20], &batch[20..21], &batch[21..22]] {
            match ledger.append(events).await {
                Ok(()) => acknowledged.extend(events.to_vec()),
                Err(AppendError::Unavailable(error)) => {
                    assert_eq!(error.kind(), LedgerErrorKind::Full, "{error}");
                    failed.push(events.to_vec());
                }
                Err(refused) => panic!("{refused}"),
            }
        }
        assert!(acknowledged.len() < 100_000, "the disk does not fill");
    }
    let kept = everything(&ledger).await;
    assert!(acknowledged.iter().all(|event| kept.contains(event)) && kept.len() == acknowledged.len());
    // With room again it goes on.
    let grown = Command::new("mount").args(["-o", "remount,size=30m"]).arg(&disk.0).status();
    assert!(grown.unwrap().success());
    for events in &failed {
        ledger.append(events).await.unwrap();
    }
    let failed = failed.iter().flatten().count();
    assert_eq!(everything(&ledger).await.len(), acknowledged.len() + failed);
    drop(ledger);
    server.stop(Stop::Fast).unwrap();
    place.url.clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_is_given_up_lets_go_of_its_lanes() {
    let place = Place::new().await;
    let (ledger, mut holder) = (place.ledger().await, place.connection().await);
    let mut held = holder.begin().await.unwrap();
    held.execute("SELECT lane FROM privacy_lane WHERE lane = 0 FOR UPDATE").await.unwrap();
    let erasing =
        tokio::spawn(async move { ledger.append(&[Event::erase(SubjectId::random(), now())]).await });
    let mut watch = place.connection().await;
    crate::place::until_somebody_waits(&mut watch).await;
    erasing.abort();
    assert!(erasing.await.is_err());
    // The append was given up with its connection: its session ends, and locks nothing more.
    held.rollback().await.unwrap();
    let others =
        "SELECT count(*) FROM pg_locks WHERE relation = 'privacy_lane'::regclass AND pid <> pg_backend_pid()";
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut watch).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM privacy_event").fetch_one(&mut watch).await.unwrap();
    assert_eq!(count, 0);
}
