//! The promise of followers: no permit that a committed withdrawal forbids is given later than `max_staleness` after
//! the commit, whatever happens to the server and to the road that leads there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod proxy;
#[path = "../../examples/two_services/server.rs"]
mod server;

use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Gate, Guarded, History, Purpose, SubjectId,
    data::AnalyticsData,
    gate::NotPermitted,
    ledger::{FollowOptions, FollowState, Ledger, Postgres},
    processors::PostHog,
};
use proxy::{Proxy, Road};
use server::{Server, Stop};

/// Short, so that an outage of a second or two is long.
const MAX_STALENESS: Duration = Duration::from_millis(500);
/// How many are withdrawn between two troubles, and in each.
const IN_EACH: usize = 45;

/// Somebody who withdrew, and when that was surely committed.
type Withdrawn = (SubjectId, Instant);

#[derive(Debug, Clone, Copy)]
enum Trouble {
    None,
    Road(Road),
    Stopped(Stop),
    Killed,
    Paused,
}

#[derive(Default)]
struct Seen {
    /// From the commit to the first refusal that names the withdrawal.
    until_refused: Vec<Duration>,
    /// Permits that came too late, and by how much.
    broken: Vec<Duration>,
    /// Permits after the commit and within the promise, and answers that nothing can be said.
    late: u64,
    undecided: u64,
    permitted: u64,
}

/// Asks without a pause, until it is told to stop, of those who withdrew and of somebody who did not.
fn watch(gate: &Gate, faithful: SubjectId, withdrawn: &RwLock<Vec<Withdrawn>>, done: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let mut open: Vec<Withdrawn> = Vec::new();
    let mut known = 0;
    while !(done.load(Ordering::Acquire) && open.is_empty() && known == withdrawn.read().unwrap().len()) {
        let news: Vec<Withdrawn> = withdrawn.read().unwrap()[known..].to_vec();
        known += news.len();
        open.extend(news);
        open.retain(|(subject, committed)| {
            let begun = Instant::now();
            match share(gate, *subject) {
                Ok(()) => {
                    let after = begun.saturating_duration_since(*committed);
                    seen.late += 1;
                    if after > MAX_STALENESS {
                        seen.broken.push(after);
                    }
                    true
                }
                Err(NotPermitted::Undecided(_)) => {
                    seen.undecided += 1;
                    true
                }
                Err(NotPermitted::Denied(_)) => {
                    seen.until_refused.push(begun.saturating_duration_since(*committed));
                    false
                }
            }
        });
        // What was refused once is refused for ever.
        if let Some((subject, _)) = withdrawn.read().unwrap().iter().rev().nth(200) {
            let old = open.iter().all(|(open, _)| open != subject);
            assert!(!old || share(gate, *subject).is_err());
        }
        seen.permitted += u64::from(share(gate, faithful).is_ok());
        thread::yield_now();
    }
    seen
}

fn share(gate: &Gate, subject: SubjectId) -> Result<(), NotPermitted> {
    let views = Guarded::new(subject, AnalyticsData::default());
    let asked = gate.share(views, Purpose::EngagementAnalysis, PostHog, Utc::now());
    asked.map(drop).map_err(|refusal| refusal.why().clone())
}

