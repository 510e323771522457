//! E-mail addresses, as far as their form says anything.

use smol_str::SmolStr;

use super::{invalid::Found, text};

/// An e-mail address of plausible form: `local@domain`, at most 254 bytes, and no card number in it.
///
/// Whether it is delivered only a message can tell, so the form is checked loosely: a local part of 1 to 64
/// bytes without spaces, quotes or brackets, no dot at its ends and no two in a row, and a domain of two or
/// more labels of letters, digits and inner hyphens, in any script.
///
/// ```
/// use dynamoi_privacy::data::Email;
/// let email: Email = "ada+news@example.com".parse()?;
/// assert_eq!(email.as_str(), "ada+news@example.com");
/// assert!("ada@localhost".parse::<Email>().is_err());
/// assert!("4111111111111111@example.com".parse::<Email>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(SmolStr);

const EXPECTED: &str = "an e-mail address without a payment card number";

super::json::text_leaf!(Email, EXPECTED, check, {
    "type": "string",
    "description": "An e-mail address of plausible form, `local@domain`, at most 254 bytes: a local part of at most 64 \
        bytes without quotes and brackets, and a domain of two or more labels, each of letters and digits of any \
        script and inner hyphens, at most 63 bytes. An address in which a payment card number can be read is refused; \
        a schema cannot see that.",
    "pattern": PATTERN,
    "maxLength": 254,
    "not": { "pattern": format!("{}|^[^@]{{65}}", text::SPACE_OR_CONTROL) },
    "examples": ["ada+news@example.com"],
});

/// A label of a domain: no hyphen at its ends.
macro_rules! label {
    () => {
        concat!(outer!(), "(", inner!(), "{0,61}", outer!(), ")?")
    };
}

macro_rules! outer {
    () => {
        concat!(r"[^\u0000-/:-@\[-`{-\u007f", text::space_or_control!(), "]")
    };
}

macro_rules! inner {
    () => {
        concat!(r"[^\u0000-,./:-@\[-`{-\u007f", text::space_or_control!(), "]")
    };
}

/// The form, in which every character beyond ASCII counts as a letter: `\w` is another set in every language. The format
/// `email` refuses addresses in other scripts, and few tools have `idn-email`.
const PATTERN: &str = concat!(
    r#"^[^"(),:;<>@\[\\\]."#,
    text::space_or_control!(),
    r#"]+(\.[^"(),:;<>@\[\\\]."#,
    text::space_or_control!(),
    r"]+)*@(",
    label!(),
    r"\.)+",
    label!(),
    "$",
);

fn check(address: &str) -> Result<(), Found> {
    text::check(address, 254)?;
    let plausible = address.len() <= 254
        && address.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
    if plausible { Ok(()) } else { Err(Found::text(address)) }
}

fn is_local(local: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !"\"(),:;<>@[\\]".contains(c);
    local.len() <= 64 && local.chars().all(plain) && local.split('.').all(|atom| !atom.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_addresses_are_taken() {
        for good in [
            "a@b.co",
            "ada.lovelace+x@mail.example.com",
            "o'hara@example.ie",
            "jörg@müller.de",
            "a@xn--mller-kva.de",
        ] {
            assert_eq!(good.parse::<Email>().unwrap().as_str(), good);
        }
        let longest = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
        assert!(longest.parse::<Email>().is_ok());
    }

    #[test]
    fn others_are_refused_without_being_repeated() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long = format!("a@{}com", "b.".repeat(126));
        for bad in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "ada@@example.com",
            "a@b@example.com",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "a b@c.co",
            "a@b..co",
            "a@-b.co",
            "a@b-.co",
            "a@b.co.",
            "a@b_c.co",
            "\"a\"@b.co",
            "<a@b.co>",
            "a@[127.0.0.1]",
            "a\n@b.co",
            "4111-1111-1111-1111@b.co",
            "4111@1111.1111.1111",
            &long_local,
            &long_label,
            &long,
        ] {
            let message = bad.parse::<Email>().unwrap_err().to_string();
            assert!(bad.len() < 4 || !message.contains(bad), "{message}");
        }
    }
}
