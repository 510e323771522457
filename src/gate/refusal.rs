//! A check that did not permit: why, and the data, still guarded.

use std::fmt;

use super::{Denied, Guarded, Reasons, Undecided};

/// A check that did not permit. The data comes back guarded.
///
/// ```
/// use dynamoi_privacy::data::UserData;
/// use dynamoi_privacy::gate::{Gate, Guarded, NotPermitted};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
///
/// let gate = Gate::new(History::dynamoi());
/// let account = Guarded::new(SubjectId::random(), UserData::default());
/// let refusal = gate.use_for(account, Purpose::PlatformOperation, "2026-01-05T09:00:00Z".parse()?).unwrap_err();
/// match refusal.why() {
///     NotPermitted::Denied(denied) => assert_eq!(denied.reasons().to_string(), "subject_unknown"),
///     NotPermitted::Undecided(_) => unreachable!("a gate in memory is never stale"),
/// }
/// let account = refusal.into_guarded();
/// # let _ = account;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(thiserror::Error)]
#[error("{why}")]
pub struct Refusal<T> {
    why: NotPermitted,
    data: Guarded<T>,
}

/// Why a check did not permit: the policy and the subject say no, or nobody can say now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "no, and cannot say, are complete; both stop the data")]
pub enum NotPermitted {
    /// The answer is no, with every reason.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no answer now; asking again is worth while.
    #[error(transparent)]
    Undecided(#[from] Undecided),
}

impl<T> Refusal<T> {
    #[inline]
    pub(super) fn new(why: NotPermitted, data: Guarded<T>) -> Self {
        Self { why, data }
    }

    /// Why.
    pub fn why(&self) -> &NotPermitted {
        &self.why
    }

    /// Every reason of a denial; none when nobody can say.
    pub fn reasons(&self) -> Reasons {
        match &self.why {
            NotPermitted::Denied(denied) => denied.reasons(),
            NotPermitted::Undecided(_) => Reasons::NONE,
        }
    }

    /// The data.
    pub fn into_guarded(self) -> Guarded<T> {
        self.data
    }
}

impl<T> fmt::Debug for Refusal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("why", &self.why).field("data", &self.data).finish()
    }
}
