//! What a link does to the lines: an account's line holds what the account is judged on.
//!
//! So a check costs the same whether there are links or not. The cost is the writer's: when the record of a subject
//! changes, the records of all that are judged on it are joined again, each once, from those of their visitors. A
//! visitor that a thousand accounts were linked to writes a thousand lines with each of its events, an account with a
//! thousand visitors reads a thousand with each event of its own or of one of them, and in a chain of a thousand links
//! an event at its end writes a thousand. Each takes about a microsecond. An erasure writes the lines of all that are one
//! person with the subject.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{
    RecordError, View, Writer,
    links::{Homed, Links},
};
use crate::{
    consent::{Event, EventKind, Record},
    policy::History,
    vocabulary::SubjectId,
};

impl View {
    /// All ids of a person, the one that is asked for first.
    pub(in super::super) fn person_of(&self, subject: SubjectId) -> Vec<SubjectId> {
        let writer = self.writer();
        match writer.links.of(subject) {
            None => vec![subject],
            Some(number) => {
                let person = writer.links.person(number);
                person.into_iter().filter_map(|member| writer.links.subject(member)).collect()
            }
        }
    }

    /// Folds an event in that links, or whose subject was linked: into the subject's own record, and into those of all
    /// that are judged on it.
    pub(super) fn fold_linked(
        &self,
        writer: &mut Writer,
        event: &Event,
        shown: Option<(u32, DateTime<Utc>)>,
        history: &History,
    ) -> Result<(), RecordError> {
        let number = writer.links.of(event.subject);
        match (&event.kind, number) {
            // Whoever is linked to itself is who it was: then all that is new is that it had an event.
            (EventKind::Linked { visitor }, _) if *visitor != event.subject => {
                return self.link(writer, event, *visitor, history);
            }
            (EventKind::Erased, Some(number)) => {
                return self.erase_person(writer, number, Some(event), history);
            }
            _ => {}
        }
        let known = self.record_of(event.subject, history);
        let is_new = known.is_none();
        let own = number.and_then(|number| writer.links.own(number, history));
        let is_account = own.is_some();
        let mut record = own.or(known).unwrap_or_default();
        self.note_tie(writer, event, shown, &record, history);
        let changed = record.fold(event, shown) || is_new;
        let ids = self.note(event, shown, &record, changed);
        if !changed {
            return Ok(());
        }
        match number {
            Some(number) if is_account => writer.links.set_own(number, record),
            _ => self.set_line(writer, event.subject, record)?,
        }
        drop(ids);
        number.map_or(Ok(()), |number| {
            let judged = writer.links.judged_on(number);
            self.join(writer, &judged, history)
        })
    }

    /// What the own events of a subject come to, and of all whom it is judged on; nothing for one that is unknown.
    pub(in super::super) fn records_behind(&self, subject: SubjectId, history: &History) -> Vec<Record> {
        let writer = self.writer();
        let Some(record) = self.record_of(subject, history) else { return Vec::new() };
        let Some(number) = writer.links.of(subject) else { return vec![record] };
        let own = |number| {
            let own = writer.links.own(number, history);
            own.or_else(|| self.in_line_of(&writer.links, number, history))
        };
        writer.links.reached_from(number).into_iter().filter_map(|(number, _)| own(number)).collect()
    }

    /// Joins records again, where versions came that were not known when they were joined, and folds again what tied.
    pub(in super::super) fn settle(&self, history: &History) {
        let mut writer = self.writer();
        let accounts = writer.links.take_unsettled(history);
        if !accounts.is_empty() {
            // No line is added, so there is room for all.
            let _ = self.join(&mut writer, &accounts, history);
        }
        for event in writer.ties.take_known(history) {
            let shown = self.shown(&event, history);
            let _ = shown.and_then(|shown| self.fold(&mut writer, &event, shown, history));
        }
    }

