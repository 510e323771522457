//! Money: exact amounts, whether or not their currency is known.

use rust_decimal::Decimal;

use super::{Amount, Currency, InvalidData, invalid::Found, json, numbers};
use crate::vocabulary::quiet::Quiet;

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
#[schemars(deny_unknown_fields, transform = json::tidy)]
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
            Spend::AccountCurrency { .. } => {
                Err(serde::de::Error::custom("found no field `currency`, expected one"))
            }
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
#[schemars(transform = json::tidy)]
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
#[serde(deny_unknown_fields, expecting = "an object with `minor_units` and `currency`, or with `amount`")]
struct Fields {
    minor_units: Option<i64>,
    minor_unit_millionths: Option<u32>,
    currency: Option<Currency>,
    amount: Option<Amount>,
}

impl<'de> serde::Deserialize<'de> for Spend {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(Quiet(from))?;
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
                _ => refused("at `minor_unit_millionths`: found another number, expected 0 to 999999"),
            },
            _ => refused("expected either `minor_units` and `currency`, or `amount` alone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::all().collect::<Vec<_>>())
    }

    fn euro() -> Currency {
        "EUR".parse().unwrap()
    }

    proptest! {
        /// The text is put together from digits here, so nothing that the code computes goes into it.
        #[test]
        fn a_decimal_comes_back_as_it_was(
            whole in 0..90_000_000_000_000_u64, fraction in 0..10_000_000_000_u64, minus: bool, currency in currency()
        ) {
            let least = currency.minor_unit_digits() as usize;
            let mut fraction: String = format!("{fraction:010}").chars().take(least + 6).collect();
            while fraction.len() > least && fraction.ends_with('0') {
                fraction.pop();
            }
            let point = if fraction.is_empty() { "" } else { "." };
            let unsigned = format!("{whole}{point}{fraction}");
            prop_assume!(unsigned.bytes().any(|b| (b'1'..=b'9').contains(&b)));
            let text = if minus { format!("-{unsigned}") } else { unsigned };
            let money = Money::from_decimal(&text, currency).unwrap();
            prop_assert_eq!(money.decimal().to_string(), text);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
            prop_assert_eq!(serde_json::from_str::<Spend>(&json).unwrap(), money.into());
        }

        #[test]
        fn micros_are_exact(micros: i64, currency in currency()) {
            let money = Money::from_micros(micros, currency);
            prop_assert_eq!(money.decimal(), Decimal::new(micros, 6));
            prop_assert_eq!(Money::from_decimal(&Decimal::new(micros, 6).normalize().to_string(), currency), Ok(money));
            prop_assert!(money.minor_unit_millionths() < 1_000_000);
        }

        #[test]
        fn minor_units_are_exact(minor: i64, currency in currency()) {
            let money = Money::from_minor(minor, currency);
            prop_assert_eq!(money.decimal(), Decimal::new(minor, currency.minor_unit_digits()));
            prop_assert_eq!(Money::from_decimal(&money.decimal().to_string(), currency), Ok(money));
        }
    }

    #[test]
    fn an_amount_below_zero_counts_its_millionths_upwards() {
        let money = Money::from_decimal("-0.015", euro()).unwrap();
        assert_eq!((money.minor_units(), money.minor_unit_millionths()), (-2, 500_000));
        assert_eq!(money.decimal().to_string(), "-0.015");
    }

    #[test]
    fn what_cannot_be_held_exactly_is_refused() {
        let largest = Money::from_decimal("92233720368547758.07999999", euro()).unwrap();
        assert_eq!((largest.minor_units(), largest.minor_unit_millionths()), (i64::MAX, 999_999));
        assert!(Money::from_decimal("-92233720368547758.08", euro()).is_ok());
        assert!(Money::from_decimal("1.000000010", euro()).is_ok());
        for bad in [
            "92233720368547758.08",
            "-92233720368547758.08000001",
            "0.000000001",
            "79228162514264337593543950336",
            "0.0000000000000000000000000000001",
        ] {
            let message = Money::from_decimal(bad, euro()).unwrap_err().to_string();
            assert!(message.starts_with("found a number"), "{bad}: {message}");
            assert!(!message.contains(bad), "{message}");
        }
        for bad in [
            "", "-", ".", "1.", ".5", "01", "+1", "-0", "-0.00", "1e3", "1_0", "1,5", " 1", "١", "0x1",
            "NaN", "--1",
        ] {
            assert!(Money::from_decimal(bad, euro()).is_err(), "{bad}");
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
        }
    }

    #[test]
    fn json_has_one_form_for_each_amount() {
        let read = |json: &str| serde_json::from_str::<Spend>(json).map_err(|error| error.to_string());
        let json = r#"{"minor_units":123,"minor_unit_millionths":456700,"currency":"USD"}"#;
        assert_eq!(
            serde_json::to_string(&Money::from_micros(1_234_567, "USD".parse().unwrap())).unwrap(),
            json
        );
        assert!(read(json).is_ok());
        for bad in [
            "{}",
            r#"{"minor_units":1}"#,
            r#"{"currency":"EUR"}"#,
            r#"{"minor_units":1,"currency":"EUR","amount":"1"}"#,
            r#"{"amount":"1","minor_unit_millionths":1}"#,
            r#"{"minor_units":1,"minor_unit_millionths":1000000,"currency":"EUR"}"#,
            r#"{"minor_units":1,"minor_unit_millionths":-1,"currency":"EUR"}"#,
            r#"{"minor_units":1.5,"currency":"EUR"}"#,
            r#"{"minor_units":9223372036854775808,"currency":"EUR"}"#,
            r#"{"minor_units":"1","currency":"EUR"}"#,
            r#"{"minor_units":1,"currency":"XXX"}"#,
            r#"{"amount":361.79}"#,
            r#"{"amount":"3.6e2"}"#,
            r#"{"amount":null}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Money>(r#"{"amount":"1"}"#).is_err());
    }
}
