//! `kill -9` of those who write and of the whole server, at random moments: what was acknowledged is there.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    env,
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Gate, History, Purpose, SubjectId,
    clock::FakeClock,
    consent::Record,
    ledger::{AppendError, Cursor, Ledger, Memory, Postgres},
};
use uuid::Uuid;

use crate::place::{Place, everything, started};

/// Each writer has this many streams of its own, which it writes at the same time.
const STREAMS: usize = 3;
const PEOPLE: u128 = 9;

/// How often the writer is killed, and how often the server.
const KILLS: [usize; 2] = [30, 30];

fn start() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// The batch of a number in a stream: always the same.
fn batch(stream: usize, number: u64) -> Vec<Event> {
    let of_number = |n: u128| u128::from(number) << 16 | (stream as u128) << 8 | n;
    let event = |n: u128| {
        // Ten batches to a group of people, so that some are erased and others are not yet.
        let person = |which: u128| {
            let group = u128::from(number / 10) << 16 | (stream as u128) << 8;
            SubjectId::from(Uuid::from_u128(0x5000 << 96 | group << 8 | which % PEOPLE))
        };
        let at = start() + TimeDelta::milliseconds(number as i64 * 7 + n as i64);
        let (subject, which) = (person(u128::from(number) * 5 + n), (u128::from(number) * 3 + n) % 13);
        let event = match which {
            0..4 => Event::grant(subject, Purpose::Promotion, "1.0.0", at),
            4..7 => Event::withdraw(subject, Purpose::Promotion, at),
            7..9 => Event::accept(subject, "1.0.0", at),
            9 => Event::of_age(subject, at),
            10 => Event::link(subject, person(n + 1), at),
            11 => Event::deny(subject, Purpose::MarketingCampaigns, at),
            _ => Event::erase(subject, at),
        };
        Event { id: Uuid::from_u128(0xE000 << 96 | of_number(n)), ..event }
    };
    (0..[1, 1, 1, 6, 2][usize::try_from(number % 5).unwrap()]).map(event).collect()
}

/// The writer: this test again, in a process of its own, which appends until it is killed. Run without what the
/// other tells it, it does nothing.
#[test]
fn writer() {
    let (Ok(url), Ok(from)) = (env::var("CRASH_URL"), env::var("CRASH_FROM")) else { return };
    let from: Vec<u64> = from.split(',').map(|number| number.parse().unwrap()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = loop {
            match Postgres::connect(&url, History::dynamoi()).await {
                Ok(ledger) => break ledger,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let streams = from.into_iter().enumerate().map(|(stream, from)| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                for number in from.. {
                    let events = batch(stream, number);
                    while let Err(error) = ledger.append(&events).await {
                        assert!(matches!(error, AppendError::Unavailable(_)), "{error}");
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                    println!("ack {stream} {number}");
                }
            })
        });
        for stream in streams.collect::<Vec<_>>() {
            stream.await.unwrap();
        }
    });
}

/// A writer that runs, and what it has said of its streams: the last number that was acknowledged, of each.
struct Writer {
    child: Child,
    reading: thread::JoinHandle<()>,
}

type Acknowledged = Arc<Mutex<BTreeMap<usize, u64>>>;

impl Writer {
    fn start(url: &str, acknowledged: &Acknowledged, heard: mpsc::Sender<()>) -> Self {
        let next = |stream| acknowledged.lock().unwrap().get(&stream).map_or(0, |last| last + 1).to_string();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::writer", "--nocapture"])
            .env("CRASH_URL", url)
            .env("CRASH_FROM", (0..STREAMS).map(next).collect::<Vec<_>>().join(","))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (said, acknowledged) = (child.stdout.take().unwrap(), acknowledged.clone());
        let reading = thread::spawn(move || listen(said, &acknowledged, &heard));
        Self { child, reading }
    }

    /// `kill -9`. What it had said before counts.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reading.join().unwrap();
    }
}

fn listen(said: ChildStdout, acknowledged: &Acknowledged, heard: &mpsc::Sender<()>) {
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        // The test's own framing may stand before the first.
        let Some((_, acknowledgement)) = line.split_once("ack ") else { continue };
        let Some((stream, number)) = acknowledgement.split_once(' ') else { continue };
        acknowledged.lock().unwrap().insert(stream.parse().unwrap(), number.parse().unwrap());
        let _ = heard.send(());
    }
}

