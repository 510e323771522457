//! What the schemas of the wire share: descriptions taken from the documentation, and the forms of texts.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// What the documentation of an item says to readers of other languages: the text up to the example in Rust, with
/// each paragraph and each item of a list on a line.
pub(crate) fn text(doc: &str) -> String {
    let mut text = String::new();
    for line in doc.lines().map(str::trim).take_while(|line| !line.starts_with("```")) {
        let begins = line.is_empty() || line.starts_with("- ") || text.is_empty() || text.ends_with('\n');
        text.push_str(if begins && !text.is_empty() {
            "\n"
        } else if begins {
            ""
        } else {
            " "
        });
        text.push_str(line);
    }
    text.trim().to_owned()
}

/// The same for a closed list, with what each word stands for.
pub(crate) fn list(about: &str, words: &[(&str, &str)]) -> String {
    let words = words.iter().map(|(id, doc)| format!("\n- `{id}`: {}", text(doc).replace('\n', " ")));
    format!("{}\n{}", text(about), words.collect::<String>())
}

/// For `#[schemars(with)]`: a value, or null; the field itself is there.
pub(crate) struct Nullable<T>(std::marker::PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Nullable{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "type": "null" }] })
    }
}

/// The pattern of a processor's id, and of the word `subject` where that may stand beside one.
pub(crate) const PROCESSOR_OR_SUBJECT: &str = "^[a-z][a-z0-9_]{0,63}$";

/// The pattern of a processor's id, which is not `subject`: letter by letter, because generators of types overlook `not`,
/// and not every engine looks ahead.
pub(crate) fn processor_id() -> String {
    const WORD: &str = "subject";
    let mut pattern = String::new();
    for (nth, letter) in WORD.chars().enumerate().collect::<Vec<_>>().into_iter().rev() {
        let digits = if nth == 0 { "" } else { "0-9_" };
        let (before, after) = (char::from(letter as u8 - 1), char::from(letter as u8 + 1));
        let behind = if pattern.is_empty() { "[a-z0-9_]{1,57}".to_owned() } else { pattern };
        let needed = if nth + 1 == WORD.len() { "" } else { "?" };
        let other = format!("[a-{before}{after}-z{digits}][a-z0-9_]{{0,{}}}", 63 - nth);
        pattern = format!("({other}|{letter}({behind}){needed})");
    }
    format!("^{pattern}$")
}

/// A date of RFC 3339, with the days that the month has.
pub(crate) const DATE: &str = "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|\
    02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

/// A time of RFC 3339 to the second.
pub(crate) const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)";

/// For `not`: in Python's `re`, `$` also stands before a line break at the end of a text. Patterns that look ahead
/// would say it shorter, but RE2 and Rust's engine have none.
pub(crate) const LINE_BREAK: &str = "\\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_ends_where_the_example_begins() {
        assert_eq!(text(" A word.\n\n More of it.\n\n ```\n let x = 1;\n ```\n"), "A word.\n\nMore of it.");
        assert_eq!(text(" A word."), "A word.");
        assert_eq!(text(" A word that\n goes on.\n\n More\n of it."), "A word that goes on.\n\nMore of it.");
        assert_eq!(
            text("A list.\n\n- `a`: First.\n- `b`: Second."),
            "A list.\n\n- `a`: First.\n- `b`: Second."
        );
        assert_eq!(
            list(" A list.\n", &[("a", " First,\n of two.\n"), ("b", " Second.\n")]),
            "A list.\n\n- `a`: First, of two.\n- `b`: Second."
        );
    }
}
