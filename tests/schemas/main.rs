//! The schemas of the wire: they are what the folder `schemas` holds, agree with the readers, and change as is promised.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod agreement;
mod compare;
mod damage;
mod folder;
mod forms;
mod node;
mod patterns;
mod pools;
mod released;
#[path = "../plain/rng.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with other tests")]
mod rng;
#[path = "../plain/strict.rs"]
#[expect(unreachable_pub, reason = "shared with other tests")]
mod strict;
