//! Random card numbers, and the ways in which people write them.

use proptest::prelude::*;

/// Card numbers of every brand, made here and not by the code under test: prefix, length, check digit.
pub(super) fn card_number() -> impl Strategy<Value = String> {
    let brands = prop::sample::select(vec![
        ("4", vec![13, 16, 19]),
        ("51", vec![16]),
        ("55", vec![16]),
        ("2221", vec![16]),
        ("2720", vec![16]),
        ("34", vec![15]),
        ("37", vec![15]),
        ("6011", vec![16, 19]),
        ("644", vec![16, 19]),
        ("65", vec![16, 19]),
        ("3528", vec![16, 19]),
        ("3589", vec![16, 19]),
        ("300", vec![14, 19]),
        ("36", vec![14, 19]),
        ("38", vec![14, 19]),
        ("62", vec![16, 17, 18, 19]),
        ("5018", vec![12, 13, 16, 19]),
        ("6304", vec![12, 16, 19]),
        ("6759", vec![12, 15, 16, 19]),
        ("6763", vec![12, 16, 19]),
    ]);
    let choice = brands.prop_flat_map(|(prefix, lengths)| (Just(prefix), prop::sample::select(lengths)));
    (choice, prop::collection::vec(0..10_u32, 18)).prop_map(|((prefix, length), random)| {
        let mut number: String = prefix.into();
        number.extend(random.iter().map(u32::to_string).take(length - 1 - prefix.len()));
        let check =
            (0..10).find(|check| weighted_sum(&format!("{number}{check}")).is_multiple_of(10)).unwrap();
        number + &check.to_string()
    })
}

/// The Luhn sum as the standard words it: every second digit from the right doubled, digits of the product added.
fn weighted_sum(number: &str) -> u32 {
    let digits: Vec<u32> = number.chars().map(|c| c.to_digit(10).unwrap()).collect();
    let mut sum = 0;
    for (at, digit) in digits.iter().rev().enumerate() {
        let product = if at % 2 == 1 { digit * 2 } else { *digit };
        sum += product / 10 + product % 10;
    }
    sum
}

/// A number in one of several scripts, with something or nothing between its digits.
pub(super) fn disguised(number: impl Strategy<Value = String>) -> impl Strategy<Value = (String, String)> {
    let zero = prop::sample::select(vec!['0', '０', '٠', '०', '𝟎']);
    let gap = prop::sample::select(vec![
        "", "", "", " ", "-", ".", "/", " - ", "_", ",", ":", "\u{200b}", "\u{feff}", "\u{a0}", "–", "·",
        "|", "\u{301}", "\u{3164}", "\u{2060}", "😀", "(", ")",
    ]);
    (number, zero, prop::collection::vec(gap, 19)).prop_map(|(number, zero, gaps)| {
        let mut text = String::new();
        for (digit, gap) in number.chars().zip(gaps) {
            let shifted = u32::from(zero) + digit.to_digit(10).unwrap();
            text.push(char::from_u32(shifted).unwrap());
            text.push_str(gap);
        }
        (number, text)
    })
}

/// What may stand around a number: words, other digits, nothing.
pub(super) fn around() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", "card ", "7", "x", "2026 ", "№", "a1-", "99 bottles", " "])
}
