//! The one error of the room: what was found, in kind, and what was expected.

use std::fmt;

/// A value that a leaf of the data does not take.
///
/// The message says the kind of what was found and what was expected; the value itself is not kept.
///
/// ```
/// use dynamoi_privacy::data::Text;
/// let refused = "4111 1111 1111 1111".parse::<Text>().unwrap_err();
/// assert!(refused.is_card_number());
/// assert!(!refused.to_string().contains("4111"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found {found}, expected {expected}")]
pub struct InvalidData {
    found: Found,
    expected: &'static str,
}

impl InvalidData {
    pub(super) const fn new(found: Found, expected: &'static str) -> Self {
        Self { found, expected }
    }

    /// Whether the value was refused because it may hold a full card number, which section 1 does not collect.
    pub const fn is_card_number(&self) -> bool {
        matches!(self.found, Found::CardNumber)
    }

    /// What was found, in kind.
    pub(crate) fn found(&self) -> String {
        self.found.to_string()
    }

    /// What would have been taken.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

/// What was found, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Text { characters: usize },
    ControlCharacter,
    CardNumber,
    EmailAddress,
    Number,
    TooManyDigits,
    OutOfRange,
    Backwards,
}

impl Found {
    pub(super) fn text(text: &str) -> Self {
        Self::Text { characters: text.chars().count() }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { characters } => write!(f, "a text of {characters} characters"),
            Self::ControlCharacter => f.write_str("a text with a control character"),
            Self::CardNumber => f.write_str("what may be a full payment card number"),
            Self::EmailAddress => f.write_str("a text with an e-mail address"),
            Self::Number => f.write_str("a number out of range"),
            Self::TooManyDigits => f.write_str("a number with more digits than can be held exactly"),
            Self::OutOfRange => f.write_str("a date out of range"),
            Self::Backwards => f.write_str("an end before the start"),
        }
    }
}
