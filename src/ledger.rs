//! Ledgers: where consent events are kept, so that a choice outlives a crash.
//!
//! An event is added and never changed. [`Ledger::append`] returns when the events would survive a power cut; what
//! keeps a gate's view in step with a ledger is [`Following`]. The only thing that removes anything is an erasure.
//!
//! Async lives in this room alone.

mod admission;
#[cfg(feature = "test-util")]
pub mod conformance;
mod cursor;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod desk;
mod erasure;
mod error;
mod following;
mod memory;
mod person;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stored;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod trail;
mod wake;

pub use cursor::{Cursor, Page};
pub use erasure::{EraseError, Erased, ErasedId, erase};
pub use error::{AppendError, EventRefused, LedgerError, LedgerErrorKind, Refused};
pub use following::{FollowOptions, FollowState, Following, Progress, StartError};
pub use memory::Memory;
pub use person::events_of_person;
#[cfg(feature = "postgres")]
pub use postgres::{Postgres, PostgresKeys, PostgresSink};
#[cfg(feature = "sqlite")]
pub use sqlite::{Sqlite, SqliteKeys, SqliteOptions, SqliteSink};

use crate::{consent::Event, vocabulary::SubjectId};

/// Keeps consent events for ever.
///
/// Three methods are owed, and what each has to be atomic about stands with it. No decision is made here: a ledger
/// keeps events, a gate folds them. Whoever writes one of their own runs the suite in `conformance` (feature
/// `test-util`) over it.
///
/// **Order.** A ledger may keep its events in several lanes. Within a lane, positions grow in the order in which
/// appends are committed, so that whoever has read up to a position never misses an event below it. Between lanes
/// there is no order, and none is needed: the fold does not ask for one.
///
/// **Erasure.** An `erased` event, as it is appended, removes every other event of its subject, and of all ids that
/// were linked to it and are one person therefore. Each of these gets an `erased` event of its own, at the same
/// instant. What is left is the tombstone: the `erased` event; the ids of what was removed, with a digest each, so
/// that they cannot be taken again; and which tombstones belong to one person, under a random number, so that an
/// earlier erasure that arrives late reaches all of them. What is appended for an erased subject later is not kept
/// either, and an event that links one to an erased subject erases it too.
pub trait Ledger: Send + Sync {
    /// Adds events, all of them or none, and returns when they would survive a power cut.
    ///
    /// An event whose id is known with the same meaning is there already: that is no error and changes nothing. Two
    /// appends of one id at the same time have one outcome.
    ///
    /// # Errors
    /// [`AppendError::Refused`] names the first event that cannot be taken and why; nothing was kept.
    /// [`AppendError::Unavailable`] does not say whether the events were kept: append them again, which is harmless.
    fn append(&self, events: &[Event]) -> impl Future<Output = Result<(), AppendError>> + Send;

    /// The next events after a cursor, at most so many, and the cursor after them.
    ///
    /// What is read is one snapshot, and holds everything whose append returned before the call, as far as
    /// the limit allows: whoever reads a page of which [`Page::behind`] is 0 was up to date when they called.
    ///
    /// # Errors
    /// The ledger cannot be reached, or holds something that this version does not understand.
    fn read(&self, after: &Cursor, limit: usize) -> impl Future<Output = Result<Page, LedgerError>> + Send;

    /// Everything that is kept of a subject, in no order that means anything; for their own eyes (see `rights`).
    ///
    /// # Errors
    /// As for [`Self::read`].
    fn events_of(&self, subject: SubjectId) -> impl Future<Output = Result<Vec<Event>, LedgerError>> + Send;

    /// Resolves when there may be something new. It is a hint to look sooner and may never come: followers look
    /// from time to time without it.
    fn changed(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}
