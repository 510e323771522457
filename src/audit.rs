//! The audit trail: what was decided, chained so that a change of it shows.
//!
//! A [`Trail`] is the [`Witness`](crate::gate::Witness) of a gate: every check becomes an [`Entry`] in a [`Sink`], each
//! with the hash of the one before. [`Verification`] finds an entry that was edited, removed, inserted or moved, and with
//! a [`Head`] that the host keeps elsewhere also that the end is missing. A person appears as a [`Pseudonym`], whose key
//! lies with the [`Keys`]: once they are erased nobody can tell which entries were theirs, and the chain is as whole as
//! before.

mod entry;
mod error;
mod head;
mod hex;
mod keys;
mod pseudonym;
mod sink;
#[cfg(test)]
mod tests;
mod verify;
mod written;

pub use self::{
    entry::{Effect, Entry},
    error::{StoreError, StoreErrorKind},
    head::{EntryHash, Head, NotAHead},
    hex::NotHex,
    keys::{Keys, MemoryKeys},
    pseudonym::{Key, Pseudonym},
    sink::{Line, MemorySink, Sink},
    verify::{Broken, Fault, Verification, VerifyError},
};
