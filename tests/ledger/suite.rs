//! The conformance suite over our own ledgers.

use dynamoi_privacy::ledger::{Memory, Sqlite, conformance};

use crate::scratch::Scratch;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_keeps_every_promise() {
    conformance::holds(async |setup| Memory::new(setup.history).with_clock(setup.clock)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_keeps_every_promise() {
    let scratch = Scratch::new("suite");
    conformance::holds(async |setup| {
        let path = scratch.new_path();
        Sqlite::open(path, setup.history).await.unwrap().with_clock(setup.clock)
    })
    .await;
}
