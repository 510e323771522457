//! Why a payload cannot be read: where, what was found, what was expected.

use std::fmt;

use super::{JsonPath, Node, Value};

/// Why a whole payload is refused. It shows places and kinds, never a value of the payload.
///
/// ```
/// use dynamoi_privacy::{processors::spotify, vocabulary::SubjectId};
/// let error = spotify::read(SubjectId::random(), br#"{"object": "balance"}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "not a Spotify payload: at $, found an object with the fields object, expected a track, an episode, \
///      a playlist, or a page or list of them",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The payload does not have the form of any that the system sends.
    #[error(transparent)]
    NotOfSystem(NotOfSystem),
    /// The system answered with an error of its own: there is no data in it, and the call may be worth repeating.
    #[error(transparent)]
    Vendor(VendorError),
}

impl PayloadError {
    pub(crate) fn not_of(system: &'static str, misfit: Misfit) -> Self {
        Self::NotOfSystem(NotOfSystem { system, misfit })
    }
}

/// A payload that does not have the form of any that the system sends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {} {system} payload: {misfit}", article(.system))]
pub struct NotOfSystem {
    system: &'static str,
    misfit: Misfit,
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" }
}

impl NotOfSystem {
    /// The name of the system whose payload was expected.
    pub fn system(&self) -> &'static str {
        self.system
    }

    /// Where the payload does not fit, what was found there and what was expected.
    pub fn misfit(&self) -> &Misfit {
        &self.misfit
    }
}

/// One place at which a payload does not have the expected form.
///
/// `found` is a kind of value or the names of fields, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("at {path}, found {found}, expected {expected}")]
pub struct Misfit {
    path: JsonPath,
    found: String,
    expected: String,
}

impl Misfit {
    pub(crate) fn new(path: JsonPath, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { path, found: found.into(), expected: expected.into() }
    }

    /// The same of a payload that stands as text in another, at `text`: that is the place, in the terms of the
    /// payload that came.
    pub(crate) fn in_text(&self, text: &Node) -> Self {
        let found = format!("JSON as text which has at {} {}", self.path, self.found);
        Self { path: text.path().clone(), found, expected: self.expected.clone() }
    }

    /// The place.
    pub fn path(&self) -> &JsonPath {
        &self.path
    }

    /// What was found there: a kind of value, never the value.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What was expected there.
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

/// A system's own error, in place of data.
///
/// Of the error only its code or type is repeated, and only where it is made like one: its message may
/// name a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{system} answered with its own error{} at {path}, expected data", in_words(.code.as_deref()))]
pub struct VendorError {
    system: &'static str,
    path: JsonPath,
    code: Option<String>,
}

fn in_words(code: Option<&str>) -> String {
    code.map(|code| format!(" {code}")).unwrap_or_default()
}

impl VendorError {
    /// The error object `at`, with the code that the first of the `codes` has which is there.
    pub(crate) fn new(system: &'static str, at: &Node, codes: &[&str]) -> Self {
        let code = codes.iter().find_map(|name| match at.member(name)?.value() {
            Value::Number(code) if code.len() <= 6 => Some(code.clone()),
            Value::Text(code) if is_code(code) || is_short_number(code) => Some(code.clone()),
            _ => None,
        });
        Self { system, path: at.path().clone(), code }
    }

    /// What an authorization server answers in place of a token, or of an address to go back to: it has the same
    /// form wherever it runs (RFC 6749 sections 4.1.2.1 and 5.2).
    pub(crate) fn of_authorization(system: &'static str, payload: &Node) -> Option<Self> {
        const ERRORS: [&str; 10] = [
            "access_denied",
            "invalid_client",
            "invalid_grant",
            "invalid_request",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
        ];
        let known = |name: &str| matches!(name, "error" | "error_description" | "error_uri" | "state");
        let alone = payload.members().iter().all(|m| known(m.name()));
        let code = payload.member("error")?.text()?;
        (alone && ERRORS.contains(&code)).then(|| Self::new(system, payload, &["error"]))
    }

    /// The same in a payload that stands as text in another, at `text`.
    pub(crate) fn in_text(self, text: &Node) -> Self {
        Self { path: text.path().clone(), ..self }
    }

    /// The name of the system that answered.
    pub fn system(&self) -> &'static str {
        self.system
    }

    /// Where in the answer the error stands.
    pub fn path(&self) -> &JsonPath {
        &self.path
    }

    /// The system's code or type of the error, where it gave one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

/// What an error may say of a value: its kind, and of an object the names of its fields.
pub(super) fn describe(value: &Value, f: &mut String) -> fmt::Result {
    use fmt::Write;
    match value {
        Value::Null => f.write_str("null"),
        Value::Bool => f.write_str("a boolean"),
        Value::Number(_) => f.write_str("a number"),
        Value::Text(text) => write!(f, "a text of {} characters", text.chars().count()),
        Value::Array(elements) => write!(f, "an array of {}", elements.len()),
        Value::Object(members) if members.is_empty() => f.write_str("an object without fields"),
        Value::Object(members) => {
            const SHOWN: usize = 8;
            let named: Vec<&str> =
                members.iter().map(Node::name).filter(|n| is_name(n)).take(SHOWN).collect();
            let others = members.len().saturating_sub(named.len());
            match (named.as_slice(), others) {
                ([], others) => write!(f, "an object with {others} fields"),
                (named, 0) => write!(f, "an object with the fields {}", named.join(", ")),
                (named, others) => {
                    write!(f, "an object with the fields {} and {others} more", named.join(", "))
                }
            }
        }
    }
}

/// Whether a text is made like the name of a field: so is no e-mail address, no number, and nothing with a space.
fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-'))
}

/// Whether a text is made like a vendor's code: `card_declined`, `OAuthException`.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
}

/// Whether a text is made like a status or a code in digits: `404`, `40403`.
fn is_short_number(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
