//! A vendor's payload as a tree that remembers what was kept of it.
//!
//! A reader keeps what section 1 of the policy covers; whatever else the vendor sent is listed as dropped, by
//! its place. A value is kept when it was taken whole: nulls, empty objects and empty arrays carry nothing and
//! are never kept, and a value of which only a part was taken (a URL cut of its query) is looked at, not taken.

mod error;
mod number;
mod path;
mod read;

use std::cell::Cell;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;

pub use error::{Misfit, NotOfSystem, PayloadError, VendorError};
pub(crate) use number::exact;
pub use path::JsonPath;

use crate::{
    data::{ExternalId, InvalidData, Text},
    vocabulary::instant::{FullDate, Rfc3339},
};

/// One value of a payload, with its place.
pub(crate) struct Node {
    path: JsonPath,
    value: Value,
    /// Whether the value went into the data that is kept, whole.
    kept: Cell<bool>,
}

/// A JSON value. Objects keep their order, numbers their text.
pub(crate) enum Value {
    Null,
    Bool,
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<Node>),
}

impl Node {
    /// Reads a payload whose system calls itself `system`.
    pub(crate) fn read(system: &'static str, payload: &[u8]) -> Result<Self, PayloadError> {
        read::read(payload).map_err(|misfit| PayloadError::not_of(system, misfit))
    }

    pub(crate) fn path(&self) -> &JsonPath {
        &self.path
    }

    /// The name of the field; empty for an element of an array.
    pub(crate) fn name(&self) -> &str {
        self.path.name()
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// The fields of an object, in the payload's order; none for anything else.
    pub(crate) fn members(&self) -> &[Self] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// The field of this name, unless it is missing or null.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|m| m.name() == name).filter(|m| !matches!(m.value, Value::Null))
    }

