//! How to follow: what a host may say before it starts, and why it may not start.

use std::{fmt, sync::Arc, time::Duration};

use super::{Following, status::Progress};
use crate::{
    gate::Gate,
    ledger::{Ledger, LedgerError},
};

/// How to follow a ledger, where the defaults of [`Following::start`] do not fit.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use dynamoi_privacy::gate::{Gate, MAX_STALENESS};
/// use dynamoi_privacy::ledger::{FollowOptions, Memory};
/// use dynamoi_privacy::History;
/// # let rt = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # rt.block_on(async {
/// let history = Arc::new(History::dynamoi());
/// let ledger = Memory::new(history.clone());
/// let gate = Arc::new(Gate::fed(history, MAX_STALENESS));
/// let following = FollowOptions::new()
///     .poll_every(Duration::from_millis(10))
///     .on_progress(|progress| println!("{:.0} %", 100.0 * progress.share()))
///     .start(ledger, gate)
///     .await?;
/// # let _ = following;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is followed until it is started"]
pub struct FollowOptions {
    poll: Duration,
    page: usize,
    progress: Option<Shown>,
}

type Shown = Box<dyn FnMut(Progress) + Send>;

/// What the task goes by.
pub(super) struct Settings {
    pub(super) poll: Duration,
    pub(super) page: usize,
    /// Until the view is current for the first time.
    pub(super) progress: Option<Shown>,
    max_staleness: Duration,
}

impl Settings {
    /// How long a page may take to read: four can fail before the view is stale.
    pub(super) fn patience(&self) -> Duration {
        self.max_staleness / 4
    }

    /// How long to wait at most after a look that failed.
    pub(super) fn longest_pause(&self) -> Duration {
        (self.max_staleness / 8).max(self.poll)
    }
}

/// Half of it is what a withdrawal elsewhere waits at the median, where the ledger does not hint.
const POLL: Duration = Duration::from_millis(30);
/// Large enough that asking costs little beside reading.
const PAGE: usize = 8192;

impl FollowOptions {
    /// The defaults: a look every 30 milliseconds, and pages of 8,192 events.
    pub fn new() -> Self {
        Self { poll: POLL, page: PAGE, progress: None }
    }

    /// How long to wait between two looks when the ledger does not hint, from 1 millisecond to a quarter of the gate's
    /// `max_staleness`; what is less or more is taken as the nearest of these.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.poll = interval;
        self
    }

    /// How many events to read at once, at least 1. While the ledger takes too long to read so many, fewer are asked
    /// for.
    pub fn page_size(mut self, events: usize) -> Self {
        self.page = events.max(1);
        self
    }

    /// Called after each page of the start, until the view is current for the first time. It should return at once.
    pub fn on_progress(mut self, shown: impl FnMut(Progress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(shown));
        self
    }

    /// [`Following::start`] with these options.
    ///
    /// # Errors
    /// See there.
    pub async fn start<L: Ledger + Clone + 'static>(
        self,
        ledger: L,
        gate: Arc<Gate>,
    ) -> Result<Following<L>, StartError> {
        let following = self.start_in_background(ledger, gate)?;
        following.arrival().await?;
        Ok(following)
    }

    /// Starts to follow and does not wait for the view to be current, nor for the ledger to be reachable. Until it is,
    /// checks that rest on consent are not answered; the ledger is tried for ever.
    ///
    /// # Errors
    /// See [`StartError`]; the ledger is no reason.
    pub fn start_in_background<L: Ledger + Clone + 'static>(
        self,
        ledger: L,
        gate: Arc<Gate>,
    ) -> Result<Following<L>, StartError> {
        let max_staleness = gate.max_staleness().to_std().unwrap_or_default();
        if !gate.is_fed() {
            return Err(StartError::GateNotFed);
        }
        if max_staleness < SHORTEST {
            return Err(StartError::StalenessTooShort);
        }
        let Self { poll, page, progress } = self;
        let poll = poll.clamp(Duration::from_millis(1), max_staleness / 4);
        Following::spawn(ledger, gate, Settings { poll, page, progress, max_staleness })
    }
}

/// The least `max_staleness` that can be kept by polling at all.
const SHORTEST: Duration = Duration::from_millis(20);

impl Default for FollowOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FollowOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FollowOptions");
        shown.field("poll", &self.poll).field("page", &self.page).finish_non_exhaustive()
    }
}

/// Why a gate could not be brought in step with a ledger. Nothing follows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The gate is one in memory; make it with [`Gate::fed`].
    #[error("the gate is not one that is fed: make it with `Gate::fed`")]
    GateNotFed,
    /// Something feeds the gate already: its view would be called current though one of the two is not.
    #[error("the gate follows a ledger already")]
    AlreadyFed,
    /// The gate's `max_staleness` is less than 20 milliseconds.
    #[error("the gate's `max_staleness` is less than 20 milliseconds")]
    StalenessTooShort,
    /// It was called outside of a tokio runtime.
    #[error("there is no tokio runtime to follow in")]
    NoRuntime,
    /// The system gave no thread.
    #[error("the system gave no thread to watch the view's age")]
    NoThread,
    /// The runtime was shut down, or the ledger panicked.
    #[error("the following ended before the view was current")]
    Ended,
    /// For as long as the gate's `max_staleness`, nothing could be read; or something is not understood.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
