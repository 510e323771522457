//! What a sink or a keeper of keys cannot do. Nothing here shows a path, an id or a value that a store holds.

use std::io;

/// What a sink or a keeper of keys could not do, and the store's own code where it has one.
///
/// ```
/// use dynamoi_privacy::audit::{StoreError, StoreErrorKind};
/// let error = StoreError::from(std::io::Error::from(std::io::ErrorKind::StorageFull));
/// assert_eq!(error.kind(), StoreErrorKind::Full);
/// assert_eq!(error.to_string(), "the store is full (no storage space)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}", .detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default())]
pub struct StoreError {
    kind: StoreErrorKind,
    detail: Option<String>,
}

/// What kind of thing a store could not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached, or is too busy; later it may.
    #[error("the store cannot be reached")]
    Unreachable,
    /// The store has no room left.
    #[error("the store is full")]
    Full,
    /// The store may not be written.
    #[error("the store cannot be written")]
    ReadOnly,
    /// Somebody else writes this store, and a chain has one writer.
    #[error("the store has another writer")]
    OtherWriter,
    /// The store holds something that is not a trail of this format, or a damaged one.
    #[error("the store holds something that is not understood")]
    NotUnderstood,
    /// The store's own code panicked.
    #[error("the store's code failed")]
    Panicked,
}

impl StoreError {
    /// For stores: an error, with the store's code or another detail that holds no personal data.
    pub fn new(kind: StoreErrorKind, detail: impl Into<Option<String>>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl From<StoreErrorKind> for StoreError {
    fn from(kind: StoreErrorKind) -> Self {
        Self::new(kind, None)
    }
}

/// The kind alone is taken over, because the rest of an error may show a path.
impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                StoreErrorKind::Full
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreErrorKind::ReadOnly,
            io::ErrorKind::InvalidData => StoreErrorKind::NotUnderstood,
            _ => StoreErrorKind::Unreachable,
        };
        Self::new(kind, error.kind().to_string())
    }
}
