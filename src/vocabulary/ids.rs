//! Identifiers: who the data is about, who processes it, and where it came from.

use std::{fmt, str::FromStr};

use smol_str::SmolStr;
use uuid::Uuid;

use super::{describe, words::Found};

/// The person the data is about (GDPR article 4(1): the data subject).
///
/// A UUID of the host's own; in text it is hyphenated, and nothing else is read. `Debug` does not show it,
/// because an id of a person is personal data and `Debug` ends in logs.
///
/// ```
/// use dynamoi_privacy::vocabulary::SubjectId;
/// let subject: SubjectId = "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11".parse()?;
/// assert_eq!(format!("{subject:?}"), "SubjectId");
/// assert!("7d1f6a5293a84a0c9f0e0d8e1c1f6b11".parse::<SubjectId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId {
    /// The two halves as words: a UUID of bytes lies at odd places in structs, which is slow to copy and hash.
    high: u64,
    low: u64,
}

/// Text that is not a hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found a text of {characters} characters, expected a hyphenated UUID")]
pub struct NotHyphenatedUuid {
    characters: usize,
}

/// Reads a UUID in its hyphenated form (RFC 9562), in either case.
pub(crate) fn hyphenated(text: &str) -> Result<Uuid, NotHyphenatedUuid> {
    match Uuid::try_parse(text) {
        Ok(uuid) if text.len() == uuid::fmt::Hyphenated::LENGTH => Ok(uuid),
        _ => Err(NotHyphenatedUuid { characters: text.chars().count() }),
    }
}

impl SubjectId {
    /// A new random subject (UUID version 4).
    pub fn random() -> Self {
        Uuid::new_v4().into()
    }

    /// The UUID itself.
    pub const fn uuid(self) -> Uuid {
        Uuid::from_u64_pair(self.high, self.low)
    }

    /// The two halves.
    #[inline]
    pub(crate) const fn halves(self) -> (u64, u64) {
        (self.high, self.low)
    }

    /// The subject of two halves.
    #[inline]
    pub(crate) const fn from_halves((high, low): (u64, u64)) -> Self {
        Self { high, low }
    }
}

impl From<Uuid> for SubjectId {
    fn from(uuid: Uuid) -> Self {
        Self::from_halves(uuid.as_u64_pair())
    }
}

impl FromStr for SubjectId {
    type Err = NotHyphenatedUuid;

    fn from_str(text: &str) -> Result<Self, NotHyphenatedUuid> {
        hyphenated(text).map(Self::from)
    }
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectId")
    }
}

impl serde::Serialize for SubjectId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.uuid().as_hyphenated())
    }
}

impl<'de> serde::Deserialize<'de> for SubjectId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        super::text::parse(from, "a hyphenated UUID")
    }
}

impl schemars::JsonSchema for SubjectId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SubjectId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "uuid",
            "description": "The person the data is about (GDPR article 4(1): the data subject), by an id of the host's \
                own: a UUID with hyphens, in either case. It is personal data itself.",
            "examples": ["7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11"],
        })
    }
}

/// A system that data is obtained from or shared with, by its id: `[a-z][a-z0-9_]{0,63}`.
///
/// The twelve that the policy names are constants; others are registered by a policy document. An id says
/// nothing about registration: whether data may flow is the policy's to say.
///
/// ```
/// use dynamoi_privacy::vocabulary::ProcessorId;
/// assert_eq!("posthog".parse(), Ok(ProcessorId::POSTHOG));
/// const ADFORM: ProcessorId = ProcessorId::from_static("adform");
/// assert_eq!(ADFORM.as_str(), "adform");
/// assert!("subject".parse::<ProcessorId>().is_err()); // the person as a source, never a processor
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProcessorId(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// A place in `NAMED`: the twelve are compared and looked up as a number.
    Named(u8),
    Other(SmolStr),
}

/// Text that is not the id of a processor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "found {found}, expected a processor id: a lower-case letter, then at most 63 lower-case letters, digits or `_`, and not `subject`"
)]
pub struct IllFormedProcessorId {
    found: Found,
}

