//! A ledger in Postgres, which many services share, or in an engine that speaks as Postgres does.

mod append;
mod connection;
mod erasure;
mod failure;
mod hint;
mod known;
mod lane;
mod read;
mod schema;
mod trail;
mod transaction;

use std::{fmt, sync::Arc, time::Duration};

use sqlx::{ConnectOptions, PgPool, postgres::PgConnectOptions};

pub use self::trail::{PostgresKeys, PostgresSink};
use self::{
    append::Appending,
    connection::{Connections, pool},
    failure::Failure,
    hint::Hints,
    schema::Key,
};
use super::{AppendError, Cursor, Ledger, LedgerError, Page, wake::Wake};
use crate::{
    clock::{Clock, SystemClock},
    consent::Event,
    policy::History,
    vocabulary::SubjectId,
};

/// How long the database may take over an answer, unless the host says otherwise.
const PATIENCE: Duration = Duration::from_secs(3);

/// A ledger in Postgres. Clones are handles to the same connections.
///
/// Its tables begin with `privacy_` and lie in the first schema of the connection's `search_path`; they are made by
/// whoever connects first. Those who only read need no right but to read them.
///
/// **What it needs of the server.** Postgres 12 or later with `fsync` on, as it comes; the primary, because a replica
/// may lack what was committed a moment ago. No extension, procedure, sequence, trigger or advisory lock is used, and
/// LISTEN and NOTIFY are hints that may be missing.
///
/// **TLS** takes one of sqlx's own features `tls-…` in the host's `Cargo.toml`.
///
/// ```no_run
/// use std::sync::Arc;
/// use dynamoi_privacy::ledger::{Ledger, Postgres};
/// use dynamoi_privacy::{Event, History, Purpose, SubjectId};
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let history = Arc::new(History::dynamoi());
/// let ledger = Postgres::connect("postgres://app@db.internal/consents", history).await?;
/// let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// ledger.append(&[Event::withdraw(subject, Purpose::Promotion, at)]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Postgres {
    shared: Arc<Shared>,
    history: Arc<History>,
    clock: Arc<dyn Clock>,
    wake: Wake,
}

struct Shared {
    connections: Connections,
    key: Key,
    seen: append::Seen,
    hints: Hints,
}

impl Postgres {
    /// Opens the ledger at a URL, `postgres://user:password@host:port/database?…` with the parameters of libpq, and
    /// makes its tables unless they are there. It keeps at most 12 connections.
    ///
    /// # Errors
    /// The URL is not understood, the server cannot be reached, the tables cannot be made, or a newer version of this
    /// crate made them. No error shows the URL.
    pub async fn connect(url: &str, history: impl Into<Arc<History>>) -> Result<Self, LedgerError> {
        let options: PgConnectOptions = url.parse().map_err(|error| Failure::from(&error).error)?;
        Self::with(options, history.into(), PATIENCE).await
    }

    /// As [`Self::connect`], where the database has another time than 3 seconds to answer: a statement when it
    /// appends, a whole call when it reads. A call that gets no answer in that time fails, so it should be well below
    /// the `max_staleness` of the gates that are fed.
    ///
    /// # Errors
    /// As for [`Self::connect`].
    pub async fn connect_within(
        url: &str,
        history: impl Into<Arc<History>>,
        patience: Duration,
    ) -> Result<Self, LedgerError> {
        let options: PgConnectOptions = url.parse().map_err(|error| Failure::from(&error).error)?;
        Self::with(options, history.into(), patience).await
    }

    /// Opens the ledger over a pool that the host has, and opens two more connections for hints at most.
    ///
    /// The sessions of the pool must not turn `synchronous_commit` off, and `default_transaction_isolation` is best
    /// `read committed`.
    ///
    /// # Errors
    /// As for [`Self::connect`]; and [`LedgerErrorKind::NotDurable`](super::LedgerErrorKind::NotDurable).
    pub async fn over(pool: PgPool, history: impl Into<Arc<History>>) -> Result<Self, LedgerError> {
        let options = pool.connect_options();
        let connections = Connections { pool, patience: PATIENCE };
        schema::durable(&connections).await.map_err(|failure| failure.error)?;
        Self::open(connections, options, history.into()).await
    }

    async fn with(
        options: PgConnectOptions,
        history: Arc<History>,
        patience: Duration,
    ) -> Result<Self, LedgerError> {
        let options = options.disable_statement_logging();
        let connections = Connections { pool: pool(options.clone(), patience), patience };
        Self::open(connections, Arc::new(options), history).await
    }

    async fn open(
        connections: Connections,
        options: Arc<PgConnectOptions>,
        history: Arc<History>,
    ) -> Result<Self, LedgerError> {
        let key = schema::open(&connections).await.map_err(|failure| failure.error)?;
        let hints = Hints::new(options, connections.patience);
        let wake = hints.wake();
        let shared = Arc::new(Shared { connections, key, seen: append::Seen::nothing(), hints });
        Ok(Self { shared, history, clock: Arc::new(SystemClock), wake })
    }

    /// The same ledger with another clock than the machine's to tell which events are dated ahead.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl Ledger for Postgres {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        if events.is_empty() {
            return Ok(());
        }
        let Shared { connections, key, seen, hints } = &*self.shared;
        let (history, now) = (&*self.history, self.clock.now());
        if (Appending { connections, key, history, now, seen }).append(events).await? {
            self.wake.ring();
            hints.tell();
        }
        Ok(())
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        self.wake.look();
        read::page(&self.shared.connections, after, limit).await.map_err(|failure| failure.error)
    }

    async fn events_of(&self, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
        read::events_of(&self.shared.connections, subject).await.map_err(|failure| failure.error)
    }

    async fn changed(&self) {
        self.shared.hints.listen();
        self.wake.rung().await;
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}
