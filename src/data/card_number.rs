//! Finds payment card numbers in text, also when they are broken up or written in other digits.
//!
//! Section 1 collects partial card details alone. Digits count as one run as long as no letter stands between
//! them; spaces, punctuation, symbols and invisible characters do not end it. Letters do, because with digits
//! picked from between letters nearly every hexadecimal token would look like a card.

use super::{digits, invalid::Found};

/// Refuses a text in which somebody could read a card number.
///
/// A run of 12 to 19 digits that passes the Luhn check is refused whatever its prefix; so is any stretch of a
/// run that has the prefix and length of a real card and passes.
pub(super) fn refuse_in_text(text: &str) -> Result<(), Found> {
    refuse(text, |run| (12..=19).contains(&run.len()) && luhn(run), has_card_inside)
}

/// Refuses an id that is a card number, alone or between letters.
///
/// Weaker than for text: prefix, length and the Luhn check must all fit, and the whole run of digits must be
/// the card. One long number in ten passes Luhn by chance, and one in five of 18 digits has a card somewhere
/// inside, so the strict rule would refuse ids that ad networks hand out every day.
pub(super) fn refuse_in_id(id: &str) -> Result<(), Found> {
    refuse(id, is_card, |_| false)
}

/// Applies `whole` to every unbroken group of digits and to every run of groups, `inside` to the runs.
fn refuse(text: &str, whole: impl Fn(&[u8]) -> bool, inside: impl Fn(&[u8]) -> bool) -> Result<(), Found> {
    let (mut run, mut group) = (Vec::new(), Vec::new());
    // A letter at the end closes the last run.
    for character in text.chars().chain(['x']) {
        if let Some(digit) = digits::value(character) {
            run.push(digit);
            group.push(digit);
            continue;
        }
        if whole(&group) {
            return Err(Found::CardNumber);
        }
        group.clear();
        if is_letter(character) {
            if whole(&run) || inside(&run) {
                return Err(Found::CardNumber);
            }
            run.clear();
        }
    }
    Ok(())
}

