//! The public face: what hosts and other languages build on, pinned so that a change of it is a choice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod dynamoi;
mod errors;
mod forms;
mod ids;
mod positions;
mod readme;
mod strict;
mod types;
