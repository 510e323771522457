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
    sum % 10 == 0
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
