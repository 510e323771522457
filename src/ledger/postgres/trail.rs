//! The audit trail in the database of a ledger: its entries, and the keys that go when somebody is erased.

use std::{fmt, io::BufRead, sync::Arc, time::Duration};

use sqlx::{ConnectOptions, Executor, PgConnection, Row, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    super::{
        LedgerError, LedgerErrorKind,
        desk::{Connect, Desk},
        trail::{PAGE, entries_of, head_of, key_of, lines, not_understood, number},
    },
    Postgres,
    connection::{BEGIN, SESSION, Statement, within},
    failure::Failure,
    lane::lane_of,
};
use crate::{
    audit::{Entry, Head, Key, Keys, Line, Pseudonym, Sink, StoreError},
    vocabulary::SubjectId,
};

/// A trail in the database of a ledger, as [`Postgres::audit_sink`] opens it.
pub struct PostgresSink {
    trail: String,
    way: Way,
    desk: Desk<Way>,
}

/// The keys of pseudonyms in the database of a ledger, as [`Postgres::audit_keys`] opens them.
pub struct PostgresKeys(Desk<Way>);

/// How to connect, and for how long an answer is waited for.
#[derive(Clone)]
struct Way {
    options: Arc<PgConnectOptions>,
    patience: Duration,
}

impl Connect for Way {
    type Connection = PgConnection;

    async fn connect(&self) -> Result<PgConnection, LedgerError> {
        let connected = within(self.patience, async {
            let mut connection = self.options.connect().await?;
            connection.execute(SESSION).await?;
            Ok::<_, sqlx::Error>(connection)
        });
        connected.await.map_err(error)?.map_err(fault)
    }
}

impl Way {
    async fn rows(
        &self,
        connection: &mut PgConnection,
        statement: Statement<'_>,
    ) -> Result<Vec<sqlx::postgres::PgRow>, LedgerError> {
        within(self.patience, statement.fetch_all(connection)).await.map_err(error)?.map_err(fault)
    }

    async fn say(&self, connection: &mut PgConnection, text: &'static str) -> Result<(), LedgerError> {
        within(self.patience, connection.execute(text)).await.map_err(error)?.map_err(fault)?;
        Ok(())
    }
}

impl Postgres {
    fn way(&self) -> Way {
        let connections = &self.shared.connections;
        Way { options: connections.pool.connect_options(), patience: connections.patience }
    }

    /// A trail in the same database, by a name: 1 to 200 characters. Each trail has one writer, so each process has a
    /// name of its own; of two that write the same one the later to append is told
    /// [`StoreErrorKind::OtherWriter`](crate::audit::StoreErrorKind::OtherWriter).
    ///
    /// An append is one statement. The threads and connections are its own, so that it may be used from anywhere.
    ///
    /// ```no_run
    /// use dynamoi_privacy::History;
    /// use dynamoi_privacy::audit::{Settings, Trail};
    /// use dynamoi_privacy::ledger::Postgres;
    /// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
    /// let ledger = Postgres::connect("postgres://app@db.internal/consents", History::dynamoi()).await?;
    /// let trail = Trail::start(ledger.audit_sink("web-1")?, ledger.audit_keys()?, Settings::required())?;
    /// # drop(trail);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The name is none, or the system gives no thread.
    pub fn audit_sink(&self, trail: &str) -> Result<PostgresSink, StoreError> {
        // Postgres stores no zeros in a text.
        if !(1..=200).contains(&trail.chars().count()) || trail.contains('\0') {
            return Err(not_understood("a name of a trail that is none").into());
        }
        let way = self.way();
        Ok(PostgresSink { trail: trail.to_owned(), desk: Desk::open(way.clone())?, way })
    }

    /// The keys of pseudonyms in the same database, for all trails that are in it. When the ledger erases somebody their
    /// keys go in the same transaction, and they never get others. What Postgres deletes stays in its files until a
    /// vacuum.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn audit_keys(&self) -> Result<PostgresKeys, StoreError> {
        Ok(PostgresKeys(Desk::open(self.way())?))
    }
}

impl Sink for PostgresSink {
    fn head(&self) -> Result<Head, StoreError> {
        let trail = self.trail.clone();
        self.desk.look(async move |way, connection| {
            let last = "SELECT line FROM privacy_audit_entry WHERE trail = $1 ORDER BY sequence DESC LIMIT 1";
            let rows = way.rows(connection, sqlx::query(last).bind(trail.clone())).await?;
            let last = rows.first().map(|row| row.try_get::<String, _>(0)).transpose().map_err(fault)?;
            head_of(last.as_deref())
        })
    }

    fn append(&self, lines: &[Line]) -> Result<(), StoreError> {
        let trail = self.trail.clone();
        let sequences: Vec<i64> = lines.iter().map(|line| number(line.head().sequence())).collect();
        let subjects: Vec<String> = lines.iter().map(|line| line.subject().to_string()).collect();
        let texts: Vec<String> = lines.iter().map(|line| line.text().to_owned()).collect();
        self.desk.ask(async move |way, connection| {
            // A sequence that another has taken is an error, and the head tells whose it is.
            let insert = "INSERT INTO privacy_audit_entry (trail, sequence, subject, line)
                 SELECT $1, sequence, subject, line
                 FROM unnest($2::bigint[], $3::text[], $4::text[]) AS new (sequence, subject, line)";
            let insert = sqlx::query(insert).bind(trail).bind(sequences).bind(subjects).bind(texts);
            way.rows(connection, insert).await.map(drop)
        })
    }

    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError> {
        let last = number(self.head()?.sequence());
        // A desk of its own for whoever reads: they may take their time.
        let (trail, desk) = (self.trail.clone(), Desk::open(self.way.clone())?);
        Ok(lines(move |after| {
            let trail = trail.clone();
            desk.look(async move |way, connection| {
                let page = "SELECT sequence, line FROM privacy_audit_entry
                     WHERE trail = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4";
                let page = sqlx::query(page).bind(trail.clone()).bind(after).bind(last).bind(PAGE);
                let rows = way.rows(connection, page).await?;
                let rows = rows
                    .iter()
                    .map(|row| Ok((row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?)));
                rows.collect()
            })
        }))
    }

