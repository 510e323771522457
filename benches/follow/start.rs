//! Starting from a ledger beside reading its rows and dropping them.

use std::{
    collections::VecDeque,
    io::{IsTerminal, Write},
    sync::{Arc, Mutex},
    time::Instant,
};

use dynamoi_privacy::{
    Event, Gate, History, SubjectId,
    gate::MAX_STALENESS,
    ledger::{AppendError, Cursor, FollowOptions, Following, Ledger, LedgerError, Page},
};
use futures_util::TryStreamExt;
use sqlx::Row;

use crate::{
    file::{self, EVENTS, File},
    measure,
};

const PAGE: usize = 8192;

/// Compares, and says how many promises are broken.
pub(crate) async fn compare(subjects: u32) -> u32 {
    println!("{subjects} subjects with {EVENTS} events each in a file of SQLite's");
    let begun = Instant::now();
    let file = File::make(subjects).await;
    let size = std::fs::metadata(&file.path).unwrap().len() as f64 / 1e9;
    println!("  made in {:.1} s, {size:.2} GB", begun.elapsed().as_secs_f64());
    let rows = u64::from(subjects) * u64::from(EVENTS);

    // By turns, as often as it takes to see past what else the machine does.
    let turns = if subjects <= 1_000_000 { 5 } else { 2 };
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut bytes = 0.0;
    for turn in 0..turns {
        let [driver, pages, start] = &mut times;
        driver.push(timed(bare(&file)).await);
        pages.push(timed(ours(&file)).await);
        let before = measure::resident();
        let begun = Instant::now();
        let gate = started(&file, turn == 0).await;
        start.push(begun.elapsed().as_secs_f64());
        if turn == 0 {
            bytes = measure::resident().saturating_sub(before) as f64 / f64::from(subjects);
        }
        drop(gate);
    }
    let [driver, pages, start] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.swap_remove(times.len() / 2)
    });
    let each = |seconds: f64| format!("{seconds:.2} s, {:.0} ns an event", 1e9 * seconds / rows as f64);
    println!("  rows read by the driver and dropped: {}", each(driver));
    println!("  pages read by the ledger and dropped: {} ({:.2} ×)", each(pages), pages / driver);
    println!("  a gate started: {} ({:.2} ×), {bytes:.0} bytes a subject", each(start), start / driver);
    println!("  events folded alone: {:.0} ns each", folded(subjects.min(2_000_000)).await);
    0
}

async fn timed(work: impl Future<Output = ()>) -> f64 {
    let begun = Instant::now();
    work.await;
    begun.elapsed().as_secs_f64()
}

/// What nobody who reads the table with this driver can do without.
async fn bare(file: &File) {
    let mut connection = file.connection().await;
    let query = "SELECT id, subject, body, position FROM event ORDER BY position";
    let mut rows = sqlx::query(query).fetch(&mut connection);
    let mut read = 0;
    while let Some(row) = rows.try_next().await.unwrap() {
        let (id, subject): (&[u8], &[u8]) = (row.get(0), row.get(1));
        let (body, position): (&str, i64) = (row.get(2), row.get(3));
        read = std::hint::black_box(id.len() + subject.len() + body.len()).min(position as usize);
    }
    std::hint::black_box(read);
}

async fn ours(file: &File) {
    let ledger = file.ledger().await;
    let mut cursor = Cursor::start();
    loop {
        let page = ledger.read(&cursor, PAGE).await.unwrap();
        cursor = page.cursor;
        if page.behind == 0 {
            break;
        }
    }
    ledger.close().await;
}

async fn started(file: &File, show: bool) -> Arc<Gate> {
    let history = Arc::new(History::dynamoi());
    let gate = Arc::new(Gate::fed(history, MAX_STALENESS));
    let show = show && std::io::stdout().is_terminal();
    let mut shown = 0;
    let options = FollowOptions::new().on_progress(move |progress| {
        let percent = (100.0 * progress.share()) as u32;
        if show && percent > shown {
            shown = percent;
            print!("\r  starting: {percent} % ");
            let _ = std::io::stdout().flush();
        }
    });
    let following = options.start(file.ledger().await, gate.clone()).await.unwrap();
    if show {
        println!();
    }
    following.ledger().clone().close().await;
    gate
}

/// A ledger whose pages lie ready in memory: what is left is our own work.
#[derive(Clone)]
struct Ready(Arc<Mutex<VecDeque<Vec<Event>>>>);

impl Ledger for Ready {
    async fn append(&self, _: &[Event]) -> Result<(), AppendError> {
        Ok(())
    }

    async fn read(&self, after: &Cursor, _: usize) -> Result<Page, LedgerError> {
        let mut pages = self.0.lock().unwrap();
        let events = pages.pop_front().unwrap_or_default();
        let mut cursor = after.clone();
        cursor.set(0, after.position(0) + 1);
        Ok(Page::new(events, cursor, pages.len() as u64))
    }

    async fn events_of(&self, _: SubjectId) -> Result<Vec<Event>, LedgerError> {
        Ok(Vec::new())
    }
}

/// Nanoseconds to take an event in that lies in memory.
async fn folded(subjects: u32) -> f64 {
    let events: Vec<Event> = (0..subjects).flat_map(|nth| file::events(SubjectId::random(), nth)).collect();
    let pages = events.chunks(PAGE).map(<[Event]>::to_vec).collect();
    drop(events);
    let gate = Arc::new(Gate::fed(History::dynamoi(), MAX_STALENESS));
    let ledger = Ready(Arc::new(Mutex::new(pages)));
    let begun = Instant::now();
    let following = Following::start(ledger, gate).await.unwrap();
    let time = begun.elapsed().as_nanos() as f64;
    time / following.progress().events as f64
}
