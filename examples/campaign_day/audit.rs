//! The audit trail on disk: begun before the day, asked for what flowed on earlier days, verified at the end.

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use dynamoi_privacy::{
    audit::{Entry, Head, JsonLines, KeyFile, Settings, Trail, Verification},
    vocabulary::SubjectId,
};

use super::text::{count, wrapped};

/// A trail of JSON lines in a folder, with the keys of its pseudonyms in a file beside it.
pub(super) struct Audit {
    trail: Arc<Trail>,
    folder: PathBuf,
    /// How far the trail went before the day.
    began: Head,
}

/// What the audit trail could not do.
#[derive(Debug, thiserror::Error)]
#[error("the audit trail in {}: {problem}", .folder.display())]
pub(crate) struct AuditFault {
    folder: PathBuf,
    problem: String,
}

impl Audit {
    /// Begins to write in a folder, after what is there.
    ///
    /// # Errors
    /// When the folder cannot be used, another process writes there, or what is there is no trail.
    pub(super) fn begin(folder: &Path) -> Result<Self, AuditFault> {
        let folder = folder.to_owned();
        let begun = || {
            // Whoever may read one of them need not be able to read the other.
            let sink = JsonLines::open(folder.join("trail"))?;
            let keys = KeyFile::open(folder.join("keys"))?;
            // No permit without an entry on disk.
            Trail::start(sink, keys, Settings::required())
        };
        let trail = begun().map_err(|error| fault(&folder, &error))?;
        Ok(Self { began: trail.head(), trail: Arc::new(trail), folder })
    }

    pub(super) fn trail(&self) -> &Arc<Trail> {
        &self.trail
    }

    /// What was decided about a subject before the day.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn earlier(&self, subject: SubjectId) -> Result<Vec<Entry>, AuditFault> {
        let decisions = self.trail.decisions_of(subject).map_err(|error| fault(&self.folder, &error))?;
        Ok(self.before(decisions))
    }

    /// Those of the decisions that were made before the day.
    pub(super) fn before(&self, mut decisions: Vec<Entry>) -> Vec<Entry> {
        decisions.retain(|entry| entry.sequence() <= self.began.sequence());
        decisions
    }

    /// Ends the trail, verifies all of it and says so.
    ///
    /// # Errors
    /// When it cannot be kept or read, or was changed by somebody.
    pub(super) fn end(self, out: &mut dyn Write) -> Result<(), super::Failure> {
        let Self { trail, folder, began } = self;
        let kept = trail.close().map_err(|error| fault(&folder, &error))?;
        let lines = JsonLines::reader(folder.join("trail")).map_err(|error| fault(&folder, &error))?;
        // It has to pass through where it stood this morning, and end where it ends.
        let verified = Verification::new().through(began).through(kept).read(lines);
        let head = verified.map_err(|error| fault(&folder, &error))?;

        let today = kept.sequence() - began.sequence();
        writeln!(out, "\nThe audit trail\n\n{}", folder.display())?;
        let text = format!(
            "{} of today, {} in all, each with the hash of the one before: verified. The head, to be kept elsewhere:",
            count(today, "decision", "decisions"),
            head.sequence(),
        );
        wrapped(out, "", &text)?;
        Ok(writeln!(out, "{head}")?)
    }
}

fn fault(folder: &Path, error: &dyn fmt::Display) -> AuditFault {
    AuditFault { folder: folder.to_owned(), problem: error.to_string() }
}
