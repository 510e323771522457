//! The faults that show when a ledger is read.

use dynamoi_privacy::{
    Event, SubjectId,
    consent::EventKind,
    ledger::{AppendError, Cursor, Ledger, LedgerError, Page},
};

use super::{Broken, Fault};

impl Ledger for Broken {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        match self.fault {
            None => self.ledger.append(events).await,
            Some(fault) => self.append_wrongly(fault, events).await,
        }
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        let proper = self.ledger.read(after, limit);
        let Some(fault) = self.fault else { return proper.await };
        Ok(match fault {
            Fault::TwiceInPages if limit == 3 => {
                let mut page = proper.await?;
                if let Some(last) = page.events.last_mut().filter(|_| page.behind > 0) {
                    *last = self.all().await[0].clone();
                }
                page
            }
            Fault::SkipsInPages if limit == 7 => {
                let mut page = proper.await?;
                page.events.pop();
                page
            }
            Fault::NoLimit => self.ledger.read(after, limit.max(20)).await?,
            Fault::OneBack => {
                let mut cursor = after.clone();
                let at_end = self.ledger.read(after, 1).await?.behind == 0;
                let back = i64::from(at_end && limit == 4);
                cursor.set(0, (after.position(0) - back).max(0));
                self.ledger.read(&cursor, limit).await?
            }
            Fault::NothingBehind => {
                let page = proper.await?;
                let behind = if limit == 0 { 0 } else { page.behind };
                Page::new(page.events, page.cursor, behind)
            }
            Fault::FullPagesGoOn => {
                let page = proper.await?;
                let full = page.events.len() == limit && limit > 0;
                Page::new(page.events, page.cursor, page.behind.max(u64::from(full)))
            }
            Fault::VisibleOutOfOrder => {
                let slots = self.told().slots.clone();
                let mut cursor = after.clone();
                let (mut events, mut position) = (Vec::new(), usize::try_from(after.position(0)).unwrap());
                while position < slots.len() && events.len() < limit {
                    events.extend(slots[position].clone());
                    position += 1;
                }
                let behind = slots[position..].iter().flatten().count() as u64;
                // What is not there yet is passed over.
                cursor.set(0, if behind == 0 { slots.len() } else { position }.try_into().unwrap());
                Page::new(events, cursor, behind)
            }
            Fault::CountsRows => {
                let (all, from) = (self.all().await, usize::try_from(after.position(0)).unwrap());
                let events: Vec<Event> = all.iter().skip(from).take(limit).cloned().collect();
                let read = from + events.len();
                let mut cursor = after.clone();
                cursor.set(0, read.try_into().unwrap());
                Page::new(events, cursor, all.len().saturating_sub(read) as u64)
            }
            Fault::DoesNotSpread => {
                let mut page = proper.await?;
                for event in &mut page.events {
                    if let Some(taken) = self.told().taken.get(&event.id) {
                        *event = taken.clone();
                    }
                }
                page
            }
            _ => proper.await?,
        })
    }

    async fn events_of(&self, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
        let mut events = self.ledger.events_of(subject).await?;
        let taken: Vec<Event> =
            self.told().taken.values().filter(|event| event.subject == subject).cloned().collect();
        match self.fault {
            Some(Fault::ForgetsOfSubjects) => {
                events.pop();
            }
            Some(Fault::ShowsRemoved) => {
                let removed = taken.into_iter().filter(|event| !events.contains(event)).collect::<Vec<_>>();
                events.extend(removed);
            }
            Some(Fault::KeepsAfterErasure) => {
                if let Some(erased) = events.iter().find(|event| event.kind == EventKind::Erased).cloned() {
                    events.extend(taken.into_iter().filter(|event| event.at > erased.at));
                }
            }
            Some(Fault::KeepsBehindInBatch) => {
                let stray = self.told().stray.clone();
                events.extend(stray.into_iter().filter(|event| event.subject == subject));
            }
            Some(Fault::DoesNotSpread) => {
                for event in &mut events {
                    if let Some(taken) = taken.iter().find(|taken| taken.id == event.id) {
                        *event = taken.clone();
                    }
                }
            }
            _ => {}
        }
        Ok(events)
    }
}
