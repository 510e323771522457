//! Appending: a single event in one statement, everything else in one transaction.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Row, SqliteConnection, sqlite::Sqlite as Driver};
use uuid::Uuid;

use super::{
    super::{AppendError, EventRefused, LedgerError, LedgerErrorKind, Refused, admission::admit, stored},
    erase::Transaction,
    fault::fault,
};
use crate::{
    consent::{Event, EventKind},
    policy::History,
    vocabulary::SubjectId,
};

/// How many rows one statement takes: SQLite allows 32,766 values in one.
const ROWS: usize = 200;

/// What became of it.
pub(super) struct Appended {
    /// Whether anything was written.
    pub(super) something: bool,
    /// Whether anything was removed, of which the log still has a copy.
    pub(super) removed: bool,
}

/// Tries to add one event that needs no look at others: one statement is one transaction. Whether it did.
pub(super) async fn single(connection: &mut SqliteConnection, event: &Event) -> Result<bool, LedgerError> {
    let body = stored::body(event)?;
    let (subject, visitor) = (event.subject.uuid(), visitor_of(event));
    let insert = sqlx::query(
        "INSERT INTO event (id, subject, visitor, body) SELECT ?1, ?2, ?3, ?4 \
         WHERE NOT EXISTS (SELECT 1 FROM event WHERE id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM spent WHERE id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM erased WHERE subject IN (?2, ?3))",
    );
    let insert = insert.bind(event.id).bind(subject).bind(visitor).bind(body);
    Ok(insert.execute(connection).await.map_err(fault)?.rows_affected() == 1)
}

/// The other side of a link.
pub(super) fn visitor_of(event: &Event) -> Option<Uuid> {
    match event.kind {
        EventKind::Linked { visitor } => Some(visitor.uuid()),
        _ => None,
    }
}

/// Adds all of the events or none, in a transaction that is open and that the caller commits.
pub(super) async fn batch(
    connection: &mut SqliteConnection,
    key: &[u8; 16],
    events: &[Event],
    history: &History,
    now: DateTime<Utc>,
) -> Result<Appended, AppendError> {
    let known = known(connection, events).await?;
    let mut new: Vec<&Event> = Vec::new();
    let mut ids: HashMap<Uuid, &Event> = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        let same = match (ids.get(&event.id), known.get(&event.id)) {
            (Some(earlier), _) => Some(*earlier == event),
            (None, Some(Known::Kept { subject, body })) => Some(
                *subject == event.subject.uuid() && stored::event(event.id, event.subject, body)? == *event,
            ),
            (None, Some(Known::Spent(digest))) => Some(*digest == stored::digest(key, event)?),
            (None, None) => None,
        };
        let refused = |why| Err(AppendError::Refused(Refused::new(index, event.id, why)));
        match same {
            Some(true) => {}
            Some(false) => return refused(EventRefused::ConflictingEvent),
            None => match admit(event, history, now) {
                Ok(()) => new.push(event),
                Err(why) => return refused(why),
            },
        }
        ids.insert(event.id, event);
    }
    if new.is_empty() {
        return Ok(Appended { something: false, removed: false });
    }
    let last = sqlx::query_scalar::<_, Option<i64>>("SELECT max(position) FROM event");
    let last = last.fetch_one(&mut *connection).await.map_err(fault)?.unwrap_or(0);
    if !needs_care(connection, &new).await? {
        insert(connection, last, &new).await?;
        return Ok(Appended { something: true, removed: false });
    }
    let taken = ids.into_keys().collect::<HashSet<Uuid>>();
    let mut transaction = Transaction { connection, key, last, taken, removed: false };
    for event in new {
        transaction.add(event).await?;
    }
    Ok(Appended { something: true, removed: transaction.removed })
}

enum Known {
    Kept { subject: Uuid, body: String },
    Spent([u8; 16]),
}

