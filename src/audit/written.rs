//! The line of an entry: canonical JSON (RFC 8785) with the entry's own hash in it.
//!
//! What the canonical form asks for holds by construction: the fields below stand in the order of their names; no
//! field's name needs an escape; numbers are whole and below 2⁵³; texts are escaped by serde_json as RFC 8785 section
//! 3.2.2.2 has it. A test compares the lines with what a crate makes of them that knows the whole of the RFC.

use std::ops::Range;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Effect, EntryHash, Pseudonym, head::LAST, hex};
use crate::{
    data::tidy,
    gate::{Action, ActionType, Cookies, Flow, Reason, Reasons, Signals},
    vocabulary::{Country, DataCategory, PolicyVersion, ProcessorId, Purpose, Source, instant},
};

/// The format of entries that this version of the crate writes and reads.
pub(super) const FORMAT: u32 = 1;

/// An entry as it is written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Entry", deny_unknown_fields)]
pub(super) struct Written<'a> {
    /// The instant of the check, as the host said it.
    #[serde(with = "instant::required")]
    #[schemars(with = "DateTime<Utc>")]
    pub(super) at: DateTime<Utc>,
    /// What was decided.
    pub(super) effect: Effect,
    /// The format of this entry: 1.
    #[schemars(range(min = 1, max = 1))]
    pub(super) format: u32,
    /// The SHA-256 of this entry's canonical JSON without this field.
    pub(super) hash: EntryHash,
    /// The version of the policy that was in force; null when none was.
    #[schemars(required)]
    pub(super) policy_version: Option<&'a PolicyVersion>,
    /// The hash of the entry before; zeros in the first one.
    pub(super) previous: EntryHash,
    /// Every reason against it, in alphabetical order; none unless it was denied.
    #[schemars(with = "Vec<Reason>")]
    pub(super) reasons: Reasons,
    /// What was asked, without personal data.
    pub(super) request: WrittenRequest<'a>,
    /// What stands for the consent events that the decision rested on.
    pub(super) rests_on: &'a [Pseudonym],
    /// The entry's place in the trail, from 1.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub(super) sequence: u64,
    /// What stands for the person.
    pub(super) subject: Pseudonym,
}

/// What was asked.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EntryRequest", deny_unknown_fields, transform = tidy)]
pub(super) struct WrittenRequest<'a> {
    action: WrittenAction<'a>,
    category: DataCategory,
    /// The processor that the data was obtained from.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a ProcessorId>,
    purpose: Purpose,
    /// What the person's browser signalled; left out when it signalled nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    signals: Option<WrittenSignals>,
}

/// What would have been done with the data.
#[derive(Serialize, JsonSchema, Default)]
#[schemars(rename = "EntryAction", deny_unknown_fields, transform = tidy)]
struct WrittenAction<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processor: Option<&'a ProcessorId>,
    /// What stands for the order or law that a disclosure refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Pseudonym>")]
    reference: Option<&'a str>,
    /// A processor, or `subject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", regex(pattern = "^[a-z][a-z0-9_]{0,63}$"))]
    source: Option<&'a Source>,
    #[serde(rename = "type")]
    #[schemars(with = "ActionType")]
    action_type: Option<ActionType>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EntrySignals", deny_unknown_fields)]
struct WrittenSignals {
    cookies: Cookies,
    gpc: bool,
}

impl<'a> WrittenRequest<'a> {
    /// The flow, in whose disclosures a pseudonym stands for the reference.
    pub(super) fn new(flow: &'a Flow, signals: Signals) -> Self {
        let Flow { category, purpose, action, origin } = flow;
        let cookies = if signals.cookies_blocked { Cookies::Blocked } else { Cookies::Allowed };
        let written = WrittenSignals { cookies, gpc: signals.gpc };
        Self {
            action: WrittenAction::new(action),
            category: *category,
            origin: origin.as_ref(),
            purpose: *purpose,
            signals: (signals != Signals::default()).then_some(written),
        }
    }
}

impl<'a> WrittenAction<'a> {
    fn new(action: &'a Action) -> Self {
        let mut written = Self { action_type: Some(action.action_type()), ..Self::default() };
        match action {
            Action::Collect { source } => written.source = Some(source),
            Action::Store { country, encrypted } => {
                (written.country, written.encrypted) = (*country, Some(*encrypted));
            }
            Action::Share { processor, country } => {
                (written.country, written.processor) = (*country, Some(processor));
            }
            Action::Disclose { reference } => written.reference = Some(reference),
            Action::Use | Action::Sell => {}
        }
        written
    }
}

/// What stands around the hash in a line. No field before it holds a quotation mark, so that it is the first such text.
const BEFORE: &[u8] = b"\"hash\":\"";
const AFTER: &[u8] = b"\",";
const DIGITS: usize = 64;

impl Written<'_> {
    /// The entry's line, without the end of the line, with its hash in it; whatever hash it had before. `None` for
    /// what has no line, which is a sequence above 2⁵³ − 1.
    pub(super) fn seal(&self) -> Option<(String, EntryHash)> {
        let mut line = self.line()?;
        let (digits, hash) = hash_of(&line)?;
        hex::put(hash.as_bytes(), line.get_mut(digits)?);
        Some((String::from_utf8(line).ok()?, hash))
    }

    /// The entry's line with the hash that it says.
    pub(super) fn line(&self) -> Option<Vec<u8>> {
        let mut line = Vec::with_capacity(768);
        (self.sequence <= LAST && serde_json::to_writer(&mut line, self).is_ok()).then_some(line)
    }
}

/// The hash of a line without the hash in it, and where the digits of that stand.
fn hash_of(line: &[u8]) -> Option<(Range<usize>, EntryHash)> {
    let place = line.windows(BEFORE.len()).position(|window| window == BEFORE)?;
    let digits = place + BEFORE.len()..place + BEFORE.len() + DIGITS;
    let mut hash = Sha256::new();
    hash.update(line.get(..place)?);
    hash.update(line.get(digits.end + AFTER.len()..)?);
    Some((digits, EntryHash::from_bytes(hash.finalize().into())))
}

/// Whether the hash that stands in a line is that of the line; `None` when none stands there.
pub(super) fn has_its_hash(line: &[u8]) -> Option<bool> {
    let (digits, hash) = hash_of(line)?;
    let mut own = [0; DIGITS];
    hex::put(hash.as_bytes(), &mut own);
    Some(line.get(digits)? == own)
}
