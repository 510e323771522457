//! The nine sections of the privacy policy.

use std::fmt;

/// A section of the privacy policy, 1 to 9.
///
/// ```
/// use dynamoi_privacy::vocabulary::Section;
/// let section = Section::new(3).unwrap();
/// assert_eq!(section.to_string(), "section 3 (sharing)");
/// assert!(Section::new(10).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section(u8);

impl Section {
    /// The section with this number; `None` outside 1 to 9.
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            1..=9 => Some(Self(number)),
            _ => None,
        }
    }

    /// 1 to 9.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What the section is about.
    pub const fn title(self) -> &'static str {
        match self.0 {
            1 => "what is collected and from where",
            2 => "what it is used for",
            3 => "sharing",
            4 => "security",
            5 => "cookies and tracking",
            6 => "transfers abroad",
            7 => "children",
            8 => "changes to the policy",
            _ => "contact",
        }
    }
}

/// For `#[serde(deserialize_with)]`: the number of a section.
pub(crate) fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    super::quiet::number(from, "a section from 1 to 9", |found| {
        found.as_u64().and_then(|found| u8::try_from(found).ok()).filter(|found| (1..=9).contains(found))
    })
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "section {} ({})", self.number(), self.title())
    }
}
