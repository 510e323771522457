//! The ledger in Postgres, on real servers that the tests start, stop and kill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod crash;
mod erasing;
mod opening;
mod order;
mod outage;
mod place;
#[path = "../../examples/two_services/server.rs"]
mod server;
mod suite;
