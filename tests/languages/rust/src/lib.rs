//! The types of the wire as typify makes them.

include!(concat!(env!("OUT_DIR"), "/wire.rs"));

/// The code itself, to be looked at.
pub const CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/wire.rs"));
