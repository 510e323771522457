//! The audit trail in the file of a ledger: its entries, and the keys that go when somebody is erased.

use std::{fmt, io::BufRead};

use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    super::{
        LedgerError, LedgerErrorKind,
        desk::{Connect, Desk},
        trail::{PAGE, entries_of, head_of, key_of, lines, not_understood, number},
    },
    Sqlite,
    fault::fault,
    file::{File, options},
};
use crate::{
    audit::{Entry, Head, Key, Keys, Line, Pseudonym, Sink, StoreError},
    vocabulary::SubjectId,
};

/// A trail in the file of a ledger, as [`Sqlite::audit_sink`] opens it.
pub struct SqliteSink {
    trail: String,
    way: Way,
    desk: Desk<Way>,
}

/// The keys of pseudonyms in the file of a ledger, as [`Sqlite::audit_keys`] opens them.
pub struct SqliteKeys(Desk<Way>);

/// How to open the file.
#[derive(Clone)]
struct Way(File);

impl Connect for Way {
    type Connection = SqliteConnection;

    async fn connect(&self) -> Result<SqliteConnection, LedgerError> {
        self.0.is_in_place()?;
        let options = options(&self.0.path, self.0.busy_timeout).create_if_missing(false);
        options.connect().await.map_err(fault)
    }
}

impl Sqlite {
    /// A trail in the same file, by a name: 1 to 200 characters, such as the service's. Each trail has one writer, so
    /// each process has a name of its own; of two that write the same one the later to append is told
    /// [`StoreErrorKind::OtherWriter`](crate::audit::StoreErrorKind::OtherWriter).
    ///
    /// An append is a transaction like one of events. The threads and connections are its own, so that it may be used
    /// from anywhere, and goes on when the ledger is closed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use dynamoi_privacy::audit::{Settings, Trail};
    /// use dynamoi_privacy::ledger::{Following, Sqlite};
    /// use dynamoi_privacy::{Gate, History};
    /// # let rt = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # rt.block_on(async {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("consents.db");
    /// let history = Arc::new(History::dynamoi());
    /// let ledger = Sqlite::open(&path, history.clone()).await?;
    /// let trail = Trail::start(ledger.audit_sink("web-1")?, ledger.audit_keys()?, Settings::required())?;
    /// let gate = Gate::fed(history, chrono::TimeDelta::seconds(5)).with_witness(Arc::new(trail));
    /// let following = Following::start(ledger, Arc::new(gate)).await?;
    /// # drop(following);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The name is none, or the system gives no thread.
    pub fn audit_sink(&self, trail: &str) -> Result<SqliteSink, StoreError> {
        if !(1..=200).contains(&trail.chars().count()) {
            return Err(not_understood("a name of a trail that is none").into());
        }
        let way = Way(self.file.file.clone());
        Ok(SqliteSink { trail: trail.to_owned(), desk: Desk::open(way.clone())?, way })
    }

    /// The keys of pseudonyms in the same file, for all trails that are in it. When the ledger erases somebody their
    /// keys go in the same transaction, and they never get others.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn audit_keys(&self) -> Result<SqliteKeys, StoreError> {
        Ok(SqliteKeys(Desk::open(Way(self.file.file.clone()))?))
    }
}

impl Sink for SqliteSink {
    fn head(&self) -> Result<Head, StoreError> {
        let trail = self.trail.clone();
        self.desk.look(async move |_, connection| {
            let last = "SELECT line FROM audit_entry WHERE trail = ?1 ORDER BY sequence DESC LIMIT 1";
            let last: Option<String> = sqlx::query_scalar(last)
                .bind(trail.clone())
                .fetch_optional(connection)
                .await
                .map_err(fault)?;
            head_of(last.as_deref())
        })
    }

    fn append(&self, lines: &[Line]) -> Result<(), StoreError> {
        let (trail, lines) = (self.trail.clone(), lines.to_vec());
        self.desk.ask(async move |way, connection| {
            way.0.is_in_place()?;
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
            for line in lines {
                // A sequence that another has taken is an error, and the head tells whose it is.
                let insert =
                    "INSERT INTO audit_entry (trail, sequence, subject, line) VALUES (?1, ?2, ?3, ?4)";
                let insert = sqlx::query(insert).bind(&trail).bind(number(line.head().sequence()));
                let insert = insert.bind(line.subject().to_string()).bind(line.text());
                insert.execute(&mut *transaction).await.map_err(taken)?;
            }
            transaction.commit().await.map_err(fault)
        })
    }

    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError> {
        let last = number(self.head()?.sequence());
        // A desk of its own for whoever reads: they may take their time.
        let (trail, desk) = (self.trail.clone(), Desk::open(self.way.clone())?);
        Ok(lines(move |after| {
            let trail = trail.clone();
            desk.look(async move |_, connection| {
                let page = "SELECT sequence, line FROM audit_entry \
                    WHERE trail = ?1 AND sequence > ?2 AND sequence <= ?3 ORDER BY sequence LIMIT ?4";
                let page = sqlx::query(page).bind(trail.clone()).bind(after).bind(last).bind(PAGE);
                let rows = page.fetch_all(connection).await.map_err(fault)?;
                let row =
                    |row: &SqliteRow| Ok((row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?));
                rows.iter().map(row).collect()
            })
        }))
    }

