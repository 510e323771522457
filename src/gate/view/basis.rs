//! The basis of decisions: which consent events stand behind a record, by their ids.
//!
//! It is kept only where somebody asks for it, beside the lines, and takes some hundred bytes for each subject. A record
//! and the ids behind it change under one lock, so that a decision and its basis are of one moment. Which ids stand
//! is a matter of the events alone and not of their order: of those that say the same at the same instant the smallest.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Seen, View, Writer};
use crate::{
    append::Append,
    consent::{Choice, Event, EventKind, Record, Scope},
    gate::decision::{Standing, Terms},
    policy::History,
    vocabulary::SubjectId,
};

/// The ids behind every line.
pub(super) struct Basis(Append<Mutex<Ids>>);

/// The ids of the events that stand in what a subject's own events come to.
#[derive(Default)]
pub(super) struct Ids {
    /// Whether the subject was linked to a visitor, so that there is more behind its line than its own events.
    linked: bool,
    choices: Vec<(Scope, Uuid)>,
    accepted: Vec<(u32, DateTime<Utc>, Uuid)>,
    age: Option<Uuid>,
    home: Option<(DateTime<Utc>, Uuid)>,
    links: Vec<(SubjectId, Uuid)>,
    erased: Option<Erasure>,
}

/// The event by which a subject is erased: its own, or that of another who is one person with it.
#[derive(Clone, Copy)]
pub(super) struct Erasure {
    is_own: bool,
    id: Uuid,
}

impl Basis {
    fn of(&self, line: u32) -> Option<MutexGuard<'_, Ids>> {
        Some(self.0.grow(line)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ids {
    /// Notes an event that was folded into a record. `alone` is what it comes to by itself, `changed` whether it made
    /// the record what it is.
    fn note(&mut self, event: &Event, alone: &Record, record: &Record, changed: bool) {
        let (at, id) = (event.at, event.id);
        // Whether it took the place of what stood there, or says the same.
        let stands = |known: &mut Uuid| *known = if changed { id } else { id.min(*known) };
        match &event.kind {
            EventKind::Erased if record.erased == Some(at) => {
                let known = self.erased.filter(|_| !changed).map_or(id, |known| id.min(known.id));
                *self = Self { erased: Some(Erasure { is_own: true, id: known }), ..Self::default() };
            }
            _ if record.is_erased() => {}
            EventKind::PolicyAccepted { .. } => {
                for number in alone.accepted.iter() {
                    match self.accepted.iter_mut().find(|(known, ..)| *known == number) {
                        Some((_, since, known)) => (*since, *known) = (*since, *known).min((at, id)),
                        None => self.accepted.push((number, at, id)),
                    }
                }
            }
            EventKind::ConsentGranted { scope, .. }
            | EventKind::ConsentDenied { scope }
            | EventKind::ConsentWithdrawn { scope }
                if record.choice(scope) == alone.choice(scope) =>
            {
                match self.choices.iter_mut().find(|(known, _)| known == scope) {
                    Some((_, known)) => stands(known),
                    None => self.choices.push((scope.clone(), id)),
                }
            }
            EventKind::AgeDeclared { .. } if record.age == alone.age => {
                stands(self.age.get_or_insert(id));
            }
            EventKind::HomeDeclared { .. } => match &mut self.home {
                Some((known_at, known)) if *known_at == at => *known = id.min(*known),
                Some((known_at, _)) if *known_at > at => {}
                home => *home = Some((at, id)),
            },
            _ => {}
        }
    }

    fn choice(&self, scope: &Scope) -> Option<Uuid> {
        self.choices.iter().find(|(known, _)| known == scope).map(|(_, id)| *id)
    }

    /// The newest accepted version, by the instant from which it is in force, and who says so since when.
    fn newest_accepted(&self, terms: &Terms<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>, Uuid)> {
        let known = self.accepted.iter().filter_map(|(number, at, id)| {
            let version = terms.history().numbered(*number)?;
            Some((version.policy.effective_from(), *at, *id))
        });
        known.max_by_key(|(from, ..)| *from)
    }

    /// What bears on a question, where there is nothing but the subject's own events.
    fn behind(&self, terms: &Terms<'_>) -> Vec<Uuid> {
        if let Some(erased) = self.erased {
            return vec![erased.id];
        }
        let covering = self.choices.iter().filter(|(scope, _)| terms.is_covered_by(scope)).map(|(_, id)| *id);
        let accepted = self.newest_accepted(terms).map(|(_, _, id)| id);
        let home = self.home.filter(|_| terms.reads_home()).map(|(_, id)| id);
        covering.chain(accepted).chain(self.age).chain(home).collect()
    }
}

/// A subject that is judged with another, with its own record and the ids behind it.
struct Near<'a> {
    number: u32,
    links: u32,
    record: Record,
    ids: Option<MutexGuard<'a, Ids>>,
}

impl View {
    /// The view keeps the ids of the events behind each record from now on.
    pub(in super::super) fn keep_basis(&mut self) {
        self.basis = Some(Basis(Append::new()));
    }

