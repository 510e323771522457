//! The file: that it is a ledger, of a form that is understood, and how it is opened and made.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Executor, Row,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqliteSynchronous},
};

use super::{
    super::{LedgerError, LedgerErrorKind},
    fault::{at, fault_at, io_at, is_busy},
};

/// `DyPC`, which is what `file` and others can tell a ledger by: SQLite keeps it 68 bytes from the start.
const APPLICATION_ID: i32 = 0x4479_5043;

/// What makes each version of the form out of the one before. A form that somebody's file may have is never edited.
const FORMS: [&str; 1] = [include_str!("schema-1.sql")];

/// How many read at the same time.
const READERS: u32 = 4;

/// An open file.
#[derive(Clone)]
pub(super) struct File {
    /// The path without links and dots, by which one process knows the same file again.
    pub(super) path: PathBuf,
    /// The file that was opened there; another may lie there since.
    identity: Option<(u64, u64)>,
    /// One connection, so that appends of one process wait in line instead of being turned away.
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    /// The key for digests.
    pub(super) key: [u8; 16],
    pub(super) busy_timeout: Duration,
}

impl File {
    pub(super) async fn open(path: &Path, busy_timeout: Duration) -> Result<Self, LedgerError> {
        let path = look_at(path)?;
        let about = |error: sqlx::Error| fault_at(&path, &error);
        let options = options(&path, busy_timeout).create_if_missing(true);
        let mut connection = options.connect().await.map_err(|error| why_not(&path, &error))?;
        let made = make(&mut connection, &path, busy_timeout).await;
        // Closed in any case: of what is refused no trace is left beside it.
        connection.close().await.map_err(about)?;
        let key = made?;

        let pool = || PoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
        let waiting = busy_timeout + Duration::from_secs(30);
        let writer = pool().max_connections(1).acquire_timeout(waiting);
        let writer = writer.connect_with(options.clone().create_if_missing(false)).await.map_err(about)?;
        let readers = pool().max_connections(READERS).acquire_timeout(waiting);
        let readers = readers.connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
        let path = path.canonicalize().map_err(|error| io_at(&path, &error, "it is gone"))?;
        let identity = identity(&path);
        let file = Self { path, identity, writer, readers, key, busy_timeout };
        // What a process left behind that was killed between an erasure and this.
        file.forget().await;
        Ok(file)
    }

    /// Whether the file still lies where it was opened: what is appended to one that was removed is lost.
    pub(super) fn is_in_place(&self) -> Result<(), LedgerError> {
        if identity(&self.path) == self.identity {
            return Ok(());
        }
        Err(at(
            &self.path,
            LedgerErrorKind::Unreachable,
            "the file was moved, removed or replaced while it was open",
        ))
    }

    /// Moves what the log holds into the file and empties the log, which still has what was removed. Whether that was
    /// possible: while another reads it is not.
    pub(super) async fn forget(&self) -> bool {
        let shortly = Duration::from_millis(100).min(self.busy_timeout);
        let emptied = async {
            let mut connection = self.writer.acquire().await?;
            connection.execute(wait(shortly).as_str()).await?;
            let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
            connection.execute(wait(self.busy_timeout).as_str()).await?;
            emptied?.try_get::<i64, _>(0)
        };
        emptied.await.is_ok_and(|busy| busy == 0)
    }
}

/// Why a file could not be opened or made. SQLite only says that it could not; the system says why.
fn why_not(path: &Path, error: &sqlx::Error) -> LedgerError {
    let exists = path.exists();
    match fs::OpenOptions::new().write(true).create_new(!exists).open(path) {
        Ok(_) => fault_at(path, error),
        Err(why) => io_at(path, &why, if exists { "it cannot be opened" } else { "it cannot be made" }),
    }
}

/// How every connection to the file is made that writes.
pub(super) fn options(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(busy_timeout)
        .foreign_keys(false)
        .synchronous(SqliteSynchronous::Full)
        // What is removed is overwritten; and a disk of Apple's is made to write.
        .pragma("secure_delete", "ON")
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        // After a checkpoint the log holds nothing of what was removed.
        .pragma("journal_size_limit", "0")
        .disable_statement_logging()
}

fn wait(timeout: Duration) -> String {
    format!("PRAGMA busy_timeout = {}", i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX))
}

/// What tells a file from another at the same path.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    // Here an open file is not removed.
    path.exists().then_some((0, 0))
}