/// Declares the processors that the policy names: the constant and the id, in one table.
macro_rules! named {
    ($($place:literal $(#[$doc:meta])* $name:ident = $id:literal,)+) => {
        impl ProcessorId {
            $($(#[$doc])* pub const $name: Self = Self(Repr::Named($place));)+

            /// The twelve systems that the policy names, in its order.
            pub const NAMED: [Self; NAMED.len()] = [$(Self::$name),+];
        }

        const NAMED: &[&str] = &[$($id),+];
    };
}

named! {
    0 /** Facebook Ads, an ad network. */ FACEBOOK_ADS = "facebook_ads",
    1 /** Google Ads, an ad network. */ GOOGLE_ADS = "google_ads",
    2 /** TikTok Ads, an ad network. */ TIKTOK_ADS = "tiktok_ads",
    3 /** Stripe, a payment processor. */ STRIPE = "stripe",
    4 /** Google Analytics, an analytics provider. */ GOOGLE_ANALYTICS = "google_analytics",
    5 /** PostHog, an analytics provider. */ POSTHOG = "posthog",
    6 /** Spotify, a streaming service. */ SPOTIFY = "spotify",
    7 /** Apple Music, a streaming service. */ APPLE_MUSIC = "apple_music",
    8 /** Deezer, a streaming service. */ DEEZER = "deezer",
    9 /** Pandora, a streaming service. */ PANDORA = "pandora",
    10 /** Amazon Music, a streaming service. */ AMAZON_MUSIC = "amazon_music",
    11 /** Feature.fm, a promotion provider. */ FEATURE_FM = "feature_fm",
}

impl ProcessorId {
    /// The id with this text, checked when the program is compiled.
    ///
    /// # Panics
    /// In a constant, an ill-formed id stops the compilation. Use [`str::parse`] for text from outside.
    pub const fn from_static(id: &'static str) -> Self {
        assert!(well_formed(id.as_bytes()), "a processor id is [a-z][a-z0-9_]{{0,63}} and not `subject`");
        match place(id.as_bytes()) {
            Some(place) => Self(Repr::Named(place)),
            None => Self(Repr::Other(SmolStr::new_static(id))),
        }
    }

    /// The id of a processor that is none of the twelve, checked when the program is compiled. It is what
    /// [`recipient!`](crate::recipient) asks for.
    ///
    /// # Panics
    /// In a constant, an ill-formed id or that of one of the twelve stops the compilation.
    ///
    /// ```
    /// use dynamoi_privacy::vocabulary::ProcessorId;
    /// const ADFORM: ProcessorId = ProcessorId::other("adform");
    /// assert_eq!(ADFORM, ProcessorId::from_static("adform"));
    /// ```
    pub const fn other(id: &'static str) -> Self {
        let id = Self::from_static(id);
        assert!(id.named().is_none(), "one of the twelve has its type in `dynamoi_privacy::processors`");
        id
    }

    /// The id as JSON has it.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // INVARIANT: the place comes from `NAMED`.
            Repr::Named(place) => NAMED.get(usize::from(*place)).copied().unwrap_or_default(),
            Repr::Other(id) => id,
        }
    }

    /// The place in [`Self::NAMED`], for tables; `None` for a processor that only a policy document names.
    pub(crate) const fn named(&self) -> Option<usize> {
        match self.0 {
            Repr::Named(place) => Some(place as usize),
            Repr::Other(_) => None,
        }
    }
}

/// The place of an id in [`NAMED`].
const fn place(id: &[u8]) -> Option<u8> {
    let mut place = 0u8;
    let mut named = NAMED;
    while let [first, rest @ ..] = named {
        if same(first.as_bytes(), id) {
            return Some(place);
        }
        place += 1;
        named = rest;
    }
    None
}

/// Whether the bytes are an id; `const` so that constants are checked by the compiler.
const fn well_formed(id: &[u8]) -> bool {
    let [b'a'..=b'z', rest @ ..] = id else { return false };
    let mut left = rest;
    while let [first, rest @ ..] = left {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        left = rest;
    }
    id.len() <= 64 && !same(id, b"subject")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let (mut a, mut b) = (a, b);
    loop {
        match (a, b) {
            ([], []) => return true,
            ([x, xs @ ..], [y, ys @ ..]) if *x == *y => (a, b) = (xs, ys),
            _ => return false,
        }
    }
}

impl FromStr for ProcessorId {
    type Err = IllFormedProcessorId;

    fn from_str(text: &str) -> Result<Self, IllFormedProcessorId> {
        if let Some(place) = NAMED.iter().position(|id| *id == text) {
            return u8::try_from(place)
                .map(|place| Self(Repr::Named(place)))
                .map_err(|_| IllFormedProcessorId { found: Found::describe(text) });
        }
        if well_formed(text.as_bytes()) {
            Ok(Self(Repr::Other(text.into())))
        } else {
            Err(IllFormedProcessorId { found: Found::describe(text) })
        }
    }
}

impl PartialOrd for ProcessorId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProcessorId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for ProcessorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ProcessorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProcessorId({self})")
    }
}

impl serde::Serialize for ProcessorId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ProcessorId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        super::text::parse(from, "a processor id")
    }
}

