//! A line: a subject's id and packed record in one cache line, read whole while it is written.
//!
//! A sequence number is odd while the writer copies words in. A reader copies the words out between two
//! looks at the sequence and starts over when it changed or was odd, so it waits no longer than a copy
//! takes. Words are atomics, so that a torn read is a value that is thrown away and no undefined behaviour.

use std::sync::atomic::{AtomicU64, Ordering, fence};

use uuid::Uuid;

use super::packed::{FAR, WORDS};

/// Eight words on a cache line.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Line([AtomicU64; 8]);

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

const HEAD: usize = 2;

impl Line {
    #[inline]
    fn word(&self, at: usize) -> &AtomicU64 {
        // INVARIANT: `at` is a constant below 8 wherever this is called.
        self.0.get(at).unwrap_or(&self.0[0])
    }

    /// Names the subject, once, before the line is in the index.
    pub(super) fn name(&self, subject: Uuid) {
        let (high, low) = subject.as_u64_pair();
        self.word(0).store(high, Ordering::Relaxed);
        self.word(1).store(low, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn subject(&self) -> Uuid {
        Uuid::from_u64_pair(self.word(0).load(Ordering::Relaxed), self.word(1).load(Ordering::Relaxed))
    }

    /// Whether the line is the subject's.
    #[inline]
    pub(super) fn is(&self, (high, low): (u64, u64)) -> bool {
        self.word(0).load(Ordering::Relaxed) == high && self.word(1).load(Ordering::Relaxed) == low
    }

    /// The head as it is now; its revision is odd while the writer is at it.
    #[inline]
    pub(super) fn head(&self) -> Head {
        let head = self.word(HEAD).load(Ordering::Acquire);
        Head { revision: head as u32, handle: (head >> 32) as u32 }
    }

    /// The word of the choices alone: a word is whole by itself.
    #[inline]
    pub(super) fn choices(&self) -> u64 {
        self.word(4).load(Ordering::Acquire)
    }

    /// What `read` makes of the words, together with the head that they belong to. `read` may look at words
    /// that a writer is just changing; then its result is dropped and it is called again.
    #[inline]
    pub(super) fn read<T>(&self, mut read: impl FnMut([u64; WORDS], Head) -> T) -> (T, Head) {
        loop {
            let head = self.head();
            if head.revision & 1 == 0 {
                let words = [3, 4, 5, 6, 7].map(|at| self.word(at).load(Ordering::Relaxed));
                let value = read(words, head);
                fence(Ordering::Acquire);
                if self.word(HEAD).load(Ordering::Relaxed) as u32 == head.revision {
                    return (value, head);
                }
            }
            std::hint::spin_loop();
        }
    }

    /// Writes words, the second line and whatever else `rest` does as one change. Only one writer may be at
    /// it; the caller holds its lock.
    pub(super) fn write(&self, words: [u64; WORDS], handle: u32, rest: impl FnOnce()) {
        let head = self.head();
        let odd = head.revision.wrapping_add(1);
        self.word(HEAD).store(u64::from(odd) | u64::from(head.handle) << 32, Ordering::Relaxed);
        fence(Ordering::Release);
        for (at, word) in (3..8).zip(words) {
            self.word(at).store(word, Ordering::Relaxed);
        }
        rest();
        let even = odd.wrapping_add(1);
        self.word(HEAD).store(u64::from(even) | u64::from(handle) << 32, Ordering::Release);
    }
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
