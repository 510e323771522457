//! A fresh ledger and its clock, and what the suite asks of them over and over.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Kept, samples};
use crate::{
    clock::{Clock, FakeClock},
    consent::Event,
    ledger::{AppendError, Cursor, Ledger, LedgerError, Page},
    vocabulary::SubjectId,
};

pub(super) struct World<L> {
    pub(super) ledger: L,
    pub(super) clock: FakeClock,
}

/// Says what was found unless something holds.
pub(super) fn ensure(holds: bool, otherwise: impl Into<String>) -> Kept {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// What a call that may not fail gave.
pub(super) fn works<T>(what: &str, outcome: Result<T, LedgerError>) -> Result<T, String> {
    outcome.map_err(|error| format!("{what} failed: {error}"))
}

/// Whether the same events were found as expected, each as often, in whatever order.
pub(super) fn same(what: &str, mut found: Vec<Event>, mut expected: Vec<Event>) -> Kept {
    let order = |events: &mut Vec<Event>| {
        events.sort_by_key(|event| (event.id, event.at, event.subject, event.event_type().as_str()));
    };
    order(&mut found);
    order(&mut expected);
    let missing = expected.iter().find(|event| !found.contains(event));
    let stray = found.iter().find(|event| !expected.contains(event));
    match (missing, stray) {
        (Some(event), _) => Err(format!("{what} lacks {event:?} {}", event.id)),
        (None, Some(event)) => {
            Err(format!("{what} holds {event:?} {}, which does not belong there", event.id))
        }
        (None, None) => ensure(found == expected, format!("{what} holds an event more than once")),
    }
}

impl<L: Ledger + Clone + 'static> World<L> {
    pub(super) fn new(ledger: L, clock: FakeClock) -> Self {
        Self { ledger, clock }
    }

    /// An instant so many seconds before the clock's.
    pub(super) fn ago(&self, seconds: i64) -> DateTime<Utc> {
        self.clock.now() - TimeDelta::seconds(seconds)
    }

    /// Appends what must be taken.
    pub(super) async fn append(&self, events: &[Event]) -> Kept {
        self.ledger
            .append(events)
            .await
            .map_err(|error| format!("an append that must be taken failed: {error}"))
    }

    /// Appends each event by itself.
    pub(super) async fn append_each(&self, events: &[Event]) -> Kept {
        for event in events {
            self.append(std::slice::from_ref(event)).await?;
        }
        Ok(())
    }

    /// Appends what must be refused, because of the event at an index.
    pub(super) async fn refuses(&self, events: &[Event], index: usize, code: &str) -> Kept {
        let expected = format!("event {index} refused as {code}");
        match self.ledger.append(events).await {
            Ok(()) => Err(format!("expected {expected}, and it was taken")),
            Err(AppendError::Unavailable(error)) => Err(format!("expected {expected}, found that {error}")),
            Err(AppendError::Refused(refused)) => {
                let found = format!("event {} refused as {}", refused.index(), refused.code());
                ensure(found == expected, format!("expected {expected}, found {found}"))?;
                let named = events.get(index).is_some_and(|event| event.id == refused.id());
                ensure(named, "a refusal names another id than that of the event at its index")
            }
        }
    }

    pub(super) async fn page(&self, after: &Cursor, limit: usize) -> Result<Page, String> {
        let page = works("reading", self.ledger.read(after, limit).await)?;
        let most = page.events.len() <= limit;
        ensure(most, format!("a page of at most {limit} events holds {}", page.events.len()))?;
        Ok(page)
    }

    /// Everything after a cursor, read in pages, and the cursor then.
    pub(super) async fn rest(&self, after: &Cursor, limit: usize) -> Result<(Vec<Event>, Cursor), String> {
        let (mut events, mut cursor) = (Vec::new(), after.clone());
        loop {
            let page = self.page(&cursor, limit).await?;
            ensure(page.behind == 0 || !page.events.is_empty(), "an empty page says that more is behind it")?;
            events.extend(page.events);
            cursor = page.cursor;
            if page.behind == 0 {
                return Ok((events, cursor));
            }
        }
    }

    /// Everything that the ledger keeps.
    pub(super) async fn all(&self) -> Result<Vec<Event>, String> {
        Ok(self.rest(&Cursor::start(), 64).await?.0)
    }

    pub(super) async fn of(&self, subject: SubjectId) -> Result<Vec<Event>, String> {
        works("asking for the events of a subject", self.ledger.events_of(subject).await)
    }

    /// Whether the ledger keeps these events and no others, by either way to ask.
    pub(super) async fn keeps(&self, expected: &[Event]) -> Kept {
        same("the ledger", self.all().await?, expected.to_vec())?;
        let mut subjects: Vec<SubjectId> = expected.iter().map(|event| event.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            let own = expected.iter().filter(|event| event.subject == subject).cloned().collect();
            same("what is kept of a subject", self.of(subject).await?, own)?;
        }
        Ok(())
    }

    /// Whether nothing is kept of a subject but that it was erased, and when.
    pub(super) async fn erased(&self, subject: SubjectId, at: DateTime<Utc>) -> Kept {
        let is_erasure = |event: &Event| event.kind == samples::ERASED && event.subject == subject;
        for events in [self.of(subject).await?, self.all().await?] {
            let own = events.iter().filter(|event| event.subject == subject);
            let earliest = own.clone().map(|event| event.at).min();
            ensure(own.clone().all(is_erasure), "of an erased subject more is kept than that it was erased")?;
            ensure(earliest.is_some(), "a subject that is to be erased has no `erased` event")?;
            ensure(earliest == Some(at), "a subject is erased at another instant than expected")?;
        }
        Ok(())
    }
}
