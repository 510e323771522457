//! The watchman: a thread that takes a gate's word back when it has become too old by the watch.
//!
//! A check compares the host's instant with the wall clock's when the view was last known to be current, and reads no
//! clock for it. An instant that the host read long ago, or a wall clock that was set back, would make the view look
//! younger than it is. The task that follows could take the word back, but it does not run while the runtime is
//! blocked, and that is when it is needed. A thread of its own does.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use crate::gate::Gate;

/// Wakes the watchman.
pub(super) struct Watchman {
    thread: Thread,
    off: Arc<AtomicBool>,
}

impl Watchman {
    /// Sets one on a gate.
    pub(super) fn set(gate: &Arc<Gate>) -> io::Result<Self> {
        let off = Arc::new(AtomicBool::new(false));
        let (weak, ends) = (Arc::downgrade(gate), Arc::clone(&off));
        let builder = thread::Builder::new().name("consent-age".to_owned());
        let thread = builder.spawn(move || watch(&weak, &ends))?.thread().clone();
        Ok(Self { thread, off })
    }

    /// The view is current again after it was not: there is something to watch.
    pub(super) fn wake(&self) {
        self.thread.unpark();
    }
}

impl Drop for Watchman {
    /// He stays until the last word has become too old.
    fn drop(&mut self) {
        self.off.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// How long he sleeps at most, so that a gate that is gone is noticed.
const LONGEST: Duration = Duration::from_secs(60);

fn watch(gate: &Weak<Gate>, off: &AtomicBool) {
    loop {
        // Before what is left is looked at: whoever gives a word after that wakes him.
        let off = off.load(Ordering::Acquire);
        let Some(gate) = gate.upgrade() else { return };
        let left = loop {
            match gate.fresh_for() {
                // What was current again meanwhile is not taken back.
                None if !gate.lapse_view() => {}
                left => break left,
            }
        };
        drop(gate);
        match left {
            None if off => return,
            left => thread::park_timeout(left.unwrap_or(LONGEST).min(LONGEST)),
        }
    }
}
