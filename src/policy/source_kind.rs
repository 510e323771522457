//! The kinds of sources that a policy collects from: the kinds of processors, and the subject.

use std::{fmt, str::FromStr};

use crate::vocabulary::{ProcessorKind, Source, UnknownWord, text::parse};

/// A source of data by its kind: a kind of processor, or the subject (section 1).
///
/// ```
/// use dynamoi_privacy::policy::SourceKind;
/// use dynamoi_privacy::vocabulary::ProcessorKind;
/// assert_eq!("subject".parse(), Ok(SourceKind::Subject));
/// assert_eq!("ad_network".parse(), Ok(SourceKind::Processor(ProcessorKind::AdNetwork)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "data comes from the person or from somebody else")]
pub enum SourceKind {
    /// The person, in JSON `subject`.
    Subject,
    /// Processors of a kind.
    Processor(ProcessorKind),
}

impl SourceKind {
    const IDS: &'static [&'static str] = &{
        let [a, b, c, d, e, f] = ProcessorKind::ALL;
        [Source::SUBJECT, a.as_str(), b.as_str(), c.as_str(), d.as_str(), e.as_str(), f.as_str()]
    };

    /// The kind's id in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => Source::SUBJECT,
            Self::Processor(kind) => kind.as_str(),
        }
    }

    /// The kind's place in a set of kinds: that of the processors' kind, the subject behind them.
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Subject => ProcessorKind::ALL.len(),
            Self::Processor(kind) => kind.index(),
        }
    }
}

impl FromStr for SourceKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            Source::SUBJECT => Ok(Self::Subject),
            kind => kind
                .parse()
                .map(Self::Processor)
                .map_err(|_| UnknownWord::new("a kind of source", text, Self::IDS)),
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for SourceKind {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for SourceKind {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parse(from, "a kind of processor, or `subject`")
    }
}

impl schemars::JsonSchema for SourceKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SourceKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "enum": Self::IDS,
            "description": "Where a category is collected from (section 1): `subject`, the person themselves, or \
                processors of a kind (`ProcessorKind` says what each is).",
        })
    }
}
