//! A ledger in one file of SQLite's: the embedded default.

mod append;
mod erase;
mod fault;
mod file;
mod trail;

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, Row, pool::PoolConnection};
use tokio::sync::watch;

pub use self::trail::{SqliteKeys, SqliteSink};
use self::{append::Appended, fault::fault, file::File};
use super::{AppendError, Cursor, Ledger, LedgerError, LedgerErrorKind, Page, admission::admit, wake::Wake};
use crate::{
    clock::{Clock, SystemClock},
    consent::{Event, EventKind},
    policy::History,
    vocabulary::SubjectId,
};

/// A ledger in one file, which several processes of one machine may use at the same time. Clones are handles to the
/// same open file; see [`Ledger`] for what is owed.
///
/// An append is a transaction in SQLite's write-ahead log, synchronised with the disk before it returns. Beside the file
/// lie two more while it is open, `-wal` and `-shm`: they belong to it, and to copy a ledger is to copy all three, or
/// better `VACUUM INTO` another file. The disk has to be a local one.
///
/// What an erasure removes is overwritten in the file, and the log is emptied. While another process reads, that waits
/// until the next append or look of this one, or until somebody opens the file again.
///
/// ```
/// use dynamoi_privacy::ledger::{Cursor, Ledger, Sqlite};
/// use dynamoi_privacy::{Event, History, Purpose, SubjectId};
/// # let rt = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # rt.block_on(async {
/// # let folder = std::env::temp_dir().join(format!("dynamoi-privacy-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("consents.db");
/// let ledger = Sqlite::open(&path, History::dynamoi()).await?;
/// let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", at);
/// ledger.append(&[granted.clone()]).await?;
/// ledger.close().await;
///
/// // After a crash, or in another process:
/// let ledger = Sqlite::open(&path, History::dynamoi()).await?;
/// let page = ledger.read(&Cursor::start(), 100).await?;
/// assert!(page.events == [granted] && page.behind == 0);
/// # ledger.close().await;
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Sqlite {
    file: Arc<Open>,
    history: Arc<History>,
    clock: Arc<dyn Clock>,
    wake: Wake,
}

struct Open {
    file: File,
    /// Whether something was removed of which the log still has a copy.
    to_forget: AtomicBool,
}

/// What may be said about how a file is opened.
///
/// ```
/// use dynamoi_privacy::ledger::SqliteOptions;
/// use std::time::Duration;
/// let options = SqliteOptions::new().busy_timeout(Duration::from_secs(30));
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    busy_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5) }
    }
}

impl SqliteOptions {
    /// What holds unless something is said.
    pub fn new() -> Self {
        Self::default()
    }

    /// For how long an append waits while another process writes, 5 seconds unless it is said, at most 24 days. Then it
    /// fails as [`LedgerErrorKind::Unreachable`].
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout.min(Duration::from_millis(i32::MAX.unsigned_abs().into()));
        self
    }
}

impl Sqlite {
    /// Opens the ledger at a path, and makes it if nothing is there. It takes events that name versions of this
    /// history.
    ///
    /// # Errors
    /// The folder does not exist or may not be written, or something lies at the path that is no ledger, or one of a
    /// newer version of this crate. The error names the path, and what lies there is left as it was.
    pub async fn open(path: impl AsRef<Path>, history: impl Into<Arc<History>>) -> Result<Self, LedgerError> {
        Self::open_with(path, history, SqliteOptions::new()).await
    }

