//! Connections: taken from a pool for one piece of work, given back clean or not at all, and never waited for in vain.

use std::{future::Future, time::Duration};

use sqlx::{
    Executor, PgConnection, PgPool,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};

use super::failure::{Again, Failure};

/// Of one process; an append on a lane that another writes waits there, so a few more than the lanes are of no use.
const MOST: u32 = 10;

/// After so long without use a connection is tried before it is relied on.
const QUIET: Duration = Duration::from_secs(1);

/// What a session of ours has to be: durable, and seeing what others have committed since it began a transaction. A
/// server that is told to wait for more than its own disk keeps doing so.
pub(super) const SESSION: &str = "SELECT set_config('default_transaction_isolation', 'read committed', false), \
     CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END";

/// Begins a transaction. While it waits for us it holds up others, so the server ends it when we are gone.
pub(super) const BEGIN: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '5s'";

pub(super) struct Connections {
    pub(super) pool: PgPool,
    pub(super) patience: Duration,
}

pub(super) type Statement<'q> = Query<'q, sqlx::Postgres, PgArguments>;

/// A pool of our own. It connects when it is first asked.
pub(super) fn pool(options: PgConnectOptions, patience: Duration) -> PgPool {
    PgPoolOptions::new()
        .max_connections(MOST)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > QUIET {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| Box::pin(async move { connection.execute(SESSION).await.map(drop) }))
        .connect_lazy_with(options)
}

impl Connections {
    /// A connection, within our patience.
    pub(super) async fn take(&self) -> Result<Held, Failure> {
        let taken = within(self.patience, self.pool.acquire()).await?;
        let connection = taken.map_err(|error| Failure::without_connection(&error))?;
        Ok(Held::new(connection, self.patience))
    }

    /// The rows of one statement that may be said again without harm.
    pub(super) async fn rows<'q>(
        &self,
        statement: impl Fn() -> Statement<'q>,
    ) -> Result<Vec<PgRow>, Failure> {
        let mut tries = Tries::new(self);
        loop {
            let failure = match self.rows_once(statement()).await {
                Ok(rows) => return Ok(rows),
                Err(failure) => failure,
            };
            tries.after(failure).await?;
        }
    }

    async fn rows_once(&self, statement: Statement<'_>) -> Result<Vec<PgRow>, Failure> {
        self.take().await?.rows(statement).await
    }
}

/// A connection in our hands. It goes back to the pool when it is dropped with nothing under way on it; otherwise it is
/// closed, which undoes what was.
pub(super) struct Held {
    connection: Option<PoolConnection<sqlx::Postgres>>,
    patience: Duration,
    /// Something was said, and its answer did not come.
    waiting: bool,
    /// A transaction has begun.
    within_transaction: bool,
}

impl Held {
    fn new(connection: PoolConnection<sqlx::Postgres>, patience: Duration) -> Self {
        Self { connection: Some(connection), patience, waiting: false, within_transaction: false }
    }

    /// The rows of a statement. They are there when the statement's transaction is over, where it has one of its own.
    pub(super) async fn rows(&mut self, statement: Statement<'_>) -> Result<Vec<PgRow>, Failure> {
        Ok(self.try_rows(statement).await??)
    }

    /// As [`Self::rows`], where the database's own error is of interest.
    pub(super) async fn try_rows(&mut self, statement: Statement<'_>) -> Result<Outcome, Failure> {
        let patience = self.patience;
        self.ask(async |connection| within(patience, statement.fetch_all(connection)).await).await
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self) -> Result<(), Failure> {
        self.within_transaction = true;
        self.say(BEGIN).await
    }

    /// Ends the transaction; when this fails, nobody knows whether it was carried out.
    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        self.say("COMMIT").await?;
        self.within_transaction = false;
        Ok(())
    }

    /// Undoes the transaction. Where that cannot be said, closing the connection does it.
    pub(super) async fn undo(&mut self) {
        if self.within_transaction && !self.waiting && self.say("ROLLBACK").await.is_ok() {
            self.within_transaction = false;
        }
    }

    async fn say(&mut self, text: &'static str) -> Result<(), Failure> {
        let patience = self.patience;
        let said = async |connection: &mut PgConnection| within(patience, connection.execute(text)).await;
        self.ask(said).await?.map(drop).map_err(Failure::from)
    }

    async fn ask<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<Result<T, sqlx::Error>, Failure>,
    ) -> Result<Result<T, sqlx::Error>, Failure> {
        let Some(connection) = &mut self.connection else { return Ok(Err(sqlx::Error::PoolClosed)) };
        self.waiting = true;
        let answer = work(connection).await?;
        // An error of the database's is an answer, unless it is the last one of this connection.
        self.waiting = match &answer {
            Ok(_) => false,
            Err(error) => {
                !matches!(error, sqlx::Error::Database(_)) || Failure::from(error).again == Again::Reconnected
            }
        };
        Ok(answer)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && (self.waiting || self.within_transaction)
        {
            drop(connection.detach());
        }
    }
}

type Outcome = Result<Vec<PgRow>, sqlx::Error>;

pub(super) async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::time::timeout(patience, work).await.map_err(|_| Failure::too_late(patience))
}

/// How often something was tried.
pub(super) struct Tries {
    contended: u32,
    lost: u32,
    /// The most connections that can turn out to be gone before one must be new.
    stale: u32,
}

impl Tries {
    const CONTENDED: u32 = 30;

    pub(super) fn new(connections: &Connections) -> Self {
        Self { contended: 0, lost: 0, stale: connections.pool.size().saturating_add(1) }
    }

    /// Returns when it is time to try again.
    ///
    /// # Errors
    /// The failure, when trying again would not help.
    pub(super) async fn after(&mut self, failure: Failure) -> Result<(), Failure> {
        match failure.again {
            Again::Contended if self.contended < Self::CONTENDED => {
                self.contended += 1;
                tokio::time::sleep(self.pause()).await;
                Ok(())
            }
            Again::Reconnected if self.lost < self.stale => {
                self.lost += 1;
                Ok(())
            }
            _ => Err(failure),
        }
    }

    /// Longer each time, and not the same for those who were in each other's way.
    fn pause(&self) -> Duration {
        let chance = u64::from(uuid::Uuid::new_v4().as_bytes().first().copied().unwrap_or_default());
        Duration::from_micros(chance * 8 * u64::from(self.contended))
    }
}
