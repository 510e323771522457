//! Cursors: how far somebody has read a ledger, and what comes next.

use std::fmt;

use crate::consent::Event;

/// How far somebody has read a ledger: a position for each of its lanes. It means something to the ledger that it
/// came from, for as long as that exists.
///
/// ```
/// use dynamoi_privacy::ledger::Cursor;
/// let nothing_read = Cursor::start();
/// assert_eq!(nothing_read.position(3), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor(Vec<i64>);

impl Cursor {
    /// Before the first event.
    pub fn start() -> Self {
        Self::default()
    }

    /// The position up to which a lane was read; 0 is before its first event.
    pub fn position(&self, lane: usize) -> i64 {
        self.0.get(lane).copied().unwrap_or(0)
    }

    /// The cursor that stands at a position in a lane, and where it stood in all others.
    pub fn set(&mut self, lane: usize, position: i64) {
        if self.0.len() <= lane {
            self.0.resize(lane + 1, 0);
        }
        if let Some(known) = self.0.get_mut(lane) {
            *known = position;
        }
    }
}

/// Events that were read together.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Page {
    /// The events.
    pub events: Vec<Event>,
    /// Where to read on.
    pub cursor: Cursor,
    /// How many positions lie behind this page; 0 exactly when nothing does. More than 0 is an estimate, because
    /// positions may be unused.
    pub behind: u64,
}

impl Page {
    /// A page.
    pub fn new(events: Vec<Event>, cursor: Cursor, behind: u64) -> Self {
        Self { events, cursor, behind }
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.events.len();
        f.debug_struct("Page").field("events", &events).field("behind", &self.behind).finish_non_exhaustive()
    }
}