/// Whether a character ends a run: a letter that can be seen (the Hangul fillers cannot).
fn is_letter(character: char) -> bool {
    character.is_alphabetic() && !matches!(character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

fn has_card_inside(run: &[u8]) -> bool {
    (12..=19).any(|length| run.windows(length).any(is_card))
}

/// Whether the digits have the prefix and the length of a card and pass the Luhn check.
fn is_card(digits: &[u8]) -> bool {
    let prefix = digits.iter().take(6).fold(0, |prefix, digit| prefix * 10 + u32::from(*digit));
    CARDS
        .iter()
        .any(|(first, last, lengths)| (*first..=*last).contains(&prefix) && lengths.contains(&digits.len()))
        && luhn(digits)
}

/// The check of ISO/IEC 7812-1, annex B: from the right, every second digit doubled.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(digit, doubled)| match (u32::from(*digit), doubled) {
            (digit, false) => digit,
            (digit @ 0..=4, true) => digit * 2,
            (digit, true) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Ranges of the first six digits, with the lengths of the numbers (ISO/IEC 7812 issuer identification).
static CARDS: [(u32, u32, &[usize]); 24] = [
    // Visa
    (400_000, 499_999, &[13, 16, 19]),
    // Mastercard
    (510_000, 559_999, &[16]),
    (222_100, 272_099, &[16]),
    // American Express
    (340_000, 349_999, &[15]),
    (370_000, 379_999, &[15]),
    // Discover
    (601_100, 601_199, &[16, 17, 18, 19]),
    (622_126, 622_925, &[16, 17, 18, 19]),
    (644_000, 659_999, &[16, 17, 18, 19]),
    // JCB
    (352_800, 358_999, &[16, 17, 18, 19]),
    // Diners Club
    (300_000, 305_999, &[14, 15, 16, 17, 18, 19]),
    (309_500, 309_599, &[14, 15, 16, 17, 18, 19]),
    (360_000, 369_999, &[14, 15, 16, 17, 18, 19]),
    (380_000, 399_999, &[14, 15, 16, 17, 18, 19]),
    // UnionPay
    (620_000, 629_999, &[16, 17, 18, 19]),
    (810_000, 817_199, &[16, 17, 18, 19]),
    // Maestro
    (501_800, 501_899, MAESTRO),
    (502_000, 502_099, MAESTRO),
    (503_800, 503_899, MAESTRO),
    (589_300, 589_399, MAESTRO),
    (630_400, 630_499, MAESTRO),
    (675_900, 675_999, MAESTRO),
    (676_100, 676_399, MAESTRO),
    (676_770, 676_770, MAESTRO),
    (676_774, 676_774, MAESTRO),
];
const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

#[cfg(test)]
mod tests {
    use super::*;

    fn in_text(text: &str) -> bool {
        refuse_in_text(text).is_err()
    }

    fn in_id(id: &str) -> bool {
        refuse_in_id(id).is_err()
    }

    /// Numbers that payment processors publish for testing.
    const PUBLISHED: [&str; 15] = [
        "4242424242424242",
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "3056930009020004",
        "30569309025904",
        "36227206271667",
        "3566002020360505",
        "6200000000000005",
        "6205500000000000004",
        "6759649826438453",
    ];

    #[test]
    fn published_numbers_are_found_in_text_and_as_ids() {
        for number in PUBLISHED {
            assert!(in_text(number), "{number}");
            assert!(in_id(number), "{number}");
            assert!(in_id(&format!("pm_{number}")), "{number}");
            assert!(in_text(&format!("2026 {number} 0")), "{number}");
            let spaced: String = number.chars().flat_map(|digit| [digit, ' ', '\u{200d}']).collect();
            assert!(in_text(&spaced), "{number}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_no_card() {
        for number in PUBLISHED {
            let (body, check) = number.split_at(number.len() - 1);
            let wrong = (check.parse::<u32>().unwrap() + 1) % 10;
            assert!(!in_id(&format!("{body}{wrong}")), "{number}");
        }
        assert!(!in_text("4111 1111 1111 1112"));
    }

    #[test]
    fn twelve_to_nineteen_digits_that_pass_luhn_are_refused_in_text_only() {
        for number in ["100000000008", "1000000000000000009"] {
            assert!(in_text(number), "{number}");
            assert!(in_text(&format!("no. {number}, paid")), "{number}");
            assert!(!in_id(number), "{number}");
        }
        assert!(!in_text("10000000009"), "eleven digits");
        assert!(!in_text("10000000000000000008"), "twenty digits, no card inside");
    }

    #[test]
    fn an_unbroken_group_counts_by_itself() {
        assert!(in_text("7 100000000008"));
        assert!(in_id("12-4242424242424242-7"));
        assert!(!in_id("124242424242424242"), "an id is not searched inside a group");
    }

    #[test]
    fn letters_end_a_run_but_nothing_else_does() {
        assert!(!in_text("41111111a11111111"));
        assert!(!in_text("7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11"));
        for gap in [" ", "\n", "--", "\u{ad}", "\u{2060}", "\u{3164}", "…", "½", "️⃣", "+", "#"] {
            assert!(in_text(&format!("4111{gap}1111{gap}1111{gap}1111")), "{gap:?}");
        }
        assert!(in_text("４２４２ ④②④② ٤٢٤٢ ⁴²⁴²"));
    }

    #[test]
    fn ordinary_texts_and_ids_pass() {
        for text in [
            "",
            "24K Magic",
            "+49 30 901820",
            "1999",
            "Sinfonia No. 5 (1. Allegro)",
            "2026-01-05 – 2026-02-11",
        ] {
            assert!(!in_text(text), "{text}");
        }
        for id in [
            "act_1234567890",
            "120210000000000000",
            "1771101204435970",
            "USUM71703861",
            "customers/1/campaigns/2",
        ] {
            assert!(!in_id(id), "{id}");
        }
    }
}
