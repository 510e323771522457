//! Money: exact amounts, whether or not their currency is known.

use rust_decimal::Decimal;

use super::{Amount, Currency, InvalidData, invalid::Found, json, numbers};

/// An exact amount of money: whole minor units of a currency, and the millionths of one that go beyond.
///
/// Ad networks report in millionths of the major unit, which is finer than a cent. The millionths are added to
/// the minor units, also when those are negative: -1.5 cents are -2 cents and 500 000 millionths.
///
/// In JSON `{"minor_units":123,"minor_unit_millionths":456700,"currency":"USD"}`, without the millionths when
/// there are none.
///
/// ```
/// use dynamoi_privacy::data::{Currency, Money};
/// let usd: Currency = "USD".parse()?;
/// let spend = Money::from_micros(1_234_567, usd);
/// assert_eq!((spend.minor_units(), spend.minor_unit_millionths()), (123, 456_700));
/// assert_eq!(spend.decimal().to_string(), "1.234567");
/// assert_eq!(Money::from_decimal("361.79", usd)?, Money::from_minor(36_179, usd));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Money {
    /// Whole minor units, such as cents, rounded towards minus infinity.
    minor_units: i64,
    /// Millionths of a minor unit to add.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = 999_999))]
    minor_unit_millionths: u32,
    /// The currency.
    currency: Currency,
}

/// Millionths in a minor unit.
const MILLION: i128 = 1_000_000;
const EXPECTED: &str =
    "an amount such as \"361.79\", of at most 64 bits of minor units and six digits beyond the minor unit";

impl Money {
    /// An amount in minor units: 36 179 cents.
    pub const fn from_minor(minor_units: i64, currency: Currency) -> Self {
        Self { minor_units, minor_unit_millionths: 0, currency }
    }

    /// An amount in millionths of the major unit, the "micros" of ad networks: exact for every currency.
    pub fn from_micros(micros: i64, currency: Currency) -> Self {
        let digits = currency.minor_unit_digits().min(6);
        let micros_in_minor = 10_i64.pow(6 - digits);
        let rest = u32::try_from(micros.rem_euclid(micros_in_minor)).unwrap_or_default();
        Self {
            minor_units: micros.div_euclid(micros_in_minor),
            // INVARIANT: below a million, as the rest is below 10^(6 - digits).
            minor_unit_millionths: rest * 10_u32.pow(digits),
            currency,
        }
    }

    /// An amount in major units, written as a decimal: `361.79`, with a `-` at most before it.
    ///
    /// # Errors
    /// When the text is not such a decimal, has digits beyond the millionths of a minor unit, or needs more
    /// than 64 bits of minor units. Nothing is rounded.
    pub fn from_decimal(amount: &str, currency: Currency) -> Result<Self, InvalidData> {
        let refused = |found| InvalidData::new(found, EXPECTED);
        let amount = numbers::exact(amount).map_err(refused)?.normalize();
        let places: u32 = 6 + currency.minor_unit_digits();
        let beyond = places.checked_sub(amount.scale()).ok_or_else(|| refused(Found::TooManyDigits))?;
        10_i128
            .checked_pow(beyond)
            .and_then(|shift| amount.mantissa().checked_mul(shift))
            .and_then(|millionths| Self::from_millionths(millionths, currency))
            .ok_or_else(|| refused(Found::Number))
    }

    fn from_millionths(millionths: i128, currency: Currency) -> Option<Self> {
        Some(Self {
            minor_units: i64::try_from(millionths.div_euclid(MILLION)).ok()?,
            minor_unit_millionths: u32::try_from(millionths.rem_euclid(MILLION)).ok()?,
            currency,
        })
    }

    /// The amount in major units, with at least the digits of the minor unit: `361.70`.
    pub fn decimal(&self) -> Decimal {
        let millionths = i128::from(self.minor_units) * MILLION + i128::from(self.minor_unit_millionths);
        let digits = self.currency.minor_unit_digits();
        // INVARIANT: 64 bits of a million are below the 96 bits of a decimal.
        let exact = Decimal::try_from_i128_with_scale(millionths, 6 + digits).unwrap_or_default().normalize();
        let mut padded = exact;
        padded.rescale(exact.scale().max(digits));
        padded
    }

    /// Whole minor units, rounded towards minus infinity.
    pub const fn minor_units(&self) -> i64 {
        self.minor_units
    }

    /// Millionths of a minor unit to add to the whole ones, 0 to 999 999.
    pub const fn minor_unit_millionths(&self) -> u32 {
        self.minor_unit_millionths
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field")]
fn is_zero(millionths: &u32) -> bool {
    *millionths == 0
}

impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Spend::deserialize(from)? {
            Spend::Money(money) => Ok(money),
            Spend::AccountCurrency { .. } => Err(serde::de::Error::missing_field("currency")),
        }
    }
}

json::opaque!(Money);

/// What a campaign spent (section 1): money, or an amount whose currency the report did not name.
///
/// ```
/// use dynamoi_privacy::data::Spend;
/// let spend: Spend = serde_json::from_str(r#"{"amount":"361.79"}"#)?;
/// assert_eq!(spend, Spend::AccountCurrency { amount: "361.79".parse()? });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "the currency is known or it is not")]
pub enum Spend {
    /// Money, with its currency.
    Money(Money),
    /// In the currency of the ad account, which the report did not name.
    AccountCurrency {
        /// The amount in major units.
        amount: Amount,
    },
}

json::opaque!(Spend);

impl From<Money> for Spend {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

/// The fields of either form.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    minor_units: Option<i64>,
    minor_unit_millionths: Option<u32>,
    currency: Option<Currency>,
    amount: Option<Amount>,
}

impl<'de> serde::Deserialize<'de> for Spend {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(json::Quiet::record(from))?;
        let refused = |message| Err(serde::de::Error::custom(message));
        match fields {
            Fields {
                amount: Some(amount),
                minor_units: None,
                minor_unit_millionths: None,
                currency: None,
            } => Ok(Self::AccountCurrency { amount }),
            Fields {
                amount: None,
                minor_units: Some(minor_units),
                minor_unit_millionths,
                currency: Some(currency),
            } => match minor_unit_millionths.unwrap_or_default() {
                minor_unit_millionths @ 0..=999_999 => {
                    Ok(Self::Money(Money { minor_units, minor_unit_millionths, currency }))
                }
                _ => refused(".minor_unit_millionths: found a number out of range, expected 0 to 999999"),
            },
            _ => refused("expected either `minor_units` and `currency`, or `amount` alone"),
        }
    }
}
