//! Erasure: everything goes of all that are one person, but their tombstones and the ids that were used.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::Row;
use uuid::Uuid;

use super::{
    super::stored::{digest_of, erasure_of},
    failure::Failure,
    known::event_in,
    transaction::Work,
};
use crate::{consent::Event, vocabulary::SubjectId};

impl Work {
    /// Takes in an event that erases.
    pub(super) async fn erase(&mut self, event: &Event) -> Result<(), Failure> {
        self.write().await?;
        let members = self.one_person_with(BTreeSet::from([event.subject])).await?;
        let person = self.tombs.get(&event.subject).copied();
        if !self.bury(members, event, person).await? {
            self.spend(event)?;
        }
        Ok(())
    }

    /// Erases two that turn out to be one person, of whom at least one is erased. Of two erasures the earlier counts,
    /// for both.
    pub(super) async fn erase_linked(&mut self, sides: [SubjectId; 2]) -> Result<(), Failure> {
        self.write().await?;
        let erasures = self.erasures_of(&sides).await?;
        let earliest = sides.iter().filter_map(|side| erasures.get(side)).min_by_key(|erased| erased.at);
        let earliest =
            earliest.ok_or_else(|| Failure::not_understood("a tombstone without an erasure".to_owned()))?;
        let person = self.tombs.get(&earliest.subject).copied();
        let members = self.one_person_with(BTreeSet::from(sides)).await?;
        self.bury(members, earliest, person).await?;
        Ok(())
    }

    /// All that are one person with any of these, and these themselves: over links as long as they are not erased, and
    /// by their tombstones after that.
    async fn one_person_with(&mut self, of: BTreeSet<SubjectId>) -> Result<BTreeSet<SubjectId>, Failure> {
        let mut members = of.clone();
        let mut to_visit: Vec<Uuid> = of.into_iter().map(SubjectId::uuid).collect();
        while !to_visit.is_empty() {
            let next = "SELECT linked FROM privacy_link WHERE subject = ANY($1)
                 UNION SELECT other.subject FROM privacy_tomb own JOIN privacy_tomb other ON other.person = own.person
                 WHERE own.subject = ANY($1)";
            let rows = self.connection.rows(sqlx::query(next).bind(std::mem::take(&mut to_visit))).await?;
            for row in rows {
                let linked: Uuid = row.try_get(0)?;
                if members.insert(linked.into()) {
                    to_visit.push(linked);
                }
            }
        }
        Ok(members)
    }

    /// The events that erased these, of those who are erased.
    async fn erasures_of(&mut self, subjects: &[SubjectId]) -> Result<HashMap<SubjectId, Event>, Failure> {
        let select = "SELECT privacy_event.id, privacy_event.id, privacy_event.subject, privacy_event.body
             FROM privacy_tomb JOIN privacy_event ON privacy_event.subject = privacy_tomb.subject
             WHERE privacy_tomb.subject = ANY($1)";
        let rows = self.connection.rows(sqlx::query(select).bind(uuids(subjects))).await?;
        let events = rows.iter().map(|row| event_in(row, row.try_get(0)?));
        events.map(|event| event.map(|event| (event.subject, event))).collect()
    }

    /// Erases all that are one person, because one of them was erased; whether that event is kept.
    async fn bury(
        &mut self,
        members: BTreeSet<SubjectId>,
        because: &Event,
        person: Option<Uuid>,
    ) -> Result<bool, Failure> {
        let members: Vec<SubjectId> = members.into_iter().collect();
        let standing = self.erasures_of(&members).await?;
        let is_later =
            |member: &&SubjectId| standing.get(member).is_none_or(|standing| because.at < standing.at);
        let affected: Vec<SubjectId> = members.iter().filter(is_later).copied().collect();
        self.remove(&affected).await?;
        for erased in self.owed(&affected, because).await? {
            self.keep(erased)?;
        }
        // A number that says nothing: neither who, nor when.
        let person = person.unwrap_or_else(Uuid::new_v4);
        let upsert = "INSERT INTO privacy_tomb (subject, person) SELECT subject, $2 FROM unnest($1::uuid[]) AS new (subject)
             ON CONFLICT (subject) DO UPDATE SET person = excluded.person";
        self.connection.rows(sqlx::query(upsert).bind(uuids(&members)).bind(person)).await?;
        self.tombs.extend(members.iter().map(|member| (*member, person)));
        self.write().await?;
        Ok(affected.contains(&because.subject))
    }

    /// Removes everything of these, and keeps that the ids were used.
    async fn remove(&mut self, subjects: &[SubjectId]) -> Result<(), Failure> {
        let select = "SELECT id, subject, body FROM privacy_event WHERE subject = ANY($1)";
        for row in self.connection.rows(sqlx::query(select).bind(uuids(subjects))).await? {
            let (id, subject): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            self.spend_digest(id, digest_of(&self.key, id, subject, row.try_get(2)?));
        }
        for delete in [
            "DELETE FROM privacy_event WHERE subject = ANY($1)",
            "DELETE FROM privacy_link WHERE subject = ANY($1)",
            "DELETE FROM privacy_audit_key WHERE subject = ANY($1)",
        ] {
            self.connection.rows(sqlx::query(delete).bind(uuids(subjects))).await?;
        }
        Ok(())
    }

    /// The erasures that these owe to one of them, under ids that nobody has taken.
    async fn owed(&mut self, subjects: &[SubjectId], because: &Event) -> Result<Vec<Event>, Failure> {
        let mut owed: Vec<Event> =
            subjects
                .iter()
                .map(|subject| {
                    if *subject == because.subject { because.clone() } else { erasure_of(*subject, because) }
                })
                .collect();
        loop {
            let ids: Vec<Uuid> = owed.iter().map(|event| event.id).collect();
            let select = "SELECT id FROM privacy_event WHERE id = ANY($1)
                 UNION SELECT id FROM privacy_spent WHERE id = ANY($1)";
            let mut used: HashSet<Uuid> = HashSet::new();
            for row in self.connection.rows(sqlx::query(select).bind(ids)).await? {
                used.insert(row.try_get(0)?);
            }
            let is_used = |event: &Event| {
                event.id != because.id && (used.contains(&event.id) || self.taken.contains(&event.id))
            };
            if !owed.iter().any(is_used) {
                return Ok(owed);
            }
            for event in &mut owed {
                if is_used(event) {
                    *event = erasure_of(event.subject, event);
                }
            }
        }
    }
}

fn uuids(subjects: &[SubjectId]) -> Vec<Uuid> {
    subjects.iter().copied().map(SubjectId::uuid).collect()
}
