//! The witness: who is told of every decision of a check before the host is, and without whom there is none.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Gate, Reasons, Signals, Undecided, request::Flow};
use crate::vocabulary::{PolicyVersion, SubjectId};

/// Somebody who is told what each check decided, before the answer is given.
///
/// Every check that yields a permit or refuses one has its witness: to collect, store, use, share and disclose.
/// [`Gate::decide`] and [`Gate::audience`] are dry runs and have none. Without a witness's word there is no answer: the
/// check says [`Undecided::Unrecorded`] and no permit exists.
///
/// The audit trail is one. It is called on the thread that asks, so the check takes as long
/// The audit trail is one. It is called on the thread that asks, and the check takes as long as it takes.
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
///
/// use dynamoi_privacy::data::UserData;
/// use dynamoi_privacy::gate::{Decided, Gate, Guarded, Outcome, Unrecorded, Witness};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
///
/// /// Counts what was refused.
/// #[derive(Default)]
/// struct Refusals(AtomicU64);
///
/// impl Witness for Refusals {
///     fn witness(&self, decided: &Decided<'_>) -> Result<(), Unrecorded> {
///         let refused = matches!(decided.outcome(), Outcome::Denied(_));
///         self.0.fetch_add(u64::from(refused), Ordering::Relaxed);
///         Ok(())
///     }
/// }
///
/// let refusals = Arc::new(Refusals::default());
/// let gate = Gate::new(History::dynamoi()).with_witness(refusals.clone());
/// let account = Guarded::new(SubjectId::random(), UserData::default());
/// assert!(gate.use_for(account, Purpose::PlatformOperation, "2026-01-05T09:00:00Z".parse()?).is_err());
/// assert_eq!(refusals.0.load(Ordering::Relaxed), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Witness: Send + Sync {
    /// Takes down what was decided.
    ///
    /// # Errors
    /// It could not; then nothing was decided.
    fn witness(&self, decided: &Decided<'_>) -> Result<(), Unrecorded>;
}

/// A witness could not take down what was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, thiserror::Error)]
#[error("the decision could not be recorded")]
#[expect(clippy::exhaustive_structs, reason = "why is for the witness to tell, not for the check")]
pub struct Unrecorded;

/// What a check decided: of whom, about what, when, and how.
///
/// `Debug` shows the flow and the outcome and leaves out the subject.
#[derive(Clone, Copy)]
pub struct Decided<'a> {
    pub(super) subject: SubjectId,
    pub(super) flow: &'a Flow,
    pub(super) signals: Signals,
    pub(super) at: DateTime<Utc>,
    pub(super) outcome: Outcome,
    pub(super) policy_version: Option<&'a PolicyVersion>,
    pub(super) rests_on: &'a [Uuid],
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes, no, and cannot say are complete")]
pub enum Outcome {
    /// No reason stands against the flow.
    Permitted,
    /// At least one does; these are all of them.
    Denied(Reasons),
    /// The gate cannot say now.
    Undecided(Undecided),
}

impl<'a> Decided<'a> {
    /// The person the data is about.
    pub fn subject(&self) -> SubjectId {
        self.subject
    }

    /// What would be done with the data.
    pub fn flow(&self) -> &'a Flow {
        self.flow
    }

    /// What the person's browser signals.
    pub fn signals(&self) -> Signals {
        self.signals
    }

    /// The instant of the check, as the host said it.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The version of the policy that was in force, if one was.
    pub fn policy_version(&self) -> Option<&'a PolicyVersion> {
        self.policy_version
    }

    /// The ids of the consent events that it rested on, those of others that the subject is linked to among them,
    /// smallest first; none for what the policy alone answers.
    pub fn rests_on(&self) -> &'a [Uuid] {
        self.rests_on
    }
}

impl fmt::Debug for Decided<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut decided = f.debug_struct("Decided");
        decided.field("flow", self.flow).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

impl Gate {
    /// The same gate with a witness of every check.
    ///
    /// From then on the gate also keeps the ids of the events behind each record, some hundred bytes for each subject; of
    /// events that were recorded before it can name none. So it is said as the gate is made.
    #[must_use]
    pub fn with_witness(mut self, witness: Arc<dyn Witness>) -> Self {
        self.view.keep_basis();
        self.witness = Some(witness);
        self
    }
}
