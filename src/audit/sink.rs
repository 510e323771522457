//! Sinks: where the lines of a trail are kept, and the one in memory.

use std::{
    io::{BufRead, BufReader, Cursor},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Entry, Head, Pseudonym, StoreError, StoreErrorKind};

/// Keeps the lines of a trail.
///
/// A chain has one writer: a sink that is opened twice refuses the second with [`StoreErrorKind::OtherWriter`]. The
/// [`Trail`](super::Trail) calls [`append`](Self::append) and [`head`](Self::head) from one thread of its own; reading
/// goes on beside them from any thread. No call holds a subject's id.
///
/// Whoever writes one of their own: it stores texts and does not look into them. Panics and errors are waited out.
pub trait Sink: Send + Sync {
    /// The head of what is kept and would survive a power cut. It is asked for at the beginning, and after every error,
    /// when it says how much of the last append was kept.
    ///
    /// # Errors
    /// The store cannot say now, or holds no trail.
    fn head(&self) -> Result<Head, StoreError>;

    /// Adds lines after the head, in their order and all of them or none as far as the store can, and returns when they
    /// would survive a power cut.
    ///
    /// # Errors
    /// It cannot say that they were kept. What was kept all the same is what [`head`](Self::head) says; it must be the
    /// first so many of them.
    fn append(&self, lines: &[Line]) -> Result<(), StoreError>;

    /// Every line that was kept before the call, from the first on, each with a line feed behind it.
    ///
    /// # Errors
    /// The store cannot be read now.
    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError>;

    /// The entries under a pseudonym, in their order.
    ///
    /// It reads everything, unless the sink knows better.
    ///
    /// # Errors
    /// As for [`Self::read`]; or something that bears the pseudonym is no entry.
    fn entries_of(&self, subject: Pseudonym) -> Result<Vec<Entry>, StoreError> {
        let (mut lines, mut line) = (self.read()?, Vec::new());
        // Subjects stand last in a line, so that a look at its end is enough.
        let sought = format!(r#""subject":"{subject}"}}"#);
        let mut found = Vec::new();
        loop {
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(found);
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            if text.ends_with(sought.as_bytes()) {
                found.push(Entry::from_line(text).map_err(|_| StoreErrorKind::NotUnderstood)?);
            }
        }
    }
}

/// A line of a trail, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    text: String,
    head: Head,
    subject: Pseudonym,
}

impl Line {
    pub(super) fn new(text: String, head: Head, subject: Pseudonym) -> Self {
        Self { text, head, subject }
    }

    /// The canonical JSON of the entry, without a line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The entry's sequence and hash.
    pub fn head(&self) -> Head {
        self.head
    }

    /// What stands for the person, to find their entries by.
    pub fn subject(&self) -> Pseudonym {
        self.subject
    }
}

/// A trail in memory: for tests. Its clones share the lines.
#[derive(Debug, Clone, Default)]
pub struct MemorySink(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<u8>,
    head: Option<Head>,
}

impl MemorySink {
    /// A trail without an entry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines, each with a line feed behind it.
    pub fn bytes(&self) -> Vec<u8> {
        self.kept().lines.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn head(&self) -> Result<Head, StoreError> {
        Ok(self.kept().head.unwrap_or(Head::START))
    }

    fn append(&self, lines: &[Line]) -> Result<(), StoreError> {
        let mut kept = self.kept();
        for line in lines {
            kept.lines.extend_from_slice(line.text.as_bytes());
            kept.lines.push(b'\n');
            kept.head = Some(line.head);
        }
        Ok(())
    }

    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError> {
        Ok(Box::new(BufReader::new(Cursor::new(self.bytes()))))
    }
}
