//! The systems' files against payloads in the vendors' shapes, `tests/payloads/SYSTEM/NAME.json`, with what must
//! come of each in `NAME.expected.json`.
//!
//! Whatever section 1 does not cover holds the word "planted" in these payloads, and so does every person there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod between;
mod consent_mode;
mod damage;
mod documented;
mod matrix;
mod payloads;
mod readings;
mod removals;
mod sending;
mod systems;
