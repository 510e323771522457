//! What may lie where a ledger is opened: clear errors that name the path, and nothing touched.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use dynamoi_privacy::{
    Event, History, SubjectId,
    ledger::{AppendError, Cursor, Ledger, LedgerErrorKind, Sqlite, SqliteOptions},
};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::scratch::Scratch;

fn event() -> Event {
    Event::of_age(SubjectId::random(), "2026-01-05T09:00:00Z".parse().unwrap())
}

/// What opening says, after the path; everything in the folder is as it was.
async fn refused(path: &Path, folder: &Path) -> (LedgerErrorKind, String) {
    let before = contents(folder);
    let error = Sqlite::open(path, History::dynamoi()).await.unwrap_err();
    assert_eq!(contents(folder), before, "{error}");
    (error.kind(), error.to_string())
}

fn contents(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut contents: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).ok())).collect();
    contents.sort();
    contents
}

async fn raw(path: &Path, sql: &str) {
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn what_is_no_ledger_is_refused_and_left_as_it_was() {
    let scratch = Scratch::new("opening");
    let folder = scratch.path();
    let named = |name: &str| folder.join(name);
    fs::write(named("text"), "subject,consent\n").unwrap();
    fs::write(named("long text"), "no database ".repeat(1000)).unwrap();
    fs::create_dir(named("folder")).unwrap();
    raw(&named("other.db"), "CREATE TABLE theirs (one); INSERT INTO theirs VALUES (1)").await;
    raw(&named("other-wal.db"), "PRAGMA journal_mode = WAL; CREATE TABLE event (position)").await;
    raw(&named("marked.db"), "PRAGMA application_id = 99; PRAGMA user_version = 1").await;
    drop(Sqlite::open(named("newer.db"), History::dynamoi()).await.unwrap().close().await);
    raw(&named("newer.db"), "PRAGMA user_version = 2").await;

    let (unreachable, not_understood) = (LedgerErrorKind::Unreachable, LedgerErrorKind::NotUnderstood);
    for (name, kind, about, says) in [
        ("text", not_understood, "text", "found no SQLite database, expected a ledger or nothing"),
        ("long text", not_understood, "long text", "found no SQLite database, expected a ledger or nothing"),
        ("other.db", not_understood, "other.db", "found a database that is no ledger of consents"),
        ("other-wal.db", not_understood, "other-wal.db", "found a database that is no ledger of consents"),
        ("marked.db", not_understood, "marked.db", "found a database that is no ledger of consents"),
        ("newer.db", not_understood, "newer.db", "found form 2 of the file, expected at most 1"),
        ("folder", unreachable, "folder", "found a folder, expected a file or nothing"),
        ("none/ledger.db", unreachable, "none", "the folder for the ledger does not exist; make it first"),
        ("text/ledger.db", unreachable, "text", "found a file, expected a folder"),
    ] {
        let (found, error) = refused(&named(name), folder).await;
        assert_eq!(found, kind, "{error}");
        let expected = format!("{}: {says}", named(about).display());
        assert!(error.contains(&expected), "{error}: expected {expected}");
    }
    let (kind, error) = refused(Path::new(""), folder).await;
    assert!(kind == unreachable && error.contains("found no path, expected that of a file"), "{error}");
    let (kind, error) = refused(Path::new("/"), folder).await;
    assert!(kind == unreachable && error.contains("expected"), "{error}");
    let (kind, error) = refused(Path::new("/dev/null"), folder).await;
    assert!(kind == unreachable && error.contains("/dev/null: found a device or a pipe"), "{error}");
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let scratch = Scratch::new("names");
    for name in [":memory:", "file:ledger?mode=memory", "a?b#c%20 d'\"e", "ünï", "empty"] {
        let path = scratch.path().join(name);
        // As good as nothing: a file without a byte.
        if name == "empty" {
            fs::write(&path, "").unwrap();
        }
        let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
        ledger.append(&[event()]).await.unwrap();
        assert!(path.metadata().unwrap().len() > 0, "{name}");
        let other = Sqlite::open(&path, History::dynamoi()).await.unwrap();
        assert_eq!(other.read(&Cursor::start(), 9).await.unwrap().events.len(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_comes_first_at_the_same_time_makes_the_file_for_all() {
    let scratch = Scratch::new("first");
    for _ in 0..20 {
        let path = scratch.new_path();
        let opening = (0..8).map(|_| {
            let path = path.clone();
            tokio::spawn(async move {
                let ledger = Sqlite::open(path, History::dynamoi()).await.unwrap();
                ledger.append(&[event()]).await.unwrap();
                ledger
            })
        });
        let opening: Vec<_> = opening.collect();
        for opened in opening {
            opened.await.unwrap();
        }
        let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
        assert_eq!(ledger.read(&Cursor::start(), 99).await.unwrap().events.len(), 8);
    }
}

#[tokio::test]
async fn a_file_that_is_removed_while_it_is_open_takes_nothing_more() {
    let scratch = Scratch::new("removed");
    let path = scratch.new_path();
    let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    ledger.append(&[event()]).await.unwrap();
    fs::rename(&path, scratch.path().join("elsewhere")).unwrap();
    for another_lies_there in [false, true] {
        if another_lies_there {
            let other = Sqlite::open(&path, History::dynamoi()).await.unwrap();
            other.append(&[event(), event()]).await.unwrap();
            other.close().await;
        }
        let AppendError::Unavailable(error) = ledger.append(&[event()]).await.unwrap_err() else { panic!() };
        assert_eq!(error.kind(), LedgerErrorKind::Unreachable);
        assert!(error.to_string().contains("was moved, removed or replaced"), "{error}");
        assert!(ledger.read(&Cursor::start(), 9).await.is_err());
        assert!(ledger.events_of(SubjectId::random()).await.is_err());
    }
}

#[tokio::test]
async fn a_ledger_that_is_closed_says_so_and_one_that_is_busy_waits() {
    let scratch = Scratch::new("closed");
    let path = scratch.new_path();
    let options = SqliteOptions::new().busy_timeout(Duration::from_millis(50));
    let ledger = Sqlite::open_with(&path, History::dynamoi(), options).await.unwrap();
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    for events in [vec![event()], vec![event(), event()]] {
        let error = ledger.append(&events).await.unwrap_err();
        let AppendError::Unavailable(error) = error else { panic!("{error}") };
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (LedgerErrorKind::Unreachable, "the ledger cannot be reached (SQLite 5)")
        );
    }
    // Readers wait for nobody.
    assert_eq!(ledger.read(&Cursor::start(), 9).await.unwrap().events.len(), 0);
    other.execute("ROLLBACK").await.unwrap();
    ledger.append(&[event()]).await.unwrap();

    let closed = ledger.clone();
    ledger.close().await;
    let AppendError::Unavailable(error) = closed.append(&[event()]).await.unwrap_err() else { panic!() };
    assert_eq!(error.to_string(), "the ledger cannot be reached (it was closed)");
    assert!(closed.read(&Cursor::start(), 9).await.is_err());
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_no_answer() {
    let scratch = Scratch::new("damaged");
    let path = scratch.new_path();
    let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    let events: Vec<Event> = (0..500).map(|_| event()).collect();
    ledger.append(&events).await.unwrap();
    ledger.close().await;
    // An event that a newer version wrote.
    let sql = r#"UPDATE event SET body = '{"type":"frozen"}' WHERE position = 400"#;
    raw(&path, sql).await;
    let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    assert_eq!(ledger.read(&Cursor::start(), 399).await.unwrap().events.len(), 399);
    let error = ledger.read(&Cursor::start(), 400).await.unwrap_err();
    assert_eq!(error.kind(), LedgerErrorKind::NotUnderstood);
    assert!(error.to_string().contains(&events[399].id.to_string()), "{error}");
    assert!(ledger.events_of(events[399].subject).await.is_err());
    // It is erased all the same.
    ledger.append(&[Event::erase(events[399].subject, events[399].at)]).await.unwrap();
    assert_eq!(ledger.read(&Cursor::start(), 999).await.unwrap().events.len(), 500);
    ledger.close().await;

    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    let error = match Sqlite::open(&path, History::dynamoi()).await {
        Ok(ledger) => ledger.read(&Cursor::start(), 999).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind(), LedgerErrorKind::NotUnderstood, "{error}");
}

#[tokio::test]
async fn whoever_opens_the_file_is_woken_by_all_of_the_process() {
    let scratch = Scratch::new("wake");
    let path = scratch.new_path();
    let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    let again = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    let follower = ledger.clone();
    for writer in [&ledger, &again, &ledger] {
        let page = follower.read(&Cursor::start(), 9).await.unwrap();
        // Also what comes before it listens.
        writer.append(&[event()]).await.unwrap();
        follower.changed().await;
        assert_eq!(follower.read(&page.cursor, 9).await.unwrap().events.len(), 1);
    }
    // Without anything new it goes on waiting.
    follower.read(&Cursor::start(), 9).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(20), follower.changed()).await.is_err());
}
