//! The forms are strict: what is not of the form is refused at its place, whatever and wherever it is.

use dynamoi_privacy::script::{Answer, Script};
use serde_json::{Value, json};

use super::{
    forms::{Form, events, forms, requests},
    positions::{fields, objects, positions},
};

/// The error with which a text is refused, as (path, problem).
fn refusal(form: &Form, text: &str, what: &str) -> (String, String) {
    match (form.read)(text) {
        Ok(_) => panic!("{}: {what} is taken", form.name),
        Err(error) => (error.path().to_owned(), error.problem().to_owned()),
    }
}

#[test]
fn every_form_is_read_and_written_again_as_it_was() {
    for form in forms() {
        let written = (form.read)(&form.full.to_string()).unwrap_or_else(|e| panic!("{}: {e}", form.name));
        assert_eq!(written, form.full, "{}", form.name);
    }
    let types = |documents: Vec<Value>, at: fn(&Value) -> &Value| -> Vec<String> {
        documents.iter().map(|document| at(document).as_str().unwrap().to_owned()).collect()
    };
    let every: Vec<&str> = dynamoi_privacy::consent::EventType::ALL.map(|word| word.as_str()).into();
    assert_eq!(types(events(), |event| &event["type"]), every);
    let every: Vec<&str> = dynamoi_privacy::gate::ActionType::ALL.map(|word| word.as_str()).into();
    assert_eq!(types(requests(), |request| &request["action"]["type"]), every);
}

#[test]
fn an_unknown_field_is_refused_in_every_object() {
    for form in forms() {
        for object in objects(&form.full) {
            let stray = object.field("stray");
            let (path, problem) =
                refusal(&form, &stray.replaced(&form.full, json!(1)).to_string(), &stray.path());
            assert_eq!(path, stray.path(), "{}", form.name);
            assert!(problem.starts_with("found an unknown field, `stray`, expected"), "{problem}");
        }
    }
}

#[test]
fn every_field_is_refused_when_it_stands_twice() {
    for form in forms() {
        for field in fields(&form.full) {
            let (parent, name) = field.last_field().unwrap();
            let (path, problem) = refusal(&form, &field.repeated(&form.full), &field.path());
            assert!(path == parent.path() || path == field.path(), "{}: {path}", form.name);
            assert!(
                problem.starts_with(&format!("found the field `{name}` twice, expected it once")),
                "{problem}"
            );
        }
    }
}

#[test]
fn every_field_is_needed_unless_the_wire_says_otherwise() {
    for form in forms() {
        for field in fields(&form.full) {
            let (parent, name) = field.last_field().unwrap();
            let without = field.removed(&form.full).to_string();
            if form.optional.contains(&field.pattern().as_str()) {
                let read = (form.read)(&without).unwrap_or_else(|e| panic!("{}: {e}", form.name));
                assert_eq!((form.read)(&read.to_string()), Ok(read), "{}", form.name);
            } else {
                let (path, problem) = refusal(&form, &without, &format!("no {}", field.path()));
                assert_eq!(path, parent.path(), "{}", form.name);
                assert!(problem.starts_with(&format!("found no field `{name}`, expected one")), "{problem}");
            }
        }
    }
}

#[test]
fn null_is_refused_everywhere_but_where_it_says_that_there_is_no_safeguard() {
    for form in forms() {
        for position in positions(&form.full) {
            let text = position.replaced(&form.full, Value::Null).to_string();
            if form.nullable.contains(&position.pattern().as_str()) {
                let read = (form.read)(&text).unwrap_or_else(|e| panic!("{}: {e}", form.name));
                assert_eq!(position.get(&read), Value::Null);
            } else {
                let (path, problem) = refusal(&form, &text, &format!("null at {}", position.path()));
                assert_eq!(path, position.path(), "{}", form.name);
                assert!(problem.starts_with("found null, expected"), "{problem}");
            }
        }
    }
}

#[test]
fn another_kind_of_value_is_refused_everywhere() {
    let kind = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    for form in forms() {
        for position in positions(&form.full) {
            let value = position.get(&form.full);
            // What an object holds, as a list and as a list of pairs: serde's own derive would read the first.
            let held: Vec<Value> =
                value.as_object().into_iter().flatten().map(|(_, value)| value.clone()).collect();
            let items: Vec<Value> = value.as_array().into_iter().flatten().cloned().collect();
            let others = [json!(true), json!(0), json!(1.5), json!("1"), json!(held), json!({ "0": items })];
            for other in others.iter().filter(|other| kind(other) != kind(&value) || other.is_f64()) {
                let text = position.replaced(&form.full, other.clone()).to_string();
                let (path, problem) = refusal(&form, &text, &format!("{other} at {}", position.path()));
                let inside =
                    path.strip_prefix(&position.path()).is_some_and(|rest| rest.starts_with(['.', '[']));
                // An object in the place of a document or a row is one with a stray field.
                assert!(path == position.path() || inside || path == "0", "{}: {path}", form.name);
                assert!(problem.starts_with("found ") && problem.contains("expected "), "{problem}");
            }
        }
    }
}

#[test]
fn a_field_of_another_type_is_refused() {
    let stray = |documents: Vec<Value>, part: fn(&mut Value) -> &mut Value| {
        let mut checked = 0;
        let form = forms().into_iter().find(|form| form.full == documents[0]).unwrap();
        for document in &documents {
            for other in &documents {
                let more = part(&mut other.clone()).clone();
                for (name, value) in more.as_object().unwrap() {
                    let mut mixed = document.clone();
                    let into = part(&mut mixed).as_object_mut().unwrap();
                    if into.contains_key(name) {
                        continue;
                    }
                    into.insert(name.clone(), value.clone());
                    let (_, problem) = refusal(&form, &mixed.to_string(), name);
                    assert!(
                        problem.starts_with(&format!("found the field `{name}`, expected none in")),
                        "{problem}"
                    );
                    checked += 1;
                }
            }
        }
        checked
    };
    assert!(stray(events(), |event| event) > 30);
    assert!(stray(requests(), |request| &mut request["action"]) > 20);
}

#[test]
fn nothing_may_follow_a_document() {
    for form in forms() {
        let text = form.full.to_string();
        assert!((form.read)(&format!(" \n{text}\t ")).is_ok());
        for rest in ["x", "{}", ",", "\u{0}", "\u{a0}"] {
            let (path, problem) = refusal(&form, &format!("{text}{rest}"), rest);
            assert_eq!(path, ".", "{}", form.name);
            assert!(problem.starts_with("not JSON: "), "{problem}");
        }
        refusal(&form, "", "nothing");
        refusal(&form, &text[..text.len() - 1], "half a document");
    }
}

#[test]
fn a_line_has_one_of_policy_event_and_request() {
    let (event, request) = (&events()[0], &requests()[0]);
    let wrong = [
        json!({}),
        json!({"event": event, "request": request}),
        json!({"event": null, "request": request}),
        json!({"events": event}),
        json!([event]),
        json!({"request": [request]}),
    ];
    let texts = wrong.iter().map(Value::to_string);
    let twice = format!("{{\"request\":{request},\"request\":{request}}}");
    for text in texts.chain([twice, "null".to_owned(), "{".to_owned(), "\u{feff}{}".to_owned()]) {
        let answer = Script::new().line(text.as_bytes());
        assert!(matches!(answer, Some(Answer::Refused { error: "invalid_line", line: 1, .. })), "{text}");
    }
    let answer = Script::new().line(json!({ "request": request }).to_string().as_bytes());
    assert!(matches!(answer, Some(Answer::Decided { .. })));
}
