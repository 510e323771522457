//! Ledgers as hosts use them: the suite over each of ours, and over broken ones that it must find.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test fails by panicking, and says what it did"
)]

mod broken;
mod faults;
mod forgotten;
mod full;
mod kill;
mod opening;
mod scratch;
mod suite;
mod trail;
#[path = "../support/trails.rs"]
mod trails;
