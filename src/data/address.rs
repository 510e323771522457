//! The billing address.

use super::{InvalidData, Text, card_number, json};
use crate::vocabulary::Country;

/// A billing address (section 1), made from [`BillingAddressParts`].
///
/// Its fields are private because a card number can be split over two lines that are harmless each: the lines
/// are also checked together, in the order in which they are written on a letter.
///
/// ```
/// use dynamoi_privacy::data::{BillingAddress, BillingAddressParts};
/// let address = BillingAddress::try_from(BillingAddressParts {
///     line1: Some("1 Main Street".parse()?),
///     city: Some("Austin".parse()?),
///     country: Some("US".parse()?),
///     ..Default::default()
/// })?;
/// assert_eq!(address.parts().city.as_ref().map(|city| city.as_str()), Some("Austin"));
///
/// let split = BillingAddressParts {
///     line1: Some("4111 1111".parse()?),
///     line2: Some("1111 1111".parse()?),
///     ..Default::default()
/// };
/// assert!(BillingAddress::try_from(split).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct BillingAddress(BillingAddressParts);

json::record! {
    /// A billing address (section 1). It is refused when a card number can be read in it, also over several lines.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct BillingAddressParts {
        /// Street and number.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line1: Option<Text>,
        /// Flat, floor, company.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line2: Option<Text>,
        /// City or town.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub city: Option<Text>,
        /// State, province, county.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub region: Option<Text>,
        /// Postal code.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub postal_code: Option<Text>,
        /// The country.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub country: Option<Country>,
    }
}

impl BillingAddress {
    /// The parts, for reading.
    pub const fn parts(&self) -> &BillingAddressParts {
        &self.0
    }

    /// The parts, for changing; made an address again, they are checked again.
    pub fn into_parts(self) -> BillingAddressParts {
        self.0
    }
}

impl TryFrom<BillingAddressParts> for BillingAddress {
    type Error = InvalidData;

    fn try_from(parts: BillingAddressParts) -> Result<Self, InvalidData> {
        let BillingAddressParts { line1, line2, city, region, postal_code, country: _ } = &parts;
        let lines: Vec<&str> =
            [line1, line2, city, region, postal_code].into_iter().flatten().map(Text::as_str).collect();
        card_number::refuse_in_text(&lines.join(" ")).map_err(|found| {
            InvalidData::new(found, "an address without a payment card number across its lines")
        })?;
        Ok(Self(parts))
    }
}

impl<'de> serde::Deserialize<'de> for BillingAddress {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let parts = <BillingAddressParts as serde::Deserialize>::deserialize(from)?;
        parts.try_into().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for BillingAddress {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BillingAddress".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        BillingAddressParts::json_schema(generator)
    }
}

json::opaque!(BillingAddress);
