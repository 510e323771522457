//! Events that have to be added with care, one by one: erasures, and what comes for those who are erased.

use std::collections::HashSet;

use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::{
    super::{LedgerError, stored},
    append::{read, visitor_of},
    fault::fault,
};
use crate::{
    consent::{Event, EventKind},
    vocabulary::SubjectId,
};

/// A transaction that writes.
pub(super) struct Transaction<'a> {
    pub(super) connection: &'a mut SqliteConnection,
    pub(super) key: &'a [u8; 16],
    /// The position of the last event.
    pub(super) last: i64,
    /// The ids that this append takes, so that no erasure that is owed takes one of them.
    pub(super) taken: HashSet<Uuid>,
    pub(super) removed: bool,
}

/// One who is erased: the event that is kept of them, and who they were.
struct Tombstone {
    erased: Event,
    person: Uuid,
}

impl Transaction<'_> {
    pub(super) async fn add(&mut self, event: &Event) -> Result<(), LedgerError> {
        let own = self.tombstone(event.subject.uuid()).await?;
        match (event.kind.clone(), own) {
            (EventKind::Erased, own) => {
                let members = self.one_person_with(event.subject.uuid(), own.as_ref()).await?;
                let person = own.map_or_else(Uuid::new_v4, |own| own.person);
                self.bury(members, event, person).await?;
                self.spend_unless_kept(event).await
            }
            (EventKind::Linked { visitor }, own) => {
                let visitor = visitor.uuid();
                let other = self.tombstone(visitor).await?;
                let mut members = self.one_person_with(event.subject.uuid(), own.as_ref()).await?;
                members.extend(self.one_person_with(visitor, other.as_ref()).await?);
                // Of two erasures the earlier counts, for both.
                let earlier = own.into_iter().chain(other).min_by_key(|tombstone| tombstone.erased.at);
                let Some(Tombstone { erased, person }) = earlier else { return self.keep(event).await };
                self.bury(members, &erased, person).await?;
                self.spend(event).await
            }
            (_, Some(_)) => self.spend(event).await,
            (_, None) => self.keep(event).await,
        }
    }

    async fn tombstone(&mut self, subject: Uuid) -> Result<Option<Tombstone>, LedgerError> {
        let query = sqlx::query(
            "SELECT person, id, event.subject, body FROM erased JOIN event USING (subject) \
             WHERE subject = ?1 AND body >= '{'",
        );
        let Some(row) = query.bind(subject).fetch_optional(&mut *self.connection).await.map_err(fault)?
        else {
            return Ok(None);
        };
        Ok(Some(Tombstone { person: row.try_get(0).map_err(fault)?, erased: read(&row, 1)? }))
    }

    /// All that are one person with a subject, and the subject itself.
    async fn one_person_with(
        &mut self,
        subject: Uuid,
        tombstone: Option<&Tombstone>,
    ) -> Result<HashSet<Uuid>, LedgerError> {
        let query = match tombstone {
            Some(Tombstone { person, .. }) => {
                sqlx::query_scalar("SELECT subject FROM erased WHERE person = ?1").bind(*person)
            }
            None => sqlx::query_scalar(
                "WITH RECURSIVE one (subject) AS (SELECT ?1 \
                 UNION SELECT event.visitor FROM one JOIN event ON event.subject = one.subject \
                 WHERE event.visitor IS NOT NULL AND body >= '{' \
                 UNION SELECT event.subject FROM one JOIN event ON event.visitor = one.subject \
                 WHERE event.visitor IS NOT NULL AND body >= '{') \
                 SELECT subject FROM one",
            )
            .bind(subject),
        };
        let members: Vec<Uuid> = query.fetch_all(&mut *self.connection).await.map_err(fault)?;
        Ok(members.into_iter().collect())
    }

    /// Erases all that are one person, because one of them was erased.
    async fn bury(
        &mut self,
        members: HashSet<Uuid>,
        because: &Event,
        person: Uuid,
    ) -> Result<(), LedgerError> {
        for member in members {
            let standing = self.tombstone(member).await?;
            if standing.is_none_or(|standing| because.at < standing.erased.at) {
                self.remove(member).await?;
                if member == because.subject.uuid() {
                    self.keep(because).await?;
                } else {
                    let owed = self.owed(member, because).await?;
                    self.keep(&owed).await?;
                }
            }
            let bury = sqlx::query(
                "INSERT INTO erased (subject, person) VALUES (?1, ?2) \
                 ON CONFLICT (subject) DO UPDATE SET person = excluded.person WHERE person <> excluded.person",
            );
            bury.bind(member).bind(person).execute(&mut *self.connection).await.map_err(fault)?;
        }
        Ok(())
    }

    /// The erasure that a subject owes to another's, under an id that nobody has taken.
    async fn owed(&mut self, member: Uuid, because: &Event) -> Result<Event, LedgerError> {
        let member = SubjectId::from(member);
        let mut owed = stored::erasure_of(member, because);
        while self.taken.contains(&owed.id) || self.is_known(owed.id).await? {
            owed = stored::erasure_of(member, &owed);
        }
        Ok(owed)
    }

    async fn is_known(&mut self, id: Uuid) -> Result<bool, LedgerError> {
        let query =
            "SELECT EXISTS (SELECT 1 FROM event WHERE id = ?1) OR EXISTS (SELECT 1 FROM spent WHERE id = ?1)";
        sqlx::query_scalar(query).bind(id).fetch_one(&mut *self.connection).await.map_err(fault)
    }

    /// Overwrites everything that is kept of a subject, in its place. Of its events the ids are left.
    async fn remove(&mut self, subject: Uuid) -> Result<(), LedgerError> {
        let query = "SELECT position, id, body FROM event WHERE subject = ?1 AND body >= '{'";
        for row in sqlx::query(query).bind(subject).fetch_all(&mut *self.connection).await.map_err(fault)? {
            let (position, id): (i64, Uuid) =
                (row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?);
            let body: &str = row.try_get(2).map_err(fault)?;
            let digest = Uuid::from_bytes(stored::digest_of(self.key, id, subject, body));
            let trace = format!("{:.<1$}", digest.simple(), body.len());
            let overwrite = sqlx::query(
                "UPDATE event SET subject = ?2, visitor = iif(visitor IS NULL, NULL, ?2), body = ?3 WHERE position = ?1",
            );
            let overwrite = overwrite.bind(position).bind(Uuid::nil()).bind(trace);
            overwrite.execute(&mut *self.connection).await.map_err(fault)?;
        }
        let forget = "UPDATE audit_key SET subject = ?2, key = zeroblob(length(key)) WHERE subject = ?1";
        let forget = sqlx::query(forget).bind(subject).bind(Uuid::new_v4());
        forget.execute(&mut *self.connection).await.map_err(fault)?;
        self.removed = true;
        Ok(())
    }

    /// Puts an event behind all others that ever were.
    async fn keep(&mut self, event: &Event) -> Result<(), LedgerError> {
        self.last = self.last.saturating_add(1);
        let body = stored::body(event)?;
        let insert = sqlx::query(
            "INSERT INTO event (position, id, subject, visitor, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        );
        let insert = insert.bind(self.last).bind(event.id).bind(event.subject.uuid());
        let insert = insert.bind(visitor_of(event)).bind(body);
        insert.execute(&mut *self.connection).await.map_err(fault)?;
        Ok(())
    }

    /// Keeps nothing of an event but that its id is taken.
    async fn spend(&mut self, event: &Event) -> Result<(), LedgerError> {
        let digest = stored::digest(self.key, event)?;
        self.spend_id(event.id, digest).await
    }

    async fn spend_unless_kept(&mut self, event: &Event) -> Result<(), LedgerError> {
        if self.is_known(event.id).await? { Ok(()) } else { self.spend(event).await }
    }

    async fn spend_id(&mut self, id: Uuid, digest: [u8; 16]) -> Result<(), LedgerError> {
        let insert = sqlx::query("INSERT INTO spent (id, digest) VALUES (?1, ?2)").bind(id);
        insert.bind(digest.as_slice()).execute(&mut *self.connection).await.map_err(fault)?;
        Ok(())
    }
}
