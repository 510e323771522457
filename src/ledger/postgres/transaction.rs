//! An append in a transaction: it locks the lanes that it writes, in their order, and then looks with fresh statements.
//!
//! An erasure locks all lanes, so nothing else is written while it is; everything else locks the lanes of those whom its
//! events concern, so whether one of these is erased stays so until the commit.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::atomic::Ordering,
};

use sqlx::Row;
use uuid::Uuid;

use super::{
    super::stored,
    append::Appending,
    connection::Held,
    failure::Failure,
    known::{Known, Stop, digest, known_of},
    lane::{all, lane_of, lanes_of, subjects_of},
    schema::Key,
};
use crate::{
    consent::{Event, EventKind},
    vocabulary::SubjectId,
};

/// The most rows of one statement, so that each is answered soon however many there are.
const MOST: usize = 4_000;

/// Adds events; whether anything is new.
pub(super) async fn append(appending: &Appending<'_>, events: &[Event]) -> Result<bool, Stop> {
    let erases = events.iter().any(|event| event.kind == EventKind::Erased);
    let concerned: BTreeSet<i16> = events.iter().flat_map(lanes_of).collect();
    let first = if erases { all() } else { concerned.into_iter().collect() };
    match within_lanes(appending, events, first).await? {
        Outcome::Added => Ok(true),
        Outcome::NothingNew => Ok(false),
        // Somebody whom they concern is erased.
        Outcome::AllLanes => {
            Ok(!matches!(within_lanes(appending, events, all()).await?, Outcome::NothingNew))
        }
    }
}

enum Outcome {
    Added,
    NothingNew,
    AllLanes,
}

async fn within_lanes(appending: &Appending<'_>, events: &[Event], lanes: Vec<i16>) -> Result<Outcome, Stop> {
    let mut connection = appending.connections.take().await?;
    connection.begin().await?;
    let mut work = Work::new(connection, *appending.key);
    let outcome = work.add(appending, events, lanes).await;
    match outcome {
        Ok(Outcome::Added) => {
            work.connection.commit().await?;
            if let Some(erasures) = work.erasures {
                appending.seen.erasures.store(erasures, Ordering::Release);
            }
        }
        _ => work.connection.undo().await,
    }
    outcome
}

/// A transaction that is under way.
pub(super) struct Work {
    pub(super) connection: Held,
    pub(super) key: Key,
    /// The last positions of the lanes that are locked.
    lasts: BTreeMap<i16, i64>,
    /// The person that each erased subject is part of, of those who are concerned.
    pub(super) tombs: HashMap<SubjectId, Uuid>,
    /// The ids of the new events.
    pub(super) taken: HashSet<Uuid>,
    /// The count of erasures, if this transaction adds one.
    erasures: Option<i64>,
    /// What is not written yet.
    events: Vec<(i16, i64, Event)>,
    links: Vec<(SubjectId, SubjectId)>,
    spent: Vec<(Uuid, [u8; 16])>,
}

impl Work {
    fn new(connection: Held, key: Key) -> Self {
        Self {
            connection,
            key,
            lasts: BTreeMap::new(),
            tombs: HashMap::new(),
            taken: HashSet::new(),
            erasures: None,
            events: Vec::new(),
            links: Vec::new(),
            spent: Vec::new(),
        }
    }

    async fn add(
        &mut self,
        appending: &Appending<'_>,
        events: &[Event],
        lanes: Vec<i16>,
    ) -> Result<Outcome, Stop> {
        let all_lanes = lanes.len() == all().len();
        let erasures = self.lock(lanes).await?;
        let known = Known::read(&self.connection.rows(known_of(events)).await?)?;
        let new = known.new_among(events, appending.key, appending.history, appending.now)?;
        if new.is_empty() {
            return Ok(Outcome::NothingNew);
        }
        self.tombs = known.tombs;
        let erases = |event: &&Event| {
            event.kind == EventKind::Erased
                || subjects_of(event).iter().any(|subject| self.tombs.contains_key(subject))
        };
        if new.iter().any(erases) {
            if !all_lanes {
                return Ok(Outcome::AllLanes);
            }
            self.erasures = Some(erasures.saturating_add(1));
        }
        self.taken.extend(new.iter().map(|event| event.id));
        for event in new {
            self.take(event).await?;
        }
        self.write().await?;
        self.count_erasure().await?;
        Ok(Outcome::Added)
    }

    /// Locks lanes, in their order; the count of erasures.
    async fn lock(&mut self, lanes: Vec<i16>) -> Result<i64, Failure> {
        let count = lanes.len();
        let lock =
            "SELECT lane, last, erasures FROM privacy_lane WHERE lane = ANY($1) ORDER BY lane FOR UPDATE";
        let mut erasures = 0;
        for row in self.connection.rows(sqlx::query(lock).bind(lanes)).await? {
            self.lasts.insert(row.try_get(0)?, row.try_get(1)?);
            erasures = row.try_get(2)?;
        }
        if self.lasts.len() == count { Ok(erasures) } else { Err(missing_lanes()) }
    }

