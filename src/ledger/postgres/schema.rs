//! The schema: made where it is missing, and refused where a newer version of this crate has changed it.
//!
//! Each statement stands alone and does nothing when it was carried out before, so that any number of processes may
//! start first at the same time, and one that was cut off is finished by the next. The format is written last.

use std::time::Duration;

use sqlx::Row;
use uuid::Uuid;

use super::{
    super::{LedgerError, LedgerErrorKind},
    connection::{Connections, Held},
    failure::{Failure, code},
};

/// The lanes in which events lie.
pub(super) const LANES: u8 = 16;

/// What this version of the crate reads and writes.
const FORMAT: i32 = 1;

/// From nothing to format 1.
const FIRST: [&str; 13] = [
    // One row.
    "CREATE TABLE IF NOT EXISTS privacy_meta (
       one smallint PRIMARY KEY, format integer NOT NULL, key uuid NOT NULL)",
    // How far each lane is filled, and how often anything was erased: the same number in each.
    "CREATE TABLE IF NOT EXISTS privacy_lane (
       lane smallint PRIMARY KEY, last bigint NOT NULL, erasures bigint NOT NULL)",
    "INSERT INTO privacy_lane (lane, last, erasures)
       SELECT n, 0, 0 FROM generate_series(0, 15) AS g (n) ON CONFLICT (lane) DO NOTHING",
    // Positions are taken with the row of their lane locked, so within a lane they are committed in their order.
    "CREATE TABLE IF NOT EXISTS privacy_event (
       lane smallint NOT NULL, position bigint NOT NULL, id uuid NOT NULL, subject uuid NOT NULL, body text NOT NULL,
       PRIMARY KEY (lane, position))",
    "CREATE UNIQUE INDEX IF NOT EXISTS privacy_event_id ON privacy_event (id)",
    "CREATE INDEX IF NOT EXISTS privacy_event_subject ON privacy_event (subject)",
    // What an erasure leaves: ids that cannot be taken again, who is erased, and who of them is one person.
    "CREATE TABLE IF NOT EXISTS privacy_spent (id uuid PRIMARY KEY, digest bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS privacy_tomb (subject uuid PRIMARY KEY, person uuid NOT NULL)",
    "CREATE INDEX IF NOT EXISTS privacy_tomb_person ON privacy_tomb (person)",
    // Each link in both directions.
    "CREATE TABLE IF NOT EXISTS privacy_link (
       subject uuid NOT NULL, linked uuid NOT NULL, PRIMARY KEY (subject, linked))",
    // Of the audit trail, which an erasure has to reach.
    "CREATE TABLE IF NOT EXISTS privacy_audit_key (subject uuid PRIMARY KEY, key bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS privacy_audit_entry (
       trail text NOT NULL, sequence bigint NOT NULL, subject text, line text NOT NULL,
       PRIMARY KEY (trail, sequence))",
    "CREATE INDEX IF NOT EXISTS privacy_audit_entry_subject ON privacy_audit_entry (trail, subject)",
];

/// The last of it: from now on the schema is there.
const MADE: &str =
    "INSERT INTO privacy_meta (one, format, key) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING";

/// The key under which this store keeps digests.
pub(super) type Key = [u8; 16];

/// Makes the schema unless it is there, and gives the store's key.
pub(super) async fn open(connections: &Connections) -> Result<Key, Failure> {
    let mut connection = connections.take().await?;
    let key = match known(&mut connection).await? {
        Some(key) => key,
        None => {
            // A statement that failed leaves nothing under way.
            for statement in FIRST {
                make(&mut connection, || sqlx::query(statement)).await?;
            }
            let random = Uuid::new_v4();
            make(&mut connection, || sqlx::query(MADE).bind(FORMAT).bind(random)).await?;
            let made = known(&mut connection).await?;
            made.ok_or_else(|| Failure::not_understood("a schema that vanished as it was made".to_owned()))?
        }
    };
    Ok(key)
}

/// The key, if the schema is there.
async fn known(connection: &mut Held) -> Result<Option<Key>, Failure> {
    let asked =
        connection.try_rows(sqlx::query("SELECT format, key FROM privacy_meta WHERE one = 1")).await?;
    let rows = match asked {
        Ok(rows) => rows,
        // There is no such table.
        Err(error) if code(&error).as_deref() == Some("42P01") => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(row) = rows.first() else { return Ok(None) };
    let (format, key): (i32, Uuid) = (row.try_get(0)?, row.try_get(1)?);
    if format != FORMAT {
        let found = format!("its tables have format {format}, this version knows {FORMAT}");
        return Err(Failure::not_understood(found));
    }
    Ok(Some(key.into_bytes()))
}

/// Carries out a statement that others may be carrying out as well.
async fn make<'q>(
    connection: &mut Held,
    statement: impl Fn() -> super::connection::Statement<'q>,
) -> Result<(), Failure> {
    const TRIES: u32 = 20;
    for attempt in 1..=TRIES {
        match connection.try_rows(statement()).await? {
            Ok(_) => return Ok(()),
            Err(error) if attempt == TRIES || !is_of_another(&error) => return Err(error.into()),
            Err(_) => tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 10)).await,
        }
    }
    Ok(())
}

/// Whether another process was making the same thing: it has the name already, its row in the catalogue is there, or
/// is being changed.
fn is_of_another(error: &sqlx::Error) -> bool {
    let codes = ["42P07", "42710", "23505", "40001", "40P01", "XX000"];
    code(error).is_some_and(|code| codes.contains(&code.as_str()))
}

/// Whether the sessions of a pool that is not ours keep what they acknowledge.
pub(super) async fn durable(connections: &Connections) -> Result<(), Failure> {
    let rows = connections.rows(|| sqlx::query("SELECT current_setting('synchronous_commit')")).await?;
    let row = rows.first().map(|row| row.try_get::<String, _>(0));
    match row.transpose()?.as_deref() {
        Some("off") => {
            Err(LedgerError::new(LedgerErrorKind::NotDurable, "synchronous_commit is off".to_owned()).into())
        }
        _ => Ok(()),
    }
}
