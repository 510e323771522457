//! Where consents are kept: a ledger in a file, and what keeps the gate in step with it. Copy this one, too.

use std::{
    fmt,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    clock::FakeClock,
    consent::Event,
    gate::{Gate, MAX_STALENESS},
    ledger::{AppendError, EraseError, Erased, Following, Sqlite, erase},
    policy::History,
    vocabulary::SubjectId,
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::{
    audit::Audit,
    text::{count, wrapped},
};

/// A ledger, and the gate that is kept in step with it.
pub(super) struct Consents {
    /// The library waits for disks, so that part of it is async; this example waits for one event after the other.
    runtime: Runtime,
    following: Following<Sqlite>,
    /// The time of the day that is played, by which the ledger knows what is dated ahead. A service needs none: ledgers have
    /// the machine's clock. The gate has it here, too, because how old its view is has nothing to do with the day.
    clock: FakeClock,
    path: PathBuf,
    /// How many events were there when it was opened, and of how many people.
    found: (u64, u32),
}

/// What the ledger could not do.
#[derive(Debug, thiserror::Error)]
#[error("the ledger {} cannot be used: {problem}", .path.display())]
pub(crate) struct LedgerFault {
    path: PathBuf,
    problem: String,
}

impl Consents {
    /// Opens the ledger in a file, or in a new one under the system's temporary folder, and lets a gate catch up.
    ///
    /// # Errors
    /// When the file cannot be made or written, or is no ledger.
    pub(super) fn open(path: Option<&Path>, audit: Option<&Audit>) -> Result<Self, LedgerFault> {
        let fresh = || std::env::temp_dir().join(format!("campaign_day-{}.sqlite", Uuid::new_v4()));
        let path = path.map_or_else(fresh, Path::to_owned);
        let fault = |error: &dyn fmt::Display| LedgerFault { path: path.clone(), problem: error.to_string() };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| fault(&error))?;
        let clock = FakeClock::at(DateTime::UNIX_EPOCH);
        let following = runtime.block_on(async {
            let history = Arc::new(History::dynamoi());
            let ledger = Sqlite::open(&path, history.clone()).await.map_err(|error| fault(&error))?;
            let gate = Gate::fed(history, MAX_STALENESS);
            let gate = match audit {
                Some(audit) => gate.with_witness(audit.trail().clone()),
                None => gate,
            };
            let following = Following::start(ledger.with_clock(clock.clone()), Arc::new(gate)).await;
            following.map_err(|error| fault(&error))
        })?;
        let found = (following.progress().events, following.gate().subjects());
        Ok(Self { runtime, following, clock, path, found })
    }

    /// Says where the consents are kept, and what of them was there.
    pub(super) fn introduce(&self, out: &mut dyn Write) -> io::Result<()> {
        let (events, people) = self.found;
        // On a line of its own and in one piece, to be copied.
        writeln!(out, "Consents are kept in the ledger {}", self.path.display())?;
        let text = match events {
            0 => "It is new.".to_owned(),
            _ => format!(
                "It has {} of {} from before. Of those that arrive today they change nothing when they come again.",
                count(events, "event", "events"),
                count(people, "person", "people"),
            ),
        };
        wrapped(out, "", &text)?;
        writeln!(out)
    }

    /// Takes an event in. When this returns it would survive a power cut, and the gate knows it.
    pub(super) fn record(&self, event: Event) -> Result<(), AppendError> {
        self.runtime.block_on(self.following.record(event))
    }

    /// Erases somebody: in the ledger, for the gate, and in the audit trail, if there is one.
    pub(super) fn erase(
        &self,
        subject: SubjectId,
        at: DateTime<Utc>,
        audit: Option<&Audit>,
    ) -> Result<Erased, EraseError> {
        self.runtime.block_on(erase(&self.following, audit.map(Audit::trail), subject, at))
    }

    /// It is now this late in the day.
    pub(super) fn at(&self, now: DateTime<Utc>) {
        self.clock.set(now);
    }

    pub(super) fn gate(&self) -> &Arc<Gate> {
        self.following.gate()
    }

    /// Leaves the ledger in one file, which may be copied then.
    pub(super) fn close(self) {
        let ledger = self.following.ledger().clone();
        drop(self.following);
        self.runtime.block_on(ledger.close());
    }

    /// What the ledger could not do.
    pub(super) fn fault(&self, error: impl fmt::Display) -> LedgerFault {
        LedgerFault { path: self.path.clone(), problem: error.to_string() }
    }
}
