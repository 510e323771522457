#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres")),
    allow(dead_code, reason = "what stores alone need has no feature of its own")
)]

// The rooms, from the ground up. A room imports only what lies below it; `tests/layering` holds that.
mod append;
pub mod clock;
pub mod vocabulary;

pub mod data;
pub mod policy;
pub mod terms;

pub mod consent;

pub mod gate;

pub mod audit;
pub mod processors;

#[cfg(feature = "ledger")]
pub mod ledger;

pub mod rights;
pub mod schema;
pub mod script;

// What every host names; all other names have one path, through their room.
pub use crate::{
    consent::Event,
    data::PersonalData,
    gate::{Cleared, Gate, Guarded, Recipient},
    policy::History,
    vocabulary::{DataCategory, Purpose, SubjectId},
};