/// What is known under the ids of events.
async fn known(
    connection: &mut SqliteConnection,
    events: &[Event],
) -> Result<HashMap<Uuid, Known>, LedgerError> {
    let mut known = HashMap::new();
    for events in events.chunks(ROWS) {
        let ids = events.iter().map(|event| event.id);
        let mut query = listing("SELECT id, subject, body FROM event WHERE id IN ", ids.clone());
        for row in query.build().fetch_all(&mut *connection).await.map_err(fault)? {
            let (subject, body): (Uuid, String) =
                (row.try_get(1).map_err(fault)?, row.try_get(2).map_err(fault)?);
            let meaning = if body.starts_with('{') {
                Known::Kept { subject, body }
            } else {
                // What an erasure leaves of a row: see `schema-1.sql`.
                let digest = body.get(..32).and_then(|hex| Uuid::try_parse(hex).ok());
                Known::Spent(digest.ok_or_else(|| not_understood("a trace that is no digest"))?.into_bytes())
            };
            known.insert(row.try_get(0).map_err(fault)?, meaning);
        }
        let mut query = listing("SELECT id, digest FROM spent WHERE id IN ", ids);
        for row in query.build().fetch_all(&mut *connection).await.map_err(fault)? {
            let digest: Uuid = row.try_get(1).map_err(fault)?;
            known.insert(row.try_get(0).map_err(fault)?, Known::Spent(digest.into_bytes()));
        }
    }
    Ok(known)
}

/// Whether the events have to be added one after the other: one of them erases, or is of somebody who is erased.
async fn needs_care(connection: &mut SqliteConnection, new: &[&Event]) -> Result<bool, LedgerError> {
    if new.iter().any(|event| event.kind == EventKind::Erased) {
        return Ok(true);
    }
    let subjects: HashSet<Uuid> =
        new.iter().flat_map(|event| [Some(event.subject.uuid()), visitor_of(event)]).flatten().collect();
    let subjects: Vec<Uuid> = subjects.into_iter().collect();
    for subjects in subjects.chunks(ROWS) {
        let mut query = listing("SELECT 1 FROM erased WHERE subject IN ", subjects.iter().copied());
        if query.build().fetch_optional(&mut *connection).await.map_err(fault)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn listing<'a>(sql: &str, ids: impl Iterator<Item = Uuid>) -> QueryBuilder<'a, Driver> {
    let mut query = QueryBuilder::new(sql);
    query.push_tuples(ids.map(Some), |mut tuple, id| {
        tuple.push_bind(id);
    });
    query
}

/// Adds events that need no care, many in one statement.
async fn insert(connection: &mut SqliteConnection, last: i64, new: &[&Event]) -> Result<(), LedgerError> {
    let mut position = last;
    for events in new.chunks(ROWS) {
        let bodies = events.iter().map(|event| stored::body(event)).collect::<Result<Vec<_>, _>>()?;
        let mut query =
            QueryBuilder::<Driver>::new("INSERT INTO event (position, id, subject, visitor, body) ");
        query.push_values(events.iter().zip(bodies), |mut row, (event, body)| {
            position = position.saturating_add(1);
            row.push_bind(position).push_bind(event.id).push_bind(event.subject.uuid());
            row.push_bind(visitor_of(event)).push_bind(body);
        });
        query.build().execute(&mut *connection).await.map_err(fault)?;
    }
    Ok(())
}

fn not_understood(what: &str) -> LedgerError {
    LedgerError::new(LedgerErrorKind::NotUnderstood, what.to_owned())
}

/// An event as a row has it: its id, its subject, its body.
pub(super) fn read(row: &sqlx::sqlite::SqliteRow, from: usize) -> Result<Event, LedgerError> {
    let subject: Uuid = row.try_get(from + 1).map_err(fault)?;
    let body: &str = row.try_get(from + 2).map_err(fault)?;
    stored::event(row.try_get(from).map_err(fault)?, SubjectId::from(subject), body)
}
