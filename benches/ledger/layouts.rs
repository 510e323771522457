//! Other tables and keys for SQLite than those that were chosen, filled with millions of events each.

use std::{path::Path, time::Instant};

use sqlx::{
    ConnectOptions, Connection, Executor, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::subjects;

/// A layout: its tables, how an event gets in, and how the last `?2` events after a position are read, and a subject's.
struct Layout {
    name: &'static str,
    tables: &'static str,
    inserts: &'static [&'static str],
    page: &'static str,
    of: &'static str,
}

const EVENT: &str = "INSERT INTO event (position, id, subject, body) VALUES (?1, ?2, ?3, ?4)";
const PAGE: &str = "SELECT id, subject, body FROM event WHERE position > ?1 ORDER BY position LIMIT ?2";
const OF: &str = "SELECT id, subject, body FROM event WHERE subject = ?1";

const LAYOUTS: [Layout; 6] = [
    Layout {
        name: "rows by position, indexes on id and subject (chosen)",
        tables: "CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, subject BLOB NOT NULL, visitor BLOB, \
                 body TEXT NOT NULL) STRICT; CREATE UNIQUE INDEX event_id ON event (id); \
                 CREATE INDEX event_subject ON event (subject) WHERE body >= '{'; \
                 CREATE INDEX event_visitor ON event (visitor) WHERE visitor IS NOT NULL AND body >= '{'",
        inserts: &[EVENT],
        page: PAGE,
        of: "SELECT id, subject, body FROM event WHERE subject = ?1 AND body >= '{'",
    },
    Layout {
        name: "the same without an index on subject",
        tables: "CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, subject BLOB NOT NULL, \
                 body TEXT NOT NULL) STRICT; CREATE UNIQUE INDEX event_id ON event (id)",
        inserts: &[EVENT],
        page: PAGE,
        of: OF,
    },
    Layout {
        name: "rows by position, ids in a table WITHOUT ROWID",
        tables: "CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, subject BLOB NOT NULL, \
                 body TEXT NOT NULL) STRICT; CREATE TABLE id (id BLOB PRIMARY KEY, position INTEGER) STRICT, WITHOUT ROWID; \
                 CREATE INDEX event_subject ON event (subject)",
        inserts: &[EVENT, "INSERT INTO id (id, position) VALUES (?2, ?1)"],
        page: PAGE,
        of: OF,
    },
    Layout {
        name: "rows by id WITHOUT ROWID, indexes on position and subject",
        tables: "CREATE TABLE event (id BLOB PRIMARY KEY, position INTEGER NOT NULL, subject BLOB NOT NULL, \
                 body TEXT NOT NULL) STRICT, WITHOUT ROWID; CREATE UNIQUE INDEX event_position ON event (position); \
                 CREATE INDEX event_subject ON event (subject)",
        inserts: &[EVENT],
        page: PAGE,
        of: OF,
    },
    Layout {
        name: "rows by subject and position WITHOUT ROWID, indexes on id and position",
        tables: "CREATE TABLE event (subject BLOB NOT NULL, position INTEGER NOT NULL, id BLOB NOT NULL, \
                 body TEXT NOT NULL, PRIMARY KEY (subject, position)) STRICT, WITHOUT ROWID; \
                 CREATE UNIQUE INDEX event_id ON event (id); CREATE UNIQUE INDEX event_position ON event (position)",
        inserts: &[EVENT],
        page: PAGE,
        of: OF,
    },
    Layout {
        name: "rows by position, no index at all: what SQLite does at most",
        tables: "CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, subject BLOB NOT NULL, \
                 body TEXT NOT NULL) STRICT",
        inserts: &[EVENT],
        page: PAGE,
        of: OF,
    },
];

pub async fn measure(count: usize) {
    let folder = std::env::temp_dir().join(format!("dynamoi-privacy-layouts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    println!("{count} events; the last tenth is appended in batches of 100");
    for layout in &LAYOUTS {
        let path = folder.join("layout.db");
        one(layout, &path, count).await;
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn fill(
    connection: &mut SqliteConnection,
    layout: &Layout,
    positions: std::ops::Range<usize>,
    batch: usize,
    people: &[uuid::Uuid],
) -> f64 {
    let body = r#"{"at":"2026-01-05T09:00:00.123456Z","policy_version":"1.0.0","scope":{"purpose":"marketing_campaigns"},"type":"consent_granted"}"#;
    let (begun, count) = (Instant::now(), positions.len());
    let mut position = positions.start;
    while position < positions.end {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for _ in 0..batch {
            let id = uuid::Uuid::new_v4();
            let subject = people[id.as_u64_pair().1 as usize % people.len()];
            for sql in layout.inserts {
                let insert = sqlx::query(sql).bind(position as i64 + 1).bind(id).bind(subject).bind(body);
                insert.execute(&mut *transaction).await.unwrap();
            }
            position += 1;
        }
        transaction.commit().await.unwrap();
    }
    count as f64 / begun.elapsed().as_secs_f64()
}

async fn one(layout: &Layout, path: &Path, count: usize) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut connection = options.connect().await.unwrap();
    connection.execute(layout.tables).await.unwrap();
    let people: Vec<uuid::Uuid> = subjects(count / 3).iter().map(|subject| subject.uuid()).collect();
    let most = count / 10 * 9;
    fill(&mut connection, layout, 0..most, 10_000, &people).await;
    let rate = fill(&mut connection, layout, most..count, 100, &people).await;

    let begun = Instant::now();
    let mut read = 0;
    while read < count {
        let page = sqlx::query(layout.page).bind(read as i64).bind(10_000_i64);
        let rows = page.fetch_all(&mut connection).await.unwrap();
        std::hint::black_box(rows.iter().map(|row| row.get::<&str, _>(2).len()).sum::<usize>());
        read += rows.len();
    }
    let reading = count as f64 / begun.elapsed().as_secs_f64();

    let asked = if layout.tables.contains("event_subject") || layout.tables.contains("KEY (subject") {
        1000
    } else {
        1
    };
    let begun = Instant::now();
    for subject in people.iter().take(asked) {
        sqlx::query(layout.of).bind(*subject).fetch_all(&mut connection).await.unwrap();
    }
    let of = begun.elapsed().as_micros() as f64 / asked as f64;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    connection.close().await.unwrap();
    let bytes = std::fs::metadata(path).unwrap().len() / count as u64;
    println!(
        "{}\n  {rate:.0} appended a second, {reading:.0} read a second, {of:.0} us a subject, {bytes} bytes an event",
        layout.name
    );
}
