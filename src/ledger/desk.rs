//! A desk: a connection with a thread of its own, for those who cannot wait asynchronously.

use std::sync::{Mutex, PoisonError, mpsc};

use tokio::runtime::{Builder, Runtime};

use super::{LedgerError, LedgerErrorKind};
use crate::audit::{StoreError, StoreErrorKind};

/// Opens a connection. What is opened with is kept, so that a connection that was lost is followed by another.
pub(super) trait Connect: Send + 'static {
    type Connection;

    fn connect(&self) -> impl Future<Output = Result<Self::Connection, LedgerError>>;
}

/// Whoever calls blocks until the answer is there, on any thread and within any runtime.
pub(super) struct Desk<C: Connect>(Mutex<mpsc::Sender<Job<C>>>);

type Job<C> = Box<dyn FnOnce(&Runtime, &C, &mut Option<<C as Connect>::Connection>) + Send>;

impl<C: Connect> Desk<C> {
    /// A desk whose thread ends when nobody has it any more. It connects when it is first asked.
    pub(super) fn open(connect: C) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (send, jobs) = mpsc::channel::<Job<C>>();
        let work = move || {
            let mut connection = None;
            for job in jobs {
                job(&runtime, &connect, &mut connection);
            }
        };
        std::thread::Builder::new().name("audit store".to_owned()).spawn(work)?;
        Ok(Self(Mutex::new(send)))
    }

    /// Has something done with the connection. After an error the next one gets another connection.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        what: impl AsyncFnOnce(&C, &mut C::Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.done(move |runtime, connect, held| {
            runtime.block_on(async {
                let mut connection = match held.take() {
                    Some(connection) => connection,
                    None => connect.connect().await?,
                };
                let done = what(connect, &mut connection).await?;
                *held = Some(connection);
                Ok(done)
            })
        })
    }

    /// As [`Self::ask`], of what only reads: when the connection turns out to be lost, as after a restart of the server,
    /// another is tried at once.
    pub(super) fn look<T: Send + 'static>(
        &self,
        what: impl AsyncFn(&C, &mut C::Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.done(move |runtime, connect, held| {
            runtime.block_on(async {
                if let Some(mut connection) = held.take() {
                    match what(connect, &mut connection).await {
                        Err(error) if error.kind() == LedgerErrorKind::Unreachable => {}
                        done => {
                            *held = done.is_ok().then_some(connection);
                            return done;
                        }
                    }
                }
                let mut connection = connect.connect().await?;
                let done = what(connect, &mut connection).await?;
                *held = Some(connection);
                Ok(done)
            })
        })
    }

    fn done<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Runtime, &C, &mut Option<C::Connection>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let job: Job<C> = Box::new(move |runtime, connect, held| {
            // Nobody may be waiting any more.
            let _ = answer.send(work(runtime, connect, held));
        });
        let gone = || StoreError::from(StoreErrorKind::Panicked);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).send(job).map_err(|_| gone())?;
        Ok(answered.recv().map_err(|_| gone())??)
    }
}

impl From<LedgerError> for StoreError {
    fn from(error: LedgerError) -> Self {
        let kind = match error.kind() {
            LedgerErrorKind::Full | LedgerErrorKind::ViewFull => StoreErrorKind::Full,
            LedgerErrorKind::ReadOnly => StoreErrorKind::ReadOnly,
            LedgerErrorKind::NotUnderstood => StoreErrorKind::NotUnderstood,
            LedgerErrorKind::Unreachable | LedgerErrorKind::NotDurable => StoreErrorKind::Unreachable,
        };
        Self::new(kind, error.to_string())
    }
}
