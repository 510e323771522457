//! Hexadecimal digits, in lower case and no other form: one text for each value, and one value for each text.

use std::{fmt, str};

use serde::Serializer;

/// Text that is not of lower-case hexadecimal digits, or not of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("found a text of {characters} characters, expected {digits} lower-case hexadecimal digits")]
pub struct NotHex {
    characters: usize,
    digits: usize,
}

/// The digit of a value below 16.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + (value - 10) }
}

/// Puts the digits of the bytes into `digits`, twice as long.
pub(super) fn put(bytes: &[u8], digits: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(digits.chunks_exact_mut(2)) {
        if let [high, low] = pair {
            (*high, *low) = (digit(byte >> 4), digit(byte & 0xf));
        }
    }
}

/// The longest that is written: a SHA-256.
const LONGEST: usize = 64;

/// Hands the digits of at most 32 bytes on as a text.
fn with<T>(bytes: &[u8], then: impl FnOnce(&str) -> T) -> T {
    let mut digits = [0; LONGEST];
    put(bytes, &mut digits);
    // INVARIANT: digits are ASCII.
    let text = digits.get(..bytes.len() * 2).and_then(|digits| str::from_utf8(digits).ok());
    then(text.unwrap_or_default())
}

pub(super) fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    with(bytes, |text| f.write_str(text))
}

pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    with(bytes, |text| to.serialize_str(text))
}

/// Reads `N` bytes from twice as many digits.
pub(super) fn read<const N: usize>(text: &str) -> Result<[u8; N], NotHex> {
    let refused = || NotHex { characters: text.chars().count(), digits: N * 2 };
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(refused()),
    };
    if text.len() != N * 2 {
        return Err(refused());
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = value(*high)? << 4 | value(*low)?;
        }
    }
    Ok(bytes)
}
