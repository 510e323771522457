//! Where in a payload: JSONPath (RFC 9535).

use std::{fmt, sync::Arc};

/// The place of one value in a payload, as a JSONPath of RFC 9535: `$.data[0].campaign_name`, and
/// `$.properties['$ip']` for names that have no shorthand.
///
/// It holds names of fields and places in arrays, never a value. Where people name fields themselves, a name may be
/// an address of somebody: one with an `@` inside is shown by its place among its like, `$.metadata['?2']`.
///
/// ```
/// use dynamoi_privacy::{processors::stripe, vocabulary::SubjectId};
/// let reading = stripe::read(SubjectId::random(), br#"{"object": "balance", "available": [{"amount": 1}]}"#)?;
/// let dropped: Vec<String> = reading.dropped().iter().map(ToString::to_string).collect();
/// assert_eq!(dropped, ["$.object", "$.available[0].amount"]);
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsonPath(Arc<Step>);

/// Each step points at the one before it, so that the paths of a payload share their beginnings.
#[derive(PartialEq, Eq, Hash)]
enum Step {
    Root,
    Name { of: JsonPath, name: Box<str>, nth: usize },
    Index { of: JsonPath, index: usize },
}

impl JsonPath {
    pub(crate) fn root() -> Self {
        Self(Arc::new(Step::Root))
    }

    /// The member of this name, which is the `nth` of its object, from 0.
    pub(crate) fn member(&self, name: &str, nth: usize) -> Self {
        Self(Arc::new(Step::Name { of: self.clone(), name: name.into(), nth }))
    }

    /// The element at this place.
    pub(crate) fn element(&self, index: usize) -> Self {
        Self(Arc::new(Step::Index { of: self.clone(), index }))
    }

    /// Whether it is the whole payload.
    pub(crate) fn is_root(&self) -> bool {
        matches!(&*self.0, Step::Root)
    }

    /// The name of the member that the path leads to; empty for an element and for the root.
    pub(crate) fn name(&self) -> &str {
        match &*self.0 {
            Step::Name { name, .. } => name,
            Step::Root | Step::Index { .. } => "",
        }
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Step::Root => f.write_str("$"),
            Step::Index { of, index } => write!(f, "{of}[{index}]"),
            Step::Name { of, name, .. } if has_shorthand(name) => write!(f, "{of}.{name}"),
            Step::Name { of, name, nth } if may_be_address(name) => write!(f, "{of}['?{nth}']"),
            Step::Name { of, name, .. } => {
                write!(f, "{of}['")?;
                name.chars().try_for_each(|c| write_quoted(c, f))?;
                f.write_str("']")
            }
        }
    }
}

impl fmt::Debug for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath({self})")
    }
}

impl serde::Serialize for JsonPath {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// RFC 9535 section 2.5.1: `member-name-shorthand`.
fn has_shorthand(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let mut rest = name.chars();
    rest.next().is_some_and(first) && rest.all(|c| first(c) || c.is_ascii_digit())
}

/// Whether a name may be somebody's address. One that only begins with `@`, as in JSON-LD, is none.
fn may_be_address(name: &str) -> bool {
    name.char_indices().any(|(at, c)| c == '@' && at > 0)
}

/// One character inside single quotes, as a normalized path writes it (RFC 9535 section 2.7).
fn write_quoted(c: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match c {
        '\'' => f.write_str("\\'"),
        '\\' => f.write_str("\\\\"),
        '\u{8}' => f.write_str("\\b"),
        '\t' => f.write_str("\\t"),
        '\n' => f.write_str("\\n"),
        '\u{c}' => f.write_str("\\f"),
        '\r' => f.write_str("\\r"),
        '\0'..='\x1f' => write!(f, "\\u{:04x}", u32::from(c)),
        _ => fmt::Write::write_char(f, c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_a_shorthand_are_quoted() {
        let root = JsonPath::root();
        for (name, path) in [
            ("campaign_name", "$.campaign_name"),
            ("_kx", "$._kx"),
            ("größe", "$.größe"),
            ("$ip", "$['$ip']"),
            ("", "$['']"),
            ("1st", "$['1st']"),
            ("a-b", "$['a-b']"),
            ("it's", r"$['it\'s']"),
            ("a\\b", r"$['a\\b']"),
            ("a\u{0}\n\u{1f}", r"$['a\u0000\n\u001f']"),
            ("\u{7f}", "$['\u{7f}']"),
        ] {
            assert_eq!(root.member(name, 0).to_string(), path);
        }
        let nested = root.member("data", 0).element(0).member("$set", 3);
        assert_eq!(nested.to_string(), "$.data[0]['$set']");
    }

    #[test]
    fn a_name_that_may_be_an_address_is_not_shown() {
        let metadata = JsonPath::root().member("metadata", 4);
        let path = metadata.member("ada@example.com", 2);
        assert_eq!(path.to_string(), "$.metadata['?2']");
        assert_eq!(format!("{path:?}"), "JsonPath($.metadata['?2'])");
        assert_ne!(path, metadata.member("eve@example.com", 3));
        assert_eq!(metadata.member("@type", 0).to_string(), "$.metadata['@type']");
    }
}
