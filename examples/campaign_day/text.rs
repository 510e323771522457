//! How things are called in the output: people by number, flows in words, lines of at most 100 columns.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Write},
};

use chrono::{DateTime, Timelike, Utc};
use dynamoi_privacy::{
    gate::{Action, ActionType, Request},
    processors::{NotSent, System},
    vocabulary::{ProcessorId, Source, SubjectId},
};

use super::trail::{Answer, Entry};

const WIDTH: usize = 100;

/// People by number, in the order in which they are first heard of: who they are is not printed.
#[derive(Default)]
pub(super) struct Subjects(HashMap<SubjectId, usize>);

impl Subjects {
    pub(super) fn meet(&mut self, subject: SubjectId) {
        let next = self.0.len() + 1;
        self.0.entry(subject).or_insert(next);
    }

    pub(super) fn name(&self, subject: SubjectId) -> String {
        self.0.get(&subject).map_or("a stranger".to_owned(), |number| format!("subject {number}"))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in the order of their numbers.
    pub(super) fn all(&self) -> Vec<SubjectId> {
        let mut all: Vec<(usize, SubjectId)> = self.0.iter().map(|(id, number)| (*number, *id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id).collect()
    }
}

/// When and of whom a line of progress is; neither is repeated in the lines below it.
#[derive(Clone, Copy)]
pub(super) struct Head<'a>(pub(super) Option<(DateTime<Utc>, &'a str)>);

/// A line of progress: when, who, the gate's verdict if it was asked, and what it is about.
pub(super) fn progress(out: &mut dyn Write, head: Head<'_>, verdict: &str, what: &str) -> io::Result<()> {
    let (at, who) = head.0.map_or((String::new(), ""), |(at, who)| (clock(at), who));
    wrapped(out, &format!("{at:<8} {who:<10} {verdict:<9} "), what)
}

/// What was done, a line for each different answer that the gate gave to it, and for what a system was told.
pub(super) fn answered<'a>(
    out: &mut dyn Write,
    mut head: Head<'_>,
    what: &str,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> io::Result<()> {
    let mut counted: Vec<(&str, String, usize)> = Vec::new();
    for (verdict, why) in entries.into_iter().filter_map(|entry| verdict(&entry.answer)) {
        match counted.iter_mut().find(|known| (known.0, &known.1) == (verdict, &why)) {
            Some((.., times)) => *times += 1,
            None => counted.push((verdict, why, 1)),
        }
    }
    if counted.iter().all(|(verdict, ..)| *verdict == TOLD) {
        progress(out, head, "", what)?;
        head = Head(None);
    }
    for (verdict, why, times) in counted {
        let rows = if times == 1 { String::new() } else { format!(" ({times} rows)") };
        let line = match (verdict, why.as_str()) {
            (TOLD, told) => told.to_owned(),
            (_, "") => format!("{what}{rows}"),
            (_, why) => format!("{what}{rows}: {why}"),
        };
        progress(out, head, verdict, &line)?;
        head = Head(None);
    }
    Ok(())
}

/// Entries by what was asked, in words: a row knows where it came from, which a request need not say.
pub(super) fn by_what_was_asked(entries: &[Entry]) -> Vec<(String, Vec<&Entry>)> {
    let mut known: Vec<(String, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let what = asked(&entry.asked);
        match known.iter_mut().find(|(before, _)| *before == what) {
            Some((_, same)) => same.push(entry),
            None => known.push((what, vec![entry])),
        }
    }
    known
}

/// What stands before what a system was told of the person's choices.
pub(super) const TOLD: &str = "told";

/// What stands before what a system demands and the data does not have.
pub(super) const UNSENT: &str = "unsent";

/// An answer in a word, and what there is to say of it; a body without a consent signal says nothing.
pub(super) fn verdict(answer: &Answer) -> Option<(&'static str, String)> {
    Some(match answer {
        Answer::Permitted => ("permitted", String::new()),
        Answer::Denied(denied) => ("refused", denied.reasons().to_string()),
        Answer::Undecided(undecided) => ("no answer", undecided.to_string()),
        Answer::Unused(why @ NotSent::Lapsed(_)) => ("lapsed", why.to_string()),
        Answer::Unused(why @ NotSent::Lacking(_)) => (UNSENT, why.to_string()),
        Answer::Sent(told) => (TOLD, told.clone()?),
    })
}

/// Text behind its beginning, broken between words; the lines below the first are indented as far.
pub(super) fn wrapped(out: &mut dyn Write, beginning: &str, text: &str) -> io::Result<()> {
    let indent = beginning.chars().count();
    let mut line = beginning.to_owned();
    let mut columns = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if columns > indent && columns + 1 + length > WIDTH {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(indent);
            columns = indent;
        }
        if columns > indent {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += length;
    }
    writeln!(out, "{}", line.trim_end())
}

/// The time of day in UTC, with seconds where there are any.
pub(super) fn clock(at: DateTime<Utc>) -> String {
    at.format(if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

/// A number of things.
pub(super) fn count<N: fmt::Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let things = if number == N::from(1) { one } else { many };
    format!("{number} {things}")
}

/// An id of the policy's lists in words.
pub(super) fn words(id: &str) -> String {
    id.replace('_', " ")
}

/// A system's name; the id of a processor that is none of the twelve.
pub(super) fn system(id: &ProcessorId) -> String {
    System::of(id).map_or_else(|| id.to_string(), |system| system.to_string())
}

/// What a request asks for, without the person.
pub(super) fn asked(request: &Request) -> String {
    let flow = &request.flow;
    let mut data = format!("{} data", words(flow.category.as_str()));
    if let (Some(origin), ActionType::Share) = (&flow.origin, flow.action.action_type()) {
        data = format!("{data} obtained from {}", system(origin));
    }
    let mut text = match &flow.action {
        Action::Collect { source: Source::Subject } => format!("collect {data} from the person"),
        Action::Collect { source: Source::Processor(id) } => format!("collect {data} from {}", system(id)),
        Action::Store { encrypted: true, .. } => format!("store {data} encrypted"),
        Action::Store { encrypted: false, .. } => format!("store {data} in the clear"),
        Action::Use => format!("use {data}"),
        Action::Share { processor, country } => {
            let place = country.map(|country| format!(" in {country}")).unwrap_or_default();
            format!("share {data} with {}{place}", system(processor))
        }
        Action::Disclose { .. } => format!("disclose {data} to an authority"),
        Action::Sell => format!("sell {data}"),
    };
    text.push_str(&format!(" for {}", words(flow.purpose.as_str())));
    if request.signals.gpc {
        text.push_str(", with the browser signal Sec-GPC");
    }
    if request.signals.cookies_blocked {
        text.push_str(", with cookies blocked");
    }
    text
}
