//! The body of a request to a system, ready to be sent.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::data::Email;

/// The body of one request to a system, made of data that was cleared for it.
///
/// It holds personal data in the clear, so `Debug` shows its kind alone and nothing else prints it. Send it to
/// the system that it was made for, and keep no copy.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Body {
    content_type: &'static str,
    text: String,
}

impl Body {
    /// The value for the `Content-Type` header.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// The body.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The body.
    pub fn into_string(self) -> String {
        self.text
    }

    /// A JSON body.
    pub(super) fn json(body: &impl Serialize) -> Self {
        // INVARIANT: the bodies are structs of texts and numbers, which always have a JSON form.
        Self::json_text(serde_json::to_string(body).unwrap_or_default())
    }

    /// A JSON body that is written already.
    pub(super) fn json_text(text: String) -> Self {
        Self { content_type: "application/json", text }
    }

    /// A form (`application/x-www-form-urlencoded`, WHATWG URL section 5) of these fields, without the absent.
    pub(super) fn form(fields: &[(&str, Option<&str>)]) -> Self {
        let mut text = String::new();
        for (name, value) in fields.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            if !text.is_empty() {
                text.push('&');
            }
            encode(name, &mut text);
            text.push('=');
            encode(value, &mut text);
        }
        Self { content_type: "application/x-www-form-urlencoded", text }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.content_type)
    }
}

/// The name or the value of a form's field.
fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => to.push(char::from(byte)),
            b' ' => to.push('+'),
            _ => escape(byte, to),
        }
    }
}

/// A segment of a path or a value of a query: all but the unreserved characters of RFC 3986 are encoded.
pub(super) fn percent_encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(byte)),
            _ => escape(byte, to),
        }
    }
}

fn escape(byte: u8, to: &mut String) {
    const HEX: [u8; 16] = *b"0123456789ABCDEF";
    let digit = |n: u8| HEX.get(usize::from(n)).copied().map(char::from);
    to.push('%');
    to.extend([digit(byte >> 4), digit(byte & 15)].into_iter().flatten());
}

/// The id of one event that is sent: random, made for this event alone, and derived from nothing.
///
/// Where a system wants an id of a person with each event, it gets this one, so that no two events of a person
/// have anything in common. Keep it to send the same event again after a failure: the systems that take one
/// count an id once.
///
/// ```
/// use dynamoi_privacy::processors::EventId;
/// assert_ne!(EventId::random(), EventId::random());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventId(Uuid);

impl EventId {
    /// A new random id (UUID version 4).
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.as_hyphenated(), f)
    }
}

impl Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A number in JSON with every digit of the decimal: it does not pass through a float.
pub(super) fn number(decimal: Decimal) -> Option<Box<RawValue>> {
    RawValue::from_string(decimal.to_string()).ok()
}

/// SHA-256 in lower-case hexadecimal, which is how ad networks want what identifies a person.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An e-mail address as Meta \[P\] and TikTok \[S\] match it: in lower case, hashed. It never has spaces around it.
pub(super) fn hashed_email(email: &Email) -> String {
    sha256(&email.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_encodes_everything_but_letters_and_digits() {
        let body =
            Body::form(&[("address[line1]", Some("1 Főút & co=")), ("name", None), ("email", Some("a@b.c"))]);
        assert_eq!(body.as_str(), "address%5Bline1%5D=1+F%C5%91%C3%BAt+%26+co%3D&email=a%40b.c");
        assert_eq!(format!("{body:?}"), "Body(application/x-www-form-urlencoded)");
    }

    #[test]
    fn hashes_are_those_that_vendors_document() {
        // The example of Meta's page on customer information parameters.
        assert_eq!(
            sha256("john_smith@gmail.com"),
            "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
        );
    }

    #[test]
    fn addresses_are_hashed_in_lower_case() {
        for (address, normalised) in [
            ("John_Smith@Gmail.com", "john_smith@gmail.com"),
            ("\u{c9}VA@example.com", "\u{e9}va@example.com"),
        ] {
            assert_eq!(hashed_email(&address.parse().unwrap()), sha256(normalised), "{address}");
        }
    }

    #[test]
    fn amounts_keep_their_digits() {
        let amount: Decimal = "12345678901234567890.10".parse().unwrap();
        assert_eq!(number(amount).unwrap().get(), "12345678901234567890.10");
    }
}
