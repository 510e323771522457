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
    let mut times: [Vec<Spent>; 3] = Default::default();
    let mut bytes = 0.0;
    for turn in 0..turns {
        let [driver, pages, start] = &mut times;
        driver.push(timed(bare(&file)).await);
        pages.push(timed(ours(&file)).await);
        let before = measure::resident();
        let mut gate = None;
        start.push(timed(async { gate = Some(started(&file, turn == 0).await) }).await);
        if turn == 0 {
            bytes = measure::resident().saturating_sub(before) as f64 / f64::from(subjects);
        }
        drop(gate);
    }
    let [driver, pages, start] = times.map(|times| Spent::median(&times));
    println!("  rows read by the driver and dropped: {}", driver.shown(rows, None));
    println!("  pages read by the ledger and dropped: {}", pages.shown(rows, Some(&driver)));
    println!("  a gate started: {}", start.shown(rows, Some(&driver)));
    println!("  {bytes:.0} bytes a subject");
    println!(
        "  pages that lie ready in memory: {:.0} ns of processors an event",
        folded(subjects.min(2_000_000)).await
    );
    // On one processor reading and folding take turns; on two or more the folding goes beside.
    let (limit, ratio) = (2.0, start.wall / driver.wall);
    let verdict = if ratio <= limit { "kept" } else { "BROKEN" };
    println!("  starting beside the driver: {ratio:.2} × (at most {limit}: {verdict})");
    u32::from(ratio > limit)
}

/// Seconds by the clock and of processors: where others use the machine, the second tells more.
#[derive(Clone, Copy)]
struct Spent {
    wall: f64,
    processors: f64,
}

impl Spent {
    fn median(all: &[Self]) -> Self {
        let middle = |of: fn(&Self) -> f64| {
            let mut values: Vec<f64> = all.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values.swap_remove(values.len() / 2)
        };
        Self { wall: middle(|spent| spent.wall), processors: middle(|spent| spent.processors) }
    }

    fn shown(&self, rows: u64, beside: Option<&Self>) -> String {
        let Self { wall, processors } = self;
        let each = |seconds: f64| 1e9 * seconds / rows as f64;
        let ratios = beside.map(|other| {
            format!(" ({:.2} ×, {:.2} × in processors)", wall / other.wall, processors / other.processors)
        });
        let (wall_each, each) = (each(*wall), each(*processors));
        let ratios = ratios.unwrap_or_default();
        format!(
            "{wall:.2} s, {processors:.2} s of processors; an event {wall_each:.0} ns, {each:.0} ns{ratios}"
        )
    }
}

async fn timed(work: impl Future<Output = ()>) -> Spent {
    let (begun, before) = (Instant::now(), processors());
    work.await;
    Spent { wall: begun.elapsed().as_secs_f64(), processors: processors() - before }
}

/// Seconds of processors that this process has used; hundredths of a second are told apart.
fn processors() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
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
    let mut read = 0;
    let start = async { read = Following::start(ledger, gate).await.unwrap().progress().events };
    1e9 * timed(start).await.processors / read as f64
}