/// Whether a ledger may lie at a path, before SQLite touches it; its absolute path.
fn look_at(path: &Path) -> Result<PathBuf, LedgerError> {
    let shown = path;
    let unusable = |what: &str| at(shown, LedgerErrorKind::Unreachable, what);
    let path = std::path::absolute(path).map_err(|_| unusable("found no path, expected that of a file"))?;
    if path.to_str().is_none() {
        return Err(unusable("found a path that is no UTF-8, which SQLite cannot open"));
    }
    let folder = path.parent().ok_or_else(|| unusable("found the root, expected the path of a file"))?;
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(at(folder, LedgerErrorKind::Unreachable, "found a file, expected a folder")),
        Err(error) => {
            return Err(io_at(folder, &error, "the folder for the ledger does not exist; make it first"));
        }
    }
    match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(io_at(&path, &error, "it cannot be looked at")),
        Ok(found) if found.is_dir() => return Err(unusable("found a folder, expected a file or nothing")),
        Ok(found) if !found.is_file() => {
            return Err(unusable("found a device or a pipe, expected a file or nothing"));
        }
        // Nothing yet, or what a process leaves that was killed while it made the file: SQLite finishes that first.
        Ok(found) if found.len() == 0 || beside(&path, "-journal").exists() => {}
        Ok(_) => is_a_ledger(&path)?,
    }
    Ok(path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

/// Reads SQLite's header, so that what is no ledger is not even opened.
fn is_a_ledger(path: &Path) -> Result<(), LedgerError> {
    let mut header = Vec::with_capacity(100);
    let read = fs::File::open(path).and_then(|file| file.take(100).read_to_end(&mut header));
    read.map_err(|error| io_at(path, &error, "it cannot be read"))?;
    let database = header.starts_with(b"SQLite format 3\0") && header.len() == 100;
    let application = header.get(68..72) == Some(&APPLICATION_ID.to_be_bytes());
    match (database, application) {
        (true, true) => Ok(()),
        (true, false) => Err(not_ours(path)),
        (false, _) => Err(at(
            path,
            LedgerErrorKind::NotUnderstood,
            "found no SQLite database, expected a ledger or nothing",
        )),
    }
}

fn not_ours(path: &Path) -> LedgerError {
    let what = "found a database that is no ledger of consents, expected a ledger or nothing";
    at(path, LedgerErrorKind::NotUnderstood, what)
}

/// Makes the file what this version expects: its tables, and a log that many can read. Others may do the same at the
/// same time. Gives the key for digests.
async fn make(
    connection: &mut SqliteConnection,
    path: &Path,
    patience: Duration,
) -> Result<[u8; 16], LedgerError> {
    let about = |error: sqlx::Error| fault_at(path, &error);
    let mut form = connection.begin_with("BEGIN IMMEDIATE").await.map_err(about)?;
    let row = form.fetch_one(FORM_OF_FILE).await.map_err(about)?;
    let (application, version) = (row.try_get::<i32, _>(0), row.try_get::<i64, _>(1));
    let tables: i64 = row.try_get(2).map_err(about)?;
    let version = match (application.map_err(about)?, version.map_err(about)?) {
        (0, 0) if tables == 0 => 0,
        (APPLICATION_ID, version) => version,
        _ => return Err(not_ours(path)),
    };
    let known = usize::try_from(version).ok().filter(|version| *version <= FORMS.len());
    let Some(known) = known else {
        let what = format!(
            "found form {version} of the file, expected at most {}: it is of a newer version",
            FORMS.len()
        );
        return Err(at(path, LedgerErrorKind::NotUnderstood, &what));
    };
    for sql in FORMS.iter().skip(known) {
        form.execute(*sql).await.map_err(about)?;
    }
    if known == 0 {
        let key = uuid::Uuid::new_v4();
        let insert =
            sqlx::query("INSERT INTO own (one, digest_key) VALUES (1, ?1)").bind(key.as_bytes().as_slice());
        insert.execute(&mut *form).await.map_err(about)?;
    }
    if known < FORMS.len() {
        let says = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}", FORMS.len());
        form.execute(says.as_str()).await.map_err(about)?;
    }
    let key: Vec<u8> =
        sqlx::query_scalar("SELECT digest_key FROM own").fetch_one(&mut *form).await.map_err(about)?;
    form.commit().await.map_err(about)?;
    write_ahead(connection, path, patience).await?;
    key.try_into().map_err(|_| at(path, LedgerErrorKind::NotUnderstood, "found a key of another length"))
}

const FORM_OF_FILE: &str = "SELECT (SELECT application_id FROM pragma_application_id), \
    (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)";

/// Turns the log on. Another that does the same is waited for by asking again: SQLite itself does not wait here.
async fn write_ahead(
    connection: &mut SqliteConnection,
    path: &Path,
    patience: Duration,
) -> Result<(), LedgerError> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut left = patience.as_millis() / PAUSE.as_millis();
    loop {
        match sqlx::query_scalar::<_, String>("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => {
                let what = "its file system has no shared memory, which SQLite's log needs: use a local disk";
                return Err(at(path, LedgerErrorKind::Unreachable, what));
            }
            Err(error) if is_busy(&error) && left > 0 => left -= 1,
            Err(error) => return Err(fault_at(path, &error)),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::Event,
        ledger::{AppendError, Ledger, Sqlite},
        policy::History,
        vocabulary::SubjectId,
    };

    #[tokio::test]
    async fn a_file_that_is_as_large_as_it_may_be_is_full() {
        let folder = std::env::temp_dir().join(format!("dynamoi-privacy-pages-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let ledger = Sqlite::open(folder.join("ledger.db"), History::dynamoi()).await.unwrap();
        let at = "2026-01-05T09:00:00Z".parse().unwrap();
        let events: Vec<Event> = (0..300).map(|_| Event::of_age(SubjectId::random(), at)).collect();
        let file = &ledger.file.file;
        let limit = "PRAGMA max_page_count = 20";
        file.writer.execute(limit).await.unwrap();
        let error = ledger.append(&events).await.unwrap_err();
        let AppendError::Unavailable(error) = error else { panic!("{error}") };
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (LedgerErrorKind::Full, "the ledger is full (SQLite 13)")
        );
        assert_eq!(ledger.read(&Default::default(), 999).await.unwrap().events.len(), 0);
        // The limit was that connection's, which a failure ends.
        ledger.append(&events).await.unwrap();
        assert_eq!(ledger.read(&Default::default(), 999).await.unwrap().events.len(), 300);
        ledger.close().await;
        fs::remove_dir_all(&folder).unwrap();
    }
}
