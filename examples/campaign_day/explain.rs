//! Refusals in full: what was asked, every reason with its section, and what would change it.

use std::io::{self, Write};

use dynamoi_privacy::gate::{Denied, Reasons, Request};

use super::{
    text::{Subjects, asked, clock, wrapped},
    trail::{Answer, Trail},
};

/// How many refusals are explained.
const EXPLAINED: usize = 3;

/// Explains the refusals that together show the most different reasons; of equals the first of the day.
///
/// # Errors
/// When they cannot be written.
pub(super) fn write(trail: &Trail, subjects: &Subjects, out: &mut dyn Write) -> io::Result<()> {
    let refused: Vec<(&Request, &Denied)> = trail
        .entries()
        .iter()
        .filter_map(|entry| match &entry.answer {
            Answer::Denied(denied) => Some((&entry.asked, denied)),
            _ => None,
        })
        .collect();
    let mut shown = Reasons::NONE;
    for number in 1..=EXPLAINED {
        let new = |denied: &Denied| denied.reasons().iter().filter(|r| !shown.contains(*r)).count();
        // `max_by_key` takes the last of equals, so the search is from the end.
        let next = refused.iter().rev().max_by_key(|(_, denied)| new(denied));
        let Some((request, denied)) = next.filter(|(_, denied)| new(denied) > 0) else { break };
        if number == 1 {
            writeln!(out, "\nRefusals in full")?;
        }
        explain(number, request, denied, subjects, out)?;
        shown = shown.iter().chain(denied.reasons().iter()).collect();
    }
    Ok(())
}

fn explain(
    number: usize,
    request: &Request,
    denied: &Denied,
    subjects: &Subjects,
    out: &mut dyn Write,
) -> io::Result<()> {
    let version =
        denied.policy_version().map_or("no policy".to_owned(), |version| format!("policy {version}"));
    let (at, who) = (clock(request.at), subjects.name(request.subject));
    writeln!(out)?;
    wrapped(out, &format!("{number}. "), &format!("{at}, {who}, under {version}: {}.", asked(request)))?;
    for explanation in denied.explanations() {
        let section = explanation.section().map_or("No section".to_owned(), |section| section.to_string());
        let reason = format!("{section}: {}.", explanation.sentence());
        writeln!(out, "\n   {}", explanation.reason())?;
        wrapped(out, "     ", &capital(&reason))?;
        wrapped(out, "     ", &format!("What would change it: {}.", explanation.remedy()))?;
    }
    Ok(())
}

/// The text with its first letter as a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
