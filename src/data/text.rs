//! Text: names and titles as people write them.

use smol_str::SmolStr;

use super::{card_number, invalid::Found};

/// A name, a title or a description: 1 to 2048 characters, no control characters, no card number.
///
/// A text is refused when somebody could read a full payment card number in it (section 1 collects partial
/// card details alone): 12 to 19 digits in a row that pass the Luhn check, or a number of a real card inside a
/// longer row. Spaces, punctuation and invisible characters between the digits do not hide it, nor do digits
/// of other scripts. By chance this refuses one or two in ten of other long numbers; an id belongs in
/// [`ExternalId`](super::ExternalId), which is less strict.
///
/// ```
/// use dynamoi_privacy::data::Text;
/// let title: Text = "24K Magic (2016 Remaster)".parse()?;
/// assert_eq!(title.as_str(), "24K Magic (2016 Remaster)");
/// assert!("4111-1111 1111.1111".parse::<Text>().is_err());
/// assert!("".parse::<Text>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(SmolStr);

const EXPECTED: &str = "1 to 2048 characters without control characters and without a payment card number";

super::json::text_leaf!(Text, EXPECTED, |text| check(text, 2048), {
    "type": "string",
    "description": "A name, a title or a description as people write it: 1 to 2048 characters, no control characters. A \
        text in which a full payment card number can be read is refused (section 1 collects partial card details \
        alone); a schema cannot see that.",
    "minLength": 1,
    "maxLength": 2048,
    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
    "not": { "pattern": "[\\u0000-\\u001f\\u007f-\\u009f]" },
});

/// White space and control characters for a class in a pattern, spelt out because `\s` is another set in every language.
macro_rules! space_or_control {
    () => {
        r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    };
}
pub(super) use space_or_control;

/// The same for `not`: patterns say it too, but in Python's `re` their `$` stands before a line break as well.
pub(super) const SPACE_OR_CONTROL: &str = concat!("[", space_or_control!(), "]");

/// What every text is checked for, whatever else its type asks.
pub(super) fn check(text: &str, at_most: usize) -> Result<(), Found> {
    if text.chars().any(char::is_control) {
        return Err(Found::ControlCharacter);
    }
    if !(1..=at_most).contains(&text.chars().count()) {
        return Err(Found::text(text));
    }
    card_number::refuse_in_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<Text>().unwrap_err().to_string()
    }

    #[test]
    fn the_length_is_in_characters() {
        assert!("ä".repeat(2048).parse::<Text>().is_ok());
        assert!(refused(&"ä".repeat(2049)).starts_with("found a text of 2049 characters"));
        assert!(refused("").starts_with("found a text of 0 characters"));
    }

    #[test]
    fn control_characters_are_refused() {
        for control in ["a\nb", "a\0", "\u{7f}", "\u{85}", "\t"] {
            assert!(refused(control).starts_with("found a text with a control character"));
        }
        assert!("👩‍🚀 שלום".parse::<Text>().is_ok());
    }
}
