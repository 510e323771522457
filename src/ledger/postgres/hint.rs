//! Hints that there may be something new: LISTEN and NOTIFY, on connections of their own, and never needed.
//!
//! The notice is sent after the append and by itself. As part of the append it would make all of them wait for
//! each other: the server commits those who notify one by one.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::{super::wake::Wake, failure::code};

const CHANNEL: &str = "privacy_event";
const NOTICE: &str = "NOTIFY privacy_event";

/// Notices that come closer together are one.
const APART: Duration = Duration::from_millis(1);

/// After so long without a hint the connection is tried: one that is cut off is as quiet as one without news.
const QUIET: Duration = Duration::from_secs(5);

/// After a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// What the handles of one ledger share.
pub(super) struct Hints {
    bell: Arc<watch::Sender<u64>>,
    appended: Arc<Notify>,
    options: Arc<PgConnectOptions>,
    patience: Duration,
    listener: OnceLock<Task>,
    notifier: OnceLock<Task>,
}

/// Ends with the last handle.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Hints {
    pub(super) fn new(options: Arc<PgConnectOptions>, patience: Duration) -> Self {
        Self {
            bell: Arc::default(),
            appended: Arc::new(Notify::new()),
            options,
            patience,
            listener: OnceLock::new(),
            notifier: OnceLock::new(),
        }
    }

    /// A handle's ear for what is appended here, and elsewhere as far as anybody listens.
    pub(super) fn wake(&self) -> Wake {
        Wake::of(self.bell.clone())
    }

    /// Tells other processes that something was appended here.
    pub(super) fn tell(&self) {
        self.notifier.get_or_init(|| {
            let (appended, options, patience) = (self.appended.clone(), self.options.clone(), self.patience);
            Task(tokio::spawn(async move { notify(&appended, &options, patience).await }))
        });
        self.appended.notify_one();
    }

    /// Listens to other processes from now on.
    pub(super) fn listen(&self) {
        self.listener.get_or_init(|| {
            let (bell, options, patience) = (self.bell.clone(), self.options.clone(), self.patience);
            Task(tokio::spawn(async move { listen(&bell, &options, patience).await }))
        });
    }
}

/// Why no more is tried for now, or ever.
enum End {
    Lost,
    /// The server does not know such a thing.
    Unknown,
}

impl From<sqlx::Error> for End {
    fn from(error: sqlx::Error) -> Self {
        // Not supported, or no such statement. What lacks the right to connect has another class.
        let unknown = code(&error).is_some_and(|code| code.starts_with("0A") || code.starts_with("42"));
        if unknown { Self::Unknown } else { Self::Lost }
    }
}

impl From<tokio::time::error::Elapsed> for End {
    fn from(_: tokio::time::error::Elapsed) -> Self {
        Self::Lost
    }
}

async fn notify(appended: &Notify, options: &PgConnectOptions, patience: Duration) {
    loop {
        match notify_while_connected(appended, options, patience).await {
            Err(End::Unknown) => return,
            Ok(()) | Err(End::Lost) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn notify_while_connected(
    appended: &Notify,
    options: &PgConnectOptions,
    patience: Duration,
) -> Result<(), End> {
    appended.notified().await;
    let mut connection: PgConnection = tokio::time::timeout(patience, options.connect()).await??;
    loop {
        tokio::time::timeout(patience, connection.execute(NOTICE)).await??;
        tokio::time::sleep(APART).await;
        appended.notified().await;
    }
}

async fn listen(bell: &watch::Sender<u64>, options: &PgConnectOptions, patience: Duration) {
    loop {
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(patience);
        let pool = pool.max_lifetime(None).idle_timeout(None).connect_lazy_with(options.clone());
        match listen_while_connected(bell, &pool, patience).await {
            Err(End::Unknown) => return,
            Ok(()) | Err(End::Lost) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn listen_while_connected(
    bell: &watch::Sender<u64>,
    pool: &PgPool,
    patience: Duration,
) -> Result<(), End> {
    let ring = || bell.send_modify(|rung| *rung = rung.wrapping_add(1));
    let mut listener = tokio::time::timeout(patience, PgListener::connect_with(pool)).await??;
    listener.eager_reconnect(false);
    tokio::time::timeout(patience, listener.listen(CHANNEL)).await??;
    // For what came while nobody listened.
    ring();
    loop {
        match tokio::time::timeout(QUIET, listener.try_recv()).await {
            Ok(Ok(Some(_))) => ring(),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => {
                tokio::time::timeout(patience, listener.execute("SELECT 1")).await??;
            }
        }
    }
}
