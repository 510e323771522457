//! Entries: what was decided, as the trail keeps it, without personal data.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    EntryHash, Fault, Head, Pseudonym,
    head::LAST,
    written::{FORMAT, Written, WrittenRequest, has_its_hash},
};
use crate::{
    gate::{Action, Cookies, Flow, Reason, Reasons, Signals, action_in_full},
    vocabulary::{
        DataCategory, PolicyVersion, ProcessorId, Purpose, form, instant, nullable_policy_version,
        quiet::Quiet, text, words::words,
    },
};

words! {
    /// What was decided.
    Effect, "an effect" {
        /// It was permitted.
        Permit = "permit",
        /// It was denied.
        Deny = "deny",
        /// The gate could not say; the data stayed where it was.
        Undecided = "undecided",
    }
}

/// An entry of the trail: what a check decided.
///
/// It holds no personal data. The person, the consent events that the decision rested on, and the legal reference of a
/// disclosure appear as [`Pseudonym`]s under a key that is the person's alone, and that goes when they are erased.
///
/// Whatever is read is whole: an entry whose hash is not its own is refused.
///
/// ```
/// use dynamoi_privacy::audit::{Effect, Entry};
/// let line = concat!(
///     r#"{"at":"2026-01-05T09:00:00Z","effect":"deny","format":1,"#,
///     r#""hash":"c58722664676e4c6df8327c371a29c787c90f2ef4520c0323923ec3603f8d4d3","#,
///     r#""policy_version":"1.0.0","#,
///     r#""previous":"0000000000000000000000000000000000000000000000000000000000000000","#,
///     r#""reasons":["consent_missing"],"#,
///     r#""request":{"action":{"processor":"posthog","type":"share"},"category":"analytics","#,
///     r#""purpose":"engagement_analysis"},"#,
///     r#""rests_on":[],"sequence":1,"subject":"00112233445566778899aabbccddeeff"}"#,
/// );
/// let entry = Entry::from_line(line.as_bytes())?;
/// assert_eq!((entry.sequence(), entry.effect()), (1, Effect::Deny));
/// assert_eq!(entry.reasons().to_string(), "consent_missing");
/// assert_eq!(serde_json::to_string(&entry)?, line);
///
/// let edited = line.replace("deny", "permit").replace(r#""consent_missing""#, "");
/// assert!(Entry::from_line(edited.as_bytes()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    sequence: u64,
    at: DateTime<Utc>,
    subject: Pseudonym,
    flow: Flow,
    signals: Signals,
    effect: Effect,
    reasons: Reasons,
    policy_version: Option<PolicyVersion>,
    rests_on: Vec<Pseudonym>,
    previous: EntryHash,
    hash: EntryHash,
}

/// An entry as JSON has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Read {
    #[serde(deserialize_with = "at")]
    at: DateTime<Utc>,
    effect: Effect,
    format: u32,
    hash: EntryHash,
    #[serde(deserialize_with = "nullable_policy_version")]
    policy_version: Option<PolicyVersion>,
    previous: EntryHash,
    reasons: Vec<Reason>,
    request: ReadRequest,
    rests_on: Vec<Pseudonym>,
    sequence: u64,
    subject: Pseudonym,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct ReadRequest {
    #[serde(deserialize_with = "action_in_full")]
    action: Action,
    category: DataCategory,
    origin: Option<ProcessorId>,
    purpose: Purpose,
    signals: Option<ReadSignals>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct ReadSignals {
    cookies: Cookies,
    gpc: bool,
}

impl From<ReadSignals> for Signals {
    fn from(read: ReadSignals) -> Self {
        Self { gpc: read.gpc, cookies_blocked: read.cookies == Cookies::Blocked }
    }
}

/// An instant in the one way in which a line has it: the hash is that of these digits.
struct At(DateTime<Utc>);

const AT: &str = "an instant in UTC with 0, 3, 6 or 9 digits behind the second, as few as say it";

#[derive(thiserror::Error, Debug)]
#[error("found a text of {0} characters, expected {AT}")]
struct NotAt(usize);

impl FromStr for At {
    type Err = NotAt;

    fn from_str(text: &str) -> Result<Self, NotAt> {
        let at = text.parse::<instant::Rfc3339>().map(|at| at.0).ok();
        let as_written =
            |at: &DateTime<Utc>| instant::is_written_in_utc(at) && instant::write(at).to_string() == text;
        at.filter(as_written).map(Self).ok_or_else(|| NotAt(text.chars().count()))
    }
}

fn at<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    text::parse::<D, At>(from, AT).map(|at| at.0)
}

