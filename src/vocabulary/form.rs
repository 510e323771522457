//! Documents of JSON read whole, and errors that say where without showing what.

use serde::Deserialize;
use serde_json::Value;

use super::quiet::Quiet;

/// JSON that is not of the form that was expected: where, what was found, what was expected.
///
/// Values are never repeated, because a value in the wrong place may be a person's; names of fields and ids
/// are.
///
/// ```
/// use dynamoi_privacy::gate::Request;
/// let error = Request::from_json(r#"{"subject": "ada@example.com"}"#).unwrap_err();
/// assert_eq!(error.path(), "subject");
/// assert_eq!(error.to_string(), "at `subject`: found a text of 15 characters, expected a hyphenated UUID");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at `{path}`: {problem}")]
pub struct FormError {
    path: String,
    problem: String,
}

impl FormError {
    /// Where in the document, such as `policy.processors[2].kind`; `.` is the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was found there and what was expected.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    fn new(path: &str, problem: &str) -> Self {
        Self { path: path.to_owned(), problem: problem.to_owned() }
    }
}

/// Reads one JSON document and nothing behind it.
pub(crate) fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, FormError> {
    let mut from = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Quiet(&mut from)).and_then(|value| from.end().map(|()| value));
    value.map_err(|error| refused(json, &error))
}

/// The error in words of its own; what is no JSON is not wrong at some place of a document.
fn refused(json: &[u8], error: &serde_json::Error) -> FormError {
    if let Err(error) = serde_json::from_slice::<Value>(json) {
        return FormError::new(".", &format!("not JSON: {error}"));
    }
    let message = error.to_string();
    let column = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&column).unwrap_or(&message);
    match message.strip_prefix("at `").and_then(|placed| placed.split_once("`: ")) {
        Some((path, problem)) => FormError::new(path, problem),
        None => FormError::new(".", message),
    }
}

/// The fields that the type of an object lacks or does not have.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misfit {
    #[error("found no field `{field}`, expected one in `{of}`")]
    Missing { field: &'static str, of: &'static str },
    #[error("found the field `{field}`, expected none in `{of}`")]
    Stray { field: &'static str, of: &'static str },
}

impl Misfit {
    /// The first of the fields that is still there, once a type has taken its own.
    pub(crate) fn stray(of: &'static str, left: &[(&'static str, bool)]) -> Result<(), Self> {
        match left.iter().find(|(_, left)| *left) {
            Some((field, _)) => Err(Self::Stray { field, of }),
            None => Ok(()),
        }
    }
}
