//! Exact numbers with a range: rates, counts and amounts as decimals, the popularity of a track.

use rust_decimal::Decimal;

use super::{
    InvalidData,
    invalid::Found,
    json::{opaque, read_from_text, schema},
};

/// A share of a whole as an exact decimal, 0 to 1: a conversion rate of 3.1 % is `0.031`.
///
/// ```
/// use dynamoi_privacy::data::Rate;
/// let rate: Rate = "0.031".parse()?;
/// assert_eq!(rate.decimal().to_string(), "0.031");
/// assert!("3.1".parse::<Rate>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

/// How often something happened, as an exact decimal from 0: ad networks share one conversion out among
/// several ads, so a count need not be whole.
///
/// ```
/// use dynamoi_privacy::data::ConversionCount;
/// assert_eq!("2.5".parse::<ConversionCount>()?.decimal().to_string(), "2.5");
/// assert_eq!(ConversionCount::from(7), "7".parse()?);
/// assert!("-1".parse::<ConversionCount>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversionCount(Decimal);

/// An amount of money as an exact decimal, in a currency that is known from elsewhere.
///
/// ```
/// use dynamoi_privacy::data::Amount;
/// assert_eq!("361.79".parse::<Amount>()?.decimal().to_string(), "361.79");
/// assert!("3.6e2".parse::<Amount>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// How popular a streaming service calls a track, 0 to 100.
///
/// ```
/// use dynamoi_privacy::data::Popularity;
/// assert_eq!(Popularity::new(73)?.get(), 73);
/// assert!(Popularity::new(101).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Popularity(u8);

