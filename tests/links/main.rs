//! Accounts that were linked to visitors: what they are judged on, whatever came first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::result_large_err,
    reason = "a refusal gives the data back, and the data of these tests is large"
)]

#[path = "../plain/mod.rs"]
mod plain;
#[path = "../support/mod.rs"]
mod support;

mod expected;
mod gates;
mod orders;
mod shapes;