    /// The same, with something said about how.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub async fn open_with(
        path: impl AsRef<Path>,
        history: impl Into<Arc<History>>,
        options: SqliteOptions,
    ) -> Result<Self, LedgerError> {
        let file = File::open(path.as_ref(), options.busy_timeout).await?;
        let wake = Wake::of(bell(&file.path));
        let file = Arc::new(Open { file, to_forget: AtomicBool::new(false) });
        Ok(Self { file, history: history.into(), clock: Arc::new(SystemClock), wake })
    }

    /// The same ledger with another clock than the machine's to tell which events are dated ahead.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the file lies, without links.
    pub fn path(&self) -> &Path {
        &self.file.file.path
    }

    /// Closes the file, for all clones of this handle. Whoever does not call it loses nothing: it only leaves the log
    /// to whoever opens the file next.
    pub async fn close(self) {
        self.file.file.readers.close().await;
        self.file.file.writer.close().await;
    }

    /// Empties the log if it has something that was removed. As long as another reads, it is tried again with every
    /// append and every look.
    async fn forget(&self) {
        if self.file.to_forget.swap(false, Ordering::AcqRel) && !self.file.file.forget().await {
            self.file.to_forget.store(true, Ordering::Release);
        }
    }

    async fn write(&self, events: &[Event]) -> Result<Appended, AppendError> {
        let file = &self.file.file;
        file.is_in_place()?;
        let mut connection = file.writer.acquire().await.map_err(fault)?;
        match self.write_with(&mut connection, events).await {
            Err(AppendError::Unavailable(error)) => {
                // What a connection holds after a failure is not known, and a new one costs little.
                let _ = connection.detach().close_hard().await;
                Err(error.into())
            }
            outcome => outcome,
        }
    }

    async fn write_with(
        &self,
        connection: &mut PoolConnection<sqlx::Sqlite>,
        events: &[Event],
    ) -> Result<Appended, AppendError> {
        let now = self.clock.now();
        if let [event] = events
            && event.kind != EventKind::Erased
            && admit(event, &self.history, now).is_ok()
            && append::single(connection, event).await?
        {
            return Ok(Appended { something: true, removed: false });
        }
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
        let appended = append::batch(&mut transaction, &self.file.file.key, events, &self.history, now).await;
        match appended {
            Ok(appended) if appended.something => {
                transaction.commit().await.map_err(fault)?;
                Ok(appended)
            }
            Ok(_) | Err(AppendError::Refused(_)) => {
                transaction.rollback().await.map_err(fault)?;
                appended
            }
            // The connection goes, and the transaction with it, if SQLite has not taken it back already.
            Err(AppendError::Unavailable(_)) => appended,
        }
    }
}

/// What rings in all handles of one process that have a file open, however often it was opened.
fn bell(path: &Path) -> Arc<watch::Sender<u64>> {
    static BELLS: LazyLock<Mutex<HashMap<PathBuf, Weak<watch::Sender<u64>>>>> = LazyLock::new(Mutex::default);
    let mut bells = BELLS.lock().unwrap_or_else(PoisonError::into_inner);
    bells.retain(|_, bell| bell.strong_count() > 0);
    if let Some(bell) = bells.get(path).and_then(Weak::upgrade) {
        return bell;
    }
    let bell = Arc::default();
    bells.insert(path.to_owned(), Arc::downgrade(&bell));
    bell
}

impl Ledger for Sqlite {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        if events.is_empty() {
            return Ok(());
        }
        let appended = self.write(events).await?;
        if appended.something {
            self.wake.ring();
        }
        if appended.removed {
            self.file.to_forget.store(true, Ordering::Release);
        }
        self.forget().await;
        Ok(())
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        self.wake.look();
        let file = &self.file.file;
        file.is_in_place()?;
        let mut connection = file.readers.acquire().await.map_err(fault)?;
        let from = after.position(0).max(0);
        // One snapshot for both: what is behind is behind this page.
        let mut snapshot = connection.begin().await.map_err(fault)?;
        let page = sqlx::query(
            "SELECT id, subject, body, position FROM event WHERE position > ?1 AND body >= '{' ORDER BY position LIMIT ?2",
        );
        let page = page.bind(from).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = page.fetch_all(&mut *snapshot).await.map_err(fault)?;
        let last = sqlx::query_scalar::<_, Option<i64>>("SELECT max(position) FROM event");
        let last = last.fetch_one(&mut *snapshot).await.map_err(fault)?.unwrap_or(0);
        snapshot.rollback().await.map_err(fault)?;
        drop(connection);
        self.forget().await;

        if from > last {
            let what = "a cursor beyond the end of this ledger".to_owned();
            return Err(LedgerError::new(LedgerErrorKind::NotUnderstood, what));
        }
        let read = match rows.last() {
            Some(row) => row.try_get(3).map_err(fault)?,
            None => from,
        };
        let events = rows.iter().map(|row| append::read(row, 0)).collect::<Result<_, _>>()?;
        let mut cursor = after.clone();
        cursor.set(0, read);
        Ok(Page::new(events, cursor, last.abs_diff(read)))
    }

    async fn events_of(&self, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
        let file = &self.file.file;
        file.is_in_place()?;
        let query = sqlx::query(
            "SELECT id, subject, body FROM event WHERE subject = ?1 AND body >= '{' ORDER BY position",
        );
        let rows = query.bind(subject.uuid()).fetch_all(&file.readers).await.map_err(fault)?;
        rows.iter().map(|row| append::read(row, 0)).collect()
    }

    async fn changed(&self) {
        self.wake.rung().await;
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("path", &self.path()).finish_non_exhaustive()
    }
}
