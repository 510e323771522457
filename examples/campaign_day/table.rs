//! The table: what was asked of the gate by system and by our own doing, and what arrived and was built.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use dynamoi_privacy::{
    gate::{Action, Reason, Request},
    processors::{NotSent, System},
    vocabulary::ProcessorId,
};

use super::{
    backend::Backend,
    text::{count, system, wrapped},
    trail::{Answer, other_side},
};

/// What the backend does by itself, in the order of the table.
const OWN: [&str; 5] = ["our sign-ups", "our storing", "our own use", "our disclosing", "our selling"];

/// How many reasons a row shows.
const COMMONEST: usize = 3;

#[derive(Default)]
struct Row {
    permitted: usize,
    refused: usize,
    reasons: BTreeMap<Reason, usize>,
    undecided: usize,
}

impl Row {
    fn add(&mut self, answer: &Answer) {
        match answer {
            Answer::Permitted => self.permitted += 1,
            Answer::Denied(denied) => {
                self.refused += 1;
                for reason in denied.reasons().iter() {
                    *self.reasons.entry(reason).or_default() += 1;
                }
            }
            Answer::Undecided(_) => self.undecided += 1,
            Answer::Unused(_) | Answer::Sent(_) => {}
        }
    }

    fn asked(&self) -> usize {
        self.permitted + self.refused + self.undecided
    }

    /// The commonest reasons first, those of one number in the order of their ids.
    fn commonest(&self) -> String {
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(reason, times)| (usize::MAX - **times, **reason));
        let mut parts: Vec<String> =
            reasons.iter().take(COMMONEST).map(|(reason, times)| format!("{reason} {times}")).collect();
        if let Some(others) = reasons.len().checked_sub(COMMONEST).filter(|others| *others > 0) {
            parts.push(format!("{others} more"));
        }
        parts.join(", ")
    }
}

/// Which row a question belongs to: that of the system, else that of our own doing.
fn row_of(request: &Request) -> String {
    let [sign_ups, storing, using, disclosing, selling] = OWN;
    let own = match &request.flow.action {
        Action::Collect { .. } | Action::Share { .. } => sign_ups,
        Action::Store { .. } => storing,
        Action::Use => using,
        Action::Disclose { .. } => disclosing,
        Action::Sell => selling,
    };
    other_side(request).map_or_else(|| own.to_owned(), system)
}

/// Writes the tables.
///
/// # Errors
/// When they cannot be written.
pub(super) fn write(backend: &Backend, out: &mut dyn Write) -> io::Result<()> {
    asked(backend, out)?;
    arrived(backend, out)?;
    unused(backend, out)
}

fn asked(backend: &Backend, out: &mut dyn Write) -> io::Result<()> {
    let systems = System::ALL.map(|system| system.to_string());
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut all = Row::default();
    for entry in backend.trail().entries() {
        rows.entry(row_of(&entry.asked)).or_default().add(&entry.answer);
        all.add(&entry.answer);
    }

    writeln!(out, "\nWhat was asked of the gate\n")?;
    writeln!(out, "{:<16}{:>6}{:>11}{:>9}  commonest reasons", "", "asked", "permitted", "refused")?;
    let mut line = |name: &str, row: &Row| {
        let numbers = format!("{name:<16}{:>6}{:>11}{:>9}  ", row.asked(), row.permitted, row.refused);
        wrapped(out, &numbers, &row.commonest())
    };
    for system in &systems {
        line(system, &rows.remove(system).unwrap_or_default())?;
    }
    let own = OWN.map(|name| (name, rows.remove(name).unwrap_or_default()));
    for (other, row) in &rows {
        line(other, row)?;
    }
    for (name, row) in &own {
        line(name, row)?;
    }
    line("all", &all)?;
    match all.undecided {
        0 => Ok(()),
        undecided => {
            writeln!(out, "To {} the gate had no answer.", count(undecided, "question", "questions"))
        }
    }
}

fn arrived(backend: &Backend, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nWhat arrived, and what was built to be sent\n")?;
    writeln!(
        out,
        "{:<16}{:>9}{:>8}{:>11}{:>14}{:>16}{:>14}",
        "", "payloads", "unread", "rows read", "rows unread", "fields dropped", "bodies built"
    )?;
    let sent = |to: &ProcessorId| backend.trail().sent_to(to).count();
    for system in System::ALL {
        let read = backend.intakes().of(system);
        writeln!(
            out,
            "{:<16}{:>9}{:>8}{:>11}{:>14}{:>16}{:>14}",
            system.to_string(),
            read.payloads,
            read.payloads_refused,
            read.rows_read,
            read.rows_refused,
            read.fields_dropped,
            sent(&system.id()),
        )?;
    }
    // Of the others no payload is read.
    let others = backend.trail().entries().iter().filter_map(|entry| other_side(&entry.asked));
    for other in others.filter(|id| System::of(id).is_none()).collect::<BTreeSet<_>>() {
        writeln!(out, "{:<16}{:>72}", other.as_str(), sent(other))?;
    }
    Ok(())
}

fn unused(backend: &Backend, out: &mut dyn Write) -> io::Result<()> {
    let mut whys: Vec<(&NotSent, usize)> = Vec::new();
    for entry in backend.trail().entries() {
        let Answer::Unused(why) = &entry.answer else { continue };
        match whys.iter_mut().find(|(known, _)| *known == why) {
            Some((_, times)) => *times += 1,
            None => whys.push((why, 1)),
        }
    }
    for (number, (why, times)) in whys.into_iter().enumerate() {
        if number == 0 {
            writeln!(out, "\nPermits of which nothing came\n")?;
        }
        wrapped(out, &format!("{times:>4}  "), &why.to_string())?;
    }
    Ok(())
}
