//! The conformance suite over our own ledgers.

use dynamoi_privacy::ledger::{Memory, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_keeps_every_promise() {
    conformance::holds(async |setup| Memory::new(setup.history).with_clock(setup.clock)).await;
}
