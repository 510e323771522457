//! Partial card details: what section 1 collects of a card.

use smol_str::SmolStr;

use super::{InvalidData, invalid::Found, json};
use crate::vocabulary::quiet::Quiet;

json::record! {
    /// Partial card details (section 1): brand, last four digits, expiry.
    ///
    /// Nothing that Stripe gives beyond these is kept; its `fingerprint` links a person across customers.
    ///
    /// ```
    /// use dynamoi_privacy::data::PartialCard;
    /// let card: PartialCard = serde_json::from_str(r#"{"brand":"visa","last4":"1111"}"#)?;
    /// assert_eq!(card.last4.as_str(), "1111");
    /// assert!(serde_json::from_str::<PartialCard>(r#"{"last4":"41111111"}"#).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, PartialEq, Eq)]
    pub struct PartialCard {
        /// The brand.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub brand: Option<CardBrand>,
        /// The last four digits.
        pub last4: Last4,
        /// The month in which the card expires.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub expiry: Option<CardExpiry>,
    }
}

/// The brand of a card: 1 to 32 ASCII letters, spaces, `_` and `-`, beginning with a letter.
///
/// No digits, so that a number cannot be split between the brand and the last four.
///
/// ```
/// use dynamoi_privacy::data::CardBrand;
/// assert_eq!("eftpos_au".parse::<CardBrand>()?.as_str(), "eftpos_au");
/// assert!("visa 4111".parse::<CardBrand>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardBrand(SmolStr);

const BRAND: &str = "a card brand: a letter, then at most 31 ASCII letters, spaces, `_` and `-`";

json::text_leaf!(CardBrand, BRAND, check_brand, {
    "type": "string",
    "description": "The brand of a card: an ASCII letter, then at most 31 ASCII letters, spaces, `_` and `-`.",
    "pattern": "^[A-Za-z][A-Za-z _-]{0,31}$",
    "not": { "pattern": crate::vocabulary::describe::LINE_BREAK },
    "examples": ["visa"],
});

fn check_brand(brand: &str) -> Result<(), Found> {
    let allowed = |b: u8| b.is_ascii_alphabetic() || b" _-".contains(&b);
    let formed = brand.starts_with(|c: char| c.is_ascii_alphabetic()) && brand.bytes().all(allowed);
    if formed && brand.len() <= 32 { Ok(()) } else { Err(Found::text(brand)) }
}

/// The last four digits of a card number: exactly four ASCII digits.
///
/// ```
/// use dynamoi_privacy::data::Last4;
/// assert_eq!("0042".parse::<Last4>()?.as_str(), "0042");
/// assert!("42".parse::<Last4>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Last4(SmolStr);

json::text_leaf!(Last4, "exactly four digits", check_last4, {
    "type": "string",
    "description": "The last four digits of a card's number (section 1: partial card details).",
    "pattern": "^[0-9]{4}$",
    "maxLength": 4,
    "examples": ["1111"],
});

fn check_last4(digits: &str) -> Result<(), Found> {
    let formed = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if formed { Ok(()) } else { Err(Found::text(digits)) }
}

/// The month in which a card expires, of the years 2000 to 2199.
///
/// ```
/// use dynamoi_privacy::data::CardExpiry;
/// let expiry = CardExpiry::new(12, 2030)?;
/// assert_eq!((expiry.month(), expiry.year()), (12, 2030));
/// assert!(CardExpiry::new(13, 2030).is_err());
/// assert!(CardExpiry::new(12, 30).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields, transform = json::tidy)]
pub struct CardExpiry {
    /// 1 to 12.
    #[schemars(range(min = 1, max = 12))]
    month: u8,
    /// 2000 to 2199.
    #[schemars(range(min = 2000, max = 2199))]
    year: u16,
}

impl CardExpiry {
    /// The expiry in a month, 1 to 12, of a year, 2000 to 2199.
    ///
    /// # Errors
    /// Outside these ranges.
    pub const fn new(month: u8, year: u16) -> Result<Self, InvalidData> {
        match (month, year) {
            (1..=12, 2000..=2199) => Ok(Self { month, year }),
            _ => Err(InvalidData::new(Found::OutOfRange, "a month from 1 to 12 of a year from 2000 to 2199")),
        }
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 2000 to 2199.
    pub const fn year(self) -> u16 {
        self.year
    }
}

impl<'de> serde::Deserialize<'de> for CardExpiry {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields, expecting = "an object with `month` and `year`")]
        struct Fields {
            month: u8,
            year: u16,
        }
        let fields = Fields::deserialize(Quiet(from))?;
        Self::new(fields.month, fields.year).map_err(serde::de::Error::custom)
    }
}

json::opaque!(CardExpiry);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_words_without_digits() {
        for good in ["visa", "American Express", "cartes_bancaires", "x", &"a".repeat(32)] {
            assert!(good.parse::<CardBrand>().is_ok(), "{good}");
        }
        for bad in
            ["", " visa", "_visa", "visa1", "４１１１", "4111 1111 1111", "visá", "a\n", &"a".repeat(33)]
        {
            assert!(bad.parse::<CardBrand>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_last_four_are_four_ascii_digits() {
        for bad in ["", "111", "11111", "11 1", "111a", "１１１１", "+111"] {
            assert!(bad.parse::<Last4>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_expiry_is_a_month_of_two_centuries() {
        for (month, year, good) in [
            (1, 2000, true),
            (12, 2199, true),
            (0, 2030, false),
            (13, 2030, false),
            (1, 1999, false),
            (1, 2200, false),
        ] {
            assert_eq!(CardExpiry::new(month, year).is_ok(), good);
            let json = format!(r#"{{"month":{month},"year":{year}}}"#);
            assert_eq!(serde_json::from_str::<CardExpiry>(&json).is_ok(), good, "{json}");
        }
    }
}
