//! A ledger in memory: for tests, and as the plainest account of what every ledger does.

mod kept;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use self::kept::{Kept, Known};
use super::{
    AppendError, Cursor, EventRefused, Ledger, LedgerError, Page, Refused, admission::admit, wake::Wake,
};
use crate::{
    clock::{Clock, SystemClock},
    consent::Event,
    policy::History,
    vocabulary::SubjectId,
};

/// A ledger that is gone when its last handle is dropped, and is no ledger therefore but for tests. It does all that
/// [`Ledger`] says, save surviving anything. Clones are handles to the same events.
///
/// ```
/// use dynamoi_privacy::ledger::{Cursor, Ledger, Memory};
/// use dynamoi_privacy::{Event, History, Purpose, SubjectId};
/// # let rt = tokio::runtime::Builder::new_current_thread().build()?;
/// # rt.block_on(async {
/// let ledger = Memory::new(History::dynamoi());
/// let (subject, at) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", at);
/// ledger.append(&[granted.clone()]).await?;
/// ledger.append(&[granted.clone()]).await?; // Changes nothing.
///
/// let page = ledger.clone().read(&Cursor::start(), 100).await?;
/// assert!(page.events == [granted] && page.behind == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Memory {
    kept: Arc<Mutex<Kept>>,
    history: Arc<History>,
    clock: Arc<dyn Clock>,
    wake: Wake,
}

impl Memory {
    /// A ledger that holds nothing yet, and takes events that name versions of this history.
    pub fn new(history: impl Into<Arc<History>>) -> Self {
        Self {
            kept: Arc::default(),
            history: history.into(),
            clock: Arc::new(SystemClock),
            wake: Wake::default(),
        }
    }

    /// The same ledger with another clock than the machine's to tell which events are dated ahead.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Takes all of the events or none of them.
    fn append(&mut self, events: &[Event], history: &History, now: DateTime<Utc>) -> Result<(), Refused> {
        let mut new: Vec<&Event> = Vec::new();
        let mut by_id: HashMap<Uuid, &Event> = HashMap::new();
        for (index, event) in events.iter().enumerate() {
            let refused = |why| Err(Refused::new(index, event.id, why));
            let earlier = by_id.get(&event.id);
            match earlier.map_or_else(|| self.knows(event), |earlier| Known::from(*earlier == event)) {
                Known::Same => {}
                Known::Another => return refused(EventRefused::ConflictingEvent),
                Known::Not => match admit(event, history, now) {
                    Ok(()) => new.push(event),
                    Err(why) => return refused(why),
                },
            }
            by_id.insert(event.id, event);
        }
        // From here on nothing fails. All ids are taken first, so that no erasure that is owed takes one of them.
        new.iter().for_each(|event| self.take_id(event));
        new.into_iter().for_each(|event| self.add(event));
        Ok(())
    }
}

impl Ledger for Memory {
    async fn append(&self, events: &[Event]) -> Result<(), AppendError> {
        let now = self.clock.now();
        self.kept().append(events, &self.history, now)?;
        self.wake.ring();
        Ok(())
    }

    async fn read(&self, after: &Cursor, limit: usize) -> Result<Page, LedgerError> {
        self.wake.look();
        self.kept().read(after, limit)
    }

    async fn events_of(&self, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
        Ok(self.kept().events_of(subject))
    }

    async fn changed(&self) {
        self.wake.rung().await;
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("events", &self.kept().len()).finish_non_exhaustive()
    }
}
