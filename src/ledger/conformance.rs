//! What any ledger must keep of the promises that the trait makes: the suite to run over one of your own.
//!
//! It opens a fresh ledger for each promise, does what hosts do, and panics at the first breach with what was promised
//! and what was found. What no test can see is left to you: that an append has reached the disk when it returns.

mod basics;
mod concurrency;
mod cursors;
mod erasure;
mod model;
mod random;
mod refusals;
mod samples;
mod spread;
mod world;

use std::sync::Arc;

use self::world::World;
use super::Ledger;
use crate::{clock::FakeClock, policy::History};

/// What each ledger of the suite has to be opened with. The suite turns the clock's hands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Setup {
    /// The versions that events may name.
    pub history: Arc<History>,
    /// The clock by which events are dated ahead or not.
    pub clock: FakeClock,
}

/// Runs the suite over ledgers that `open` makes, one for each promise, each of them fresh and empty. It takes a runtime
/// of tokio, and finds more with one of several threads.
///
/// ```
/// use dynamoi_privacy::ledger::{Memory, conformance};
/// # let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
/// # runtime.block_on(async {
/// conformance::holds(async |setup| Memory::new(setup.history).with_clock(setup.clock)).await;
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// When a ledger breaks a promise: that is its purpose.
pub async fn holds<L: Ledger + Clone + 'static>(open: impl AsyncFn(Setup) -> L) {
    let fresh = async || {
        let setup = samples::setup();
        World::new(open(setup.clone()).await, setup.clock)
    };
    kept("an append is there when it returns", basics::is_there(&fresh().await).await);
    kept(
        "what is kept is what was appended, to the last digit",
        basics::to_the_last_digit(&fresh().await).await,
    );
    kept("an append of nothing does nothing", basics::nothing(&fresh().await).await);
    kept("a repetition changes nothing", basics::repetition(&fresh().await).await);

    kept("an id stands for one event", refusals::conflict(&fresh().await).await);
    kept("each refusal says which event and why", refusals::each(&fresh().await).await);
    kept("of several faults the first counts", refusals::first(&fresh().await).await);
    kept(
        "of events that are refused none is kept, and their ids stay free",
        refusals::none(&fresh().await).await,
    );
    kept("five minutes ahead of the clock are not too far", refusals::ahead(&fresh().await).await);
    kept(
        "what is known is taken again though it would be refused",
        refusals::known_first(&fresh().await).await,
    );

    kept("pages hold every event once, whatever their size", cursors::pages(&fresh().await).await);
    kept("what comes after a cursor is what came later", cursors::later(&fresh().await).await);
    kept("a page says whether anything is behind it", cursors::behind(&fresh().await).await);
    kept("who follows misses nothing that others append", cursors::following(&fresh().await).await);
    kept("what an append has returned is in the next page", cursors::at_once(&fresh().await).await);

    kept("appends of one event at a time have one outcome", concurrency::same_event(&fresh().await).await);
    kept("of conflicting events at a time one wins", concurrency::conflicting(&fresh().await).await);
    kept("batches at a time are kept whole or not at all", concurrency::batches(&fresh().await).await);
    kept("batches in opposite orders do not block each other", concurrency::crossing(&fresh().await).await);
    kept("choices at a time are all kept, and all readers agree", concurrency::choices(&fresh().await).await);

    kept("an erasure removes all but itself", erasure::all_but_itself(&fresh().await).await);
    kept("what comes for an erased subject is not kept", erasure::later(&fresh().await).await);
    kept("ids of what was removed stay taken", erasure::spent(&fresh().await).await);
    kept("of several erasures the earliest counts", erasure::earliest(&fresh().await).await);
    kept("an erasure counts within its batch", erasure::within_a_batch(&fresh().await).await);
    kept("who reads on sees the erasure and not what it removed", erasure::reading_on(&fresh().await).await);

    kept("an erasure reaches all that are one person", spread::reaches_all(&fresh().await).await);
    kept("and it does in whatever order things come", spread::every_order(&fresh().await).await);
    kept("a link with an erased subject erases", spread::link_with_erased(&fresh().await).await);
    kept("an earlier erasure that comes late reaches all", spread::late(&fresh().await).await);
    kept("an erasure that is owed is an event like others", spread::owed(&fresh().await).await);

    kept("an erasure holds against what comes at a time", concurrency::erasure(&fresh().await).await);

    for seed in 0..4 {
        kept("a ledger does what a plain model does", random::compare(&fresh().await, seed).await);
    }
}

/// What is found where a promise is not kept.
type Kept = Result<(), String>;

#[expect(clippy::panic, reason = "the suite says by a panic that a promise is broken, as tests do")]
fn kept(promise: &str, outcome: Kept) {
    if let Err(found) = outcome {
        panic!("this ledger breaks the promise that {promise}: {found}");
    }
}