    /// Takes a new event in. What comes for an erased subject leaves nothing but its id.
    async fn take(&mut self, event: &Event) -> Result<(), Failure> {
        match event.kind {
            EventKind::Erased => self.erase(event).await,
            EventKind::Linked { visitor }
                if self.tombs.contains_key(&event.subject) || self.tombs.contains_key(&visitor) =>
            {
                self.spend(event)?;
                self.erase_linked([event.subject, visitor]).await
            }
            _ if self.tombs.contains_key(&event.subject) => self.spend(event),
            EventKind::Linked { visitor } => {
                self.links.extend([(event.subject, visitor), (visitor, event.subject)]);
                self.keep(event.clone())
            }
            _ => self.keep(event.clone()),
        }
    }

    /// Puts an event behind all others of its lane.
    pub(super) fn keep(&mut self, event: Event) -> Result<(), Failure> {
        let lane = lane_of(event.subject);
        let last = self.lasts.get_mut(&lane).ok_or_else(missing_lanes)?;
        *last = last.saturating_add(1);
        self.events.push((lane, *last, event));
        Ok(())
    }

    /// Keeps of an event that its id is taken, and by what.
    pub(super) fn spend(&mut self, event: &Event) -> Result<(), Failure> {
        self.spend_digest(event.id, digest(&self.key, event)?);
        Ok(())
    }

    pub(super) fn spend_digest(&mut self, id: Uuid, digest: [u8; 16]) {
        self.spent.push((id, digest));
    }

    /// Writes what is not written yet.
    pub(super) async fn write(&mut self) -> Result<(), Failure> {
        let mut events = std::mem::take(&mut self.events);
        // In one order everywhere, so that those who wait for each other's ids do not wait in a circle.
        events.sort_unstable_by_key(|(_, _, event)| event.id);
        for events in events.chunks(MOST) {
            self.write_events(events).await?;
        }
        let links = std::mem::take(&mut self.links);
        for links in links.chunks(MOST) {
            let (subjects, linked): (Vec<Uuid>, Vec<Uuid>) =
                links.iter().map(|(subject, linked)| (subject.uuid(), linked.uuid())).unzip();
            let insert = "INSERT INTO privacy_link (subject, linked)
                 SELECT subject, linked FROM unnest($1::uuid[], $2::uuid[]) AS new (subject, linked)
                 ON CONFLICT (subject, linked) DO NOTHING";
            self.connection.rows(sqlx::query(insert).bind(subjects).bind(linked)).await?;
        }
        let spent = std::mem::take(&mut self.spent);
        for spent in spent.chunks(MOST) {
            let (ids, digests): (Vec<Uuid>, Vec<Vec<u8>>) =
                spent.iter().map(|(id, digest)| (*id, digest.to_vec())).unzip();
            let insert = "INSERT INTO privacy_spent (id, digest)
                 SELECT id, digest FROM unnest($1::uuid[], $2::bytea[]) AS new (id, digest)";
            self.connection.rows(sqlx::query(insert).bind(ids).bind(digests)).await?;
        }
        Ok(())
    }

    async fn write_events(&mut self, events: &[(i16, i64, Event)]) -> Result<(), Failure> {
        let (mut lanes, mut positions, mut ids) = (Vec::new(), Vec::new(), Vec::<Uuid>::new());
        let (mut subjects, mut bodies) = (Vec::<Uuid>::new(), Vec::new());
        for (lane, position, event) in events {
            lanes.push(*lane);
            positions.push(*position);
            ids.push(event.id);
            subjects.push(event.subject.uuid());
            bodies.push(stored::body(event)?);
        }
        let (counted, lasts): (Vec<i16>, Vec<i64>) = self.lasts.iter().unzip();
        let insert = "
            WITH counted AS (
                UPDATE privacy_lane SET last = new.last
                FROM unnest($6::smallint[], $7::bigint[]) AS new (lane, last)
                WHERE privacy_lane.lane = new.lane AND privacy_lane.last <> new.last
            )
            INSERT INTO privacy_event (lane, position, id, subject, body)
            SELECT lane, position, id, subject, body
            FROM unnest($1::smallint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[])
                 AS new (lane, position, id, subject, body)";
        let statement = sqlx::query(insert).bind(lanes).bind(positions).bind(ids).bind(subjects).bind(bodies);
        self.connection.rows(statement.bind(counted).bind(lasts)).await?;
        Ok(())
    }

    /// Leaves the mark by which those who wait for a lane learn of an erasure.
    async fn count_erasure(&mut self) -> Result<(), Failure> {
        if let Some(erasures) = self.erasures {
            let update = "UPDATE privacy_lane SET erasures = $1";
            self.connection.rows(sqlx::query(update).bind(erasures)).await?;
        }
        Ok(())
    }
}

fn missing_lanes() -> Failure {
    Failure::not_understood("lanes are missing".to_owned())
}