fn random(below: u64) -> u64 {
    Uuid::new_v4().as_u64_pair().1 % below
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_every_kill_and_nothing_is_there_twice() {
    // As some server out there: what it acknowledges is lost when it is killed, unless the session wants better.
    let server = started(&["synchronous_commit=off"]);
    let place = Place::on(&server).await;
    let acknowledged = Acknowledged::default();
    let (heard, hears) = mpsc::channel();
    let mut writer = Writer::start(&place.url, &acknowledged, heard.clone());
    let ledger = place.ledger().await;
    let (mut cursor, mut got) = (Cursor::start(), HashMap::new());
    let [mut writers, mut servers] = KILLS;
    while writers + servers > 0 {
        // It writes, and a moment later it does not.
        hears.recv_timeout(Duration::from_secs(30)).expect("the writer does not get on");
        tokio::time::sleep(Duration::from_micros(random(40_000))).await;
        if servers == 0 || (writers > 0 && random(2) == 0) {
            writers -= 1;
            writer.kill();
            is_there(&place, &acknowledged).await;
            writer = Writer::start(&place.url, &acknowledged, heard.clone());
        } else {
            servers -= 1;
            server.kill().unwrap();
            let before = acknowledged.lock().unwrap().clone();
            server.start_again().unwrap();
            is_there(&place, &Arc::new(Mutex::new(before))).await;
        }
        while hears.try_recv().is_ok() {}
        read_on(&ledger, &mut cursor, &mut got).await;
    }
    writer.kill();
    finish(&ledger, &acknowledged).await;
    read_on(&ledger, &mut cursor, &mut got).await;

    // The same without crashes.
    let memory = Memory::new(History::dynamoi()).with_clock(FakeClock::at(start() + TimeDelta::days(300)));
    for (stream, last) in acknowledged.lock().unwrap().clone() {
        for number in 0..=last {
            memory.append(&batch(stream, number)).await.unwrap();
        }
    }
    let (kept, expected) = (everything(&ledger).await, everything(&memory).await);
    assert!(expected.len() > 200, "the writers wrote {} events alone", expected.len());
    assert!(expected.iter().any(|event| event.event_type().as_str() == "erased"));
    assert_eq!(ids(&kept), ids(&expected));
    let by_id: HashMap<Uuid, &Event> = expected.iter().map(|event| (event.id, event)).collect();
    assert!(kept.iter().all(|event| by_id[&event.id] == event));
    assert!(folds(&kept) == folds(&expected), "the crashes changed a record");
    // Whoever followed all along has what is there, and of some what was there.
    let followed: Vec<Event> = got.into_values().collect();
    assert!(folds(&followed) == folds(&expected), "who followed has other records");
}

/// Whether everything that was acknowledged is there, or was and is erased.
async fn is_there(place: &Place, acknowledged: &Acknowledged) {
    let acknowledged = acknowledged.lock().unwrap().clone();
    let ids = acknowledged
        .into_iter()
        .flat_map(|(stream, last)| (0..=last).flat_map(move |number| batch(stream, number)));
    let ids: Vec<Uuid> = ids.map(|event| event.id).collect();
    let mut connection = place.connection().await;
    let count =
        "SELECT count(*) FROM (SELECT id FROM privacy_event UNION ALL SELECT id FROM privacy_spent) known
         WHERE id = ANY($1)";
    let found: i64 = sqlx::query_scalar(count).bind(&ids).fetch_one(&mut connection).await.unwrap();
    assert_eq!(
        usize::try_from(found).unwrap(),
        ids.len(),
        "something that was acknowledged is lost, or there twice"
    );
}

/// Reads on as one who follows; none may come twice.
async fn read_on(ledger: &Postgres, cursor: &mut Cursor, got: &mut HashMap<Uuid, Event>) {
    loop {
        let page = ledger.read(cursor, 1_000).await.unwrap();
        for event in page.events {
            let before = got.insert(event.id, event);
            assert!(before.is_none(), "an event came twice");
        }
        *cursor = page.cursor;
        if page.behind == 0 {
            return;
        }
    }
}

/// What was begun when the writer was killed last is appended again, as a host does.
async fn finish(ledger: &Postgres, acknowledged: &Acknowledged) {
    for stream in 0..STREAMS {
        let next = acknowledged.lock().unwrap().get(&stream).map_or(0, |last| last + 1);
        ledger.append(&batch(stream, next)).await.unwrap();
        acknowledged.lock().unwrap().insert(stream, next);
    }
}

fn ids(events: &[Event]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    ids.sort();
    ids
}

/// The record of each subject, as a gate folds it.
fn folds(events: &[Event]) -> Vec<(SubjectId, Option<Record>)> {
    let gate = Gate::new(History::dynamoi());
    for event in events {
        gate.record(event.clone()).unwrap();
    }
    let subjects: BTreeSet<SubjectId> = events.iter().map(|event| event.subject).collect();
    subjects.into_iter().map(|subject| (subject, gate.record_of(subject))).collect()
}
