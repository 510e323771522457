//! What the database knows of events that are to be added, and which of them are new therefore.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    super::{EventRefused, Refused, admission::admit, stored},
    connection::Statement,
    failure::Failure,
    lane::subjects_of,
    schema::Key,
};
use crate::{consent::Event, policy::History, vocabulary::SubjectId};

/// Why events were not added.
pub(super) enum Stop {
    Refused(Refused),
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Stop {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

/// What is known under an id.
enum Meaning {
    Kept(Event),
    /// Of an event that was removed, or never kept because its subject was erased.
    Digest([u8; 16]),
}

/// What is known of some events.
pub(super) struct Known {
    meanings: HashMap<Uuid, Meaning>,
    /// The person that each of the erased subjects is part of.
    pub(super) tombs: HashMap<SubjectId, Uuid>,
}

/// Everything that is known of these events: their ids, and whether those whom they concern are erased.
pub(super) fn known_of(events: &[Event]) -> Statement<'static> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let subjects: HashSet<Uuid> = events.iter().flat_map(subjects_of).map(SubjectId::uuid).collect();
    sqlx::query(
        "SELECT 0::smallint, id, subject, body, NULL::bytea FROM privacy_event WHERE id = ANY($1)
         UNION ALL SELECT 1::smallint, id, NULL::uuid, NULL::text, digest FROM privacy_spent WHERE id = ANY($1)
         UNION ALL SELECT 2::smallint, person, subject, NULL::text, NULL::bytea FROM privacy_tomb WHERE subject = ANY($2)",
    )
    .bind(ids)
    .bind(subjects.into_iter().collect::<Vec<_>>())
}

impl Known {
    pub(super) fn read(rows: &[PgRow]) -> Result<Self, Failure> {
        let mut known = Self { meanings: HashMap::new(), tombs: HashMap::new() };
        for row in rows {
            let (what, id): (i16, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            match what {
                0 => {
                    let event = event_in(row, id)?;
                    known.meanings.insert(id, Meaning::Kept(event));
                }
                1 => {
                    let digest = row.try_get::<&[u8], _>(4)?.try_into();
                    let digest =
                        digest.map_err(|_| Failure::not_understood(format!("the digest of event {id}")))?;
                    known.meanings.insert(id, Meaning::Digest(digest));
                }
                _ => {
                    known.tombs.insert(row.try_get::<Uuid, _>(2)?.into(), id);
                }
            }
        }
        Ok(known)
    }

    /// Those of the events that are not known, each once.
    ///
    /// # Errors
    /// The first that cannot be taken.
    pub(super) fn new_among<'e>(
        &self,
        events: &'e [Event],
        key: &Key,
        history: &History,
        now: DateTime<Utc>,
    ) -> Result<Vec<&'e Event>, Stop> {
        let mut new = Vec::new();
        let mut earlier: HashMap<Uuid, &Event> = HashMap::new();
        for (index, event) in events.iter().enumerate() {
            let same = match earlier.insert(event.id, event) {
                Some(earlier) => Some(earlier == event),
                None => self.is_same(event, key)?,
            };
            let why = match same {
                Some(true) => continue,
                Some(false) => Err(EventRefused::ConflictingEvent),
                None => admit(event, history, now),
            };
            why.map_err(|why| Stop::Refused(Refused::new(index, event.id, why)))?;
            new.push(event);
        }
        Ok(new)
    }

    /// Whether what is known under an event's id is this event; `None` when nothing is.
    fn is_same(&self, event: &Event, key: &Key) -> Result<Option<bool>, Failure> {
        match self.meanings.get(&event.id) {
            None => Ok(None),
            Some(Meaning::Kept(known)) => Ok(Some(known == event)),
            Some(Meaning::Digest(known)) => Ok(Some(*known == digest(key, event)?)),
        }
    }
}

pub(super) fn digest(key: &Key, event: &Event) -> Result<[u8; 16], Failure> {
    stored::digest(key, event).map_err(Failure::from)
}

/// An event of which the subject stands in the third column and the body in the fourth.
pub(super) fn event_in(row: &PgRow, id: Uuid) -> Result<Event, Failure> {
    let (subject, body): (Uuid, &str) = (row.try_get(2)?, row.try_get(3)?);
    stored::event(id, subject.into(), body).map_err(Failure::from)
}
