//! Appending: in one statement where that can be done, and in a transaction otherwise.
//!
//! The one statement counts a lane up, which locks the lane's row until the commit, and adds events behind. It sees
//! the database as it was when the statement began, before it waited for that lock: an erasure that was committed
//! meanwhile it does not see. What it does see after the wait is the row that it locks, so every erasure leaves its mark
//! there: it counts `erasures` up, in every lane. Where this is not the number that this process has read before the
//! statement began, nothing is written, and the statement is said again with the new one.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use sqlx::Row;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    super::{AppendError, admission::admit, stored},
    connection::{Connections, Statement, Tries, within},
    failure::{Failure, UNIQUE_VIOLATION, code},
    known::{Known, Stop, known_of},
    lane::lane_of,
    schema::{Key, LANES},
    transaction,
};
use crate::{
    consent::{Event, EventKind},
    policy::History,
};

/// Adds one event unless it is known or its subject is erased.
const ADD_ONE: &str = "
    WITH counted AS (
        UPDATE privacy_lane SET last = last + 1 WHERE lane = $1 AND erasures = $2 RETURNING last
    ), added AS (
        INSERT INTO privacy_event (lane, position, id, subject, body)
        SELECT $1, counted.last, $3, $4, $5 FROM counted
        WHERE NOT EXISTS (SELECT 1 FROM privacy_tomb WHERE privacy_tomb.subject = $4)
          AND NOT EXISTS (SELECT 1 FROM privacy_spent WHERE privacy_spent.id = $3)
        ON CONFLICT (id) DO NOTHING RETURNING position
    )
    SELECT (SELECT count(*) FROM counted), (SELECT count(*) FROM added),
           (SELECT erasures FROM privacy_lane WHERE lane = $1)";

/// Adds several events of one lane, or none when one of them is known, which can also be an error, or when one of
/// their subjects is erased.
const ADD_SEVERAL: &str = "
    WITH counted AS (
        UPDATE privacy_lane SET last = last + $6 WHERE lane = $1 AND erasures = $2 RETURNING last
    ), added AS (
        INSERT INTO privacy_event (lane, position, id, subject, body)
        SELECT $1, counted.last - $6 + new.nth, new.id, new.subject, new.body
        FROM counted CROSS JOIN unnest($3::uuid[], $4::uuid[], $5::text[]) WITH ORDINALITY AS new (id, subject, body, nth)
        WHERE NOT EXISTS (SELECT 1 FROM privacy_tomb WHERE privacy_tomb.subject = ANY($4))
          AND NOT EXISTS (SELECT 1 FROM privacy_spent WHERE privacy_spent.id = ANY($3))
        RETURNING position
    )
    SELECT (SELECT count(*) FROM counted), (SELECT count(*) FROM added),
           (SELECT erasures FROM privacy_lane WHERE lane = $1)";

/// What an append rests on.
pub(super) struct Appending<'a> {
    pub(super) connections: &'a Connections,
    pub(super) key: &'a Key,
    pub(super) history: &'a History,
    pub(super) now: DateTime<Utc>,
    pub(super) seen: &'a Seen,
}

/// What this process knows of the lanes.
pub(super) struct Seen {
    /// How many erasures it has seen.
    pub(super) erasures: AtomicI64,
    /// Who may write each lane now. The others wait here and not in the database, so that a lane that is held up
    /// takes no more than its share of the connections. Two, so that one is there when the other is done.
    turns: [Semaphore; LANES as usize],
}

impl Seen {
    pub(super) fn nothing() -> Self {
        Self { erasures: AtomicI64::new(0), turns: std::array::from_fn(|_| Semaphore::new(2)) }
    }
}

