//! E-mail addresses and telephone numbers inside other texts, where they are those of somebody.

use super::invalid::Found;

/// Refuses a text in which an e-mail address or a telephone number stands.
pub(super) fn refuse_in_text(text: &str) -> Result<(), Found> {
    if holds_address(text) {
        return Err(Found::EmailAddress);
    }
    if holds_number(text) { Err(Found::TelephoneNumber) } else { Ok(()) }
}

/// Whether a text would lead to a person: an e-mail address or a telephone number stands in it.
pub(crate) fn leads_to_person(text: &str) -> bool {
    refuse_in_text(text).is_err()
}

/// Whether an e-mail address stands somewhere in it: `/unsubscribe/ada@example.com`, but not `/@ada/mix`.
fn holds_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let (before, after) = text.split_at_checked(at).unwrap_or_default();
        // First, so that a row of `@` is not gone through once for each.
        if !before.ends_with(|c: char| c.is_alphanumeric() || "._+-".contains(c)) {
            return false;
        }
        let in_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        let domain = after.trim_start_matches('@').split(|c| !in_domain(c)).next().unwrap_or_default();
        let parts = domain.trim_end_matches('.').rsplit_once('.');
        let top = |top: &str| top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
        parts.is_some_and(|(name, last)| !name.is_empty() && top(last))
    })
}

/// Whether a telephone number stands somewhere in it as ITU-T E.164 writes it for machines: `+14155550134`.
///
/// Without the `+` in front nothing tells it from any other row of digits, nor with spaces from a few numbers. A
/// version (`1.0.3+20130313144700`) has a digit before the `+`.
fn holds_number(text: &str) -> bool {
    text.match_indices('+').any(|(at, _)| {
        let (before, after) = text.split_at_checked(at).unwrap_or_default();
        let digits = after.bytes().skip(1).take_while(u8::is_ascii_digit).count();
        (10..=15).contains(&digits) && !after.starts_with("+0") && !before.ends_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_person_is_told_from_what_does_not() {
        for person in [
            "Lookalike ada@example.com Q1",
            "ada+x@example.co.uk",
            "tel:+14155550134",
            "Call +4915112345678!",
        ] {
            assert!(leads_to_person(person), "{person}");
        }
        for nobody in [
            "@ada",
            "react@18.2.0",
            "Tour @ Berlin",
            "LAL 1% +18-65 2026-01-05",
            "1.0.3+20130313144700",
            "+0123456789012",
            "+1234567890123456",
            "4155550134",
        ] {
            assert!(!leads_to_person(nobody), "{nobody}");
        }
    }
}
