//! What SQLite says when it cannot, in our own words: its code, and nothing that the file holds.

use std::{io, path::Path};

use super::super::{LedgerError, LedgerErrorKind};

/// SQLite's primary result codes, from sqlite3.h.
mod code {
    pub(super) const PERM: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const INTERRUPT: i32 = 9;
    pub(super) const IOERR: i32 = 10;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const PROTOCOL: i32 = 15;
    /// The file beside the database that several processes share cannot grow.
    pub(super) const IOERR_SHMSIZE: i32 = IOERR | (19 << 8);
}

/// SQLite's code for an error, with the reason in the higher bits; `None` for what is not SQLite's.
fn code_of(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// Whether another holds what is wanted, so that it is worth asking again.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    code_of(error).is_some_and(|code| matches!(code & 0xff, code::BUSY | code::LOCKED | code::PROTOCOL))
}

pub(super) fn fault(error: sqlx::Error) -> LedgerError {
    let (kind, what) = kind_of(&error);
    LedgerError::new(kind, what)
}

/// The same, with the path that it is about.
pub(super) fn fault_at(path: &Path, error: &sqlx::Error) -> LedgerError {
    let (kind, what) = kind_of(error);
    at(path, kind, &what)
}

fn kind_of(error: &sqlx::Error) -> (LedgerErrorKind, String) {
    let Some(found) = code_of(error) else {
        let what = match error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::RowNotFound => {
                return (LedgerErrorKind::NotUnderstood, "a row of another form".to_owned());
            }
            sqlx::Error::PoolTimedOut => "too many wait for it",
            sqlx::Error::PoolClosed => "it was closed",
            _ => "the driver gave up",
        };
        return (LedgerErrorKind::Unreachable, what.to_owned());
    };
    let kind = match (found, found & 0xff) {
        (_, code::FULL) | (code::IOERR_SHMSIZE, _) => LedgerErrorKind::Full,
        (_, code::READONLY | code::PERM) => LedgerErrorKind::ReadOnly,
        (
            _,
            code::BUSY
            | code::LOCKED
            | code::NOMEM
            | code::INTERRUPT
            | code::IOERR
            | code::CANTOPEN
            | code::PROTOCOL,
        ) => LedgerErrorKind::Unreachable,
        // Damage, another form of table, or no database at all.
        _ => LedgerErrorKind::NotUnderstood,
    };
    (kind, format!("SQLite {found}"))
}

/// An error of opening, with the path that it is about.
pub(super) fn at(path: &Path, kind: LedgerErrorKind, what: &str) -> LedgerError {
    LedgerError::new(kind, format!("{}: {what}", path.display()))
}

pub(super) fn io_at(path: &Path, error: &io::Error, otherwise: &str) -> LedgerError {
    let (kind, what) = match error.kind() {
        io::ErrorKind::PermissionDenied => (LedgerErrorKind::ReadOnly, "this process may not use it"),
        io::ErrorKind::ReadOnlyFilesystem => (LedgerErrorKind::ReadOnly, "the file system is read-only"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (LedgerErrorKind::Full, "no room is left")
        }
        _ => (LedgerErrorKind::Unreachable, otherwise),
    };
    at(path, kind, what)
}
