//! Strict JSON: objects only where objects are meant, and errors that say where without showing what.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::words::Found;

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
}

/// Reads one JSON document and nothing behind it.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, FormError> {
    let mut from = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut from)
        .map_err(|error| FormError { path: path(error.path()), problem: problem(error.inner()) })?;
    from.end().map_err(|error| FormError { path: ".".to_owned(), problem: problem(&error) })?;
    Ok(value)
}

/// The path, with names that are not ids left out: a stray field's name is text from outside.
fn path(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        let dot = if text.is_empty() { "" } else { "." };
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => match Found::describe(key) {
                Found::Id(id) => text.push_str(&format!("{dot}{id}")),
                Found::Text { .. } => text.push_str(&format!("{dot}?")),
            },
            Segment::Unknown => text.push_str(&format!("{dot}?")),
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// The message of serde without the values that it quotes.
fn problem(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message);
    if error.is_syntax() || error.is_eof() {
        return format!("not JSON: {message}, at column {}", error.column());
    }
    for prefix in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((found, expected)) =
            message.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected "))
        {
            let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
            return format!("found {}, expected {expected}", article(kind));
        }
    }
    if let Some((name, rest)) = message.strip_prefix("unknown field `").and_then(|m| m.split_once('`')) {
        let plain = |b: u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'`' | b',' | b' ');
        // A stray name may hold a backquote; then what follows is not serde's list of fields.
        let rest = if rest.bytes().all(plain) { rest } else { "" };
        return format!("found an unknown field, {}{rest}", Found::describe(name));
    }
    message.to_owned()
}

/// The kinds of serde in words.
fn article(kind: &str) -> String {
    match kind {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        "null" => "null".to_owned(),
        "integer" => "an integer".to_owned(),
        kind => format!("a {kind}"),
    }
}

/// Lets types whose derive is `#[serde(remote = "Self")]` be read from a JSON object and from nothing else.
///
/// serde's derive alone would also read a struct from a list of its fields' values, which the wire does not
/// have.
macro_rules! object_only {
    ($($name:ident: $expected:literal),+ $(,)?) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        <$name>::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    }
                }

                from.deserialize_map(Object)
            }
        }
    )+};
}
pub(crate) use object_only;

/// `#[serde(remote = "Self")]` leaves the writing to an inherent function, too.
macro_rules! serialize_as_derived {
    ($($name:ident)+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }
    )+};
}
pub(crate) use serialize_as_derived;

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

/// For `#[serde(deserialize_with)]` with `default`: a field that may be absent, but not null.
pub(crate) fn present<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

/// For `#[serde(deserialize_with)]` without `default`: a field that may be null, but not absent.
pub(crate) fn nullable<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from)
}
