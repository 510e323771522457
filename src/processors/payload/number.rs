//! From the text of a number to a decimal, exactly.

use rust_decimal::Decimal;

/// Longer than any text that a decimal of 96 bits can hold exactly, with an exponent and some zeros to spare.
///
/// The parser of the decimals goes a step deeper for each zero that leads, so it is given no text without a limit.
const LONGEST: usize = 80;

/// The number that a text writes (RFC 8259 section 6, with zeros that lead allowed), or `None` when it is none or
/// a decimal cannot hold every digit of it.
pub(crate) fn exact(text: &str) -> Option<Decimal> {
    if text.len() > LONGEST {
        return None;
    }
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
        return Decimal::from_str_exact(text).ok();
    };
    let number = Decimal::from_str_exact(digits).ok()?;
    let exponent: i64 = exponent.parse().ok()?;
    if number.is_zero() {
        return Some(Decimal::ZERO);
    }
    let (mut mantissa, mut scale) = (number.mantissa(), i64::from(number.scale()).checked_sub(exponent)?);
    // Zeros at the end say nothing, and go where there is no place for them.
    while scale > i64::from(Decimal::MAX_SCALE) && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    if scale < 0 {
        let zeros = u32::try_from(scale.checked_neg()?).ok()?;
        mantissa = mantissa.checked_mul(10_i128.checked_pow(zeros)?)?;
        scale = 0;
    }
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}