impl Entry {
    /// Reads the line of an entry, without its end. The line must be the entry's canonical JSON (RFC 8785), byte for
    /// byte, and the hash in it must be the entry's own.
    ///
    /// # Errors
    /// [`Fault::NotAnEntry`] says where the line is not of the form; [`Fault::Edited`] and [`Fault::NotCanonical`] say
    /// that it was changed.
    pub fn from_line(line: &[u8]) -> Result<Self, Fault> {
        // Looked at first, because it takes no reading: whatever was changed, it is not the hash of that.
        if has_its_hash(line) == Some(false) {
            return Err(Fault::Edited);
        }
        let read: Read = form::read(line).map_err(Fault::NotAnEntry)?;
        let entry = Self::assembled(read).map_err(Fault::Contradicts)?;
        let canonical = entry.written().line().is_some_and(|canonical| canonical == line);
        if canonical { Ok(entry) } else { Err(Fault::NotCanonical) }
    }

    /// The entry's place in the trail, from 1 to 2⁵³ − 1.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The instant of the check, as the host said it.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// What stands for the person.
    pub fn subject(&self) -> Pseudonym {
        self.subject
    }

    /// What was asked. In a disclosure a [`Pseudonym`] stands where the legal reference was.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// What the person's browser signalled.
    pub fn signals(&self) -> Signals {
        self.signals
    }

    /// What was decided.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Every reason against it; none unless it was denied.
    pub fn reasons(&self) -> Reasons {
        self.reasons
    }

    /// The version of the policy that was in force, if one was.
    pub fn policy_version(&self) -> Option<&PolicyVersion> {
        self.policy_version.as_ref()
    }

    /// What stands for the consent events that the decision rested on.
    pub fn rests_on(&self) -> &[Pseudonym] {
        &self.rests_on
    }

    /// The hash of the entry before; [`EntryHash::NONE`] in the first one.
    pub fn previous(&self) -> EntryHash {
        self.previous
    }

    /// The entry's own hash: SHA-256 of its canonical JSON without the field `hash`.
    pub fn hash(&self) -> EntryHash {
        self.hash
    }

    /// The head of a trail that ends with this entry.
    pub fn head(&self) -> Head {
        Head::new(self.sequence, self.hash)
    }

    fn written(&self) -> Written<'_> {
        Written {
            at: self.at,
            effect: self.effect,
            format: FORMAT,
            hash: self.hash,
            policy_version: self.policy_version.as_ref(),
            previous: self.previous,
            reasons: self.reasons,
            request: WrittenRequest::new(&self.flow, self.signals),
            rests_on: &self.rests_on,
            sequence: self.sequence,
            subject: self.subject,
        }
    }

    /// The entry of what was read, if that does not contradict itself. Its hash is still to be looked at.
    fn assembled(read: Read) -> Result<Self, &'static str> {
        let reasons: Reasons = read.reasons.iter().copied().collect();
        let ReadRequest { action, category, origin, purpose, signals } = read.request;
        let signals = signals.map(Signals::from);
        let pseudonym = |reference: &String| reference.parse::<Pseudonym>().is_ok();
        let wrong = [
            (read.format != FORMAT, "another format than 1"),
            (signals == Some(Signals::default()), "signals that signal nothing"),
            (!(1..=LAST).contains(&read.sequence), "a sequence that is none"),
            (!read.reasons.is_sorted_by(|one, next| one < next), "reasons out of their order"),
            ((read.effect == Effect::Deny) == reasons.is_empty(), "an effect that its reasons contradict"),
            (read.effect == Effect::Permit && read.policy_version.is_none(), "a permit without a policy"),
            (
                matches!(&action, Action::Disclose { reference } if !pseudonym(reference)),
                "a reference without a pseudonym",
            ),
        ];
        if let Some((_, what)) = wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            return Err(what);
        }
        Ok(Self {
            sequence: read.sequence,
            at: read.at,
            subject: read.subject,
            flow: Flow { category, purpose, action, origin },
            signals: signals.unwrap_or_default(),
            effect: read.effect,
            reasons,
            policy_version: read.policy_version,
            rests_on: read.rests_on,
            previous: read.previous,
            hash: read.hash,
        })
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entry = f.debug_struct("Entry");
        entry.field("sequence", &self.sequence).field("effect", &self.effect).field("flow", &self.flow);
        entry.field("reasons", &self.reasons).finish_non_exhaustive()
    }
}

/// The canonical JSON.
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.written().serialize(to)
    }
}

/// Strict of the form; in any order and spacing, as JSON is, because it may come out of a database that keeps neither.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(Quiet(from))?;
        let entry =
            Self::assembled(read).map_err(|what| serde::de::Error::custom(Fault::Contradicts(what)))?;
        match entry.written().seal() {
            Some((_, hash)) if hash == entry.hash => Ok(entry),
            _ => Err(serde::de::Error::custom(Fault::Edited)),
        }
    }
}
