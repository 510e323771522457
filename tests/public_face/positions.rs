//! Positions in a JSON document, and documents with one position changed.

use serde_json::{Map, Value};

/// The way from the root of a document to a value in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Position(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Index(usize),
}

impl Position {
    pub(crate) fn field(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Field(name.to_owned()));
        Self(steps)
    }

    fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }

    /// The position as the crate's errors write it: `processors[2].kind`, and `.` for the document.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.0 {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => path.push_str(&format!(".{name}")),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        if path.is_empty() { ".".to_owned() } else { path }
    }

    /// The path with every index left out: `processors[].kind`.
    pub(crate) fn pattern(&self) -> String {
        self.path()
            .split('[')
            .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest))
            .collect::<Vec<_>>()
            .join("[]")
    }

    /// Whether it is a field of an object, and which.
    pub(crate) fn last_field(&self) -> Option<(Self, &str)> {
        let (last, before) = self.0.split_last()?;
        match last {
            Step::Field(name) => Some((Self(before.to_vec()), name)),
            Step::Index(_) => None,
        }
    }

    fn value_in<'a>(&self, document: &'a mut Value) -> &'a mut Value {
        self.0.iter().fold(document, |value, step| match step {
            Step::Field(name) => &mut value[name],
            Step::Index(index) => &mut value[index],
        })
    }

    pub(crate) fn get(&self, document: &Value) -> Value {
        self.value_in(&mut document.clone()).clone()
    }

    /// The document with another value at the position.
    pub(crate) fn replaced(&self, document: &Value, by: Value) -> Value {
        let mut document = document.clone();
        *self.value_in(&mut document) = by;
        document
    }

    /// The document without the field at the position.
    pub(crate) fn removed(&self, document: &Value) -> Value {
        let (object, name) = self.last_field().unwrap();
        let mut document = document.clone();
        object.value_in(&mut document).as_object_mut().unwrap().remove(name).unwrap();
        document
    }

    /// The document's text with the field at the position written twice.
    pub(crate) fn repeated(&self, document: &Value) -> String {
        let (object, name) = self.last_field().unwrap();
        let mut fields: Map<String, Value> = object.get(document).as_object().unwrap().clone();
        let value = fields[name].clone();
        // A name that serde_json keeps apart until the text is there.
        fields.insert(TWIN.to_owned(), value);
        let text = object.replaced(document, fields.into()).to_string();
        assert_eq!(text.matches(TWIN).count(), 1);
        text.replace(TWIN, name)
    }
}

const TWIN: &str = "the same field once more";

/// Every position of a document, the document itself first.
pub(crate) fn positions(document: &Value) -> Vec<Position> {
    let mut found = vec![Position::default()];
    let mut next = 0;
    while let Some(position) = found.get(next).cloned() {
        match position.get(document) {
            Value::Object(fields) => found.extend(fields.keys().map(|name| position.field(name))),
            Value::Array(items) => found.extend((0..items.len()).map(|index| position.index(index))),
            _ => {}
        }
        next += 1;
    }
    found
}

/// The positions of the objects of a document.
pub(crate) fn objects(document: &Value) -> Vec<Position> {
    positions(document).into_iter().filter(|position| position.get(document).is_object()).collect()
}

/// The positions of the fields of a document's objects.
pub(crate) fn fields(document: &Value) -> Vec<Position> {
    positions(document).into_iter().filter(|position| position.last_field().is_some()).collect()
}

#[test]
fn positions_are_complete_and_say_where_they_are() {
    let document = serde_json::json!({"a": [{"b": 1}, [null]], "c": {"d": "x"}});
    let paths: Vec<String> = positions(&document).iter().map(Position::path).collect();
    assert_eq!(paths, [".", "a", "c", "a[0]", "a[1]", "c.d", "a[0].b", "a[1][0]"]);
    assert_eq!(positions(&document)[6].pattern(), "a[].b");
    assert_eq!(positions(&document)[6].repeated(&document), r#"{"a":[{"b":1,"b":1},[null]],"c":{"d":"x"}}"#);
    assert_eq!(positions(&document)[5].removed(&document)["c"], serde_json::json!({}));
}
