//! What the audit trail in a ledger's database is, whichever database that is.

use std::io::{self, BufRead, BufReader, Read};

use super::{LedgerError, LedgerErrorKind};
use crate::audit::{Entry, Head, Key, Pseudonym, StoreError};

/// How many rows are read at once.
pub(super) const PAGE: i64 = 1000;

/// A sequence as databases count.
pub(super) fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

/// The head of the trail whose last line this is.
pub(super) fn head_of(last: Option<&str>) -> Result<Head, LedgerError> {
    last.map_or(Ok(Head::START), |line| entry_of(line).map(|entry| entry.head()))
}

pub(super) fn entry_of(line: &str) -> Result<Entry, LedgerError> {
    Entry::from_line(line.as_bytes())
        .map_err(|_| not_understood("a line of the audit trail that is no entry"))
}

/// The entries of a person. That a row is theirs is in the entry, too, and only there is it in the chain.
pub(super) fn entries_of(subject: Pseudonym, lines: &[String]) -> Result<Vec<Entry>, LedgerError> {
    let entries = lines.iter().map(|line| match entry_of(line) {
        Ok(entry) if entry.subject() != subject => {
            Err(not_understood("an entry of the audit trail in a wrong row"))
        }
        entry => entry,
    });
    entries.collect()
}

/// The key that a row holds; one that was forgotten is empty or all zeros.
pub(super) fn key_of(bytes: &[u8]) -> Result<Option<Key>, LedgerError> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    match bytes.try_into() {
        Ok(key) => Ok(Some(Key::from_bytes(key))),
        Err(_) => Err(not_understood("a key of the audit trail of another length")),
    }
}

pub(super) fn not_understood(what: &str) -> LedgerError {
    LedgerError::new(LedgerErrorKind::NotUnderstood, what.to_owned())
}

/// Reads rows page by page, as lines. `page` gives those after a sequence: the last one's, and their lines.
pub(super) fn lines(
    page: impl FnMut(i64) -> Result<Vec<(i64, String)>, StoreError> + Send + 'static,
) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(64 << 10, Pages { page, after: 0, now: io::Cursor::new(Vec::new()) }))
}

struct Pages<P> {
    page: P,
    after: i64,
    now: io::Cursor<Vec<u8>>,
}

impl<P: FnMut(i64) -> Result<Vec<(i64, String)>, StoreError>> Read for Pages<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.now.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let rows = (self.page)(self.after).map_err(io::Error::other)?;
        let mut bytes = Vec::new();
        for (sequence, line) in rows {
            self.after = sequence;
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        self.now = io::Cursor::new(bytes);
        self.now.read(buffer)
    }
}