impl schemars::JsonSchema for ProcessorId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProcessorId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": format!(
                "A system that data is obtained from or shared with, by its id: a lower-case letter, then at most 63 lower-case letters, digits or `_`. Not `subject`, which is the word for the person as a \
                 source. The policy names {}; a policy document may register others.",
                Self::NAMED.map(|id| format!("`{id}`")).join(", "),
            ),
            "pattern": describe::processor_id(),
            "not": { "pattern": describe::LINE_BREAK },
            "examples": ["posthog", "feature_fm"],
        })
    }
}

/// Where data was collected from: the person, or a processor (section 1).
///
/// ```
/// use dynamoi_privacy::vocabulary::{ProcessorId, Source};
/// assert_eq!("subject".parse(), Ok(Source::Subject));
/// assert_eq!("stripe".parse(), Ok(Source::Processor(ProcessorId::STRIPE)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "data comes from the person or from somebody else")]
pub enum Source {
    /// The person, in JSON `subject`.
    Subject,
    /// A processor.
    Processor(ProcessorId),
}

impl Source {
    /// What JSON calls the person as a source; no processor is called so.
    pub(crate) const SUBJECT: &'static str = "subject";

    /// The source as JSON has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Subject => Self::SUBJECT,
            Self::Processor(id) => id.as_str(),
        }
    }
}

impl FromStr for Source {
    type Err = IllFormedProcessorId;

    fn from_str(text: &str) -> Result<Self, IllFormedProcessorId> {
        match text {
            Self::SUBJECT => Ok(Self::Subject),
            id => id.parse().map(Self::Processor),
        }
    }
}

impl serde::Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        super::text::parse(from, "a processor id or `subject`")
    }
}

impl schemars::JsonSchema for Source {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Source".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Where data was collected from (section 1): the word `subject` for the person themselves, or \
                a processor's id (a lower-case letter, then at most 63 lower-case letters, digits or `_`).",
            "pattern": describe::PROCESSOR_OR_SUBJECT,
            "not": { "pattern": describe::LINE_BREAK },
            "examples": ["subject", "stripe"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Purpose;

    #[test]
    fn ids_are_well_formed_or_refused() {
        let long = format!("a{}", "b".repeat(63));
        let too_long = format!("a{}", "b".repeat(64));
        for good in ["a", "z9_", "service_provider", "subjects", long.as_str()] {
            assert_eq!(good.parse::<ProcessorId>().unwrap().as_str(), good);
        }
        for bad in ["", "_a", "9a", "A", "a-b", "a b", "ä", "subject", "posthog ", too_long.as_str()] {
            assert!(bad.parse::<ProcessorId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_named_processor_is_the_same_however_it_is_made() {
        for id in ProcessorId::NAMED {
            assert_eq!(id.as_str().parse(), Ok(id.clone()));
            assert!(id.named().is_some());
        }
        assert_eq!(ProcessorId::from_static("feature_fm"), ProcessorId::FEATURE_FM);
        assert_eq!(ProcessorId::from_static("adform"), "adform".parse().unwrap());
    }

    #[test]
    fn errors_repeat_an_id_but_no_other_text() {
        let id = "x".repeat(65).parse::<ProcessorId>().unwrap_err().to_string();
        assert!(id.contains("a text of 65 characters"), "{id}");
        let mail = "ada@example.com".parse::<ProcessorId>().unwrap_err().to_string();
        assert!(!mail.contains("ada"), "{mail}");
        let word = "subject".parse::<ProcessorId>().unwrap_err().to_string();
        assert!(word.contains("`subject`"), "{word}");
        for number in ["4111111111111111", "15550123", "card_4111111111111111", "a_1555_0123", "9lives"] {
            let message = format!("{:?}", Purpose::from_str(number).unwrap_err());
            assert!(!message.contains(number), "{message}");
            let message = ProcessorId::from_str(&format!("{number}-")).unwrap_err().to_string();
            assert!(!message.contains(number), "{message}");
        }
        let message = ProcessorId::from_str("4111111111111111").unwrap_err().to_string();
        assert!(message.starts_with("found a text of 16 characters, "), "{message}");
    }

    #[test]
    fn only_hyphenated_uuids_are_read() {
        let text = "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11";
        assert!(hyphenated(text).is_ok());
        assert!(hyphenated(&text.to_uppercase()).is_ok());
        for bad in [text.replace('-', ""), format!("{{{text}}}"), format!("urn:uuid:{text}"), String::new()] {
            assert!(hyphenated(&bad).is_err(), "{bad}");
        }
    }
}
