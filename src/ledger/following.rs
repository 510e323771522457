//! Following: what keeps a gate's view in step with a ledger.

mod options;
mod status;
mod task;
mod watchman;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{runtime::Handle, task::JoinHandle, time::timeout};

use self::{
    options::Settings,
    status::Status,
    task::{Follower, fold},
    watchman::Watchman,
};
pub use self::{
    options::{FollowOptions, StartError},
    status::{FollowState, Progress},
};
use super::{AppendError, Cursor, Ledger, LedgerError, LedgerErrorKind};
use crate::{consent::Event, gate::Gate};

/// A gate that keeps in step with a ledger, in a task, for as long as a handle is held. Clones are handles to the same
/// following. It needs a tokio runtime with timers, as `#[tokio::main]` makes one.
///
/// ```
/// use std::sync::Arc;
/// use dynamoi_privacy::gate::{Gate, MAX_STALENESS};
/// use dynamoi_privacy::ledger::{FollowState, Following, Memory};
/// use dynamoi_privacy::{Event, History, SubjectId};
/// # let rt = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # rt.block_on(async {
/// let history = Arc::new(History::dynamoi());
/// let ledger = Memory::new(history.clone());
/// let gate = Arc::new(Gate::fed(history, MAX_STALENESS));
/// let following = Following::start(ledger, gate.clone()).await?;
/// assert_eq!(following.state(), FollowState::InStep);
///
/// let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// following.record(Event::accept(subject, "1.0.0", at)).await?;
/// assert!(gate.knows(subject));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is promised
///
/// **No check that begins later than `max_staleness` after the commit of a withdrawal, or of any other event, gives a
/// permit that the event forbids.** Either the event is in the view by then, or the check answers
/// [`Undecided::StaleView`](crate::gate::Undecided::StaleView).
///
/// It rests on this: the gate notes both clocks *before* it reads a page, and a page behind which nothing is left holds
/// whatever was committed before that moment, however slowly it was read. A check compares its `now` with that moment.
/// Beside the checks a thread sleeps until `max_staleness` has passed by the machine's monotonic clock, and then takes
/// the word back.
///
/// - When `now` is what the wall clock says as the check begins, and that was not set back since the moment, the bound
///   is exact. It does not matter what happened to the ledger, the network or the runtime, nor whether the process was
///   stopped for a while or the machine was asleep.
/// - When `now` was read earlier, or the wall clock was set back, the thread ends it: the bound is exceeded by as long
///   as the system takes to wake a thread.
/// - Both at once are not caught: a process that is stopped, or a machine that sleeps, between the reading of its
///   clock and the check that it passes it to judges as of the earlier instant when it goes on. The same holds between an
///   answer and what is done on it; opening what was cleared therefore checks again, with a `now` of its own.
/// - A wall clock that is set forward makes the view stale until the next look, and permits nothing.
/// - The ledger must give what it promises: [`Ledger::read`] sees what was committed before it was called. A copy of a
///   database that lags behind does not.
///
/// How soon a withdrawal acts elsewhere is another question, and usually a matter of the poll interval, 30
/// milliseconds unless it is said. In the process that records it, it acts as soon as [`Self::record`] returns.
#[must_use = "the following ends when the last handle is dropped"]
pub struct Following<L> {
    shared: Arc<Shared<L>>,
}

struct Shared<L> {
    ledger: L,
    gate: Arc<Gate>,
    status: Arc<Status>,
    task: JoinHandle<()>,
    /// Held so that he is off when the following ends.
    _watchman: Arc<Watchman>,
    max_staleness: Duration,
}

