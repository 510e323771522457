//! Verification: whether a trail is as it was written, from its lines alone and the heads that a host has kept.

use std::io::{self, BufRead, Read};

use super::{Entry, Head};
use crate::vocabulary::FormError;

/// Verifies a trail: that no entry was edited, removed, inserted or moved, and that it goes as far as it is known to
/// have gone.
///
/// It reads line by line and keeps nothing but the last head. Every line must be byte for byte the canonical JSON of its
/// entry, so that nothing can be changed, not even in the white space or the case of a letter.
///
/// A chain alone cannot tell that its end is missing, nor that somebody wrote it anew from some entry on. For that a
/// host keeps heads elsewhere ([`Trail::head`](super::Trail::head)): a trail must pass [`through`](Self::through) each
/// that it ever had. Without one, `verify` says only that the entries that are there belong together.
///
/// ```
/// use dynamoi_privacy::audit::{Fault, Head, Verification, VerifyError};
/// assert_eq!(Verification::new().read(&b""[..])?, Head::START);
///
/// let kept: Head = format!("1:{}", "0a".repeat(32)).parse()?;
/// let error = Verification::new().through(kept).read(&b""[..]).unwrap_err();
/// let VerifyError::Broken(broken) = error else { panic!("it can be read") };
/// assert!(matches!(broken.fault(), Fault::CutOff { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing was verified yet"]
pub struct Verification {
    last: Head,
    /// How many lines were read.
    lines: u64,
    /// Heads that are still to be passed through, the last one first.
    ahead: Vec<Head>,
}

/// Where a trail is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, where entry {sequence} is expected: {fault}")]
pub struct Broken {
    line: u64,
    sequence: u64,
    fault: Fault,
}

/// What is wrong with a trail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A line is not of the form of an entry.
    #[error("the line is no entry: {0}")]
    NotAnEntry(FormError),
    /// A line has the form of an entry and says what none says.
    #[error("the line is no entry: {0}")]
    Contradicts(&'static str),
    /// A line is longer than any entry is.
    #[error("the line is no entry: it is longer than {LONGEST} bytes")]
    TooLong,
    /// The last line has no end.
    #[error("the line has no end")]
    Torn,
    /// The entry's hash is not its own.
    #[error("the entry was edited: it has another hash than it says")]
    Edited,
    /// The entry says what it said, in other bytes than the canonical ones.
    #[error("the line was edited: it is not the canonical JSON of its entry")]
    NotCanonical,
    /// Another entry stands here than the next one: some were removed, inserted or moved.
    #[error("entry {found} stands here")]
    OutOfSequence {
        /// Its sequence.
        found: u64,
    },
    /// The entry does not follow the one before it.
    #[error("the entry follows another one than the one before it")]
    OtherPrevious,
    /// The trail ends before a head that was kept.
    #[error("the trail ends before {kept}, which it is known to have had")]
    CutOff {
        /// The head.
        kept: Head,
    },
    /// The entry is another one than the head that was kept.
    #[error("the entry is another one than {kept}, which the trail is known to have had")]
    OtherHead {
        /// The head.
        kept: Head,
    },
}

/// Why a trail was not found whole.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "no, and cannot say, are complete")]
pub enum VerifyError {
    /// It is broken.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It cannot be read, so that nobody can say.
    #[error("the trail cannot be read: {}", .0.kind())]
    Unreadable(#[source] io::Error),
}

/// Longer than the longest entry, so that no input makes memory grow without bound.
pub(super) const LONGEST: usize = 1 << 20;

impl Default for Verification {
    fn default() -> Self {
        Self::new()
    }
}

impl Verification {
    /// From the first entry on.
    pub fn new() -> Self {
        Self::after(Head::START)
    }

    /// From the entry after a head on: of a trail whose older entries were taken away on purpose, when their time was
    /// over.
    pub fn after(head: Head) -> Self {
        Self { last: head, lines: 0, ahead: Vec::new() }
    }

    /// The same, of a trail that must pass through a head that was kept elsewhere, or end with it. Heads of what lies
    /// before the beginning cannot be looked at, and are found to be missing.
    pub fn through(mut self, head: Head) -> Self {
        self.ahead.push(head);
        self.ahead.sort_by_key(|head| std::cmp::Reverse(head.sequence()));
        self
    }

    /// Reads all lines and gives the last head.
    ///
    /// # Errors
    /// Says at which line the trail is broken and how, or that it could not be read.
    pub fn read(mut self, mut lines: impl BufRead) -> Result<Head, VerifyError> {
        let mut line = Vec::with_capacity(1024);
        loop {
            line.clear();
            let longest = LONGEST as u64 + 1;
            lines.by_ref().take(longest).read_until(b'\n', &mut line).map_err(VerifyError::Unreadable)?;
            match line.as_slice() {
                [] => return Ok(self.end()?),
                [line @ .., b'\n'] => _ = self.line(line)?,
                torn => {
                    let fault = if torn.len() > LONGEST { Fault::TooLong } else { Fault::Torn };
                    self.lines += 1;
                    return Err(self.broken(fault).into());
                }
            }
        }
    }

    /// Takes the next line in, without its end, and gives its entry.
    ///
    /// # Errors
    /// Says how the trail is broken there. Nothing that is read after that means anything.
    pub fn line(&mut self, line: &[u8]) -> Result<Entry, Broken> {
        self.lines = self.lines.saturating_add(1);
        let entry = Entry::from_line(line).map_err(|fault| self.broken(fault))?;
        let (head, next) = (entry.head(), self.last.sequence().saturating_add(1));
        if head.sequence() != next {
            return Err(self.broken(Fault::OutOfSequence { found: head.sequence() }));
        }
        if entry.previous() != self.last.hash() {
            return Err(self.broken(Fault::OtherPrevious));
        }
        self.pass(self.last)?;
        self.pass(head)?;
        self.last = head;
        Ok(entry)
    }

    /// The last head, when there are no more lines.
    ///
    /// # Errors
    /// The trail ends before a head that it is known to have had.
    pub fn end(mut self) -> Result<Head, Broken> {
        self.pass(self.last)?;
        self.lines = self.lines.saturating_add(1);
        match self.ahead.pop() {
            None => Ok(self.last),
            Some(kept) => Err(self.broken(Fault::CutOff { kept })),
        }
    }

    /// Passes the heads that were kept of where the trail stands.
    fn pass(&mut self, at: Head) -> Result<(), Broken> {
        while let Some(kept) = self.ahead.pop_if(|kept| kept.sequence() <= at.sequence()) {
            if kept != at {
                return Err(self.broken(Fault::OtherHead { kept }));
            }
        }
        Ok(())
    }

    fn broken(&self, fault: Fault) -> Broken {
        Broken { line: self.lines, sequence: self.last.sequence().saturating_add(1), fault }
    }
}

impl Broken {
    /// The line, from 1; one behind the last when the trail ends too early.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The sequence of the entry that should stand there.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}