impl Appending<'_> {
    /// Adds events; whether anything is new.
    pub(super) async fn append(&self, events: &[Event]) -> Result<bool, AppendError> {
        let mut tries = Tries::new(self.connections);
        loop {
            match self.attempt(events).await {
                Ok(new) => return Ok(new),
                Err(Stop::Refused(refused)) => return Err(refused.into()),
                // To append again is harmless, also when the commit's answer was lost.
                Err(Stop::Failed(failure)) => tries.after(failure).await.map_err(|failure| failure.error)?,
            }
        }
    }

    async fn attempt(&self, events: &[Event]) -> Result<bool, Stop> {
        match self.way(events) {
            Way::OneStatement(lane) => {
                if self.in_one_statement(lane, events).await? {
                    return Ok(true);
                }
                if !self.is_anything_new(events).await? {
                    return Ok(false);
                }
            }
            Way::LookFirst => {
                if !self.is_anything_new(events).await? {
                    return Ok(false);
                }
            }
            Way::Transaction => {}
        }
        transaction::append(self, events).await
    }

    /// Whether there is anything to write, as far as can be seen without locking anything.
    async fn is_anything_new(&self, events: &[Event]) -> Result<bool, Stop> {
        let known = Known::read(&self.connections.rows(|| known_of(events)).await?)?;
        Ok(!known.new_among(events, self.key, self.history, self.now)?.is_empty())
    }

    fn way(&self, events: &[Event]) -> Way {
        let mut ids = HashSet::new();
        let plain = |event: &Event| !matches!(event.kind, EventKind::Linked { .. } | EventKind::Erased);
        let Some(lane) = events.first().map(|event| lane_of(event.subject)) else { return Way::LookFirst };
        if !events.iter().all(|event| ids.insert(event.id) && admit(event, self.history, self.now).is_ok()) {
            Way::LookFirst
        } else if events.iter().all(|event| plain(event) && lane_of(event.subject) == lane) {
            Way::OneStatement(lane)
        } else {
            Way::Transaction
        }
    }

    /// Whether all were added; otherwise none was.
    async fn in_one_statement(&self, lane: i16, events: &[Event]) -> Result<bool, Failure> {
        let turns = usize::try_from(lane).ok().and_then(|lane| self.seen.turns.get(lane));
        let turns = turns.ok_or_else(|| Failure::not_understood(format!("there is a lane {lane}")))?;
        // It fails when nobody gets a turn any more, which nobody says.
        let _turn = within(self.connections.patience, turns.acquire()).await?;
        let mut connection = self.connections.take().await?;
        let mut sorted: Vec<&Event> = events.iter().collect();
        // In one order everywhere, so that those who wait for each other's ids do not wait in a circle.
        sorted.sort_unstable_by_key(|event| event.id);
        // More than a few would mean one erasure after the other; a transaction waits for its turn.
        for _ in 0..4 {
            let known = self.seen.erasures.load(Ordering::Acquire);
            let rows = match connection.try_rows(statement(lane, known, &sorted)?).await? {
                Ok(rows) => rows,
                Err(error) if code(&error).as_deref() == Some(UNIQUE_VIOLATION) => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let row = rows
                .first()
                .ok_or_else(|| Failure::not_understood("a statement without an answer".to_owned()))?;
            let (counted, added, erasures): (i64, i64, Option<i64>) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let erasures =
                erasures.ok_or_else(|| Failure::not_understood(format!("lane {lane} is missing")))?;
            if counted == 1 {
                return Ok(usize::try_from(added) == Ok(events.len()));
            }
            self.seen.erasures.store(erasures, Ordering::Release);
        }
        Ok(false)
    }
}

enum Way {
    /// All are plain, new as far as they can tell by themselves, and of one lane.
    OneStatement(i16),
    /// One of them will be refused unless it is known.
    LookFirst,
    Transaction,
}

fn statement<'q>(lane: i16, erasures: i64, events: &[&Event]) -> Result<Statement<'q>, Failure> {
    if let [event] = events {
        let statement = sqlx::query(ADD_ONE).bind(lane).bind(erasures);
        return Ok(statement.bind(event.id).bind(event.subject.uuid()).bind(stored::body(event)?));
    }
    let (mut ids, mut subjects, mut bodies) = (Vec::<Uuid>::new(), Vec::<Uuid>::new(), Vec::new());
    for event in events {
        ids.push(event.id);
        subjects.push(event.subject.uuid());
        bodies.push(stored::body(event)?);
    }
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok(sqlx::query(ADD_SEVERAL).bind(lane).bind(erasures).bind(ids).bind(subjects).bind(bodies).bind(count))
}
