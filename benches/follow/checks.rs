//! What a check costs while events come in from a ledger, beside the same check of a gate in memory.

use std::{hint::black_box, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    DataCategory, Event, Gate, Guarded, History, PersonalData, Purpose, SubjectId,
    clock::{Clock, SystemClock},
    gate::MAX_STALENESS,
    ledger::{Following, Ledger, Memory},
    processors::FeatureFm,
};
use tokio::runtime::Runtime;

use crate::{
    file,
    measure::{Ratio, alternate},
};

/// A word of data: what is measured is the gate, not the moving of data.
struct Plays(#[expect(dead_code, reason = "data is there to be moved")] u64);

impl PersonalData for Plays {
    const CATEGORY: DataCategory = DataCategory::Streaming;
}

const SUBJECTS: u32 = 100_000;
/// How often an event comes in, each in an append of its own.
const BETWEEN: Duration = Duration::from_millis(1);

/// Compares, and says how many promises are broken.
pub(crate) fn compare(runtime: &Runtime) -> u32 {
    let history = Arc::new(History::dynamoi());
    let in_memory = Gate::new(history.clone());
    let fed = Arc::new(Gate::fed(history.clone(), MAX_STALENESS));
    let ledger = Memory::new(history);
    let subjects: Vec<SubjectId> = (0..SUBJECTS).map(|_| SubjectId::random()).collect();
    for (nth, subject) in (0..).zip(&subjects) {
        let events = file::events(*subject, nth);
        runtime.block_on(ledger.append(&events)).unwrap();
        events.into_iter().for_each(|event| in_memory.record(event).unwrap());
    }
    let following = runtime.block_on(Following::start(ledger.clone(), fed.clone())).unwrap();
    let before = following.progress().events;
    let coming = runtime.spawn(come_in(ledger, subjects.clone()));

    let each = |gate: &Gate| {
        let now = SystemClock.now();
        for subject in &subjects {
            assert!(black_box(permitted(gate, *subject, now)));
        }
    };
    let [memory, followed] = alternate(subjects.len(), [&mut || each(&in_memory), &mut || each(&fed)]);
    coming.abort();
    println!("\n{SUBJECTS} subjects, and an event a millisecond");
    println!("  a check that permits, of a gate in memory {memory:.1} ns");
    let came = following.progress().events - before;
    println!("  {came} events came in meanwhile");
    Ratio::new("    the same of a gate that follows", followed, memory).at_most(1.2)
}

fn permitted(gate: &Gate, subject: SubjectId, now: DateTime<Utc>) -> bool {
    gate.share(Guarded::new(subject, Plays(7)), Purpose::Promotion, FeatureFm, now).is_ok()
}

/// Events that change records, but not the answers that are asked for.
async fn come_in(ledger: Memory, subjects: Vec<SubjectId>) {
    for subject in subjects.iter().cycle() {
        let event = Event::grant(*subject, Purpose::EngagementAnalysis, "1.0.0", SystemClock.now());
        ledger.append(&[event]).await.unwrap();
        tokio::time::sleep(BETWEEN).await;
    }
}
