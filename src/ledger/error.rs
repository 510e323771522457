//! What a ledger refuses, and what it cannot do now. Nothing here shows an event.

use uuid::Uuid;

use crate::vocabulary::PolicyVersion;

/// Why events were not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "no, and cannot say, are complete")]
pub enum AppendError {
    /// One of them cannot be taken, now or ever; none was kept.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The ledger could not do it, or could not say that it did: appending again is harmless and worth while.
    #[error(transparent)]
    Unavailable(#[from] LedgerError),
}

/// The first event that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {id} ({} of those that were appended): {why}", index + 1)]
pub struct Refused {
    index: usize,
    id: Uuid,
    why: EventRefused,
}

impl Refused {
    /// For ledgers: the event at an index, counted from 0, and why it is refused.
    pub fn new(index: usize, id: Uuid, why: EventRefused) -> Self {
        Self { index, id, why }
    }

    /// Which of the events it was, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The event's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Why.
    pub fn why(&self) -> &EventRefused {
        &self.why
    }

    /// The error's id on the wire.
    pub fn code(&self) -> &'static str {
        match &self.why {
            EventRefused::ConflictingEvent => "conflicting_event",
            EventRefused::InFuture => "event_in_future",
            EventRefused::UnknownPolicyVersion(_) => "unknown_policy_version",
            EventRefused::ExpiresBeforeGranted => "expires_before_granted",
            EventRefused::NotWritable => "event_not_writable",
        }
    }
}

/// Why an event is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventRefused {
    /// Another event has this id.
    #[error("another event with this id was recorded before")]
    ConflictingEvent,
    /// It is dated more than five minutes ahead of the host's clock.
    #[error("it is dated more than five minutes ahead of the host's clock")]
    InFuture,
    /// It names a version that the history lacks.
    #[error("it names a version that the history lacks: {}", .0.shown())]
    UnknownPolicyVersion(PolicyVersion),
    /// The grant expires before or when it is given.
    #[error("the grant expires at or before the instant at which it was given")]
    ExpiresBeforeGranted,
    /// An instant or a date of it has no form in JSON, so that nobody could read it again: RFC 3339 ends with the year
    /// 9999. Only Rust can make such an event; leave the end out of a grant that has none.
    #[error("an instant or a date of it cannot be written as RFC 3339 has them, in the years 0 to 9999")]
    NotWritable,
}

/// What a ledger could not do. It shows the store's own error code and no value that the store holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}", .detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default())]
pub struct LedgerError {
    kind: LedgerErrorKind,
    detail: Option<String>,
}

impl LedgerError {
    /// For ledgers: an error, with the store's code or another detail that holds no personal data.
    pub fn new(kind: LedgerErrorKind, detail: impl Into<Option<String>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> LedgerErrorKind {
        self.kind
    }
}

/// What kind of thing a ledger could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerErrorKind {
    /// The store cannot be reached, or is too busy; later it may.
    #[error("the ledger cannot be reached")]
    Unreachable,
    /// The store has no room left.
    #[error("the ledger is full")]
    Full,
    /// The store may not be written.
    #[error("the ledger cannot be written")]
    ReadOnly,
    /// The store does not keep what it acknowledges, as it is set up.
    #[error("the ledger would not survive a power cut")]
    NotDurable,
    /// The store holds something that this version of the crate does not understand, or is damaged.
    #[error("the ledger holds something that is not understood")]
    NotUnderstood,
    /// A gate that follows the ledger can hold no more subjects.
    #[error("the gate's view is full")]
    ViewFull,
}
