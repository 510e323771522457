//! Hints that there may be something new: LISTEN and NOTIFY, on connections of their own, and never needed.
//!
//! The notice is sent after the append and by itself. As part of the append it would make all of them wait for
//! each other: the server commits those who notify one by one.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
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

use super::failure::code;

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
    counted: Arc<watch::Sender<u64>>,
    appended: Arc<Notify>,
    options: Arc<PgConnectOptions>,
    patience: Duration,
    listener: OnceLock<Task>,
    notifier: OnceLock<Task>,
}

/// How many hints a handle has acted upon.
pub(super) struct Seen(AtomicU64);

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
            counted: Arc::new(watch::Sender::new(0)),
            appended: Arc::new(Notify::new()),
            options,
            patience,
            listener: OnceLock::new(),
            notifier: OnceLock::new(),
        }
    }

    /// Something was appended here: tell ourselves and the others.
    pub(super) fn tell(&self) {
        self.counted.send_modify(|count| *count = count.wrapping_add(1));
        self.notifier.get_or_init(|| {
            let (appended, options, patience) = (self.appended.clone(), self.options.clone(), self.patience);
            Task(tokio::spawn(async move { notify(&appended, &options, patience).await }))
        });
        self.appended.notify_one();
    }

    /// Returns when there was a hint that this handle has not acted upon.
    pub(super) async fn wait(&self, seen: &Seen) {
        self.listener.get_or_init(|| {
            let (counted, options, patience) = (self.counted.clone(), self.options.clone(), self.patience);
            Task(tokio::spawn(async move { listen(&counted, &options, patience).await }))
        });
        let seen = seen.0.load(Ordering::Acquire);
        // It fails when the sender is gone, and we hold it.
        let _ = self.counted.subscribe().wait_for(|count| *count != seen).await;
    }

    /// A handle looks now; what comes meanwhile is not seen.
    pub(super) fn act(&self, seen: &Seen) {
        seen.0.store(*self.counted.borrow(), Ordering::Release);
    }

    pub(super) fn none_seen(&self) -> Seen {
        Seen(AtomicU64::new(*self.counted.borrow()))
    }
}

impl Clone for Seen {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Acquire)))
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

async fn listen(counted: &watch::Sender<u64>, options: &PgConnectOptions, patience: Duration) {
    loop {
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(patience);
        let pool = pool.max_lifetime(None).idle_timeout(None).connect_lazy_with(options.clone());
        match listen_while_connected(counted, &pool, patience).await {
            Err(End::Unknown) => return,
            Ok(()) | Err(End::Lost) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn listen_while_connected(
    counted: &watch::Sender<u64>,
    pool: &PgPool,
    patience: Duration,
) -> Result<(), End> {
    let count = || counted.send_modify(|count| *count = count.wrapping_add(1));
    let mut listener = tokio::time::timeout(patience, PgListener::connect_with(pool)).await??;
    listener.eager_reconnect(false);
    tokio::time::timeout(patience, listener.listen(CHANNEL)).await??;
    // For what came while nobody listened.
    count();
    loop {
        match tokio::time::timeout(QUIET, listener.try_recv()).await {
            Ok(Ok(Some(_))) => count(),
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => {
                tokio::time::timeout(patience, listener.execute("SELECT 1")).await??;
            }
        }
    }
}
