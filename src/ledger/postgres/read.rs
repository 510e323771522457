//! Reading: one statement sees how far each lane is filled and what comes next in it.

use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use super::{
    super::{Cursor, Page},
    connection::{Connections, within},
    failure::Failure,
    known::event_in,
    schema::LANES,
};
use crate::{consent::Event, vocabulary::SubjectId};

/// The most events of one page, whatever the limit.
const MOST: usize = 100_000;

/// Of each lane how far it is filled, in a row without an event, and its next events. They are taken from all lanes
/// evenly, because those that were added at one time lie together on the disk.
const NEXT: &str = "
    SELECT NULL::uuid, NULL::bigint, NULL::uuid, NULL::text, lane, last FROM privacy_lane
    UNION ALL
    SELECT next.id, next.position, next.subject, next.body, privacy_lane.lane, privacy_lane.last
    FROM privacy_lane CROSS JOIN LATERAL (
        SELECT id, position, subject, body FROM privacy_event
        WHERE privacy_event.lane = privacy_lane.lane AND privacy_event.position > ($1::bigint[])[privacy_lane.lane + 1]
        ORDER BY privacy_event.position LIMIT $2
    ) AS next";

/// What is read of a lane.
#[derive(Default)]
struct Lane {
    last: Option<i64>,
    next: Vec<(i64, Event)>,
}

/// The next events after a cursor, from one snapshot, within the patience as a whole: who waits longer finds
/// themselves stale.
pub(super) async fn page(connections: &Connections, after: &Cursor, limit: usize) -> Result<Page, Failure> {
    let limit = limit.min(MOST);
    let lanes = usize::from(LANES);
    let from: Vec<i64> = (0..lanes).map(|lane| after.position(lane).max(0)).collect();
    // One more than is taken of a lane tells whether there is more.
    let share = (limit / lanes).max(1);
    let fetched = i64::try_from(share).unwrap_or(i64::MAX).saturating_add(1);
    let statement = || sqlx::query(NEXT).bind(from.clone()).bind(fetched);
    let rows = within(connections.patience, connections.rows(statement)).await??;
    gather(&read(&rows)?, after, share, limit)
}

fn read(rows: &[PgRow]) -> Result<Vec<Lane>, Failure> {
    let mut lanes: Vec<Lane> = (0..LANES).map(|_| Lane::default()).collect();
    for row in rows {
        let lane: i16 = row.try_get(4)?;
        let read = usize::try_from(lane).ok().and_then(|lane| lanes.get_mut(lane));
        let read = read.ok_or_else(|| Failure::not_understood(format!("there is a lane {lane}")))?;
        match row.try_get::<Option<Uuid>, _>(0)? {
            None => read.last = Some(row.try_get(5)?),
            Some(id) => read.next.push((row.try_get(1)?, event_in(row, id)?)),
        }
    }
    Ok(lanes)
}

fn gather(lanes: &[Lane], after: &Cursor, share: usize, limit: usize) -> Result<Page, Failure> {
    let (mut events, mut cursor, mut behind) = (Vec::new(), after.clone(), 0_u64);
    for (number, lane) in lanes.iter().enumerate() {
        let last = lane.last.ok_or_else(|| Failure::not_understood(format!("lane {number} is missing")))?;
        let from = after.position(number).max(0);
        // Of another ledger, or of one that lost events: whoever reads on from there would miss some.
        if from > last {
            let detail = format!("a cursor beyond the end of lane {number}");
            return Err(Failure::not_understood(detail));
        }
        let taken = lane.next.len().min(share).min(limit.saturating_sub(events.len()));
        let next = lane.next.get(..taken).unwrap_or_default();
        events.extend(next.iter().map(|(_, event)| event.clone()));
        // Nothing more is there: positions up to the last are unused, or were.
        let position =
            if taken == lane.next.len() { last } else { next.last().map_or(from, |(position, _)| *position) };
        cursor.set(number, position);
        behind = behind.saturating_add(last.abs_diff(position));
    }
    Ok(Page::new(events, cursor, behind))
}

/// Everything of a subject.
pub(super) async fn events_of(connections: &Connections, subject: SubjectId) -> Result<Vec<Event>, Failure> {
    let select = "SELECT id, id, subject, body FROM privacy_event WHERE subject = $1 ORDER BY lane, position";
    let statement = || sqlx::query(select).bind(subject.uuid());
    let rows = within(connections.patience, connections.rows(statement)).await??;
    rows.iter().map(|row| event_in(row, row.try_get(0)?)).collect()
}
