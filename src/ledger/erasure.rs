//! An erasure: everything that a host owes somebody who wants to be forgotten, in one call.

use std::{collections::HashSet, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use tokio::task::spawn_blocking;

use super::{AppendError, Following, Ledger, events_of_person};
use crate::{
    audit::{Entry, StoreError, StoreErrorKind, Trail},
    consent::Event,
    processors::Removal,
    vocabulary::SubjectId,
};

/// What is left to do after an erasure: one entry for each id of the person. `Debug` shows nobody.
#[derive(Clone)]
#[must_use = "the systems are not told yet"]
#[expect(clippy::exhaustive_structs, reason = "the ids are all that there is")]
pub struct Erased {
    /// The subject that was to be erased, and every id that is one person with it.
    pub people: Vec<ErasedId>,
}

/// What is left to do about one id of a person who was erased.
#[derive(Clone)]
#[non_exhaustive]
pub struct ErasedId {
    /// The id. The host's own data about it goes, too (GDPR article 17).
    pub subject: SubjectId,
    /// What may have flowed, system by system, with how each deletes and by when.
    pub removals: Vec<Removal>,
    /// What the audit trail had about the id, for `rights::narrowed`; nobody can find it again. `None` without a trail,
    /// or when it could not be read, which does not stop an erasure.
    pub decisions: Option<Vec<Entry>>,
}

/// Why an erasure is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "an erasure has these two steps")]
pub enum EraseError {
    /// The ledger did not take the erasure.
    #[error(transparent)]
    Ledger(#[from] AppendError),
    /// The person is erased from the ledger and refused by gates, and the keys of the audit trail are not all forgotten:
    /// call again.
    #[error("the person is erased, and the trail's keys are not: {0}")]
    Keys(StoreError),
}

/// Erases a person: appends the erasure of a subject at an instant, which spreads to all ids that are one person with it
/// in the ledger and in this process's gate before this returns, and makes the audit trail forget whose its entries
/// were.
///
/// What was decided about the person is read from the trail before, because nobody can afterwards. What remains to be
/// done is in the answer: what the systems are told, and what else the host holds. To call it again is harmless and says
/// the same, but for the decisions; after a crash, do.
///
/// Ids count as one person as far as this process has read the ledger. One that another process links in this very
/// moment is erased by the ledger all the same; its key is forgotten when this is called for it, or with the erasure
/// where the ledger's own database keeps the keys.
///
/// ```
/// use std::sync::Arc;
/// use dynamoi_privacy::gate::MAX_STALENESS;
/// use dynamoi_privacy::ledger::{Following, Memory, erase};
/// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
/// # let rt = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # rt.block_on(async {
/// let history = Arc::new(History::dynamoi());
/// let gate = Arc::new(Gate::fed(history.clone(), MAX_STALENESS));
/// let following = Following::start(Memory::new(history), gate.clone()).await?;
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// following.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now)).await?;
///
/// let erased = erase(&following, None, subject, now).await?;
/// let [this] = &erased.people[..] else { panic!("they have one id") };
/// for removal in &this.removals {
///     println!("{}: {:?}, by {:?}", removal.processor(), removal.deletion(), removal.delete_obtained_by());
/// }
/// assert!(gate.record_of(subject).is_some_and(|record| record.is_erased()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// See [`EraseError`].
pub async fn erase<L: Ledger>(
    following: &Following<L>,
    trail: Option<&Arc<Trail>>,
    subject: SubjectId,
    at: DateTime<Utc>,
) -> Result<Erased, EraseError> {
    let gate = following.gate();
    let mut ids = gate.person_of(subject);
    // The ledger may know of a link that the gate has not heard of; if it cannot say, it will not erase either.
    if let Ok(events) = events_of_person(following.ledger(), subject).await {
        let known: HashSet<SubjectId> = ids.iter().copied().collect();
        let more: HashSet<SubjectId> = events.iter().map(|event| event.subject).collect();
        ids.extend(more.difference(&known));
    }
    let decisions = match trail {
        Some(trail) => decisions(trail, &ids).await,
        None => vec![None; ids.len()],
    };
    following.record(Event::erase(subject, at)).await?;
    // Who was linked between the look and the erasure is erased, too.
    let late: Vec<SubjectId> = gate.person_of(subject).into_iter().filter(|id| !ids.contains(id)).collect();
    ids.extend(late);
    if let Some(trail) = trail {
        forget(trail, &ids).await.map_err(EraseError::Keys)?;
    }
    let mut decisions = decisions.into_iter();
    let people = ids.into_iter().map(|subject| ErasedId {
        subject,
        removals: gate.removals(subject),
        decisions: decisions.next().flatten(),
    });
    Ok(Erased { people: people.collect() })
}

/// What the trail has about each of the ids. It waits for disks, so it is asked on a thread that may.
async fn decisions(trail: &Arc<Trail>, ids: &[SubjectId]) -> Vec<Option<Vec<Entry>>> {
    let (trail, asked) = (trail.clone(), ids.to_vec());
    let read = move || asked.into_iter().map(|id| trail.decisions_of(id).ok()).collect();
    spawn_blocking(read).await.unwrap_or_else(|_| vec![None; ids.len()])
}

/// Lets the trail forget each of the ids, all that it can; the first error is kept.
async fn forget(trail: &Arc<Trail>, ids: &[SubjectId]) -> Result<(), StoreError> {
    let (trail, ids) = (trail.clone(), ids.to_vec());
    let forget = move || {
        let mut outcome = Ok(());
        for id in ids {
            outcome = outcome.and(trail.forget(id));
        }
        outcome
    };
    spawn_blocking(forget).await.unwrap_or_else(|_| Err(StoreErrorKind::Unreachable.into()))
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Erased").field("people", &self.people.len()).finish()
    }
}

impl fmt::Debug for ErasedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasedId")
    }
}
