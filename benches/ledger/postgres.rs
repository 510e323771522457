//! Postgres: appends one by one, at the same time and in batches, beside `sqlx` inserting the same rows into a table
//! with the same keys and indexes on the same server; and what it takes to read all.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use dynamoi_privacy::{
    Event, History,
    ledger::{Cursor, Ledger, Postgres},
};
use sqlx::{Connection, Executor, PgConnection, PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

use crate::{
    compare::{Turns, timed},
    events,
    server::Server,
    subjects,
};

/// What is promised of appends, beside the bare driver.
const PROMISED: f64 = 0.7;
const BATCH: usize = 100;
/// As many as a pool of ours has.
const CONNECTIONS: u32 = 10;

/// The driver on its own, in a schema of its own.
struct Bare {
    pool: PgPool,
    connection: PgConnection,
    position: Arc<AtomicI64>,
}

impl Bare {
    async fn new(url: &str) -> Self {
        // Made by us, so that it is the same table.
        Postgres::connect(url, History::dynamoi()).await.unwrap();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await.unwrap();
        let connection = PgConnection::connect(url).await.unwrap();
        Self { pool, connection, position: Arc::default() }
    }
}

/// A row as the driver is given it: what a host would have made of the event beforehand.
#[derive(Clone)]
struct Row {
    id: Uuid,
    subject: Uuid,
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

async fn insert(to: impl Executor<'_, Database = sqlx::Postgres>, position: &AtomicI64, row: &Row) {
    let insert = "INSERT INTO privacy_event (lane, position, id, subject, body) VALUES ($1, $2, $3, $4, $5)";
    let position = position.fetch_add(1, Ordering::Relaxed);
    let insert = sqlx::query(insert).bind((position % 16) as i16).bind(position);
    insert.bind(row.id).bind(row.subject).bind(&row.body).execute(to).await.unwrap();
}

async fn insert_batch(bare: &mut Bare, rows: &[Row]) {
    let mut lanes = Vec::new();
    let mut positions = Vec::new();
    for _ in rows {
        let position = bare.position.fetch_add(1, Ordering::Relaxed);
        lanes.push((position % 16) as i16);
        positions.push(position);
    }
    let insert = "INSERT INTO privacy_event (lane, position, id, subject, body)
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[])";
    let insert = sqlx::query(insert).bind(lanes).bind(positions);
    let insert = insert.bind(rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let insert = insert.bind(rows.iter().map(|row| row.subject).collect::<Vec<_>>());
    let insert = insert.bind(rows.iter().map(|row| row.body.clone()).collect::<Vec<_>>());
    insert.execute(&mut bare.connection).await.unwrap();
}

/// How many promises are broken.
pub(crate) async fn measure(quick: bool) -> u32 {
    let server = match Server::start_with(&["max_wal_size=8GB", "shared_buffers=1GB"]) {
        Ok(server) => server,
        Err(error) => {
            println!("\nPostgres left out: {error}");
            return 0;
        }
    };
    let mut admin = PgConnection::connect(&server.url()).await.unwrap();
    let place = async |admin: &mut PgConnection, name: &str| {
        admin.execute(format!("CREATE SCHEMA {name}").as_str()).await.unwrap();
        format!("{}?options=-c%20search_path%3D{name}", server.url())
    };
    let (ours, theirs) = (place(&mut admin, "ours").await, place(&mut admin, "bare").await);
    let ledger = Postgres::connect(&ours, History::dynamoi()).await.unwrap();
    let mut bare = Bare::new(&theirs).await;
    let mut broken = 0;
    let sizes: &[usize] = if quick { &[0] } else { &[0, 1_000_000] };
    for held in sizes {
        println!("\nPostgres, {held} events held");
        let people = subjects(held.max(&10_000) / 3);
        fill(&ledger, &mut bare, &mut admin, &people, *held).await;
        broken += appends(&ledger, &mut bare, &people, if quick { 3 } else { 7 }).await;
    }
    catching_up(&ledger, &mut bare).await;
    broken
}

async fn fill(
    ledger: &Postgres,
    bare: &mut Bare,
    admin: &mut PgConnection,
    people: &[dynamoi_privacy::SubjectId],
    held: usize,
) {
    if held == 0 {
        return;
    }
    const MOST: usize = 10_000;
    let mut turns = Turns::default();
    for _ in 0..held / MOST {
        let (mine, other) = (events(MOST, people), events(MOST, people));
        let rows: Vec<Row> = other.iter().map(Row::from).collect();
        let ours = timed(async { ledger.append(&mine).await.unwrap() }).await;
        turns.took(ours, timed(insert_batch(bare, &rows)).await);
    }
    turns.say("filled in batches of 10000", MOST, 0.0);
    admin.execute("CHECKPOINT").await.unwrap();
    let sizes =
        "SELECT pg_total_relation_size('ours.privacy_event') / (SELECT count(*) FROM ours.privacy_event)";
    let bytes: i64 = sqlx::query_scalar(sizes).fetch_one(admin).await.unwrap();
    println!("  {bytes} bytes an event, with its indexes");
}

async fn appends(
    ledger: &Postgres,
    bare: &mut Bare,
    people: &[dynamoi_privacy::SubjectId],
    turns: usize,
) -> u32 {
    let mut broken = 0;
    for tasks in [1, 4, 16] {
        let mut took = Turns::default();
        // The first turn prepares the statements and opens the connections.
        for turn in 0..=turns {
            let count = 250 * tasks;
            let (mine, other) = (events(count, people), events(count, people));
            let rows: Vec<Row> = other.iter().map(Row::from).collect();
            let ours = timed(async {
                let shares = mine.chunks(count / tasks).map(|share| {
                    let (ledger, share) = (ledger.clone(), share.to_vec());
                    tokio::spawn(async move {
                        for event in share {
                            ledger.append(&[event]).await.unwrap();
                        }
                    })
                });
                for share in shares.collect::<Vec<_>>() {
                    share.await.unwrap();
                }
            })
            .await;
            let bare_took = timed(async {
                if tasks == 1 {
                    for row in &rows {
                        insert(&mut bare.connection, &bare.position, row).await;
                    }
                    return;
                }
                let shares = rows.chunks(count / tasks).map(|share| {
                    let (pool, position, share) = (bare.pool.clone(), bare.position.clone(), share.to_vec());
                    tokio::spawn(async move {
                        for row in share {
                            insert(&pool, &position, &row).await;
                        }
                    })
                });
                for share in shares.collect::<Vec<_>>() {
                    share.await.unwrap();
                }
            })
            .await;
            if turn > 0 {
                took.took(ours, bare_took);
            }
        }
        broken += took.say(&format!("one by one, {tasks} at a time"), 250 * tasks, PROMISED);
    }
    let mut took = Turns::default();
    for turn in 0..=turns {
        let (mine, other) = (events(20 * BATCH, people), events(20 * BATCH, people));
        let rows: Vec<Row> = other.iter().map(Row::from).collect();
        let ours = timed(async {
            for batch in mine.chunks(BATCH) {
                ledger.append(batch).await.unwrap();
            }
        })
        .await;
        // As hosts write batches: row by row in a transaction.
        let bare_took = timed(async {
            for batch in rows.chunks(BATCH) {
                let mut transaction = bare.connection.begin().await.unwrap();
                for row in batch {
                    insert(&mut *transaction, &bare.position, row).await;
                }
                transaction.commit().await.unwrap();
            }
        })
        .await;
        if turn > 0 {
            took.took(ours, bare_took);
        }
    }
    broken += took.say("in batches of 100, the driver row by row", 20 * BATCH, PROMISED);
    let mut took = Turns::default();
    for turn in 0..=turns {
        let (mine, other) = (events(20 * BATCH, people), events(20 * BATCH, people));
        let rows: Vec<Row> = other.iter().map(Row::from).collect();
        let ours = timed(async {
            for batch in mine.chunks(BATCH) {
                ledger.append(batch).await.unwrap();
            }
        })
        .await;
        let bare_took = timed(async {
            for batch in rows.chunks(BATCH) {
                insert_batch(bare, batch).await;
            }
        })
        .await;
        if turn > 0 {
            took.took(ours, bare_took);
        }
    }
    took.say("in batches of 100, the driver in one statement without look or lock", 20 * BATCH, 0.0);
    broken
}

/// Reading everything, as whoever starts does; beside the driver reading the same rows. No promise is made here.
async fn catching_up(ledger: &Postgres, bare: &mut Bare) {
    for page in [1_000, 10_000, 50_000] {
        let (mut turns, mut count) = (Turns::default(), 0);
        for _ in 0..3 {
            count = 0;
            let ours = timed(async {
                let mut cursor = Cursor::start();
                loop {
                    let next = ledger.read(&cursor, page).await.unwrap();
                    count += next.events.len();
                    cursor = next.cursor;
                    if next.behind == 0 {
                        break;
                    }
                }
            })
            .await;
            let bare_took = timed(async {
                for lane in 0..16_i16 {
                    let mut position = -1_i64;
                    loop {
                        let query = "SELECT position, id, subject, body FROM privacy_event
                             WHERE lane = $1 AND position > $2 ORDER BY position LIMIT $3";
                        let rows =
                            sqlx::query_as::<_, (i64, Uuid, Uuid, String)>(query).bind(lane).bind(position);
                        let rows = rows.bind(page as i64).fetch_all(&mut bare.connection).await.unwrap();
                        position = rows.last().map_or(position, |row| row.0);
                        if rows.len() < page {
                            break;
                        }
                    }
                }
            })
            .await;
            turns.took(ours, bare_took);
        }
        turns.say(&format!("reading all, in pages of {page}"), count, 0.0);
    }
}