impl<L: Ledger + Clone + 'static> Following<L> {
    /// Reads what the ledger holds into the gate's view, and keeps the view in step with it from then on.
    ///
    /// It returns when the view is current. Afterwards the ledger may go away for as long as it likes: the view becomes
    /// stale, and current again by itself. [`FollowOptions`] shows progress meanwhile, or does not wait at all.
    ///
    /// # Errors
    /// When nothing can be read for as long as the gate's `max_staleness` on end, or the ledger holds something that is
    /// not understood: a service that cannot answer had better not start. Of [`StartError`] the other kinds are
    /// mistakes of the host.
    pub async fn start(ledger: L, gate: Arc<Gate>) -> Result<Self, StartError> {
        FollowOptions::new().start(ledger, gate).await
    }

    fn spawn(ledger: L, gate: Arc<Gate>, settings: Settings) -> Result<Self, StartError> {
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        if !gate.begin_feeding() {
            return Err(StartError::AlreadyFed);
        }
        let Ok(watchman) = Watchman::set(&gate).map(Arc::new) else {
            gate.end_feeding();
            return Err(StartError::NoThread);
        };
        let max_staleness = gate.max_staleness().to_std().unwrap_or_default();
        let (status, page) = (Arc::new(Status::default()), settings.page);
        let follower = Follower {
            ledger: ledger.clone(),
            gate: gate.clone(),
            settings,
            status: status.clone(),
            watchman: watchman.clone(),
            cursor: Cursor::start(),
            page,
        };
        let task = runtime.spawn(follower.follow());
        Ok(Self {
            shared: Arc::new(Shared { ledger, gate, status, task, _watchman: watchman, max_staleness }),
        })
    }

    /// Waits until the view was current once.
    async fn arrival(&self) -> Result<(), StartError> {
        let Shared { status, task, max_staleness, .. } = &*self.shared;
        let mut events = 0;
        loop {
            // Some news are of failures: they do not prolong the wait.
            let read = async {
                loop {
                    let told = status.told();
                    let lasting = told.error.as_ref().is_some_and(|error| !may_pass(error.kind()));
                    if told.arrived || lasting || task.is_finished() || told.progress.events > events {
                        return told;
                    }
                    status.news().await;
                }
            };
            match timeout(*max_staleness, read).await {
                Ok(told) if told.arrived => return Ok(()),
                Ok(told) if task.is_finished() => {
                    return Err(told.error.map_or(StartError::Ended, StartError::Ledger));
                }
                Ok(told) => match told.error {
                    Some(error) if !may_pass(error.kind()) => return Err(error.into()),
                    _ => events = told.progress.events,
                },
                Err(_) if task.is_finished() => return Err(StartError::Ended),
                Err(_) => {
                    let unknown = || LedgerError::new(LedgerErrorKind::Unreachable, None);
                    return Err(status.told().error.unwrap_or_else(unknown).into());
                }
            }
        }
    }
}

/// Whether it is worth while to try again soon.
fn may_pass(kind: LedgerErrorKind) -> bool {
    !matches!(kind, LedgerErrorKind::NotUnderstood | LedgerErrorKind::ViewFull)
}

impl<L: Ledger> Following<L> {
    /// Keeps an event for ever, and takes it into this process's gate before it returns: a withdrawal acts here at
    /// once, and elsewhere when it is read there.
    ///
    /// # Errors
    /// See [`Ledger::append`]. Nothing is taken into the gate then; what was kept all the same, it will read.
    pub async fn record(&self, event: Event) -> Result<(), AppendError> {
        self.record_all(&[event]).await
    }

    /// Keeps events for ever, all or none, and takes them into this process's gate before it returns.
    ///
    /// # Errors
    /// See [`Self::record`].
    pub async fn record_all(&self, events: &[Event]) -> Result<(), AppendError> {
        self.shared.ledger.append(events).await?;
        Ok(fold(&self.shared.gate, events)?)
    }
}

impl<L> Following<L> {
    /// Whether the view can be relied on.
    pub fn state(&self) -> FollowState {
        let Shared { gate, status, task, .. } = &*self.shared;
        if task.is_finished() {
            FollowState::Ended
        } else if gate.fresh_for().is_some() {
            FollowState::InStep
        } else if status.told().arrived {
            FollowState::Stale
        } else {
            FollowState::CatchingUp
        }
    }

    /// Why the last look at the ledger failed; none when it did not. A view may be in step for a while after.
    pub fn last_error(&self) -> Option<LedgerError> {
        self.shared.status.told().error
    }

    /// How far the reading has come.
    pub fn progress(&self) -> Progress {
        self.shared.status.told().progress
    }

    /// How long ago the view is known to have been current: see [`Gate::age`].
    pub fn age(&self) -> Option<Duration> {
        self.shared.gate.age()
    }

    /// The gate.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.shared.gate
    }

    /// The ledger.
    pub fn ledger(&self) -> &L {
        &self.shared.ledger
    }
}

impl<L> Drop for Shared<L> {
    fn drop(&mut self) {
        self.task.abort();
        self.gate.end_feeding();
    }
}

impl<L> Clone for Following<L> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<L> fmt::Debug for Following<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Following");
        shown.field("state", &self.state()).field("age", &self.age()).field("progress", &self.progress());
        shown.field("last_error", &self.last_error()).finish_non_exhaustive()
    }
}
