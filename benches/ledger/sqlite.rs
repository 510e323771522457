//! SQLite: appends one by one and in batches, beside `sqlx` inserting the same rows into the same table.

use std::path::Path;

use dynamoi_privacy::{
    Event, History,
    ledger::{Cursor, Ledger, Sqlite},
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use crate::{
    compare::{Turns, timed},
    events, subjects,
};

/// What is promised of appends, beside the bare driver.
const PROMISED: f64 = 0.7;
const BATCH: usize = 100;

/// A row as the driver is given it: what a host would have made of the event beforehand.
struct Row {
    id: uuid::Uuid,
    subject: uuid::Uuid,
    body: String,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        let mut json = serde_json::to_value(event).unwrap();
        let fields = json.as_object_mut().unwrap();
        fields.remove("id");
        fields.remove("subject");
        Self { id: event.id, subject: event.subject.uuid(), body: json.to_string() }
    }
}

/// The bare driver on a ledger's own file: the same table, the same indexes, the same pragmas.
async fn driver(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "0")
        .disable_statement_logging();
    options.connect().await.unwrap()
}

async fn insert(connection: &mut SqliteConnection, row: &Row) {
    let insert = sqlx::query("INSERT INTO event (id, subject, body) VALUES (?1, ?2, ?3)");
    insert.bind(row.id).bind(row.subject).bind(&row.body).execute(connection).await.unwrap();
}

/// How many promises are broken.
pub async fn measure(quick: bool) -> u32 {
    let folder = std::env::temp_dir().join(format!("dynamoi-privacy-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut broken = 0;
    let sizes: &[usize] = if quick { &[0] } else { &[0, 1_000_000] };
    for held in sizes {
        println!("\nSQLite, {held} events held");
        broken += appends(&folder, *held, if quick { 5 } else { 15 }).await;
    }
    std::fs::remove_dir_all(&folder).unwrap();
    broken
}

async fn appends(folder: &Path, held: usize, turns: usize) -> u32 {
    let people = subjects(held.max(10_000) / 3);
    let (ours, theirs) = (folder.join(format!("ours-{held}.db")), folder.join(format!("bare-{held}.db")));
    let ledger = Sqlite::open(&ours, History::dynamoi()).await.unwrap();
    // Made by us, so that it is the same table.
    Sqlite::open(&theirs, History::dynamoi()).await.unwrap().close().await;
    let filled = timed(async {
        for batch in events(held, &people).chunks(10_000) {
            ledger.append(batch).await.unwrap();
        }
    });
    let filled = filled.await;
    if held > 0 {
        println!("  filled in batches of 10000: {:.0} events a second", held as f64 / filled.as_secs_f64());
        ledger.clone().close().await;
        std::fs::copy(&ours, &theirs).unwrap();
    }
    let ledger = Sqlite::open(&ours, History::dynamoi()).await.unwrap();
    let mut bare = driver(&theirs).await;

    let mut broken = 0;
    let (mut single, mut batches) = (Turns::default(), Turns::default());
    for _ in 0..turns {
        let (mine, other) = (events(200, &people), events(200, &people));
        let rows: Vec<Row> = other.iter().map(Row::from).collect();
        let ours = timed(async {
            for event in &mine {
                ledger.append(std::slice::from_ref(event)).await.unwrap();
            }
        });
        let ours = ours.await;
        let bare_took = timed(async {
            for row in &rows {
                insert(&mut bare, row).await;
            }
        });
        single.took(ours, bare_took.await);

        let (mine, other) = (events(50 * BATCH, &people), events(50 * BATCH, &people));
        let rows: Vec<Row> = other.iter().map(Row::from).collect();
        let ours = timed(async {
            for batch in mine.chunks(BATCH) {
                ledger.append(batch).await.unwrap();
            }
        });
        let ours = ours.await;
        let bare_took = timed(async {
            for batch in rows.chunks(BATCH) {
                let mut transaction = bare.begin_with("BEGIN IMMEDIATE").await.unwrap();
                for row in batch {
                    insert(&mut transaction, row).await;
                }
                transaction.commit().await.unwrap();
            }
        });
        batches.took(ours, bare_took.await);
    }
    broken += single.say("one by one", 200, PROMISED);
    broken += batches.say("in batches of 100", 50 * BATCH, PROMISED);
    catching_up(&ledger, &mut bare).await;
    ledger.close().await;
    bare.close().await.unwrap();
    broken
}

/// Reading everything, as whoever starts does; beside the driver reading the same rows. No promise is made here.
async fn catching_up(ledger: &Sqlite, bare: &mut SqliteConnection) {
    const PAGE: usize = 10_000;
    let mut turns = Turns::default();
    let mut count = 0;
    for _ in 0..3 {
        count = 0;
        let ours = timed(async {
            let mut cursor = Cursor::start();
            loop {
                let page = ledger.read(&cursor, PAGE).await.unwrap();
                count += page.events.len();
                cursor = page.cursor;
                if page.behind == 0 {
                    break;
                }
            }
        });
        let ours = ours.await;
        let bare_took = timed(async {
            let mut position = 0_i64;
            loop {
                let query = "SELECT position, id, subject, body FROM event WHERE position > ?1 ORDER BY position LIMIT ?2";
                let rows = sqlx::query_as::<_, (i64, uuid::Uuid, uuid::Uuid, String)>(query).bind(position);
                let rows = rows.bind(PAGE as i64).fetch_all(&mut *bare).await.unwrap();
                position = rows.last().map_or(position, |row| row.0);
                if rows.len() < PAGE {
                    break;
                }
            }
        });
        turns.took(ours, bare_took.await);
    }
    turns.say("reading all, in pages of 10000", count, 0.0);
}