    fn entries_of(&self, subject: Pseudonym) -> Result<Vec<Entry>, StoreError> {
        let trail = self.trail.clone();
        Desk::open(self.way.clone())?.ask(async move |_, connection| {
            let lines = "SELECT line FROM audit_entry WHERE trail = ?1 AND subject = ?2 ORDER BY sequence";
            let lines = sqlx::query_scalar(lines).bind(trail).bind(subject.to_string());
            entries_of(subject, &lines.fetch_all(connection).await.map_err(fault)?)
        })
    }
}

impl Keys for SqliteKeys {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        let subjects = subjects.to_vec();
        self.0.ask(async move |way, connection| {
            let mut keys = Vec::with_capacity(subjects.len());
            for subject in &subjects {
                keys.push(known(connection, *subject).await?);
            }
            if keys.iter().all(Option::is_some) {
                return Ok(keys.into_iter().flatten().collect());
            }
            way.0.is_in_place()?;
            let mut made = Vec::with_capacity(subjects.len());
            // Whoever erases has to wait for the end of it, and whoever was erased before is seen.
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault)?;
            for (subject, known) in subjects.iter().zip(keys) {
                made.push(match known {
                    Some(known) => known,
                    None => make(&mut transaction, *subject).await?,
                });
            }
            transaction.commit().await.map_err(fault)?;
            Ok(made)
        })
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.look(async move |_, connection| Ok(known(connection, subject).await?.flatten()))
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        self.0.ask(async move |way, connection| {
            way.0.is_in_place()?;
            // Written over in its place. Of whoever the ledger erased there is nothing to write over.
            let forget = "INSERT INTO audit_key (subject, key) \
                SELECT ?1, zeroblob(32) WHERE NOT EXISTS (SELECT 1 FROM erased WHERE subject = ?1) \
                ON CONFLICT (subject) DO UPDATE SET key = zeroblob(32)";
            let forget = sqlx::query(forget).bind(subject.uuid());
            if forget.execute(&mut *connection).await.map_err(fault)?.rows_affected() == 0 {
                return Ok(());
            }
            let empty = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)");
            let busy: i64 = empty.fetch_one(connection).await.map_err(fault)?;
            match busy {
                0 => Ok(()),
                _ => Err(unreachable("another reads what the log still has of the key")),
            }
        })
    }
}

/// The row of a subject; what it holds is no key when they were forgotten.
async fn known(
    connection: &mut SqliteConnection,
    subject: SubjectId,
) -> Result<Option<Option<Key>>, LedgerError> {
    let select = sqlx::query_scalar("SELECT key FROM audit_key WHERE subject = ?1").bind(subject.uuid());
    let key: Option<Vec<u8>> = select.fetch_optional(connection).await.map_err(fault)?;
    key.map(|key| key_of(&key)).transpose()
}

/// A key for a subject that has none, unless they were erased.
async fn make(connection: &mut SqliteConnection, subject: SubjectId) -> Result<Option<Key>, LedgerError> {
    let key = Key::random().map_err(|_| unreachable("no random bits"))?;
    let insert = "INSERT INTO audit_key (subject, key) \
        SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM erased WHERE subject = ?1) ON CONFLICT (subject) DO NOTHING";
    let insert = sqlx::query(insert).bind(subject.uuid()).bind(key.as_bytes().as_slice());
    insert.execute(&mut *connection).await.map_err(fault)?;
    Ok(known(connection, subject).await?.flatten())
}

fn taken(error: sqlx::Error) -> LedgerError {
    match error.as_database_error() {
        Some(error) if error.is_unique_violation() => unreachable("the sequence is taken"),
        _ => fault(error),
    }
}

fn unreachable(what: &str) -> LedgerError {
    LedgerError::new(LedgerErrorKind::Unreachable, what.to_owned())
}

impl fmt::Debug for SqliteSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteSink").finish_non_exhaustive()
    }
}

impl fmt::Debug for SqliteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteKeys")
    }
}
