//! Following as a host sees it: over ledgers that fail, hang, are slow, and deliver out of order.
#![cfg(feature = "ledger")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod adoption;
mod doubles;
mod in_step;
mod staleness;
mod starting;
mod stopped;
mod trouble;
