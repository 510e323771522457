//! Every body that leaves, against what its system documents: the tables in `documented/SYSTEM.json`.
//!
//! They were written from the vendors' documentation and not from our code. Each says to which request a body belongs,
//! and of each field what it holds, whether it may be absent (`?`), its limits, and which source says so (`from`), with
//! how sure that source is. A field that is not in a table must not be in a body. Where a system documents no request,
//! the table says that the form is ours.

mod forms;
mod signals;
mod values;

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use dynamoi_privacy::{policy::Evidence, processors::Body};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::payloads::SYSTEMS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sources: BTreeMap<String, Source>,
    #[serde(default)]
    parts: BTreeMap<String, Field>,
    bodies: BTreeMap<String, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    evidence: Evidence,
    url: String,
    #[serde(default)]
    #[expect(dead_code, reason = "for whoever reads the table")]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    request: String,
    content_type: String,
    /// The system documents no such request.
    #[serde(default)]
    ours: bool,
    body: Field,
}

/// What a field holds, or `=part`.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum Field {
    Part(String),
    Holds(Box<Holds>),
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Holds {
    is: Is,
    /// The sources that say so, or those of the field around it.
    #[serde(default)]
    from: Option<OneOrMore>,
    /// The fewest characters of a text or elements of an array.
    #[serde(default)]
    least: usize,
    /// The most, or the most fields of an object.
    #[serde(default)]
    most: Option<usize>,
    low: Option<i64>,
    high: Option<i64>,
    one_of: Option<Vec<Value>>,
    /// What only code can say of it; see `forms`.
    form: Option<String>,
    /// The form of every key of an object.
    keys: Option<String>,
    of: Option<Field>,
    #[serde(default)]
    fields: BTreeMap<String, Field>,
    /// Fields of which at least one is there.
    #[serde(default)]
    some: Vec<String>,
    /// Fields that are not there together.
    #[serde(default)]
    apart: Vec<[String; 2]>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Is {
    Object,
    Array,
    Text,
    Integer,
    Number,
    Boolean,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn each(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

/// The tables, by the id of the system.
fn tables() -> &'static BTreeMap<String, Table> {
    static TABLES: LazyLock<BTreeMap<String, Table>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/processors/documented");
        let table = |id: &str| {
            let json = fs::read_to_string(folder.join(format!("{id}.json"))).unwrap();
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{id}.json: {error}"))
        };
        SYSTEMS.iter().map(|system| (system.id().to_string(), table(system.id().as_str()))).collect()
    });
    &TABLES
}

/// Every row of every table: `facebook_ads/user`.
pub(crate) fn rows() -> impl Iterator<Item = &'static str> {
    static ROWS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let of = |(id, table): (&String, &'static Table)| {
            let id = id.clone();
            table.bodies.keys().map(move |row| format!("{id}/{row}")).collect::<Vec<_>>()
        };
        let mut rows: Vec<String> = tables().iter().flat_map(of).collect();
        rows.sort();
        rows
    });
    ROWS.iter().map(String::as_str)
}

fn row(name: &str) -> (&'static Table, &'static Row) {
    let (id, row) = name.split_once('/').unwrap();
    let table = &tables()[id];
    (table, table.bodies.get(row).unwrap_or_else(|| panic!("no table has {name}")))
}

/// Whether a body is as the row of a table has it.
pub(crate) fn validate(name: &str, body: &Body) -> Result<(), String> {
    let (table, row) = row(name);
    if body.content_type() != row.content_type {
        return Err(format!("its content type is {}", body.content_type()));
    }
    table.check(&row.body, &parse(body), "$")
}

/// A body as JSON; a form as an object of texts.
fn parse(body: &Body) -> Value {
    match body.content_type() {
        "application/json" => serde_json::from_str(body.as_str()).unwrap(),
        "application/x-www-form-urlencoded" => {
            let mut fields = Map::new();
            for field in body.as_str().split('&') {
                let (name, value) = field.split_once('=').unwrap();
                let before = fields.insert(forms::decode(name), forms::decode(value).into());
                assert!(before.is_none(), "{name} stands there twice");
            }
            Value::Object(fields)
        }
        other => panic!("nobody can read {other}"),
    }
}

