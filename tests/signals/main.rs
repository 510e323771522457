//! Signals from the browser: what counts in a request's headers, what a site says in `gpc.json`, and what follows.
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

mod gpc_json;
mod headers;
mod refusals;
