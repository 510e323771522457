//! What an append costs beside the bare driver doing the same inserts, and what it takes to read all.
//!
//! Every ratio is of two measurements that take turns in one run, the median of several turns. `cargo bench --bench
//! ledger` says whether each promise holds on your machine; `-- --quick` is for a first look, `-- --strict` fails when one
//! does not hold, and `-- --layouts` measures other tables and keys than those that were chosen.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at a fault, and speaks to its user"
)]

mod compare;
mod layouts;
mod sqlite;

use dynamoi_privacy::{Event, Purpose, SubjectId, consent::Scope, vocabulary::ProcessorId};

fn main() {
    let said = |word: &str| std::env::args().any(|argument| argument == word);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if said("--layouts") {
        runtime.block_on(layouts::measure(if said("--quick") { 200_000 } else { 3_000_000 }));
        return;
    }
    let broken = runtime.block_on(sqlite::measure(said("--quick")));
    println!("\n{}", if broken == 0 { "every promise holds".to_owned() } else { format!("{broken} broken") });
    std::process::exit(i32::from(said("--strict") && broken > 0));
}

/// Events as hosts record them: a grant in one of three, a refusal, an acceptance; of subjects who have a few each.
pub fn events(count: usize, subjects: &[SubjectId]) -> Vec<Event> {
    let at = "2026-01-05T09:00:00.123456Z".parse().unwrap();
    let random = || uuid::Uuid::new_v4().as_u64_pair().1 as usize;
    let one = |n: usize| {
        let subject = subjects[random() % subjects.len()];
        match n % 3 {
            0 => Event::accept(subject, "1.0.0", at),
            1 => Event::grant(subject, Purpose::MarketingCampaigns, "1.0.0", at),
            _ => Event::deny(subject, Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM), at),
        }
    };
    (0..count).map(one).collect()
}

pub fn subjects(count: usize) -> Vec<SubjectId> {
    (0..count).map(|_| SubjectId::random()).collect()
}
