//! What is owed at the end of the day to those who refused or were erased: what has to go, where, and how.

use std::io::{self, Write};

use dynamoi_privacy::processors::{Deletion, Method, RemovalCause, System};

use super::{
    Failure,
    backend::{Backend, Owed},
    text::{Subjects, clock, count, system, words, wrapped},
};

/// How far what stands beside a system's name is indented.
const INDENT: &str = "                ";

/// Settles what is owed and writes it, system by system; nothing where nothing is owed.
///
/// # Errors
/// When it cannot be written, or what flowed on earlier days cannot be read.
pub(super) fn write(backend: &mut Backend, subjects: &Subjects, out: &mut dyn Write) -> Result<(), Failure> {
    let mut all: Vec<(String, Owed)> = Vec::new();
    for subject in subjects.all() {
        let name = subjects.name(subject);
        all.extend(backend.settle(subject)?.into_iter().map(|owed| (name.clone(), owed)));
    }
    // The twelve in the order of the policy, then the others; the order of the people stays.
    all.sort_by_key(|(_, owed)| {
        let id = owed.removal.processor();
        (System::of(id).is_none(), System::of(id), id.clone())
    });
    if !all.is_empty() {
        writeln!(out, "\nWhat is owed to those who refused or were erased")?;
    }
    for of_one in all.chunk_by(|(_, a), (_, b)| a.removal.processor() == b.removal.processor()) {
        writeln!(out)?;
        one(of_one, out)?;
    }
    Ok(())
}

/// What is owed at one processor.
fn one(owed: &[(String, Owed)], out: &mut dyn Write) -> io::Result<()> {
    let Some((_, Owed { removal, .. })) = owed.first() else { return Ok(()) };
    let mut beginning = format!("{:<16}", system(removal.processor()));
    for (who, Owed { removal, sent, deleted }) in owed {
        let since = clock(removal.since());
        let cause = match removal.cause() {
            RemovalCause::Refused => format!("{who}, who refused at {since}"),
            RemovalCause::Erased => format!("{who}, who was erased at {since}"),
        };
        let mut parts: Vec<String> = Vec::new();
        for sent in sent {
            let (category, purpose) = (words(sent.category.as_str()), words(sent.purpose.as_str()));
            parts.push(format!("{category} data sent there for {purpose}"));
        }
        for (category, rows) in deleted {
            let by =
                removal.delete_obtained_by().map(|by| format!(", due by {}", by.format("%Y-%m-%d %H:%M")));
            let gone = match rows {
                0 => "already deleted here".to_owned(),
                rows => format!("{} deleted here", count(*rows, "row", "rows")),
            };
            let category = words(category.as_str());
            parts.push(format!("{category} data from there, {gone}{}", by.unwrap_or_default()));
        }
        wrapped(out, &beginning, &format!("{cause}: {}", parts.join("; ")))?;
        beginning = INDENT.to_owned();
    }
    if owed.iter().all(|(_, owed)| owed.sent.is_empty()) {
        return Ok(());
    }
    match (removal.deletion(), System::of(removal.processor())) {
        (Deletion::Documented(requests), _) => {
            for request in requests {
                let method = match request.method() {
                    Method::Delete => "DELETE",
                    Method::Post => "POST",
                };
                wrapped(out, INDENT, &format!("{method} {}", request.url()))?;
                wrapped(out, &format!("{INDENT}  "), request.deletes())?;
            }
            Ok(())
        }
        (Deletion::NoneDocumented, Some(system)) => {
            let terms = system.identity().privacy_terms;
            wrapped(out, INDENT, &format!("no request is documented: in writing, see {terms}"))
        }
        (Deletion::NoneDocumented | Deletion::Unknown, _) => {
            wrapped(out, INDENT, "how it deletes is not known here")
        }
    }
}
