//! The index: which line a subject's record lies in, found without a lock.
//!
//! Subjects are never removed (an erased one leaves a tombstone), so the index only grows. A table is a
//! power of two of words, each a line's number and half of the subject's hash; a table that fills up is
//! rebuilt twice as large beside the old one, which readers go on reading until the new one is complete.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

/// The first table has 2⁶ places; the last would have 2³³, for 2³² lines.
const SMALLEST: usize = 6;
const TABLES: usize = 34 - SMALLEST;

pub(super) struct Index {
    tables: Box<[OnceLock<Box<[AtomicU64]>>]>,
    current: AtomicUsize,
}

impl Index {
    pub(super) fn new() -> Self {
        Self { tables: (0..TABLES).map(|_| OnceLock::new()).collect(), current: AtomicUsize::new(0) }
    }

    /// The first line under this hash that is the one.
    #[inline]
    pub(super) fn find<T>(&self, hash: u64, mut is_it: impl FnMut(u32) -> Option<T>) -> Option<T> {
        let table = self.tables.get(self.current.load(Ordering::Acquire))?.get()?;
        let mask = table.len().wrapping_sub(1);
        let mut place = hash as usize;
        loop {
            // INVARIANT: a table is never full, so the walk ends at an empty place.
            let entry = table.get(place & mask)?.load(Ordering::Acquire);
            if entry == 0 {
                return None;
            }
            if entry >> 32 == hash >> 32
                && let Some(found) = is_it((entry as u32).wrapping_sub(1))
            {
                return Some(found);
            }
            place = place.wrapping_add(1);
        }
    }

    /// Adds a line under a hash that it was not found under. `lines` gives the lines that are there already
    /// with their hashes, for a larger table. Only one writer may be at it; the caller holds its lock.
    pub(super) fn insert<I: Iterator<Item = (u32, u64)>>(
        &self,
        line: u32,
        hash: u64,
        lines: impl FnOnce() -> I,
    ) -> Option<()> {
        let current = self.current.load(Ordering::Relaxed);
        // `line` counts those that came before; three quarters are enough for one table.
        let room = |table: usize| (1usize << (SMALLEST + table)) / 4 * 3;
        if (line as usize) < room(current) {
            let table = self.tables.get(current)?.get_or_init(|| empty(current));
            return put(table, line, hash);
        }
        let next = current + 1;
        let table = self.tables.get(next)?.get_or_init(|| {
            let table = empty(next);
            for (line, hash) in lines() {
                put(&table, line, hash);
            }
            table
        });
        put(table, line, hash)?;
        self.current.store(next, Ordering::Release);
        Some(())
    }
}

fn empty(table: usize) -> Box<[AtomicU64]> {
    (0..1usize << (SMALLEST + table)).map(|_| AtomicU64::new(0)).collect()
}

fn put(table: &[AtomicU64], line: u32, hash: u64) -> Option<()> {
    let mask = table.len().wrapping_sub(1);
    let mut place = hash as usize;
    let entry = (hash >> 32) << 32 | u64::from(line.checked_add(1)?);
    loop {
        let slot = table.get(place & mask)?;
        if slot.load(Ordering::Relaxed) == 0 {
            slot.store(entry, Ordering::Release);
            return Some(());
        }
        place = place.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_while_tables_are_outgrown() {
        let index = Index::new();
        // Few different hashes, so that many lines stand under the same one.
        let hash = |line: u32| u64::from(line % 97).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for line in 0..5000 {
            assert_eq!(index.find(hash(line), |found| (found == line).then_some(())), None);
            index.insert(line, hash(line), || (0..line).map(|line| (line, hash(line)))).unwrap();
        }
        for line in 0..5000 {
            assert_eq!(index.find(hash(line), |found| (found == line).then_some(found)), Some(line));
        }
        // A hash whose upper half no line has; that of 1 is line 0's.
        assert_eq!(index.find(u64::MAX, |_| Some(())), None);
    }
}
