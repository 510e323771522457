//! The task that keeps a gate in step: it looks, folds what it finds, and says how current the view is.

use std::{sync::Arc, time::Duration};

use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{sleep, timeout},
};

use super::{
    options::Settings,
    status::{Progress, Status},
    watchman::Watchman,
};
use crate::{
    consent::Event,
    gate::{Gate, RecordError},
    ledger::{Cursor, Ledger, LedgerError, LedgerErrorKind},
};

/// What is folded without leaving the runtime's thread: that takes less than a millisecond.
const FEW: usize = 1000;
/// After a hint others may follow at once: they are waited for, so that a ledger that hints without pause is not read
/// without pause.
const GATHER: Duration = Duration::from_millis(1);
/// A page that takes too long to read is asked for in smaller pieces, down to this.
const SMALLEST_PAGE: usize = 64;

pub(super) struct Follower<L> {
    pub(super) ledger: L,
    pub(super) gate: Arc<Gate>,
    pub(super) settings: Settings,
    pub(super) status: Arc<Status>,
    pub(super) watchman: Arc<Watchman>,
    /// Everything before it is in the view.
    pub(super) cursor: Cursor,
    /// How many events to ask for; fewer than the settings say while the ledger is slow.
    pub(super) page: usize,
}

/// A page that is being folded on another thread.
struct Folding {
    done: JoinHandle<Result<(), LedgerError>>,
    cursor: Cursor,
    count: usize,
    behind: u64,
}

impl<L: Ledger> Follower<L> {
    /// Keeps the gate in step for as long as it is polled.
    pub(super) async fn follow(mut self) {
        let shortest = self.settings.poll;
        let mut pause = shortest;
        loop {
            match self.look().await {
                Ok(()) => {
                    pause = shortest;
                    self.settings.progress = None;
                    if timeout(self.settings.poll, self.ledger.changed()).await.is_ok() {
                        sleep(GATHER).await;
                    }
                }
                Err(error) => {
                    self.gate.lapse_view();
                    self.status.failed(error);
                    sleep(pause).await;
                    pause = (pause * 2).min(self.settings.longest_pause());
                }
            }
        }
    }

    /// Reads until nothing is left and says so. The next page is read while one is folded.
    async fn look(&mut self) -> Result<(), LedgerError> {
        let mut folding: Option<Folding> = None;
        loop {
            // Whatever was committed before this moment is on this page or before it, if it is the last.
            let asked = self.gate.ask();
            let after = folding.as_ref().map_or(&self.cursor, |folding| &folding.cursor).clone();
            let page = self.read(&after).await;
            // Also when the reading failed: what is known is not thrown away.
            if let Some(folded) = folding.take() {
                self.folded(folded).await?;
            }
            let page = page?;
            if page.behind > 0 && page.cursor == after {
                return Err(not_understood("a page that leads nowhere"));
            }
            let (count, behind) = (page.events.len(), page.behind);
            if count > FEW {
                let (gate, events) = (self.gate.clone(), page.events);
                let done = spawn_blocking(move || fold(&gate, &events));
                folding = Some(Folding { done, cursor: page.cursor, count, behind });
            } else {
                fold(&self.gate, &page.events)?;
                self.cursor = page.cursor;
                self.tell(count, behind);
            }
            if behind == 0 {
                if let Some(folded) = folding.take() {
                    self.folded(folded).await?;
                }
                if self.gate.renew(asked) {
                    self.watchman.wake();
                }
                self.status.confirmed();
                return Ok(());
            }
        }
    }

    async fn read(&mut self, after: &Cursor) -> Result<crate::ledger::Page, LedgerError> {
        match timeout(self.settings.patience(), self.ledger.read(after, self.page)).await {
            Ok(read) => {
                if read.is_ok() {
                    self.page = self.page.saturating_mul(2).min(self.settings.page);
                }
                read
            }
            Err(_) => {
                self.page = (self.page / 2).max(SMALLEST_PAGE.min(self.settings.page));
                let waited = self.settings.patience().as_millis();
                Err(LedgerError::new(LedgerErrorKind::Unreachable, format!("no answer within {waited} ms")))
            }
        }
    }

    async fn folded(&mut self, folding: Folding) -> Result<(), LedgerError> {
        folding.done.await.unwrap_or_else(|_| Err(not_understood("a page that could not be folded")))?;
        self.cursor = folding.cursor;
        self.tell(folding.count, folding.behind);
        Ok(())
    }

    fn tell(&mut self, count: usize, behind: u64) {
        let progress: Progress = self.status.read(count, behind);
        if let Some(shown) = &mut self.settings.progress {
            shown(progress);
        }
    }
}

/// Folds events into a gate's view. What the view cannot take it does not pass.
pub(super) fn fold(gate: &Gate, events: &[Event]) -> Result<(), LedgerError> {
    gate.record_all(events).map_err(|(index, error)| match (error, events.get(index)) {
        (RecordError::ViewFull, _) => LedgerError::new(LedgerErrorKind::ViewFull, None),
        (error, event) => {
            let id = event.map(|event| event.id.to_string()).unwrap_or_default();
            not_understood(&format!("event {id}: {}", error.code()))
        }
    })
}

fn not_understood(what: &str) -> LedgerError {
    LedgerError::new(LedgerErrorKind::NotUnderstood, what.to_owned())
}