    /// What a check reads of a subject's record, and the ids of the consent events that bear on the question, smallest
    /// first: the choices that cover it, the newest accepted version, the age, the home where it matters, and the
    /// links that lead to those of others. Of an erased subject it is the erasure, of an unknown one nothing.
    pub(in super::super) fn standing_with_basis(
        &self,
        subject: SubjectId,
        terms: &Terms<'_>,
    ) -> (Standing, Option<Seen>, Vec<Uuid>) {
        let Some(basis) = &self.basis else {
            let (standing, seen) = self.standing(subject, terms);
            return (standing, seen, Vec::new());
        };
        let Some((number, line)) = self.find(subject) else { return (Standing::Unknown, None, Vec::new()) };
        let look = |ids: Vec<Uuid>| {
            let (standing, revision) = self.standing_in(line, terms);
            (standing, Some(Seen { line: number, revision }), sorted(ids))
        };
        if let Some(ids) = basis.of(number)
            && !ids.linked
        {
            return look(ids.behind(terms));
        }
        // While nobody writes, all that the subject is judged on stays as it is.
        let writer = self.writer();
        let ids = self.behind_linked(basis, &writer, subject, terms);
        look(ids)
    }

    /// What bears on a question through links as well.
    fn behind_linked(
        &self,
        basis: &Basis,
        writer: &Writer,
        subject: SubjectId,
        terms: &Terms<'_>,
    ) -> Vec<Uuid> {
        let Some(number) = writer.links.of(subject) else { return Vec::new() };
        let history = terms.history();
        let reached = writer.links.reached_from(number).into_iter().filter_map(|(number, links)| {
            let line = self.find(writer.links.subject(number)?)?.0;
            let own = writer.links.own(number, history);
            let record = own.or_else(|| self.in_line_of(&writer.links, number, history))?;
            Some(Near { number, links, record, ids: basis.of(line) })
        });
        let near: Vec<Near<'_>> = reached.collect();
        if let [Near { ids: Some(ids), .. }] = &near[..]
            && ids.erased.is_some()
        {
            return ids.behind(terms);
        }
        let mut ids = Vec::new();
        let mut from = Vec::new();
        let mut take = |found: Option<(Uuid, u32)>| {
            if let Some((id, number)) = found {
                ids.push(id);
                from.push(number);
            }
        };
        for scope in scopes(&near, terms) {
            let standing = near.iter().filter_map(|near| {
                let id = near.ids.as_ref()?.choice(scope)?;
                Some((near.record.choice(scope)?, (id, near.number)))
            });
            take(standing.reduce(stricter).map(|(_, found)| found));
        }
        let accepted = near.iter().filter_map(|near| {
            let (from, at, id) = near.ids.as_ref()?.newest_accepted(terms)?;
            Some((std::cmp::Reverse(from), at, id, near.number))
        });
        take(accepted.min().map(|(_, _, id, number)| (id, number)));
        let ages = near.iter().filter_map(|near| {
            let age = near.record.age?;
            Some((std::cmp::Reverse(age.what), age.at, near.ids.as_ref()?.age?, near.number))
        });
        take(ages.min().map(|(_, _, id, number)| (id, number)));
        if terms.reads_home() {
            let homes = near.iter().filter_map(|near| {
                let (at, id) = near.ids.as_ref()?.home?;
                Some((near.links, std::cmp::Reverse(at), id, near.number))
            });
            take(homes.min().map(|(_, _, id, number)| (id, number)));
        }
        for number in from {
            ids.extend(way(&near, writer, number));
        }
        ids
    }

    /// The id of the subject's own event behind the choice for a scope, where ids are kept.
    pub(super) fn id_of_choice(&self, subject: SubjectId, scope: &Scope) -> Option<Uuid> {
        self.ids(subject)?.choice(scope)
    }

    /// The ids behind a subject's line. As long as they are held, nobody reads the line together with them.
    fn ids(&self, subject: SubjectId) -> Option<MutexGuard<'_, Ids>> {
        self.basis.as_ref()?.of(self.line_of(subject))
    }