    fn entries_of(&self, subject: Pseudonym) -> Result<Vec<Entry>, StoreError> {
        let trail = self.trail.clone();
        Desk::open(self.way.clone())?.ask(async move |way, connection| {
            let lines =
                "SELECT line FROM privacy_audit_entry WHERE trail = $1 AND subject = $2 ORDER BY sequence";
            let rows = way.rows(connection, sqlx::query(lines).bind(trail).bind(subject.to_string())).await?;
            let lines: Result<Vec<String>, _> =
                rows.iter().map(|row| row.try_get(0).map_err(fault)).collect();
            entries_of(subject, &lines?)
        })
    }
}

impl Keys for PostgresKeys {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        let subjects = subjects.to_vec();
        self.0.ask(async move |way, connection| {
            let known = Known::of(way, connection, &subjects).await?;
            let missing: Vec<SubjectId> =
                subjects.iter().copied().filter(|subject| !known.has(*subject)).collect();
            if missing.is_empty() {
                return known.keys(&subjects);
            }
            way.say(connection, BEGIN).await?;
            make(way, connection, &missing).await?;
            way.say(connection, "COMMIT").await?;
            // Others may have made some of them, or erased somebody.
            Known::of(way, connection, &subjects).await?.keys(&subjects)
        })
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        self.0.look(async move |way, connection| {
            let known = Known::of(way, connection, &[subject]).await?.keys(&[subject])?;
            Ok(known.into_iter().next().flatten())
        })
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        self.0.ask(async move |way, connection| {
            // Of whoever the ledger erased there is nothing left.
            let forget = "INSERT INTO privacy_audit_key (subject, key)
                 SELECT $1, '' WHERE NOT EXISTS (SELECT 1 FROM privacy_tomb WHERE subject = $1)
                 ON CONFLICT (subject) DO UPDATE SET key = ''";
            way.rows(connection, sqlx::query(forget).bind(subject.uuid())).await.map(drop)
        })
    }
}

/// Keys for subjects that have none, unless they were erased. An erasure locks every lane before it looks whom it
/// erases, so with their lanes locked it is over or has not begun.
async fn make(way: &Way, connection: &mut PgConnection, subjects: &[SubjectId]) -> Result<(), LedgerError> {
    let mut lanes: Vec<i16> = subjects.iter().map(|subject| lane_of(*subject)).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let lock = "SELECT lane FROM privacy_lane WHERE lane = ANY($1) ORDER BY lane FOR UPDATE";
    way.rows(connection, sqlx::query(lock).bind(lanes)).await?;
    let mut new: Vec<(Uuid, Vec<u8>)> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let key = Key::random()
            .map_err(|_| LedgerError::new(LedgerErrorKind::Unreachable, "no random bits".to_owned()))?;
        new.push((subject.uuid(), key.as_bytes().to_vec()));
    }
    let (subjects, keys): (Vec<Uuid>, Vec<Vec<u8>>) = new.into_iter().unzip();
    let insert = "INSERT INTO privacy_audit_key (subject, key)
         SELECT subject, key FROM unnest($1::uuid[], $2::bytea[]) AS new (subject, key)
         WHERE NOT EXISTS (SELECT 1 FROM privacy_tomb WHERE privacy_tomb.subject = new.subject)
         ON CONFLICT (subject) DO NOTHING";
    way.rows(connection, sqlx::query(insert).bind(subjects).bind(keys)).await.map(drop)
}

/// The rows of subjects.
struct Known(std::collections::HashMap<Uuid, Vec<u8>>);

impl Known {
    async fn of(
        way: &Way,
        connection: &mut PgConnection,
        subjects: &[SubjectId],
    ) -> Result<Self, LedgerError> {
        let subjects: Vec<Uuid> = subjects.iter().map(|subject| subject.uuid()).collect();
        let select = "SELECT subject, key FROM privacy_audit_key WHERE subject = ANY($1)";
        let rows = way.rows(connection, sqlx::query(select).bind(subjects)).await?;
        let row = |row: &sqlx::postgres::PgRow| {
            Ok((row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?))
        };
        rows.iter().map(row).collect::<Result<_, LedgerError>>().map(Self)
    }

    fn has(&self, subject: SubjectId) -> bool {
        self.0.contains_key(&subject.uuid())
    }

    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, LedgerError> {
        let key = |subject: &SubjectId| match self.0.get(&subject.uuid()) {
            None => Ok(None),
            Some(key) => key_of(key),
        };
        subjects.iter().map(key).collect()
    }
}

fn fault(error: sqlx::Error) -> LedgerError {
    Failure::from(error).error
}

fn error(failure: Failure) -> LedgerError {
    failure.error
}

impl fmt::Debug for PostgresSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresSink").finish_non_exhaustive()
    }
}

impl fmt::Debug for PostgresKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresKeys")
    }
}
