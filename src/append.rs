//! A list that only grows, read without locks.
//!
//! The view and the history are read by every check while others write. Neither ever forgets an entry, so
//! what they need is less than a concurrent map: places that, once there, never move. An entry is made by
//! `Default` and filled in through its own atomics or locks.

use std::sync::OnceLock;

/// Blocks grow by eighths of a power of two, so that at most an eighth of the list lies empty.
const EIGHTHS: u32 = 3;
/// The first block has 2⁴ entries.
const FIRST: u32 = 4;
const BLOCKS: usize = (32 - FIRST as usize) << EIGHTHS;

/// A list of up to 2³² entries whose places never move.
pub(crate) struct Append<T> {
    /// There from the beginning, so that a short list is found with a comparison.
    first: Box<[T; 1 << FIRST]>,
    blocks: Box<[OnceLock<Box<[T]>>]>,
}

impl<T: Default> Append<T> {
    pub(crate) fn new() -> Self {
        let first = Box::new(std::array::from_fn(|_| T::default()));
        Self { first, blocks: (0..BLOCKS).map(|_| OnceLock::new()).collect() }
    }

    /// The entry, if its block was ever asked for by [`Self::grow`].
    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        if let Some(entry) = self.first.get(index as usize) {
            return Some(entry);
        }
        let (block, offset, _) = place(index);
        self.blocks.get(block)?.get()?.get(offset)
    }

    /// The entry, made if need be together with its block.
    pub(crate) fn grow(&self, index: u32) -> Option<&T> {
        if let Some(entry) = self.first.get(index as usize) {
            return Some(entry);
        }
        let (block, offset, size) = place(index);
        let block = self.blocks.get(block)?;
        block.get_or_init(|| (0..size).map(|_| T::default()).collect()).get(offset)
    }

    /// The entries below `len`, block by block, each with the index of its first entry.
    pub(crate) fn blocks(&self, len: u32) -> impl Iterator<Item = (u32, &[T])> {
        let mut first = 1u32 << FIRST;
        let begin = self.first.get(..(len as usize).min(self.first.len())).unwrap_or_default();
        let rest = self.blocks.iter().map_while(move |block| {
            let left = len.checked_sub(first).filter(|left| *left > 0)?;
            let (_, _, size) = place(first);
            let entries = block.get()?;
            let entries = entries.get(..size.min(left as usize)).unwrap_or(entries);
            let at = first;
            first = first.saturating_add(u32::try_from(size).unwrap_or(u32::MAX));
            Some((at, entries))
        });
        std::iter::once((0, begin)).chain(rest)
    }
}

/// Keeps what writers change off the cache lines that readers hold: two lines, because processors fetch them
/// in pairs.
#[derive(Default)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// Which block an index beyond the first lies in, where in it, and how large that block is.
#[inline]
fn place(index: u32) -> (usize, usize, usize) {
    let power = 31 - (index | 1 << FIRST).leading_zeros();
    let shift = power - EIGHTHS;
    let eighth = (index >> shift) & ((1 << EIGHTHS) - 1);
    let block = (power - FIRST) << EIGHTHS | eighth;
    (block as usize, (index & ((1 << shift) - 1)) as usize, 1 << shift)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;

    #[test]
    fn places_are_dense_and_in_order() {
        let (mut block, mut offset, mut size) = place(1 << FIRST);
        assert_eq!((block, offset), (0, 0));
        for index in (1 << FIRST) + 1..100_000 {
            let next = place(index);
            if offset + 1 == size {
                assert_eq!((next.0, next.1), (block + 1, 0), "{index}");
            } else {
                assert_eq!(next, (block, offset + 1, size), "{index}");
            }
            (block, offset, size) = next;
        }
        let (last, offset, size) = place(u32::MAX);
        assert!(last < BLOCKS && offset < size);
    }

    #[test]
    fn what_was_grown_stays_and_is_walked_in_order() {
        let list = Append::<AtomicU32>::new();
        assert!(list.get(1 << FIRST).is_none());
        for index in 0..1000 {
            list.grow(index).unwrap().store(index, Relaxed);
        }
        let walked: Vec<u32> = list
            .blocks(1000)
            .flat_map(|(first, entries)| {
                assert_eq!(entries[0].load(Relaxed), first);
                entries.iter().map(|entry| entry.load(Relaxed))
            })
            .collect();
        assert_eq!(walked, (0..1000).collect::<Vec<_>>());
        assert_eq!(list.blocks(0).flat_map(|(_, entries)| entries).count(), 0);
        assert_eq!(list.blocks(5).flat_map(|(_, entries)| entries).count(), 5);
        assert!(list.get(u32::MAX).is_none());
    }
}
