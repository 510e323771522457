//! The closed lists: each word's JSON id is written once, in the table that declares it.

use std::fmt;

/// Text that is not a word of a closed list.
///
/// The text itself is repeated only when it looks like an id, so that a person's data that was put in the
/// wrong place does not travel in an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found}, expected {list}: one of {}", .expected.join(", "))]
pub struct UnknownWord {
    list: &'static str,
    found: Found,
    expected: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) fn new(list: &'static str, found: &str, expected: &'static [&'static str]) -> Self {
        Self { list, found: Found::describe(found), expected }
    }

    /// The ids that the list has.
    pub fn expected(&self) -> &'static [&'static str] {
        self.expected
    }
}

/// What an error may say of a text that it refuses: an id as it stands, of anything else the length alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Id(smol_str::SmolStr),
    Text { characters: usize },
}

impl Found {
    pub(crate) fn describe(text: &str) -> Self {
        let id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        // Digits in number are a telephone's or a card's.
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && text.len() <= 64 && digits < 8 && text.bytes().all(id) {
            Self::Id(text.into())
        } else {
            Self::text(text)
        }
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Text { characters: text.chars().count() }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "`{id}`"),
            Self::Text { characters } => write!(f, "a text of {characters} characters"),
        }
    }
}

/// Declares a closed list: the enum, `ALL`, `as_str`, and the ways in and out of text, JSON and JSON Schema.
///
/// Six lists are alike in all of this; written out they would be six places in which an id could differ
/// between reading and writing.
macro_rules! words {
    (
        $(#[doc = $about:literal])*
        $list:ident, $what:literal { $($(#[doc = $doc:literal])* $word:ident = $id:literal,)+ }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::exhaustive_enums, reason = "a closed list of the policy: a new word is a breaking change")]
        pub enum $list { $($(#[doc = $doc])* $word,)+ }

        impl $list {
            /// Every word of the list, in the order of the policy.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$word),+];
            const IDS: &'static [&'static str] = &[$($id),+];

            /// The word's id in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $id,)+ }
            }

            /// The word's place in [`Self::ALL`].
            #[allow(dead_code, reason = "not every list is packed into a table")]
            pub(crate) const fn index(self) -> usize {
                self as usize
            }
        }

        impl std::fmt::Display for $list {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $list {
            type Err = $crate::vocabulary::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($id => Ok(Self::$word),)+
                    _ => Err($crate::vocabulary::UnknownWord::new($what, text, Self::IDS)),
                }
            }
        }

        impl serde::Serialize for $list {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $list {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::vocabulary::text::parse(from, concat!($what, ", one of ", $($id, " "),+))
            }
        }

        impl schemars::JsonSchema for $list {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($list).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words = [$(($id, concat!($($doc, "\n"),*))),+];
                let description = $crate::vocabulary::describe::list(concat!($($about, "\n"),*), &words);
                schemars::json_schema!({ "type": "string", "enum": Self::IDS, "description": description })
            }
        }
    };
}
pub(crate) use words;
