//! How the following goes: what a health endpoint shows, and what whoever starts it waits for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::ledger::LedgerError;

/// Whether a gate keeps in step with its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FollowState {
    /// The view was never current yet: its start is still being read, or the ledger cannot be read. Checks that rest
    /// on consent are not answered.
    CatchingUp,
    /// The view can be relied on.
    InStep,
    /// The view is too old to be relied on. Checks that rest on consent are not answered until the ledger can be
    /// read again.
    Stale,
    /// Nothing follows any longer, because the runtime was shut down or a ledger panicked.
    Ended,
}

/// How far the reading of a ledger has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// How many events were read since the following began; one that is read again counts again.
    pub events: u64,
    /// How many more there were behind them when that was last looked at; an estimate unless it is 0.
    pub behind: u64,
}

impl Progress {
    /// How much of the whole was read, from 0 to 1.
    ///
    /// ```
    /// use dynamoi_privacy::ledger::Progress;
    /// assert_eq!(Progress::default().share(), 1.0);
    /// ```
    pub fn share(&self) -> f64 {
        let whole = self.events.saturating_add(self.behind);
        if whole == 0 { 1.0 } else { self.events as f64 / whole as f64 }
    }
}

/// What the task tells and the handle shows.
#[derive(Default)]
pub(super) struct Status {
    told: Mutex<Told>,
    /// Something was told.
    news: Notify,
}

/// What was told so far.
#[derive(Clone, Default)]
pub(super) struct Told {
    pub(super) progress: Progress,
    /// Whether the view was ever current.
    pub(super) arrived: bool,
    /// Why the last look failed; none when it did not.
    pub(super) error: Option<LedgerError>,
}

impl Status {
    pub(super) fn told(&self) -> Told {
        self.lock().clone()
    }

    /// A page was read and folded.
    pub(super) fn read(&self, events: usize, behind: u64) -> Progress {
        let mut told = self.lock();
        told.progress.events = told.progress.events.saturating_add(events as u64);
        told.progress.behind = behind;
        told.error = None;
        let progress = told.progress;
        drop(told);
        self.news.notify_one();
        progress
    }

    /// Nothing was left to read, and the gate was told so.
    pub(super) fn confirmed(&self) {
        let mut told = self.lock();
        let news = !told.arrived || told.error.is_some();
        (told.arrived, told.error) = (true, None);
        drop(told);
        if news {
            self.news.notify_one();
        }
    }

    /// A look failed.
    pub(super) fn failed(&self, error: LedgerError) {
        self.lock().error = Some(error);
        self.news.notify_one();
    }

    /// Resolves when something was told since it last did.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
