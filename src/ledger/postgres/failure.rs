//! Failures of the database in our own kinds: its code at most, never its words.

use std::time::Duration;

use super::super::{LedgerError, LedgerErrorKind};

/// Why something was not done, and whether doing it again may help.
pub(super) struct Failure {
    pub(super) error: LedgerError,
    pub(super) again: Again,
}

/// Whether doing it again may help.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Not now.
    No,
    /// Somebody else was in the way.
    Contended,
    /// The connection is gone; another one may be there.
    Reconnected,
}

/// What the database calls a row that is there already.
pub(super) const UNIQUE_VIOLATION: &str = "23505";

impl Failure {
    fn new(kind: LedgerErrorKind, detail: impl Into<Option<String>>, again: Again) -> Self {
        Self { error: LedgerError::new(kind, detail), again }
    }

    pub(super) fn not_understood(detail: impl Into<Option<String>>) -> Self {
        Self::new(LedgerErrorKind::NotUnderstood, detail, Again::No)
    }

    /// No answer came in time. Whatever was asked for may have happened.
    pub(super) fn too_late(patience: Duration) -> Self {
        let detail = format!("no answer within {patience:?}");
        Self::new(LedgerErrorKind::Unreachable, detail, Again::No)
    }

    /// Of an attempt to connect, which the pool has repeated already.
    pub(super) fn without_connection(error: &sqlx::Error) -> Self {
        Self { again: Again::No, ..Self::from(error) }
    }

    /// Of a code that the database has for what it did not do.
    fn with_code(code: &str) -> Self {
        let detail = format!("Postgres says {code}");
        let unreachable = |again| Self::new(LedgerErrorKind::Unreachable, detail.clone(), again);
        match code {
            // Serialisation, deadlock, and what another wrote between our look and our write.
            "40001" | "40P01" | UNIQUE_VIOLATION => unreachable(Again::Contended),
            // The server goes down, and says so on its last connections.
            "57P01" | "57P02" | "25P03" => unreachable(Again::Reconnected),
            _ if code.starts_with("08") => unreachable(Again::Reconnected),
            "53100" => Self::new(LedgerErrorKind::Full, detail, Again::No),
            // A read-only transaction; no right to write, or to make the tables.
            "25006" | "42501" => Self::new(LedgerErrorKind::ReadOnly, detail, Again::No),
            // Tables or columns that are not as we left them; damaged files.
            "XX001" | "XX002" => Self::not_understood(detail),
            _ if code.starts_with("42") => Self::not_understood(detail),
            _ => unreachable(Again::No),
        }
    }
}

/// Of what is stored, or is to be.
impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self { error, again: Again::No }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&sqlx::Error> for Failure {
    fn from(error: &sqlx::Error) -> Self {
        let unreachable = |detail: String, again| Self::new(LedgerErrorKind::Unreachable, detail, again);
        match error {
            sqlx::Error::Database(_) => match code(error) {
                Some(code) => Self::with_code(&code),
                None => unreachable("Postgres gives no code".to_owned(), Again::No),
            },
            sqlx::Error::Io(error) => unreachable(error.kind().to_string(), Again::Reconnected),
            sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                unreachable("the connection broke off".to_owned(), Again::Reconnected)
            }
            sqlx::Error::PoolTimedOut => unreachable("no connection in time".to_owned(), Again::No),
            sqlx::Error::PoolClosed => unreachable("the pool is closed".to_owned(), Again::No),
            sqlx::Error::Tls(_) => unreachable("no TLS as it was asked for".to_owned(), Again::No),
            sqlx::Error::Configuration(_) => {
                unreachable("the URL, or what belongs to it, is not understood".to_owned(), Again::No)
            }
            _ => Self::not_understood("a row of another form than ours".to_owned()),
        }
    }
}

/// The database's code for an error, five characters; none when it never came so far.
pub(super) fn code(error: &sqlx::Error) -> Option<String> {
    let code = error.as_database_error()?.code()?;
    // A code is shown to people, and is one only in this form.
    let is_code =
        code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_code.then(|| code.into_owned())
}
