//! The ids that other systems give to accounts, campaigns, tracks and playlists.

use smol_str::SmolStr;

use super::{InvalidData, card_number, invalid::Found};

/// An id that another system gave: 1 to 256 of the ASCII letters, digits and `. _ : / + = ~ | -`.
///
/// An id is refused when it is a card number: a run of its digits has the prefix and the length of a real
/// card and passes the Luhn check. Less than [`Text`](super::Text) asks, because one in ten long ids passes
/// the Luhn check by chance. It is not an e-mail address, which has a type of its own.
///
/// ```
/// use dynamoi_privacy::data::ExternalId;
/// let track: ExternalId = "spotify:track:11dFghVXANMlKmJXsNCbNl".parse()?;
/// assert_eq!(ExternalId::from_number(3135556)?, "3135556".parse()?);
/// assert!("pm_4111111111111111".parse::<ExternalId>().is_err());
/// assert!("ada@example.com".parse::<ExternalId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(SmolStr);

const EXPECTED: &str =
    "an id of 1 to 256 ASCII letters, digits and `. _ : / + = ~ | -` that is not a payment card number";

super::json::text_leaf!(ExternalId, EXPECTED, check, {
    "type": "string",
    "description": "An id that another system gave to an account, a campaign, a track or a playlist: 1 to 256 ASCII \
        letters, digits and `. _ : / + = ~ | -`. A system that numbers its things has the number in a string. An id \
        that is a payment card number is refused; a schema cannot see that.",
    "pattern": "^[A-Za-z0-9._:/+=~|-]{1,256}$",
    "not": { "pattern": crate::vocabulary::describe::LINE_BREAK },
    "examples": ["spotify:track:11dFghVXANMlKmJXsNCbNl", "120210000000000123"],
});

impl ExternalId {
    /// The id of a system that numbers its things; JSON has it as a string.
    ///
    /// # Errors
    /// When the number is a card number.
    pub fn from_number(id: u64) -> Result<Self, InvalidData> {
        id.to_string().parse()
    }
}

fn check(id: &str) -> Result<(), Found> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._:/+=~|-".contains(&b);
    if !(1..=256).contains(&id.len()) || !id.bytes().all(allowed) {
        return Err(Found::text(id));
    }
    card_number::refuse_in_id(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_twelve_systems_are_taken() {
        for id in [
            "act_1012345678901234",
            "120210000000000123",
            "customers/1/campaigns/2",
            "1771101204435970176",
            "cus_NffrFeUfNV2Hib",
            "11dFghVXANMlKmJXsNCbNl",
            "spotify:user:ada",
            "p.MoGJYM3CYXW09B",
            "3135556",
            "TR:1234567",
            "auth0|5f7c8ec7",
        ] {
            assert_eq!(id.parse::<ExternalId>().unwrap().as_str(), id);
        }
        assert_eq!(ExternalId::from_number(u64::MAX).unwrap().as_str(), "18446744073709551615");
    }

    #[test]
    fn other_characters_and_lengths_are_refused() {
        assert!("a".repeat(256).parse::<ExternalId>().is_ok());
        let long = "a".repeat(257);
        for bad in ["", " ", "a b", "a@b", "ä", "a\n", "１", "a,b", "\u{200b}", &long] {
            assert!(!bad.parse::<ExternalId>().unwrap_err().is_card_number(), "{bad:?}");
        }
    }
}