/// Withdraws, however long the server is away.
async fn withdraw(ledger: &Postgres, subject: SubjectId) -> Withdrawn {
    let event = Event::withdraw(subject, Purpose::EngagementAnalysis, Utc::now());
    while ledger.append(std::slice::from_ref(&event)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (subject, Instant::now())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_permit_comes_later_than_is_promised() {
    let server = Server::start().unwrap_or_else(|error| panic!("{error}"));
    let history = Arc::new(History::dynamoi());
    let writer =
        Postgres::connect_within(&server.url(), history.clone(), Duration::from_millis(400)).await.unwrap();

    let troubles = [
        Trouble::None,
        Trouble::Road(Road::Slow),
        Trouble::Road(Road::Silent),
        Trouble::Road(Road::Cut),
        Trouble::Stopped(Stop::Fast),
        Trouble::Killed,
        Trouble::Paused,
        Trouble::Stopped(Stop::Immediate),
        Trouble::Road(Road::Silent),
        Trouble::Road(Road::Cut),
        Trouble::Killed,
        Trouble::Road(Road::Slow),
    ];
    let people: Vec<SubjectId> = (0..=troubles.len() * 2 * IN_EACH).map(|_| SubjectId::random()).collect();
    let granted: Vec<Event> = people
        .iter()
        .flat_map(|person| {
            let now = Utc::now();
            [
                Event::accept(*person, "1.0.0", now),
                Event::grant(*person, Purpose::EngagementAnalysis, "1.0.0", now),
            ]
        })
        .collect();
    writer.append(&granted).await.unwrap();
    let (faithful, others) = people.split_last().unwrap();

    let proxy = Proxy::to(server.port()).await;
    let mut followings = Vec::new();
    for _ in 0..2 {
        let url = server.url_at(proxy.port);
        let ledger =
            Postgres::connect_within(&url, history.clone(), Duration::from_millis(200)).await.unwrap();
        let gate = Gate::fed(history.clone(), TimeDelta::from_std(MAX_STALENESS).unwrap());
        let options = FollowOptions::new().poll_every(Duration::from_millis(20));
        followings.push(options.start(ledger, Arc::new(gate)).await.unwrap());
    }

    let withdrawn: Arc<RwLock<Vec<Withdrawn>>> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let watchers: Vec<_> = followings
        .iter()
        .map(|following| {
            let (gate, withdrawn, done) = (following.gate().clone(), withdrawn.clone(), done.clone());
            let faithful = *faithful;
            thread::spawn(move || watch(&gate, faithful, &withdrawn, &done))
        })
        .collect();

    let mut others = others.iter();
    for trouble in troubles {
        let begin = |count| others.by_ref().take(count).copied().collect::<Vec<_>>();
        let mut begin = begin;
        // While all is well, then while it is not.
        for subject in begin(IN_EACH) {
            let committed = withdraw(&writer, subject).await;
            withdrawn.write().unwrap().push(committed);
        }
        match trouble {
            Trouble::None => {}
            Trouble::Road(road) => proxy.set(road),
            Trouble::Stopped(how) => server.stop(how).unwrap(),
            Trouble::Killed => server.kill().unwrap(),
            Trouble::Paused => server.pause().unwrap(),
        }
        let appends = async {
            for subject in begin(IN_EACH) {
                let committed = withdraw(&writer, subject).await;
                withdrawn.write().unwrap().push(committed);
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
        };
        let ends = async {
            tokio::time::sleep(MAX_STALENESS * 2).await;
            tokio::task::block_in_place(|| match trouble {
                Trouble::None => {}
                Trouble::Road(_) => proxy.set(Road::Open),
                Trouble::Stopped(_) | Trouble::Killed => server.start_again().unwrap(),
                Trouble::Paused => server.resume().unwrap(),
            });
        };
        tokio::join!(appends, ends);
        // Each recovers by itself.
        while followings.iter().any(|following| following.state() != FollowState::InStep) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    done.store(true, Ordering::Release);

    let withdrawals = withdrawn.read().unwrap().len();
    assert!(withdrawals >= 1_000, "{withdrawals}");
    for watcher in watchers {
        let mut seen = watcher.join().unwrap();
        seen.until_refused.sort();
        let at = |share: usize| seen.until_refused[(seen.until_refused.len() - 1) * share / 100];
        println!(
            "{withdrawals} withdrawals, until refused: median {:.1?}, 90 % {:.1?}, worst {:.1?}; {} permits within \
             the promise, {} answers that nothing can be said",
            at(50),
            at(90),
            at(100),
            seen.late,
            seen.undecided,
        );
        assert!(seen.broken.is_empty(), "permits after {:?}", seen.broken);
        assert_eq!(seen.until_refused.len(), withdrawals, "every withdrawal arrives");
        assert!(seen.undecided > 0 && seen.permitted > 0, "troubles are felt, and end");
    }
}
