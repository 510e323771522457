//! The way in: payloads of the systems, read by each system's own reader, and what was kept and dropped of them.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    processors::{AnyReading, Misfit, PayloadError, Reading, System},
    vocabulary::SubjectId,
};

use super::{
    backend::Backend,
    database::Kept,
    text::{Head, answered, count, progress},
};

/// What was read of the payloads of a system.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Intake {
    pub(super) payloads: usize,
    pub(super) payloads_refused: usize,
    pub(super) rows_read: usize,
    pub(super) rows_refused: usize,
    pub(super) fields_dropped: usize,
}

/// What was read of the payloads, by system.
#[derive(Default)]
pub(super) struct Intakes(BTreeMap<System, Intake>);

impl Intakes {
    pub(super) fn of(&self, system: System) -> Intake {
        self.0.get(&system).copied().unwrap_or_default()
    }

    fn add(&mut self, system: System, read: &Result<Read, PayloadError>) {
        let intake = self.0.entry(system).or_default();
        intake.payloads += 1;
        match read {
            Ok(read) => {
                intake.rows_read += read.rows;
                intake.rows_refused += read.refused.len();
                intake.fields_dropped += read.dropped;
            }
            Err(_) => intake.payloads_refused += 1,
        }
    }
}

/// What was read of one payload.
struct Read {
    rows: usize,
    dropped: usize,
    refused: Vec<Misfit>,
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = if self.rows == 0 { ", nothing kept" } else { "" };
        write!(f, "{} dropped{kept}", count(self.dropped, "field", "fields"))
    }
}

/// A payload of a system arrives that is about a subject: what the policy covers is taken in row by row, the
/// rest is gone before anybody sees it.
///
/// # Errors
/// When the payload is not one of the system's, or the system's own error.
fn receive(
    backend: &mut Backend,
    system: System,
    subject: SubjectId,
    payload: &[u8],
    now: DateTime<Utc>,
) -> Result<Read, PayloadError> {
    let read = system.read(subject, payload).map(|reading| match reading {
        AnyReading::AdPerformance(reading) => take_in(backend, reading, now),
        AnyReading::Payment(reading) => take_in(backend, reading, now),
        AnyReading::Analytics(reading) => take_in(backend, reading, now),
        AnyReading::Streaming(reading) => take_in(backend, reading, now),
        // The policy does not collect from the system, so there are no rows to take in.
        AnyReading::Nothing(reading) => summary(&reading),
    });
    backend.intakes_mut().add(system, &read);
    read
}

/// Receives a payload and shows what came of it. One that is not the system's is shown, too, and stops nothing.
pub(super) fn show(
    backend: &mut Backend,
    system: System,
    subject: SubjectId,
    payload: &[u8],
    now: DateTime<Utc>,
    head: Head<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mark = backend.trail().mark();
    let read = match receive(backend, system, subject, payload, now) {
        Ok(read) => read,
        Err(error) => return progress(out, head, "unread", &format!("payload from {system}: {error}")),
    };
    let entries = backend.trail().taken_in_since(mark);
    answered(out, head, &format!("payload from {system}, {read}"), entries)?;
    for misfit in &read.refused {
        progress(out, Head(None), "unread", &format!("row of the payload: {misfit}"))?;
    }
    Ok(())
}

fn take_in<T: Kept>(backend: &mut Backend, reading: Reading<T>, now: DateTime<Utc>) -> Read {
    let read = summary(&reading);
    for row in reading.into_kept() {
        backend.take_in(row, now);
    }
    read
}

fn summary<T>(reading: &Reading<T>) -> Read {
    Read { rows: reading.kept().len(), dropped: reading.dropped().len(), refused: reading.refused().to_vec() }
}