    /// The number of a subject's line, or of the one that it gets next.
    fn line_of(&self, subject: SubjectId) -> u32 {
        let next = || self.len.0.load(std::sync::atomic::Ordering::Relaxed);
        self.find(subject).map_or_else(next, |(number, _)| number)
    }

    /// Notes the id of an event that was folded into what the subject's own events come to. To be held until the line
    /// says so too.
    #[must_use]
    pub(super) fn note(
        &self,
        event: &Event,
        shown: Option<(u32, DateTime<Utc>)>,
        record: &Record,
        changed: bool,
    ) -> Option<MutexGuard<'_, Ids>> {
        let mut ids = self.ids(event.subject)?;
        let mut alone = Record::default();
        alone.fold(event, shown);
        ids.note(event, &alone, record, changed);
        Some(ids)
    }

    /// Notes the id of an event that links the subject to a visitor, before its line says what follows.
    pub(super) fn note_link(&self, event: &Event, visitor: SubjectId) {
        let Some(mut ids) = self.ids(event.subject) else { return };
        ids.linked = true;
        match ids.links.iter_mut().find(|(known, _)| *known == visitor) {
            Some((_, known)) => *known = event.id.min(*known),
            None => ids.links.push((visitor, event.id)),
        }
    }

    /// Leaves nothing but an erasure. To be held until the line says so too.
    #[must_use]
    pub(super) fn note_erasure(
        &self,
        subject: SubjectId,
        left: Option<Erasure>,
    ) -> Option<MutexGuard<'_, Ids>> {
        let mut ids = self.ids(subject)?;
        *ids = Ids { erased: left, ..Ids::default() };
        Some(ids)
    }

    /// What the ids behind the tombstones of one person are to be: for each its own erasure at the instant that counts,
    /// or else the smallest of the others'. `event` is one more of them.
    pub(super) fn erasures(
        &self,
        person: &[SubjectId],
        at: Option<DateTime<Utc>>,
        event: Option<&Event>,
        history: &History,
    ) -> impl Fn(SubjectId) -> Option<Erasure> + use<> {
        let mut known: HashMap<SubjectId, Erasure> = HashMap::new();
        if let Some(basis) = &self.basis {
            for subject in person.iter().copied() {
                let counts = |line| self.record_in(line, history).erased == at;
                if let Some((number, _)) = self.find(subject).filter(|(_, line)| counts(line))
                    && let Some(erased) = basis.of(number).and_then(|ids| ids.erased)
                {
                    known.insert(subject, erased);
                }
            }
            if let Some(event) = event.filter(|event| Some(event.at) == at) {
                let own = known.get(&event.subject).filter(|known| known.is_own);
                let id = own.map_or(event.id, |own| own.id.min(event.id));
                known.insert(event.subject, Erasure { is_own: true, id });
            }
        }
        let smallest = known.values().map(|erased| erased.id).min();
        move |subject| {
            let own = known.get(&subject).filter(|known| known.is_own).copied();
            own.or(smallest.map(|id| Erasure { is_own: false, id }))
        }
    }
}

/// The more restrictive of two choices for a scope; of two that say the same at the same instant the smaller id.
fn stricter<'a, T: Ord>(one: (&'a Choice, T), other: (&'a Choice, T)) -> (&'a Choice, T) {
    let stays = one.0.restricts(other.0) || (!other.0.restricts(one.0) && one.1 < other.1);
    if stays { one } else { other }
}

/// The scopes that cover a question and for which somebody's choice stands.
fn scopes<'a>(near: &'a [Near<'_>], terms: &Terms<'_>) -> Vec<&'a Scope> {
    let all = near.iter().filter_map(|near| near.ids.as_ref()).flat_map(|ids| &ids.choices);
    let mut scopes: Vec<&Scope> =
        all.map(|(scope, _)| scope).filter(|scope| terms.is_covered_by(scope)).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The links that lead to a subject on a shortest way; where there are several, by the smallest id at each step.
fn way(near: &[Near<'_>], writer: &Writer, to: u32) -> Vec<Uuid> {
    let mut ids = Vec::new();
    let mut at = near.iter().find(|near| near.number == to);
    while let Some(here) = at.filter(|here| here.links > 0) {
        let subject = writer.links.subject(here.number);
        let before = near.iter().filter(|before| before.links + 1 == here.links);
        let links = before.filter_map(|before| {
            let links = &before.ids.as_ref()?.links;
            links.iter().find(|(visitor, _)| Some(*visitor) == subject).map(|(_, id)| (*id, before))
        });
        let Some((id, before)) = links.min_by_key(|(id, _)| *id) else { break };
        ids.push(id);
        at = Some(before);
    }
    ids
}

fn sorted(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests;
