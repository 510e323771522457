//! Currencies: the codes of ISO 4217 that have a minor unit, and how many digits it has.

use std::{fmt, str::FromStr};

/// A currency by its ISO 4217 alphabetic code, in upper case.
///
/// Codes without a minor unit (gold, special drawing rights, "no currency") are not here, because an amount in
/// them is not a number of minor units. Codes that were replaced lately are, for reports about the past.
///
/// ```
/// use dynamoi_privacy::data::Currency;
/// let yen: Currency = "JPY".parse()?;
/// assert_eq!(yen.minor_unit_digits(), 0);
/// assert_eq!("KWD".parse::<Currency>()?.minor_unit_digits(), 3);
/// assert!("jpy".parse::<Currency>().is_err());
/// assert!("XAU".parse::<Currency>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

/// Text that is not the code of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found a text of {characters} characters, expected {EXPECTED}")]
pub struct UnknownCurrency {
    characters: usize,
}

const EXPECTED: &str = "an ISO 4217 currency code in upper case, such as EUR";

impl Currency {
    /// Every currency, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(CODES.len()).map(Self)
    }

    /// The alphabetic code, such as `EUR`.
    pub fn as_str(self) -> &'static str {
        // INVARIANT: the index comes from `CODES`, whose entries are ASCII.
        self.row().and_then(|(code, _)| std::str::from_utf8(code).ok()).unwrap_or_default()
    }

    /// How many decimal digits the minor unit has, 0 to 4: 2 for the cents of EUR, 0 for JPY.
    pub fn minor_unit_digits(self) -> u32 {
        self.row().map_or(0, |(_, digits)| u32::from(*digits))
    }

    fn row(self) -> Option<&'static ([u8; 3], u8)> {
        CODES.get(usize::from(self.0))
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .and_then(|code| CODES.binary_search_by_key(&code, |row| row.0).ok())
            .and_then(|at| u8::try_from(at).ok())
            .map(Self)
            .ok_or_else(|| UnknownCurrency { characters: text.chars().count() })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

super::json::read_from_text!(Currency, EXPECTED);

impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = Self::all().map(Self::as_str).collect();
        schemars::json_schema!({
            "type": "string",
            "description": "A currency by its ISO 4217 alphabetic code, in upper case: one that has a minor unit, such \
                as the cents of EUR (JPY has one of no digits). Codes that were replaced lately are here, for reports \
                about the past; precious metals and units of account are not.",
            "enum": codes,
        })
    }
}