    /// The object in the field of this name, unless it is missing or null. An empty array is none either: PHP
    /// writes an empty object so, and hosts hand on what PHP has read and written again.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&Self>, Misfit> {
        let member = self.member(name).filter(|m| !m.is_empty_array());
        match member {
            Some(other) if !other.is_object() => Err(other.misfit("an object")),
            object => Ok(object),
        }
    }

    pub(crate) fn is_empty_array(&self) -> bool {
        matches!(&self.value, Value::Array(elements) if elements.is_empty())
    }

    /// Whether an object has the field, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members().iter().any(|m| m.name() == name)
    }

    /// The field of this name, which must be there and not null.
    pub(crate) fn field(&self, name: &str, expected: &str) -> Result<&Self, Misfit> {
        match self.members().iter().find(|m| m.name() == name) {
            Some(Self { value: Value::Null, path, .. }) => Err(Misfit::new(path.clone(), "null", expected)),
            Some(member) => Ok(member),
            None => Err(self.misfit(&format!("the field {name}, {expected}"))),
        }
    }

    /// The elements of an array.
    pub(crate) fn elements(&self, expected: &str) -> Result<&[Self], Misfit> {
        match &self.value {
            Value::Array(elements) => Ok(elements),
            _ => Err(self.misfit(expected)),
        }
    }

    /// The text, looked at.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is this very text.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// What stands here is not what was expected.
    pub(crate) fn misfit(&self, expected: &str) -> Misfit {
        let mut found = String::new();
        // Writing to a string does not fail.
        let _ = error::describe(&self.value, &mut found);
        Misfit::new(self.path.clone(), found, expected)
    }

    /// Reads the field of this name, unless it is missing, null or an empty text.
    pub(crate) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self) -> Result<T, Misfit>,
    ) -> Result<Option<T>, Misfit> {
        self.member(name).filter(|m| !m.is_text("")).map(read).transpose()
    }

    /// Takes a name, a title or a line.
    pub(crate) fn take_text(&self) -> Result<Text, Misfit> {
        let expected = "a text of at most 2048 characters without a payment card number";
        let text = self.text().ok_or_else(|| self.misfit(expected))?;
        let taken = text.parse().map_err(|why: InvalidData| {
            // It says what is wrong with the text: too long, a control character, a card number.
            Misfit::new(self.path.clone(), why.found(), expected)
        })?;
        self.keep();
        Ok(taken)
    }

    /// Takes an id, which vendors write as text or as a number.
    pub(crate) fn take_id(&self) -> Result<ExternalId, Misfit> {
        let expected = "an id of at most 256 ASCII letters, digits and `. _ : / + = ~ | -`";
        match &self.value {
            Value::Number(id) if id.bytes().all(|b| b.is_ascii_digit()) => {
                let id = id.parse().map_err(|_| self.misfit(expected))?;
                self.keep();
                Ok(id)
            }
            _ => self.take(expected, str::parse),
        }
    }

    /// Takes the text as a `T`.
    pub(crate) fn take<T, E>(
        &self,
        expected: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Misfit> {
        let taken = self.text().and_then(|text| read(text).ok()).ok_or_else(|| self.misfit(expected))?;
        self.keep();
        Ok(taken)
    }

    /// Takes a whole number from 0, which vendors write as a number or as text.
    pub(crate) fn take_count(&self) -> Result<u64, Misfit> {
        let expected = "a count: a whole number from 0";
        let count = self.decimal().filter(Decimal::is_integer).and_then(|n| u64::try_from(n).ok());
        let count = count.ok_or_else(|| self.misfit(expected))?;
        self.keep();
        Ok(count)
    }

    /// Takes an instant of RFC 3339.
    pub(crate) fn take_instant(&self) -> Result<DateTime<Utc>, Misfit> {
        let read = |text: &str| text.parse().ok().map(|Rfc3339(at)| at).filter(is_writable).ok_or(());
        self.take("an instant such as 2026-01-05T09:00:00Z", read)
    }

    /// Takes a date of RFC 3339.
    pub(crate) fn take_date(&self) -> Result<NaiveDate, Misfit> {
        self.take("a date such as 2026-01-05", |text| text.parse().map(|FullDate(date)| date))
    }

    /// The number, exactly, whether it stands as a number or as text: sign, digits, a point, digits.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match &self.value {
            Value::Text(text) if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'-' | b'.')) => None,
            Value::Text(text) | Value::Number(text) => exact(text),
            _ => None,
        }
    }

    /// Marks the value as kept, whole.
    pub(crate) fn keep(&self) {
        self.kept.set(true);
    }

    /// Whether the value is kept, whole.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept.get()
    }

    /// Takes back every mark here and below: nothing of this row is kept after all.
    pub(crate) fn unkeep(&self) {
        self.kept.set(false);
        if let Value::Array(nodes) | Value::Object(nodes) = &self.value {
            nodes.iter().for_each(Self::unkeep);
        }
    }

    /// The places of everything that was not kept, in the payload's order.
    ///
    /// Objects are gone into down to their fields, so that each is named; an array of scalars is one place.
    pub(crate) fn dropped(&self) -> Vec<JsonPath> {
        let mut dropped = Vec::new();
        self.list_dropped(&mut dropped);
        dropped
    }

    fn list_dropped(&self, to: &mut Vec<JsonPath>) {
        match &self.value {
            _ if self.kept.get() => {}
            Value::Object(nodes) if !nodes.is_empty() => nodes.iter().for_each(|n| n.list_dropped(to)),
            Value::Array(nodes) if nodes.iter().any(Self::is_container) => {
                nodes.iter().for_each(|n| n.list_dropped(to));
            }
            _ => to.push(self.path.clone()),
        }
    }

    fn is_container(&self) -> bool {
        matches!(self.value, Value::Array(_) | Value::Object(_))
    }
}

