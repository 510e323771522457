//! Digits of every script: a card number can be written in any of them.

/// The value of a digit, 0 to 9; `None` for a character that is not a digit.
///
/// Decimal digits of every script, and superscript, subscript, circled and bracketed ones.
pub(super) fn value(character: char) -> Option<u8> {
    let code = u32::from(character);
    let after = DIGITS.partition_point(|(first, ..)| *first <= code);
    let (first, last, value) = after.checked_sub(1).and_then(|at| DIGITS.get(at))?;
    (code <= *last).then(|| u8::try_from(code - first).ok()?.checked_add(*value)).flatten()
}

/// First and last character of a row of digits and the value of the first, sorted; source: the characters with
/// `Numeric_Type` Decimal or Digit in the Unicode character database, version 14, and the decimal digits that
/// versions 15 to 17 added.
#[rustfmt::skip]
static DIGITS: [(u32, u32, u8); 97] = [
    (0x30, 0x39, 0), (0xB2, 0xB3, 2), (0xB9, 0xB9, 1), (0x660, 0x669, 0), (0x6F0, 0x6F9, 0),
    (0x7C0, 0x7C9, 0), (0x966, 0x96F, 0), (0x9E6, 0x9EF, 0), (0xA66, 0xA6F, 0), (0xAE6, 0xAEF, 0),
    (0xB66, 0xB6F, 0), (0xBE6, 0xBEF, 0), (0xC66, 0xC6F, 0), (0xCE6, 0xCEF, 0), (0xD66, 0xD6F, 0),
    (0xDE6, 0xDEF, 0), (0xE50, 0xE59, 0), (0xED0, 0xED9, 0), (0xF20, 0xF29, 0), (0x1040, 0x1049, 0),
    (0x1090, 0x1099, 0), (0x1369, 0x1371, 1), (0x17E0, 0x17E9, 0), (0x1810, 0x1819, 0), (0x1946, 0x194F, 0),
    (0x19D0, 0x19D9, 0), (0x19DA, 0x19DA, 1), (0x1A80, 0x1A89, 0), (0x1A90, 0x1A99, 0), (0x1B50, 0x1B59, 0),
    (0x1BB0, 0x1BB9, 0), (0x1C40, 0x1C49, 0), (0x1C50, 0x1C59, 0), (0x2070, 0x2070, 0), (0x2074, 0x2079, 4),
    (0x2080, 0x2089, 0), (0x2460, 0x2468, 1), (0x2474, 0x247C, 1), (0x2488, 0x2490, 1), (0x24EA, 0x24EA, 0),
    (0x24F5, 0x24FD, 1), (0x24FF, 0x24FF, 0), (0x2776, 0x277E, 1), (0x2780, 0x2788, 1), (0x278A, 0x2792, 1),
    (0xA620, 0xA629, 0), (0xA8D0, 0xA8D9, 0), (0xA900, 0xA909, 0), (0xA9D0, 0xA9D9, 0), (0xA9F0, 0xA9F9, 0),
    (0xAA50, 0xAA59, 0), (0xABF0, 0xABF9, 0), (0xFF10, 0xFF19, 0), (0x104A0, 0x104A9, 0), (0x10A40, 0x10A43, 1),
    (0x10D30, 0x10D39, 0), (0x10D40, 0x10D49, 0), (0x10E60, 0x10E68, 1), (0x11052, 0x1105A, 1), (0x11066, 0x1106F, 0),
    (0x110F0, 0x110F9, 0), (0x11136, 0x1113F, 0), (0x111D0, 0x111D9, 0), (0x112F0, 0x112F9, 0), (0x11450, 0x11459, 0),
    (0x114D0, 0x114D9, 0), (0x11650, 0x11659, 0), (0x116C0, 0x116C9, 0), (0x116D0, 0x116D9, 0), (0x116DA, 0x116E3, 0),
    (0x11730, 0x11739, 0), (0x118E0, 0x118E9, 0), (0x11950, 0x11959, 0), (0x11BF0, 0x11BF9, 0), (0x11C50, 0x11C59, 0),
    (0x11D50, 0x11D59, 0), (0x11DA0, 0x11DA9, 0), (0x11DE0, 0x11DE9, 0), (0x11F50, 0x11F59, 0), (0x16A60, 0x16A69, 0),
    (0x16AC0, 0x16AC9, 0), (0x16B50, 0x16B59, 0), (0x16D70, 0x16D79, 0), (0x1CCF0, 0x1CCF9, 0), (0x1D7CE, 0x1D7D7, 0),
    (0x1D7D8, 0x1D7E1, 0), (0x1D7E2, 0x1D7EB, 0), (0x1D7EC, 0x1D7F5, 0), (0x1D7F6, 0x1D7FF, 0), (0x1E140, 0x1E149, 0),
    (0x1E2F0, 0x1E2F9, 0), (0x1E4F0, 0x1E4F9, 0), (0x1E5F1, 0x1E5FA, 0), (0x1E950, 0x1E959, 0), (0x1F100, 0x1F100, 0),
    (0x1F101, 0x1F10A, 0), (0x1FBF0, 0x1FBF9, 0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_have_their_value() {
        for digits in [
            "0123456789",
            "０１２３４５６７８９",
            "٠١٢٣٤٥٦٧٨٩",
            "०१२३४५६७८९",
            "⁰¹²³⁴⁵⁶⁷⁸⁹",
            "₀₁₂₃₄₅₆₇₈₉",
            "⓪①②③④⑤⑥⑦⑧⑨",
            "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
            "🯰🯱🯲🯳🯴🯵🯶🯷🯸🯹",
        ] {
            let values: Vec<_> = digits.chars().filter_map(value).collect();
            assert_eq!(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "{digits}");
        }
    }

    #[test]
    fn what_is_no_digit_has_no_value() {
        for other in ['a', '/', ':', ' ', '½', '四', 'Ⅷ', '\u{200b}', '\u{10ffff}', '\0', '⑩'] {
            assert_eq!(value(other), None, "{other}");
        }
    }

    #[test]
    fn the_rows_are_sorted_apart_and_within_nine() {
        assert!(DIGITS.is_sorted());
        for pair in DIGITS.windows(2) {
            assert!(pair[0].1 < pair[1].0);
        }
        for (first, last, value) in DIGITS {
            assert!(first <= last && last - first + u32::from(value) <= 9);
        }
    }
}
