//! Why a version of the policy is not added to a history.

use chrono::{DateTime, Utc};

use crate::vocabulary::PolicyVersion;

/// Why a document was not added; the history is as it was before.
///
/// ```
/// use dynamoi_privacy::policy::{Document, History};
/// let mut document = Document::dynamoi();
/// document.version = "1.1.0".into();
/// document.effective_from = "2026-01-01T00:00:00Z".parse()?;
/// document.storage.encrypted.push(document.storage.encrypted[0]);
///
/// let error = History::dynamoi().add(document).unwrap_err();
/// assert_eq!(error.code(), "invalid_policy");
/// assert_eq!(error.to_string(), "the policy contradicts itself at `storage.encrypted[2]`: the value stands in the list twice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The document contradicts itself.
    #[error(transparent)]
    Invalid(#[from] Contradiction),
    /// The history has a version of this name.
    #[error("the history already has a version of this name: {}", .0.shown())]
    DuplicateVersion(PolicyVersion),
    /// The history has a version that takes effect at this instant.
    #[error("the history already has a version that takes effect at {0}")]
    DuplicateEffectiveFrom(DateTime<Utc>),
    /// The history holds 2³² versions.
    #[error("the history is full")]
    HistoryFull,
}

impl PolicyError {
    /// The error's id on the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) | Self::HistoryFull => "invalid_policy",
            Self::DuplicateVersion(_) => "duplicate_version",
            Self::DuplicateEffectiveFrom(_) => "duplicate_effective_from",
        }
    }
}

/// Where and how a document contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy contradicts itself at `{place}`: {problem}")]
pub struct Contradiction {
    place: String,
    problem: String,
}

impl Contradiction {
    pub(super) fn new(place: String, problem: String) -> Self {
        Self { place, problem }
    }

    /// The place in the document, such as `sharing[2].categories[0]`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What contradicts what.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}
