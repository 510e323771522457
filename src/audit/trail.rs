//! The trail: what takes the decisions of checks down, and has them kept by a thread of its own.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use super::{
    Entry, Head, Health, Keys, Sink, StoreError,
    names::Names,
    queue::Queue,
    writer::{Writer, guarded},
};
use crate::{
    clock::{Clock, SystemClock},
    gate::{Decided, Unrecorded, Witness},
    vocabulary::{SubjectId, instant::is_written_in_utc},
};

/// How a trail keeps what was decided.
///
/// ```
/// use std::time::Duration;
/// use dynamoi_privacy::audit::Settings;
/// let settings = Settings::required().patience(Duration::from_secs(1));
/// # let _ = settings;
/// ```
#[derive(Clone)]
pub struct Settings {
    required: bool,
    capacity: usize,
    patience: Duration,
    clock: Arc<dyn Clock>,
}

/// The audit trail: the [`Witness`] of a gate that makes an [`Entry`] of every decision.
///
/// One thread writes. It takes what waits together, so that checks that wait share one synchronisation of the disk.
///
/// **While the sink fails** nothing is dropped: entries are kept in memory and tried again, after 10 ms at first and
/// every second at last. Checks go on until [`capacity`](Settings::capacity) decisions wait; then each waits for its
/// [`patience`](Settings::patience) and is answered [`Undecided::Unrecorded`](crate::gate::Undecided::Unrecorded). With
/// [`Settings::required`] that is so from the first one on. When the sink is back everything is written and checks go on
/// by themselves; a check that had no answer is written as undecided. A sink that has another writer is not waited for:
/// then nothing is decided until the process begins a new trail.
///
/// **Erasure**: [`forget`](Self::forget), or the keeper of the keys by itself where a ledger erases in the same
/// database. Keys are held in memory for 60 seconds at most.
///
/// [`close`](Self::close) it at the end. Dropping it waits for as long as the patience is, and what could not be kept by
/// then is lost.
pub struct Trail {
    queue: Arc<Queue>,
    sink: Arc<dyn Sink>,
    names: Arc<Names>,
    settings: Settings,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What a trail could not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrailError {
    /// The store of entries or of keys could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// So many decisions are not kept yet.
    #[error("{left} decisions are not kept yet{}", .why.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    NotKept {
        /// How many.
        left: u64,
        /// What is in the way, as far as it is known.
        why: Option<StoreError>,
    },
}

impl Settings {
    /// A permit exists only after its entry would survive a power cut, and so does a refusal: each check waits for the
    /// disk. On an asynchronous runtime that is work for a thread that may block.
    pub fn required() -> Self {
        Self {
            required: true,
            capacity: 8192,
            patience: Duration::from_secs(5),
            clock: Arc::new(SystemClock),
        }
    }

    /// Entries wait in memory until they are kept, and a crash loses those that do; checks wait only when too many wait.
    pub fn queued() -> Self {
        Self { required: false, ..Self::required() }
    }

    /// How many decisions may wait to be kept before checks wait, too: 8,192 unless it is said, and at least one. Each
    /// takes a few hundred bytes.
    #[must_use]
    pub fn capacity(self, decisions: usize) -> Self {
        Self { capacity: decisions, ..self }
    }

    /// For how long a check waits before it is answered that it cannot be decided, 5 seconds unless it is said; a check
    /// that waits for room and then for its entry waits for twice as long at most.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The watch by which keys are held in memory, the machine's unless it is said.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }
}

impl Trail {
    /// Begins to write after the last entry of a sink.
    ///
    /// # Errors
    /// The sink cannot say how far its trail goes, or the system gives no thread.
    pub fn start(
        sink: impl Sink + 'static,
        keys: impl Keys + 'static,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let sink: Arc<dyn Sink> = Arc::new(sink);
        let head = guarded(|| sink.head())?;
        let queue = Arc::new(Queue::new(head, settings.capacity));
        let names = Arc::new(Names::new(Arc::new(keys), settings.clock.clone()));
        let writer = Writer { queue: queue.clone(), sink: sink.clone(), names: names.clone(), head };
        let thread = std::thread::Builder::new().name("audit trail".to_owned());
        let writer = Mutex::new(Some(thread.spawn(move || writer.run())?));
        Ok(Self { queue, sink, names, settings, writer })
    }

    /// The last entry that is kept. A host keeps it where those who hold the trail cannot write, for
    /// [`Verification::through`](super::Verification::through).
    pub fn head(&self) -> Head {
        self.queue.health().head
    }

    /// How the trail is doing.
    pub fn health(&self) -> Health {
        self.queue.health()
    }

    /// Waits until every decision that was taken down before is kept, and gives the head then.
    ///
    /// # Errors
    /// Not within the patience.
    pub fn flush(&self) -> Result<Head, TrailError> {
        self.queue.flush(self.settings.patience).map_err(|(left, why)| TrailError::NotKept { left, why })
    }

    /// Takes nothing more down, waits until everything is kept, and gives the last head. From then on the gate's checks
    /// cannot be decided.
    ///
    /// # Errors
    /// Not within the patience: the trail goes on trying, and this can be called again.
    pub fn close(&self) -> Result<Head, TrailError> {
        self.queue.close();
        let head = self.flush()?;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // It has nothing left to do, and a panic of its own was none of the host's.
            let _ = writer.join();
        }
        Ok(head)
    }

    /// Forgets a subject who was erased: their key goes, and with it whatever ties their entries to them. The chain
    /// stays as it is.
    ///
    /// # Errors
    /// The keeper of the keys cannot say that it is so: ask again.
    pub fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        guarded(|| self.names.forget(subject))
    }

    /// Every decision about a subject, in the order in which they were taken down; for their own eyes (GDPR article 15).
    /// None for whoever was erased or never asked about.
    ///
    /// # Errors
    /// Decisions wait that cannot be kept, or the keys or the entries cannot be read.
    pub fn decisions_of(&self, subject: SubjectId) -> Result<Vec<Entry>, TrailError> {
        self.flush()?;
        match guarded(|| self.names.known(subject))? {
            None => Ok(Vec::new()),
            Some(key) => Ok(guarded(|| self.sink.entries_of(key.pseudonym(subject)))?),
        }
    }

    /// Every entry that is kept, as lines, for [`Verification::read`](super::Verification::read).
    ///
    /// # Errors
    /// The sink cannot be read now.
    pub fn read(&self) -> Result<Box<dyn std::io::BufRead + Send>, StoreError> {
        guarded(|| self.sink.read())
    }
}

impl Witness for Trail {
    fn witness(&self, decided: &Decided<'_>) -> Result<(), Unrecorded> {
        let Settings { required, patience, .. } = self.settings;
        // Of another year, or more events than a line takes, there is no entry that could be read again.
        let has_a_line = decided.rests_on().len() <= RESTS_ON_AT_MOST && is_written_in_utc(&decided.at());
        if has_a_line && self.queue.take(decided, required, patience) { Ok(()) } else { Err(Unrecorded) }
    }
}

/// More events than any decision rests on, and few enough for a line that can be verified.
const RESTS_ON_AT_MOST: usize = 10_000;

impl Drop for Trail {
    fn drop(&mut self) {
        if self.close().is_err() {
            self.queue.abandon();
        }
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail").field("health", &self.health()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { required, capacity, patience, .. } = self;
        let mut settings = f.debug_struct("Settings");
        settings.field("required", required).field("capacity", capacity).field("patience", patience);
        settings.finish_non_exhaustive()
    }
}
