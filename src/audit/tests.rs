//! What entries, their lines and their chain must hold; the trail as a host sees it is in `tests/audit`.

mod changes;
mod forms;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Effect, EntryHash, Head, Key, Line, Pseudonym,
    written::{FORMAT, Written, WrittenRequest},
};
use crate::{
    gate::{Action, Flow, Reason, Reasons, Signals},
    vocabulary::{DataCategory, PolicyVersion, ProcessorId, Purpose, Source},
};

/// The lines of a trail of so many entries, of every form that there is.
pub(super) fn lines(count: u64) -> Vec<Line> {
    let (mut head, mut lines) = (Head::START, Vec::new());
    for nth in 0..count {
        let line = line(nth, head);
        head = line.head();
        lines.push(line);
    }
    lines
}

/// The lines as they lie in a file.
pub(super) fn bytes(lines: &[Line]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.text(), "\n"]).collect::<String>().into_bytes()
}

pub(super) fn at(nth: u64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
    begin + TimeDelta::milliseconds(i64::try_from(nth).unwrap() * 125)
}

/// The nth of the entries, after a head.
pub(super) fn line(nth: u64, after: Head) -> Line {
    let key = Key::from_bytes([7; 32]);
    let pick = |of: usize| usize::try_from(nth).unwrap() % of;
    let country = ["DE", "US"].get(pick(3)).map(|code| code.parse().unwrap());
    let processor = ProcessorId::NAMED[pick(12)].clone();
    let reference = key.pseudonym_of_reference("order 12").to_string();
    let action = match pick(7) {
        0 => Action::Collect { source: Source::Subject },
        1 => Action::Collect { source: Source::Processor(processor) },
        2 => Action::Store { country, encrypted: pick(2) == 0 },
        3 => Action::Use,
        4 => Action::Share { processor, country },
        5 => Action::Disclose { reference },
        _ => Action::Sell,
    };
    let origin = (pick(4) == 0).then_some(ProcessorId::from_static("adform"));
    let flow = Flow { category: DataCategory::ALL[pick(5)], purpose: Purpose::ALL[pick(7)], action, origin };
    let (effect, reasons) = match pick(3) {
        0 => (Effect::Permit, Reasons::NONE),
        1 => (Effect::Deny, Reason::ALL.into_iter().skip(pick(20)).step_by(3).collect()),
        _ => (Effect::Undecided, Reasons::NONE),
    };
    let version = PolicyVersion::from(["1.0.0", "2026 \"é\u{1}\n\u{7f}\u{20ac}\u{10ffff}\\/"][pick(2)]);
    let rests_on: Vec<Pseudonym> =
        (0..pick(4) as u128).map(|id| key.pseudonym_of_event(uuid::Uuid::from_u128(id))).collect();
    let subject = key.pseudonym(uuid::Uuid::from_u64_pair(1, nth % 10).into());
    let signals = Signals { gpc: pick(5) == 0, cookies_blocked: pick(6) == 0 };
    let written = Written {
        at: at(nth),
        effect,
        format: FORMAT,
        hash: EntryHash::NONE,
        policy_version: (effect == Effect::Permit || pick(5) != 0).then_some(&version),
        previous: after.hash(),
        reasons,
        request: WrittenRequest::new(&flow, signals),
        rests_on: &rests_on,
        sequence: after.sequence() + 1,
        subject,
    };
    let (text, hash) = written.seal().unwrap();
    Line::new(text, Head::new(written.sequence, hash), subject)
}