/// Finishes a decimal that JSON writes as a string.
macro_rules! decimal_leaf {
    ($leaf:ident, $expected:literal, $range:expr, $schema:tt) => {
        impl $leaf {
            /// The number, with the digits that it was written with.
            pub const fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl TryFrom<Decimal> for $leaf {
            type Error = InvalidData;

            fn try_from(number: Decimal) -> Result<Self, InvalidData> {
                let in_range: fn(&Decimal) -> bool = $range;
                if in_range(&number) {
                    Ok(Self(number))
                } else {
                    Err(InvalidData::new(Found::Number, $expected))
                }
            }
        }

        impl std::str::FromStr for $leaf {
            type Err = InvalidData;

            fn from_str(text: &str) -> Result<Self, InvalidData> {
                exact(text).map_err(|found| InvalidData::new(found, $expected))?.try_into()
            }
        }

        impl serde::Serialize for $leaf {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }

        read_from_text!($leaf, $expected);
        schema!($leaf, $schema);
        opaque!($leaf);
    };
}

decimal_leaf!(Rate, "a decimal from 0 to 1 in a string, such as \"0.031\"", |rate| {
    !rate.is_sign_negative() && *rate <= Decimal::ONE
}, {
    "type": "string",
    "description": "A share of a whole as an exact decimal in a string, from 0 to 1: 3.1 % is `0.031`. At most 28 \
        decimal places; no sign, no exponent, no leading zeros.",
    "pattern": "^(0(\\.[0-9]{1,28})?|1(\\.0{1,28})?)$",
    "not": { "pattern": crate::vocabulary::describe::LINE_BREAK },
    "examples": ["0.031"],
});

decimal_leaf!(ConversionCount, "a decimal from 0 in a string, such as \"2.5\"", |count| {
    !count.is_sign_negative()
}, {
    "type": "string",
    "description": "How often something happened, as an exact decimal in a string, from 0. It need not be whole, because \
        ad networks share one conversion out among several ads. At most 28 digits \
        behind the point, and all digits, read without it, at most 79228162514264337593543950335; no sign, no exponent, \
        no leading zeros.",
    "pattern": "^(0|[1-9][0-9]{0,28})(\\.[0-9]{1,28})?$",
    "maxLength": 30,
    "not": { "pattern": crate::vocabulary::describe::LINE_BREAK },
    "examples": ["2.5"],
});

decimal_leaf!(Amount, "a decimal in a string, such as \"361.79\"", |amount| {
    !(amount.is_zero() && amount.is_sign_negative())
}, {
    "type": "string",
    "description": "An amount of money in major units (euros, not cents) as an exact decimal in a string, with a `-` \
        before it when it is negative. At most 28 digits behind the point, and all digits, read without it, at most \
        79228162514264337593543950335; no exponent, no leading zeros.",
    "pattern": "^(0(\\.[0-9]{1,28})?|-?[1-9][0-9]{0,28}(\\.[0-9]{1,28})?|-0\\.[0-9]{0,27}[1-9][0-9]{0,27})$",
    "maxLength": 31,
    "not": { "pattern": crate::vocabulary::describe::LINE_BREAK },
    "examples": ["361.79"],
});

impl From<u64> for ConversionCount {
    fn from(count: u64) -> Self {
        Self(count.into())
    }
}

impl Popularity {
    /// A popularity.
    ///
    /// # Errors
    /// Above 100.
    pub const fn new(popularity: u8) -> Result<Self, InvalidData> {
        match popularity {
            0..=100 => Ok(Self(popularity)),
            _ => Err(InvalidData::new(Found::Number, POPULARITY)),
        }
    }

    /// 0 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }
}

const POPULARITY: &str = "a whole number from 0 to 100";

impl serde::Serialize for Popularity {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Popularity {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::quiet::number(from, POPULARITY, |number| {
            Self::new(number.as_u64()?.try_into().ok()?).ok()
        })
    }
}

schema!(Popularity, {
    "type": "integer",
    "description": "How popular a streaming service calls a track: a whole number from 0 to 100.",
    "minimum": 0,
    "maximum": 100,
    "examples": [73],
});
opaque!(Popularity);

/// Reads a decimal as it stands, with no digit lost: `-`?, digits without leading zeros, and decimals.
pub(super) fn exact(text: &str) -> Result<Decimal, Found> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').map_or((unsigned, None), |(w, d)| (w, Some(d)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let minus_zero = text.starts_with('-') && !unsigned.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if !digits(whole) || !decimals.is_none_or(digits) || leading_zero || minus_zero {
        return Err(Found::text(text));
    }
    Decimal::from_str_exact(text).map_err(|_| Found::TooManyDigits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_hold_by_every_door() {
        for good in ["0", "0.00", "0.031", "1", "1.000"] {
            assert_eq!(good.parse::<Rate>().unwrap().decimal().to_string(), good);
        }
        for bad in ["1.0000000000000000000000000001", "2", "-0.1", "-0", "3.1%", "1e-2", ""] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
        assert!(Rate::try_from(Decimal::new(-1, 2)).is_err());
        assert!(Rate::try_from(Decimal::new(101, 2)).is_err());
        assert!(Rate::try_from(-Decimal::ZERO).is_err());
        assert!(ConversionCount::try_from(Decimal::NEGATIVE_ONE).is_err());
        assert!(Amount::try_from(-Decimal::ZERO).is_err());
        assert!(Amount::try_from(Decimal::NEGATIVE_ONE).is_ok());
    }

    #[test]
    fn the_smallest_and_largest_decimals_are_exact_or_refused() {
        for exact in ["79228162514264337593543950335", "-0.0000000000000000000000000001"] {
            assert_eq!(exact.parse::<Amount>().unwrap().decimal().to_string(), exact);
        }
        for beyond in [
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "1.00000000000000000000000000001",
        ] {
            assert_eq!(exact(beyond), Err(Found::TooManyDigits));
        }
    }

    #[test]
    fn popularity_is_a_whole_number_up_to_a_hundred() {
        let read = |json| serde_json::from_str::<Popularity>(json).map(Popularity::get);
        assert_eq!(read("0").unwrap(), 0);
        assert_eq!(read("100").unwrap(), 100);
        assert_eq!(read("1.0").unwrap(), 1);
        for bad in ["101", "256", "-1", "1.5", "\"1\"", "null"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
