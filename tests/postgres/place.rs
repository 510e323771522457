//! A place for each test on the server that all of them share: a schema of its own.

use std::{
    future::Future,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use dynamoi_privacy::{
    History,
    ledger::{Ledger, Postgres},
};
use sqlx::{Connection, PgConnection};

use crate::server::Server;

/// The server of all tests that leave it alone. It is removed when the process ends.
static SHARED: LazyLock<Server> = LazyLock::new(|| started(&[]));

/// A server of a test's own, to be stopped and killed.
pub(crate) fn started(settings: &[&str]) -> Server {
    Server::start_with(settings).unwrap_or_else(|error| panic!("these tests need Postgres: {error}"))
}

/// An empty schema.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) url: String,
}

impl Place {
    /// On the shared server.
    pub(crate) async fn new() -> Self {
        Self::on(&SHARED).await
    }

    pub(crate) async fn on(server: &Server) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("place_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&server.url()).await.unwrap();
        sqlx::query(&format!("CREATE SCHEMA {name}")).execute(&mut connection).await.unwrap();
        Self { url: within(&server.url(), &name) }
    }

    pub(crate) async fn ledger(&self) -> Postgres {
        self.ledger_of(Arc::new(History::dynamoi())).await
    }

    pub(crate) async fn ledger_of(&self, history: Arc<History>) -> Postgres {
        Postgres::connect(&self.url, history).await.unwrap()
    }

    pub(crate) fn schema(&self) -> String {
        self.url.rsplit("%3D").next().unwrap().to_owned()
    }

    /// A bare connection, to do by hand what others do.
    pub(crate) async fn connection(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }
}

/// The URL of a schema.
fn within(url: &str, schema: &str) -> String {
    format!("{url}?options=-c%20search_path%3D{schema}")
}

/// Everything that a ledger keeps.
pub(crate) async fn everything(ledger: &impl Ledger) -> Vec<dynamoi_privacy::Event> {
    let (mut events, mut cursor) = (Vec::new(), dynamoi_privacy::ledger::Cursor::start());
    loop {
        let page = ledger.read(&cursor, 10_000).await.unwrap();
        events.extend(page.events);
        cursor = page.cursor;
        if page.behind == 0 {
            return events;
        }
    }
}

/// Runs several of the same at the same time.
pub(crate) async fn at_once<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let handles: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut outputs = Vec::new();
    for handle in handles {
        outputs.push(handle.await.unwrap());
    }
    outputs
}

/// Returns when a session waits for another that holds a lane of this place.
pub(crate) async fn until_somebody_waits(connection: &mut PgConnection) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN
         (SELECT pid FROM pg_locks WHERE relation = 'privacy_lane'::regclass)";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *connection).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}