/// The 170 codes with a minor unit and its digits, sorted; source: the table of the crate iso_currency 0.7.1.
#[rustfmt::skip]
static CODES: [([u8; 3], u8); 170] = [
    (*b"AED", 2), (*b"AFN", 2), (*b"ALL", 2), (*b"AMD", 2), (*b"AOA", 2), (*b"ARS", 2), (*b"AUD", 2), (*b"AWG", 2), (*b"AZN", 2), (*b"BAM", 2),
    (*b"BBD", 2), (*b"BDT", 2), (*b"BGN", 2), (*b"BHD", 3), (*b"BIF", 0), (*b"BMD", 2), (*b"BND", 2), (*b"BOB", 2), (*b"BOV", 2), (*b"BRL", 2),
    (*b"BSD", 2), (*b"BTN", 2), (*b"BWP", 2), (*b"BYN", 2), (*b"BZD", 2), (*b"CAD", 2), (*b"CDF", 2), (*b"CHE", 2), (*b"CHF", 2), (*b"CHW", 2),
    (*b"CLF", 4), (*b"CLP", 0), (*b"CNY", 2), (*b"COP", 2), (*b"COU", 2), (*b"CRC", 2), (*b"CUC", 2), (*b"CUP", 2), (*b"CVE", 2), (*b"CZK", 2),
    (*b"DJF", 0), (*b"DKK", 2), (*b"DOP", 2), (*b"DZD", 2), (*b"EGP", 2), (*b"ERN", 2), (*b"ETB", 2), (*b"EUR", 2), (*b"FJD", 2), (*b"FKP", 2),
    (*b"GBP", 2), (*b"GEL", 2), (*b"GHS", 2), (*b"GIP", 2), (*b"GMD", 2), (*b"GNF", 0), (*b"GTQ", 2), (*b"GYD", 2), (*b"HKD", 2), (*b"HNL", 2),
    (*b"HRK", 2), (*b"HTG", 2), (*b"HUF", 2), (*b"IDR", 2), (*b"ILS", 2), (*b"INR", 2), (*b"IQD", 3), (*b"IRR", 2), (*b"ISK", 0), (*b"JMD", 2),
    (*b"JOD", 3), (*b"JPY", 0), (*b"KES", 2), (*b"KGS", 2), (*b"KHR", 2), (*b"KMF", 0), (*b"KPW", 2), (*b"KRW", 0), (*b"KWD", 3), (*b"KYD", 2),
    (*b"KZT", 2), (*b"LAK", 2), (*b"LBP", 2), (*b"LKR", 2), (*b"LRD", 2), (*b"LSL", 2), (*b"LYD", 3), (*b"MAD", 2), (*b"MDL", 2), (*b"MGA", 2),
    (*b"MKD", 2), (*b"MMK", 2), (*b"MNT", 2), (*b"MOP", 2), (*b"MRU", 2), (*b"MUR", 2), (*b"MVR", 2), (*b"MWK", 2), (*b"MXN", 2), (*b"MXV", 2),
    (*b"MYR", 2), (*b"MZN", 2), (*b"NAD", 2), (*b"NGN", 2), (*b"NIO", 2), (*b"NOK", 2), (*b"NPR", 2), (*b"NZD", 2), (*b"OMR", 3), (*b"PAB", 2),
    (*b"PEN", 2), (*b"PGK", 2), (*b"PHP", 2), (*b"PKR", 2), (*b"PLN", 2), (*b"PYG", 0), (*b"QAR", 2), (*b"RON", 2), (*b"RSD", 2), (*b"RUB", 2),
    (*b"RWF", 0), (*b"SAR", 2), (*b"SBD", 2), (*b"SCR", 2), (*b"SDG", 2), (*b"SEK", 2), (*b"SGD", 2), (*b"SHP", 2), (*b"SLE", 2), (*b"SLL", 2),
    (*b"SOS", 2), (*b"SRD", 2), (*b"SSP", 2), (*b"STN", 2), (*b"SVC", 2), (*b"SYP", 2), (*b"SZL", 2), (*b"THB", 2), (*b"TJS", 2), (*b"TMT", 2),
    (*b"TND", 3), (*b"TOP", 2), (*b"TRY", 2), (*b"TTD", 2), (*b"TWD", 2), (*b"TZS", 2), (*b"UAH", 2), (*b"UGX", 0), (*b"USD", 2), (*b"USN", 2),
    (*b"UYI", 0), (*b"UYU", 2), (*b"UYW", 4), (*b"UZS", 2), (*b"VED", 2), (*b"VES", 2), (*b"VND", 0), (*b"VUV", 0), (*b"WST", 2), (*b"XAD", 2),
    (*b"XAF", 0), (*b"XCD", 2), (*b"XCG", 2), (*b"XOF", 0), (*b"XPF", 0), (*b"YER", 2), (*b"ZAR", 2), (*b"ZMW", 2), (*b"ZWG", 2), (*b"ZWL", 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_the_table_is_sorted() {
        assert!(CODES.is_sorted());
        for currency in Currency::all() {
            assert_eq!(currency.as_str().parse(), Ok(currency));
        }
        assert_eq!(Currency::all().count(), 170);
    }

    /// The digits that ISO 4217 gives, written down apart from the table.
    #[test]
    fn minor_units_of_other_than_two_digits() {
        for currency in Currency::all() {
            let digits = match currency.as_str() {
                "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
                "CLF" | "UYW" => 4,
                "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
                | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
                _ => 2,
            };
            assert_eq!(currency.minor_unit_digits(), digits, "{currency}");
        }
    }

    /// Of every three letters: whether they are a currency, and with how many digits.
    #[test]
    fn the_table_is_that_of_iso_currency() {
        let letters = || b'A'..=b'Z';
        for code in letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c]))) {
            let code = std::str::from_utf8(&code).unwrap();
            let expected = iso_currency::Currency::from_code(code).and_then(|currency| currency.exponent());
            let found = code.parse::<Currency>().ok().map(Currency::minor_unit_digits);
            assert_eq!(found, expected.map(u32::from), "{code}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "EU", "EURO", "eur", "XXX", "XAU", "ÄÖ", "E R"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }
}
