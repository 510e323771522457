//! A decision is not ignored without a warning.
#![deny(unused_must_use)]
use dynamoi_privacy::gate::{Gate, Request, Undecided};

fn ask(gate: &Gate, request: &Request) -> Result<(), Undecided> {
    gate.decide(request)?;
    Ok(())
}

fn main() {}
