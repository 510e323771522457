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
    gate::Gate,
    ledger::{AppendError, Ledger, Memory},
    policy::History,
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

/// The ledger and the gate that follows it.
pub(super) struct Consents {
    /// The library waits for disks, so that part of it is async; this example waits for one event after the other.
    runtime: Runtime,
    ledger: Memory,
    gate: Arc<Gate>,
    /// The time of the day that is played. A service has `SystemClock`, which is there unless another is given.
    clock: FakeClock,
    path: PathBuf,
}

/// What the ledger could not do.
#[derive(Debug, thiserror::Error)]
#[error("the ledger {}: {problem}", .path.display())]
pub(crate) struct LedgerFault {
    path: PathBuf,
    problem: String,
}

impl Consents {
    /// Opens the ledger in a file, or in a new one under the system's temporary folder, and lets the gate catch up.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, LedgerFault> {
        let path = path.map_or_else(fresh, Path::to_owned);
        let refused = |problem: String| LedgerFault { path: path.clone(), problem };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| refused(error.to_string()))?;
        let clock = FakeClock::at(DateTime::UNIX_EPOCH);

        let history = Arc::new(History::dynamoi());
        let ledger = Memory::new(history.clone()).with_clock(clock.clone());
        let gate = Arc::new(Gate::new(history));
        Ok(Self { runtime, ledger, gate, clock, path })
    }

    /// Takes an event in. When this returns it would survive a power cut, and the gate knows it.
    pub(super) fn record(&self, event: Event) -> Result<(), AppendError> {
        self.runtime.block_on(self.ledger.append(&[event.clone()]))?;
        drop(self.gate.record(event));
        Ok(())
    }

    /// It is now this late in the day.
    pub(super) fn at(&self, now: DateTime<Utc>) {
        self.clock.set(now);
    }

    pub(super) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// Says where the consents are kept, and what of them was there.
    pub(super) fn introduce(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "Consents are kept in {}, a new ledger.\n", self.path.display())
    }

    /// What the ledger could not do.
    pub(super) fn fault(&self, error: impl fmt::Display) -> LedgerFault {
        LedgerFault { path: self.path.clone(), problem: error.to_string() }
    }
}

fn fresh() -> PathBuf {
    std::env::temp_dir().join(format!("campaign_day-{}.sqlite", Uuid::new_v4()))
}
