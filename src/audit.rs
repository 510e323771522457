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
mod json_lines;
mod key_file;
mod keys;
mod names;
mod pseudonym;
mod queue;
mod sink;
mod survey;
#[cfg(test)]
mod tests;
mod trail;
mod verify;
mod writer;
mod written;

pub use self::{
    entry::{Effect, Entry},
    error::{StoreError, StoreErrorKind},
    head::{EntryHash, Head, NotAHead},
    hex::NotHex,
    json_lines::JsonLines,
    key_file::KeyFile,
    keys::{Keys, MemoryKeys},
    pseudonym::{Key, Pseudonym},
    queue::Health,
    sink::{Line, MemorySink, Sink},
    survey::{Counts, Site, Survey, SurveyReport},
    trail::{Settings, Trail, TrailError},
    verify::{Broken, Fault, Verification, VerifyError},
};
