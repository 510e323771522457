//! Whether a change of the schemas is one that documents survive.
//!
//! Two bundles are gone through together, place by place. It is plain on purpose: of two patterns nobody can say which takes
//! more, so a changed one is a break.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

/// What a change does to documents that were valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// More documents are valid, and all that were still are.
    Addition,
    /// Some document that was valid is not any more, or nobody can say that all are.
    Break,
}

/// The changes from one bundle to another, each with its place; none when the same documents are valid.
pub(crate) fn changes(old: &Value, new: &Value) -> Vec<(Change, String)> {
    let mut comparison = Comparison { old, new, seen: HashSet::new(), found: Vec::new() };
    let (old_forms, new_forms) = (fields(old, "properties"), fields(new, "properties"));
    for (name, form) in &old_forms {
        match new_forms.get(name) {
            Some(other) => comparison.schema(name, form, other),
            None => comparison.found(Change::Break, name, "the form is gone"),
        }
    }
    for name in new_forms.keys().filter(|name| !old_forms.contains_key(*name)) {
        comparison.found(Change::Addition, name, "the form is new");
    }
    comparison.found
}

/// Keywords that say nothing of validity.
const WORDS: &[&str] = &["title", "description", "examples", "$id", "$schema", "$comment"];

/// Keywords that say how much at least, and how much at most.
const LEAST: &[&str] = &["minimum", "minLength", "minItems"];
const MOST: &[&str] = &["maximum", "maxLength", "maxItems"];

/// Keywords that are handled by themselves.
const HANDLED: &[&str] =
    &["type", "enum", "properties", "required", "additionalProperties", "items", "oneOf", "anyOf"];

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    /// Pairs of definitions that were compared.
    seen: HashSet<(String, String)>,
    found: Vec<(Change, String)>,
}

fn fields<'a>(schema: &'a Value, keyword: &str) -> BTreeMap<&'a str, &'a Value> {
    let fields = schema[keyword].as_object();
    fields.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
}

/// The schema that a reference leads to, also one that stands alone under `allOf`.
fn resolved<'a>(bundle: &'a Value, mut schema: &'a Value) -> (&'a Value, Option<&'a str>) {
    let mut name = None;
    loop {
        if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
            schema = only;
        }
        let Some(reference) = schema["$ref"].as_str() else { return (schema, name) };
        name = reference.strip_prefix("#/$defs/");
        schema = &bundle["$defs"][name.unwrap()];
    }
}

/// The types that a schema has, as a set.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

impl<'a> Comparison<'a> {
    fn found(&mut self, change: Change, place: &str, what: &str) {
        self.found.push((change, format!("{place}: {what}")));
    }

    fn schema(&mut self, place: &str, old: &'a Value, new: &'a Value) {
        let ((old, old_name), (new, new_name)) = (resolved(self.old, old), resolved(self.new, new));
        if let (Some(one), Some(other)) = (old_name, new_name)
            && !self.seen.insert((one.to_owned(), other.to_owned()))
        {
            return;
        }
        let place = old_name.unwrap_or(place);
        self.types(place, old, new);
        self.words(place, old, new);
        self.bounds(place, old, new);
        self.object(place, old, new);
        match (&old["items"], &new["items"]) {
            (Value::Null, Value::Null) | (_, Value::Null) => {}
            (old, new) => self.schema(&format!("{place}[]"), old, new),
        }
        for keyword in ["oneOf", "anyOf"] {
            self.union(place, keyword, old, new);
        }
    }

    fn types(&mut self, place: &str, old: &Value, new: &Value) {
        let (old, new) = (types(old), types(new));
        if old.iter().any(|name| !new.contains(name)) && !new.is_empty() {
            self.found(Change::Break, place, "a type is gone");
        } else if new.iter().any(|name| !old.contains(name)) {
            self.found(if old.is_empty() { Change::Break } else { Change::Addition }, place, "another type");
        }
    }

    fn words(&mut self, place: &str, old: &Value, new: &Value) {
        match (old["enum"].as_array(), new["enum"].as_array()) {
            (None, None) => {}
            (None, Some(_)) => self.found(Change::Break, place, "a closed list where there was none"),
            (Some(_), None) => self.found(Change::Addition, place, "no closed list any more"),
            (Some(old), Some(new)) => {
                for word in old.iter().filter(|word| !new.contains(word)) {
                    self.found(Change::Break, place, &format!("{word} is gone"));
                }
                for word in new.iter().filter(|word| !old.contains(word)) {
                    self.found(Change::Addition, place, &format!("{word} is new"));
                }
            }
        }
    }

    fn bounds(&mut self, place: &str, old: &Value, new: &Value) {
        let keywords: HashSet<&String> =
            [old, new].into_iter().filter_map(Value::as_object).flat_map(|schema| schema.keys()).collect();
        let mut keywords: Vec<&String> = keywords.into_iter().collect();
        keywords.sort();
        for keyword in keywords {
            let (was, is) = (&old[keyword], &new[keyword]);
            if was == is || WORDS.contains(&keyword.as_str()) || HANDLED.contains(&keyword.as_str()) {
                continue;
            }
            let is_wider = match keyword.as_str() {
                _ if is.is_null() => true,
                _ if was.is_null() => false,
                least if LEAST.contains(&least) => is.as_i64() < was.as_i64(),
                most if MOST.contains(&most) => is.as_u64() > was.as_u64(),
                "uniqueItems" => *is == false,
                _ => false,
            };
            let change = if is_wider { Change::Addition } else { Change::Break };
            self.found(change, place, &format!("{keyword} was {was} and is {is}"));
        }
    }