impl Table {
    fn holds<'t>(&'t self, field: &'t Field) -> &'t Holds {
        match field {
            Field::Holds(holds) => holds,
            Field::Part(part) => self.holds(&self.parts[part.strip_prefix('=').unwrap()]),
        }
    }

    fn check(&self, field: &Field, value: &Value, at: &str) -> Result<(), String> {
        let field = self.holds(field);
        let length = match (field.is, value) {
            (Is::Object, Value::Object(fields)) => {
                self.check_fields(field, fields, at)?;
                fields.len()
            }
            (Is::Array, Value::Array(elements)) => {
                for (nth, element) in elements.iter().enumerate() {
                    self.check(field.of.as_ref().unwrap(), element, &format!("{at}[{nth}]"))?;
                }
                elements.len()
            }
            (Is::Text, Value::String(text)) => text.chars().count(),
            (Is::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => field.least,
            (Is::Number, Value::Number(_)) | (Is::Boolean, Value::Bool(_)) => field.least,
            _ => return Err(format!("{at} is of another type: {value}")),
        };
        if length < field.least || field.most.is_some_and(|most| length > most) {
            return Err(format!("{at} is of length {length}"));
        }
        let number = value.as_f64().unwrap_or_default();
        if field.low.is_some_and(|low| number < low as f64)
            || field.high.is_some_and(|high| number > high as f64)
        {
            return Err(format!("{at} is out of range: {value}"));
        }
        if field.one_of.as_ref().is_some_and(|known| !known.contains(value)) {
            return Err(format!("{at} is none of those that are known: {value}"));
        }
        match &field.form {
            Some(form) if !forms::has_form(form, value) => {
                Err(format!("{at} has not the form {form}: {value}"))
            }
            _ => Ok(()),
        }
    }

    fn check_fields(&self, object: &Holds, fields: &Map<String, Value>, at: &str) -> Result<(), String> {
        for (name, value) in fields {
            let known = object.fields.get(name).or_else(|| object.fields.get(&format!("{name}?")));
            let field = known.ok_or_else(|| format!("{at}.{name} is not documented"))?;
            self.check(field, value, &format!("{at}.{name}"))?;
            if object.keys.as_ref().is_some_and(|form| !forms::has_form(form, &name.as_str().into())) {
                return Err(format!("{at}.{name} has a name of another form"));
            }
        }
        let missing = |name: &&String| !name.ends_with('?') && !fields.contains_key(name.as_str());
        if let Some(name) = object.fields.keys().find(missing) {
            return Err(format!("{at}.{name} is missing"));
        }
        if !object.some.is_empty() && !object.some.iter().any(|name| fields.contains_key(name)) {
            return Err(format!("{at} says nothing"));
        }
        match object.apart.iter().find(|pair| pair.iter().all(|name| fields.contains_key(name))) {
            Some([one, other]) => Err(format!("{at} has both {one} and {other}")),
            None => Ok(()),
        }
    }

    /// Every source that is named by a field, and each field that has none, from here inwards.
    fn sources_of(&self, field: &Field, from: &[String], at: &str, found: &mut Vec<String>) {
        let field = self.holds(field);
        let from = field.from.as_ref().map_or(from, OneOrMore::each);
        assert!(!from.is_empty(), "{at} has no source");
        for source in from {
            assert!(self.sources.contains_key(source), "{at}: there is no source {source}");
        }
        found.extend_from_slice(from);
        field.of.iter().for_each(|of| self.sources_of(of, from, &format!("{at}[]"), found));
        for (name, inner) in &field.fields {
            self.sources_of(inner, from, &format!("{at}.{name}"), found);
        }
    }
}

#[test]
fn every_field_of_every_table_has_its_source() {
    for (id, table) in tables() {
        let mut used = Vec::new();
        for (name, row) in &table.bodies {
            let words: Vec<&str> = row.request.split(' ').collect();
            if row.ours {
                assert!(row.request.starts_with("none is documented: "), "{id}/{name}");
                continue;
            }
            assert!(["POST", "PUT"].contains(&words[0]) && words[1].starts_with("https://"), "{id}/{name}");
            assert_eq!(words.len(), 2, "{id}/{name}");
            table.sources_of(&row.body, &[], &format!("{id}/{name}"), &mut used);
        }
        for (name, source) in &table.sources {
            assert!(used.contains(name), "{id}: nothing is from {name}");
            assert!(source.url.starts_with("https://"), "{id}: {name}");
            let read = [Evidence::Primary, Evidence::Copied, Evidence::SecondHand].contains(&source.evidence);
            assert!(
                read || table.sources.values().any(|other| other.evidence != Evidence::Unconfirmed),
                "{id}"
            );
        }
    }
}

/// The tables are no ornament: a body that is a little different from a good one is none.
#[test]
fn a_body_that_a_vendor_would_refuse_fails() {
    let mut broken = 0;
    for name in rows() {
        let (table, row) = row(name);
        let good = table.example(&row.body);
        assert_eq!(table.check(&row.body, &good, "$"), Ok(()), "{name}: {good}");
        for place in std::iter::once(String::new()).chain(crate::matrix::samples::places(&good)) {
            let field = table.find(&row.body, &place);
            let mut bad = Vec::new();
            match good.pointer(&place).unwrap() {
                Value::Object(fields) => {
                    bad.extend(fields.keys().filter(|key| field.fields.contains_key(*key)).map(|key| {
                        let mut fields = fields.clone();
                        fields.remove(key);
                        Value::Object(fields)
                    }));
                    let mut more = fields.clone();
                    more.insert("planted".to_owned(), "planted".into());
                    bad.push(more.into());
                }
                Value::Array(elements) => {
                    bad.extend((field.least > 0).then(|| Value::Array(Vec::new())));
                    bad.extend(field.most.map(|most| vec![elements[0].clone(); most + 1].into()));
                }
                Value::String(text) => {
                    bad.extend((field.least > 0).then(|| Value::from("")));
                    bad.extend(field.most.map(|most| text.repeat(most + 1).into()));
                    let unformed =
                        field.form.as_ref().is_some_and(|form| !forms::has_form(form, &"planted!".into()));
                    bad.extend((unformed || field.one_of.is_some()).then(|| "planted!".into()));
                }
                Value::Bool(there) => bad.extend(field.one_of.is_some().then_some(Value::Bool(!there))),
                _ => bad.extend(field.low.map(|low| (low - 1).into())),
            }
            bad.push(Value::Null);
            bad.push(Value::from(vec![Value::Null]));
            for value in bad {
                let mut body = good.clone();
                *body.pointer_mut(&place).unwrap() = value.clone();
                assert!(table.check(&row.body, &body, "$").is_err(), "{name}{place}: {value} is taken");
                broken += 1;
            }
        }
    }
    assert!(broken > 700, "{broken}");
}

impl Table {
    /// The field at a place of a body.
    fn find<'t>(&'t self, field: &'t Field, place: &str) -> &'t Holds {
        let field = self.holds(field);
        let Some(rest) = place.strip_prefix('/') else { return field };
        let (key, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let inner = field.of.as_ref().or_else(|| field.fields.get(key));
        let inner = inner.or_else(|| field.fields.get(&format!("{key}?")));
        self.find(inner.unwrap(), rest)
    }

    /// A value that the field may hold, with all of its fields but those that must stay apart.
    fn example(&self, field: &Field) -> Value {
        let field = self.holds(field);
        if let Some(known) = &field.one_of {
            return known.last().unwrap().clone();
        }
        if let Some(form) = &field.form {
            return forms::example(form);
        }
        match field.is {
            Is::Object => {
                let apart = |name: &str| field.apart.iter().any(|[_, other]| other == name);
                let plain = |name: &'_ String| name.trim_end_matches('?').to_owned();
                let fields = field.fields.iter().filter(|(name, _)| !apart(name.trim_end_matches('?')));
                fields.map(|(name, field)| (plain(name), self.example(field))).collect::<Map<_, _>>().into()
            }
            Is::Array => vec![self.example(field.of.as_ref().unwrap())].into(),
            Is::Text => "x".into(),
            Is::Integer | Is::Number => 1.into(),
            Is::Boolean => true.into(),
        }
    }
}