/// Whether RFC 3339 can write an instant: in UTC it has no year before 0 or after 9999.
pub(crate) fn is_writable(at: &DateTime<Utc>) -> bool {
    (0..=9999).contains(&at.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        Node::read("Test", text.as_bytes()).unwrap()
    }

    fn refusal(payload: &[u8]) -> String {
        Node::read("Test", payload).err().unwrap().to_string()
    }

    fn dropped(node: &Node) -> Vec<String> {
        node.dropped().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_was_not_kept_is_listed_once_and_in_order() {
        let root = read(
            r#"{"z": 1, "a": {"$ip": "x", "n": null, "o": {}}, "l": [1, [2]], "s": [1, null], "e": []}"#,
        );
        assert_eq!(dropped(&root), ["$.z", "$.a['$ip']", "$.a.n", "$.a.o", "$.l[0]", "$.l[1]", "$.s", "$.e"]);
        assert_eq!(root.field("z", "").unwrap().take_count(), Ok(1));
        root.field("s", "").unwrap().keep();
        assert_eq!(dropped(&root), ["$.a['$ip']", "$.a.n", "$.a.o", "$.l[0]", "$.l[1]", "$.e"]);
        root.unkeep();
        assert_eq!(dropped(&root).len(), 8);
        assert_eq!(dropped(&read("7")), ["$"]);
    }

    #[test]
    fn numbers_keep_their_text() {
        for (number, decimal) in [
            ("0.1", Some("0.1")),
            ("\"361.790\"", Some("361.790")),
            ("12345678901234567890.12345678", Some("12345678901234567890.12345678")),
            ("1e3", Some("1000")),
            ("1e999", None),
            ("1E+3", Some("1000")),
            ("1.25e1", Some("12.5")),
            ("4.2E-4", Some("0.00042")),
            ("0e-99", Some("0")),
            ("10e-29", Some("0.0000000000000000000000000001")),
            ("1e28", Some("10000000000000000000000000000")),
            ("1e29", None),
            ("1e-29", None),
            // No digit is rounded away: not of these, of which a decimal cannot hold the last.
            ("1.23456789012345678901234567890123456789e2", None),
            ("0.00000000000000000000000000000000001e35", None),
            ("1.00000000000000000000000000000", None),
            ("0.00000000000000000000000000000001", None),
            ("\"1_0\"", None),
            ("\"+1\"", None),
            ("\"\"", None),
            ("true", None),
        ] {
            let found = read(number).decimal().map(|n| n.to_string());
            assert_eq!(found.as_deref(), decimal, "{number}");
        }
        // As deep as it is long, if every zero were gone into by itself.
        for many in ["0", "9", "0.0", "1e9"] {
            let long = many.repeat(200_000);
            assert_eq!(read(&format!("\"{long}1\"")).decimal(), None, "{many}");
        }
        assert_eq!(read("\"204.0\"").take_count(), Ok(204));
        assert!(read("-1").take_count().is_err());
        assert!(read("1.5").take_count().is_err());
    }

    #[test]
    fn what_is_not_one_json_value_is_refused_with_its_place() {
        assert_eq!(
            refusal(b"{\"a\": \n tru}"),
            "not a Test payload: at $, found text that is not JSON, at line 2, column 5, expected one JSON value"
        );
        assert!(refusal(b"\"\xff\"").contains("not UTF-8 after 1 bytes"));
        assert!(refusal(b"1 2").contains("found more text after a JSON value, at line 1, column 3"));
        assert!(refusal(b"{}\n{}\n").contains("found more text after a JSON value, at line 2, column 1"));
        assert!(refusal(b"{\"a\": [1, ").contains("found JSON that breaks off, at line 1, column"));
        assert!(refusal(b" \n").contains("found an empty text"));
        assert!(refusal(b"\n<html>Ada</html>").contains("begins like HTML or XML, at line 2, column 1"));
        assert!(Node::read("Test", b"\xef\xbb\xbf{}").is_ok());
        assert!(refusal(b"\xef\xbb\xbf\xef\xbb\xbf{}").contains("not JSON"));
        assert!(refusal(br#"{"a": [0, {"b": 1, "b": 2}]}"#).contains("at $.a[1].b, found the field twice"));
        assert!(refusal(br#"{"a": "\ud800"}"#).contains("at $.a, found an escape"));
        assert!(refusal(br#"{"a": {"\ud800": 1}}"#).contains("at $.a, found an escape"));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(Node::read("Test", &nested(128)).is_ok());
        assert!(refusal(&nested(129)).contains("nested at most 128 deep"));
        assert!(refusal(&nested(1_000_000)).contains("nested at most 128 deep"));
        assert!(refusal(&vec![b'['; 1_000_000]).contains("JSON that breaks off"));
    }

    #[test]
    fn errors_name_fields_but_show_no_value() {
        let root = read(r#"{"ada@example.com": 1, "name": "Ada", "n": null}"#);
        assert_eq!(root.misfit("x").found(), "an object with the fields name, n and 1 more");
        assert_eq!(
            root.field("n", "a text").err().unwrap().to_string(),
            "at $.n, found null, expected a text"
        );
        let name = root.field("name", "").unwrap();
        assert_eq!(
            name.misfit("a date").to_string(),
            "at $.name, found a text of 3 characters, expected a date"
        );
        let missing = root.field("spend", "an amount").err().unwrap().to_string();
        assert!(missing.ends_with("expected the field spend, an amount"), "{missing}");
    }
}