    fn object(&mut self, place: &str, old: &'a Value, new: &'a Value) {
        let (had, has) = (fields(old, "properties"), fields(new, "properties"));
        let needs = |schema: &Value, name: &str| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
        };
        let was_closed = old["additionalProperties"] == false;
        let is_closed = new["additionalProperties"] == false;
        if was_closed != is_closed {
            let change = if is_closed { Change::Break } else { Change::Addition };
            self.found(change, place, "what other fields may stand there");
        }
        for (name, property) in &had {
            let at = format!("{place}.{name}");
            match has.get(name) {
                Some(other) => {
                    self.schema(&at, property, other);
                    match (needs(old, name), needs(new, name)) {
                        (false, true) => self.found(Change::Break, &at, "it may not be absent any more"),
                        (true, false) => self.found(Change::Addition, &at, "it may be absent now"),
                        _ => {}
                    }
                }
                None if is_closed => self.found(Change::Break, &at, "the field is gone"),
                None => self.found(Change::Addition, &at, "the field may be anything"),
            }
        }
        for name in has.keys().filter(|name| !had.contains_key(*name)) {
            let is_free = was_closed && !needs(new, name);
            let change = if is_free { Change::Addition } else { Change::Break };
            self.found(change, &format!("{place}.{name}"), "the field is new");
        }
    }

    /// Compares alternatives by what they are called, or by their place where they have no name.
    fn union(&mut self, place: &str, keyword: &str, old: &'a Value, new: &'a Value) {
        let named = |schema: &'a Value| -> BTreeMap<String, &'a Value> {
            let alternatives = schema[keyword].as_array().into_iter().flatten().enumerate();
            alternatives
                .map(|(nth, one)| match one["$ref"].as_str() {
                    Some(reference) => (reference.to_owned(), one),
                    None => (format!("{nth} {}", one["type"]), one),
                })
                .collect()
        };
        let (had, has) = (named(old), named(new));
        if had.is_empty() != has.is_empty() {
            self.found(Change::Break, place, &format!("{keyword} where there was none, or none any more"));
            return;
        }
        for (name, alternative) in &had {
            match has.get(name) {
                Some(other) => self.schema(&format!("{place}|{name}"), alternative, other),
                None => self.found(Change::Break, place, &format!("the alternative {name} is gone")),
            }
        }
        for name in has.keys().filter(|name| !had.contains_key(*name)) {
            self.found(Change::Addition, place, &format!("the alternative {name} is new"));
        }
    }
}

#[cfg(test)]
mod tests {
    use dynamoi_privacy::schema::{self, Dialect};
    use serde_json::json;

    use super::*;

    /// The changes after an edit of today's bundle, from before to after and back again.
    fn edited(edit: impl FnOnce(&mut Value)) -> [Vec<Change>; 2] {
        let old = schema::bundle(Dialect::Draft202012);
        let mut new = old.clone();
        edit(&mut new["$defs"]);
        let kinds = |changes: Vec<(Change, String)>| changes.into_iter().map(|(change, _)| change).collect();
        [kinds(changes(&old, &new)), kinds(changes(&new, &old))]
    }

    #[test]
    fn wording_is_no_change() {
        let none = edited(|defs| {
            defs["Scope"]["description"] = "Other words.".into();
            defs["Event"]["examples"] = json!([]);
            defs["Reason"]["title"] = "Why".into();
        });
        assert_eq!(none, [vec![], vec![]]);
    }

    #[test]
    fn what_takes_more_is_an_addition_and_the_way_back_is_a_break() {
        let edits: [fn(&mut Value); 9] = [
            |defs| defs["Reason"]["enum"].as_array_mut().unwrap().push("bad_weather".into()),
            |defs| defs["Scope"]["properties"]["channel"] = json!({ "type": "string" }),
            |defs| {
                defs["Event"]["oneOf"].as_array_mut().unwrap().push(json!({ "$ref": "#/$defs/Scope" }));
            },
            |defs| defs["PolicyVersion"]["maxLength"] = 65.into(),
            |defs| defs["CardExpiry"]["properties"]["year"]["minimum"] = 1999.into(),
            |defs| drop(defs["Request"]["required"].as_array_mut().unwrap().pop()),
            |defs| drop(defs["Text"].as_object_mut().unwrap().remove("not")),
            |defs| {
                drop(
                    defs["DenyDecision"]["properties"]["reasons"].as_object_mut().unwrap().remove("minItems"),
                )
            },
            |defs| defs["StoreAction"]["properties"]["encrypted"]["type"] = json!(["boolean", "null"]),
        ];
        for (nth, edit) in edits.into_iter().enumerate() {
            assert_eq!(edited(edit), [vec![Change::Addition], vec![Change::Break]], "edit {nth}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_a_break_both_ways() {
        let edits: [fn(&mut Value); 4] = [
            |defs| defs["Instant"]["pattern"] = "^.*$".into(),
            |defs| defs["Uuid"]["format"] = "uri".into(),
            |defs| defs["Rate"]["type"] = "number".into(),
            |defs| defs["ErasedEvent"]["properties"]["type"]["enum"] = json!(["deleted"]),
        ];
        for (nth, edit) in edits.into_iter().enumerate() {
            let [there, back] = edited(edit);
            assert!(there.contains(&Change::Break) && back.contains(&Change::Break), "edit {nth}");
        }
    }

    #[test]
    fn a_form_that_comes_or_goes_is_seen() {
        let old = schema::bundle(Dialect::Draft202012);
        let mut new = old.clone();
        new["properties"].as_object_mut().unwrap().remove("policy");
        assert_eq!(changes(&old, &new), [(Change::Break, "policy: the form is gone".to_owned())]);
        assert_eq!(changes(&new, &old), [(Change::Addition, "policy: the form is new".to_owned())]);
    }
}
