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
    "format": "idn-email",
    "maxLength": 254,
});

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
