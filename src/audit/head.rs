//! Heads: how far a trail goes, in a line that a host keeps elsewhere.

use std::{fmt, str::FromStr};

use super::hex::{self, NotHex};

/// The SHA-256 of an entry, 64 lower-case hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryHash([u8; 32]);

/// An entry of a trail by its sequence and its hash, which stands for everything up to it.
///
/// Whoever keeps the newest head where those who hold the trail cannot write finds out when the trail is cut off or
/// written anew: it must pass through every head that it ever had. In text it is `sequence:hash`.
///
/// ```
/// use dynamoi_privacy::audit::Head;
/// let head: Head = format!("42:{}", "0a".repeat(32)).parse()?;
/// assert_eq!(head.sequence(), 42);
/// assert_eq!(head.to_string().parse::<Head>()?, head);
/// assert!("0:".parse::<Head>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    sequence: u64,
    hash: EntryHash,
}

/// Text that is not a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "found a text of {characters} characters, expected a head: a number, a colon, and 64 lower-case hexadecimal digits"
)]
pub struct NotAHead {
    characters: usize,
}

/// The highest sequence that a JSON number holds exactly everywhere (RFC 7493).
pub(super) const LAST: u64 = (1 << 53) - 1;

impl EntryHash {
    /// What the first entry names as the one before it: 64 zeros.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Head {
    /// Of a trail without an entry.
    pub const START: Self = Self { sequence: 0, hash: EntryHash::NONE };

    /// For sinks: the head that a store names. Sequences go from 1 to 2⁵³ − 1; 0 is before the first.
    pub const fn new(sequence: u64, hash: EntryHash) -> Self {
        Self { sequence, hash }
    }

    /// The entry's place in the trail, from 1; 0 is before the first.
    pub const fn sequence(self) -> u64 {
        self.sequence
    }

    /// The entry's hash.
    pub const fn hash(self) -> EntryHash {
        self.hash
    }
}

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let read = || {
            let (number, hash) = text.split_once(':')?;
            let sequence = number.parse().ok().filter(|sequence| *sequence <= LAST)?;
            let head = Self { sequence, hash: hash.parse().ok()? };
            // One text for each head: no sign, no zero in front, and no hash of nothing.
            (head.to_string() == text && (sequence > 0 || head == Self::START)).then_some(head)
        };
        read().ok_or_else(|| NotAHead { characters: text.chars().count() })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({self})")
    }
}

impl serde::Serialize for Head {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Head {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::text::parse(from, "a head of a trail")
    }
}

impl schemars::JsonSchema for Head {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Head".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(0|[1-9][0-9]{0,15}):[0-9a-f]{64}$" })
    }
}

impl FromStr for EntryHash {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        hex::read(text).map(Self)
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

impl serde::Serialize for EntryHash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        hex::serialize(&self.0, to)
    }
}

impl<'de> serde::Deserialize<'de> for EntryHash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::text::parse(from, "64 lower-case hexadecimal digits")
    }
}

impl schemars::JsonSchema for EntryHash {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EntryHash".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_one_text() {
        let zeros = "0".repeat(64);
        assert_eq!(Head::START.to_string(), format!("0:{zeros}"));
        assert_eq!(format!("0:{zeros}").parse::<Head>(), Ok(Head::START));
        assert!(format!("{LAST}:{}", "ab".repeat(32)).parse::<Head>().is_ok());
        for bad in [
            String::new(),
            ":".to_owned(),
            format!("1:{}", "AB".repeat(32)),
            format!("01:{}", "ab".repeat(32)),
            format!("+1:{}", "ab".repeat(32)),
            format!("-1:{}", "ab".repeat(32)),
            format!(" 1:{}", "ab".repeat(32)),
            format!("1:{}\n", "ab".repeat(32)),
            format!("0:{}", "ab".repeat(32)),
            format!("{}:{}", LAST + 1, "ab".repeat(32)),
        ] {
            assert!(bad.parse::<Head>().is_err(), "{bad}");
        }
    }
}
