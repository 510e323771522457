//! A line: a subject's id and packed record in one cache line, read whole while it is written.
//!
//! A sequence number is odd while the writer copies words in. A reader copies the words out between two
//! looks at the sequence and starts over when it changed or was odd, so it waits no longer than a copy
//! takes. Words are atomics, so that a torn read is a value that is thrown away and no undefined behaviour.

use std::sync::atomic::{AtomicU64, Ordering, fence};

use super::packed::{FAR, WORDS};
use crate::vocabulary::SubjectId;

/// A subject's id, a head and the words of a packed record on a cache line.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Line {
    subject: (AtomicU64, AtomicU64),
    /// The sequence in the lower half, the handle in the upper.
    head: AtomicU64,
    words: [AtomicU64; WORDS],
}

/// The second line of a record that has more instants than the first can hold.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Far([AtomicU64; FAR]);

/// What a line says beside its record: how often it was written, and where the rest is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Even; it changes with every change of the record.
    pub(super) revision: u32,
    /// The number of the second line or of the whole record; 0 is none.
    pub(super) handle: u32,
}

impl Line {
    /// Names the subject, once, before the line is in the index.
    pub(super) fn name(&self, subject: SubjectId) {
        let (high, low) = subject.halves();
        self.subject.0.store(high, Ordering::Relaxed);
        self.subject.1.store(low, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn subject(&self) -> SubjectId {
        let (high, low) = &self.subject;
        SubjectId::from_halves((high.load(Ordering::Relaxed), low.load(Ordering::Relaxed)))
    }

    /// Whether the line is the subject's.
    #[inline]
    pub(super) fn is(&self, subject: SubjectId) -> bool {
        self.subject() == subject
    }

    /// The head as it is now; its revision is odd while the writer is at it.
    #[inline]
    pub(super) fn head(&self) -> Head {
        let head = self.head.load(Ordering::Acquire);
        Head { revision: head as u32, handle: (head >> 32) as u32 }
    }

    /// The word of the choices alone: a word is whole by itself.
    #[inline]
    pub(super) fn choices(&self) -> u64 {
        let [_, choices, ..] = &self.words;
        choices.load(Ordering::Acquire)
    }

    /// The words, whole, with the head that they belong to. A writer that is just at the line is waited for.
    #[inline(always)]
    pub(super) fn words(&self) -> ([u64; WORDS], Head) {
        let [a, b, c, d, e] = &self.words;
        let mut tries = 0;
        loop {
            let head = self.head();
            if head.revision & 1 == 0 {
                let words = [a, b, c, d, e].map(|word| word.load(Ordering::Relaxed));
                if self.is_still(head) {
                    return (words, head);
                }
            }
            tries = wait(tries);
        }
    }

    /// Whether nothing was written since the head was read: what was read in between is whole.
    #[inline(always)]
    pub(super) fn is_still(&self, head: Head) -> bool {
        fence(Ordering::Acquire);
        self.head.load(Ordering::Relaxed) as u32 == head.revision
    }

    /// Writes words, the second line and whatever else `rest` does as one change. Only one writer may be at
    /// it; the caller holds its lock.
    pub(super) fn write(&self, words: [u64; WORDS], handle: u32, rest: impl FnOnce()) {
        let head = self.head();
        let odd = head.revision.wrapping_add(1);
        self.head.store(u64::from(odd) | u64::from(head.handle) << 32, Ordering::Relaxed);
        fence(Ordering::Release);
        for (word, new) in self.words.iter().zip(words) {
            word.store(new, Ordering::Relaxed);
        }
        rest();
        let even = odd.wrapping_add(1);
        self.head.store(u64::from(even) | u64::from(handle) << 32, Ordering::Release);
    }
}

/// Waits for a writer: for the few instructions that a copy takes, or, when the system took the processor from
/// it half-way, until it gets one back.
#[cold]
fn wait(tries: u32) -> u32 {
    if tries < 64 {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
    tries.saturating_add(1)
}

impl Far {
    #[inline]
    pub(super) fn instant(&self, at: usize) -> u64 {
        self.0.get(at).map_or(0, |word| word.load(Ordering::Relaxed))
    }

    pub(super) fn instants(&self) -> [u64; FAR] {
        std::array::from_fn(|at| self.instant(at))
    }

    pub(super) fn store(&self, instants: [u64; FAR]) {
        for (word, instant) in self.0.iter().zip(instants) {
            word.store(instant, Ordering::Relaxed);
        }
    }
}