    fn link(
        &self,
        writer: &mut Writer,
        event: &Event,
        visitor: SubjectId,
        history: &History,
    ) -> Result<(), RecordError> {
        let account = event.subject;
        let full = RecordError::ViewFull;
        let (one, other) = writer.links.insert(account).zip(writer.links.insert(visitor)).ok_or(full)?;
        let [known, visiting] = [account, visitor].map(|subject| self.record_of(subject, history));
        if [&known, &visiting].into_iter().flatten().any(Record::is_erased) {
            writer.links.unite(one, other);
            return self.erase_person(writer, one, None, history);
        }
        self.note_link(event, visitor);
        if writer.links.connect(one, other, || known.unwrap_or_default()) {
            let judged = writer.links.judged_on(one);
            self.join(writer, &judged, history)?;
        }
        Ok(())
    }

    /// Erases a subject and all that are one person with it, at the earliest instant that any of them was erased at.
    fn erase_person(
        &self,
        writer: &mut Writer,
        number: u32,
        event: Option<&Event>,
        history: &History,
    ) -> Result<(), RecordError> {
        let person = writer.links.person(number);
        let subjects: Vec<SubjectId> =
            person.iter().filter_map(|member| writer.links.subject(*member)).collect();
        let known = subjects.iter().filter_map(|subject| self.record_of(*subject, history)?.erased);
        let erased = Record::erased_at_first(known.chain(event.map(|event| event.at)).map(Some));
        let left = self.erasures(&subjects, erased.erased, event, history);
        for member in &person {
            writer.links.forget(*member);
        }
        for subject in subjects {
            let _ids = self.note_erasure(subject, left(subject));
            if self.record_of(subject, history).as_ref() != Some(&erased) {
                self.set_line(writer, subject, erased.clone())?;
            }
        }
        Ok(())
    }

    /// Writes what subjects are judged on. With a subject those that are judged on it have to be among them.
    fn join(&self, writer: &mut Writer, subjects: &[u32], history: &History) -> Result<(), RecordError> {
        let links = &writer.links;
        let own = |number| links.own(number, history).or_else(|| self.in_line_of(links, number, history));
        let known = |number| {
            let home = self.in_line_of(links, number, history)?.home?;
            let links = if links.is_account(number) { links.links_to_home(number)? } else { 0 };
            Some(Homed { links, home })
        };
        let homes = links.homes(subjects, |number| own(number)?.home, known);
        let grouped = links.grouped(subjects);
        for group in grouped.chunk_by(|(_, one), (_, other)| one == other) {
            let joined = self.joined(&writer.links, group, history);
            for (number, _) in group {
                let Some(subject) = writer.links.subject(*number) else { continue };
                let home = homes.get(number).copied();
                let mut record = joined.clone();
                record.home = home.map(|homed| homed.home);
                let lacking = record.date_versions(history);
                writer.links.note_lacking(lacking);
                writer.links.set_links_to_home(*number, home.map(|homed| homed.links));
                // A line that says it already is left alone: permits that rest on it live on.
                if self.record_of(subject, history).as_ref() != Some(&record) {
                    self.set_line(writer, subject, record)?;
                }
            }
        }
        Ok(())
    }

    /// What a group comes to that is judged alike, home aside: its members' own records, and what the visitors are
    /// judged on that they lead to.
    fn joined(&self, links: &Links, group: &[(u32, u32)], history: &History) -> Record {
        let mut joined = Record::default();
        // A link to itself is none, so that in a group of one no visitor is inside.
        let members = if group.len() > 1 { group } else { &[] };
        let inside: HashSet<u32> = members.iter().map(|(number, _)| *number).collect();
        for (number, _) in group {
            if let Some(own) =
                links.own(*number, history).or_else(|| self.in_line_of(links, *number, history))
            {
                joined.join(&own);
            }
            for visitor in links.visitors(*number) {
                if !inside.contains(visitor)
                    && let Some(record) = self.in_line_of(links, *visitor, history)
                {
                    joined.join(&record);
                }
            }
        }
        joined
    }

    /// What the line of a subject says that takes part in a link; `None` for one that is unknown.
    pub(super) fn in_line_of(&self, links: &Links, number: u32, history: &History) -> Option<Record> {
        self.record_of(links.subject(number)?, history)
    }

    /// Writes a subject's line, which may be its first.
    fn set_line(&self, writer: &mut Writer, subject: SubjectId, record: Record) -> Result<(), RecordError> {
        match self.find(subject) {
            Some((_, line)) => self.put(writer, line, record),
            None => self.add(writer, subject, record),
        }
    }
}
