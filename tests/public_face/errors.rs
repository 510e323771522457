//! No error shows a person's data: a document with a mail address, a name or a number planted anywhere in it.

use dynamoi_privacy::{
    policy::Document,
    script::{Answer, Script},
};
use serde_json::{Value, json};

use super::{
    forms::forms,
    positions::{objects, positions},
};

/// What a person may have typed, and the parts of it that no message may hold.
const PLANTED: [(&str, &[&str]); 4] = [
    ("ada@example.com", &["ada", "example"]),
    ("Ada Lovelace", &["Ada", "Lovelace"]),
    ("ada`, expected `Lovelace", &["ada", "Lovelace"]),
    ("+49 30 5550123", &["5550123", "+49"]),
];

fn assert_silent(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(!message.contains(part), "an error shows what was planted: {message}");
    }
}

#[test]
fn a_text_at_any_position_is_refused_at_its_place_without_being_shown() {
    for form in forms() {
        for position in positions(&form.full) {
            for (planted, parts) in PLANTED {
                let document = position.replaced(&form.full, json!(planted));
                match (form.read)(&document.to_string()) {
                    Ok(_) => assert!(
                        form.free.contains(&position.pattern().as_str()),
                        "{}: any text is taken at {}",
                        form.name,
                        position.path()
                    ),
                    Err(error) => {
                        assert_eq!(error.path(), position.path(), "{}", form.name);
                        let problem = error.problem();
                        assert!(
                            problem.starts_with("found ") && problem.contains(", expected "),
                            "{problem}"
                        );
                        assert_silent(&error.to_string(), parts);
                        assert_silent(&format!("{error:?}"), parts);
                    }
                }
            }
        }
    }
}

#[test]
fn a_number_at_any_position_is_refused_at_its_place_without_being_shown() {
    for form in forms() {
        for position in positions(&form.full) {
            for planted in
                [json!(5_550_123), json!(-5_550_123), json!(5_550_123.5), json!(5_550_123_u64 << 40)]
            {
                let document = position.replaced(&form.full, planted);
                let error = (form.read)(&document.to_string()).unwrap_err();
                assert_eq!(error.path(), position.path(), "{}", form.name);
                assert_silent(&error.to_string(), &["5550123", "5.5", "6102"]);
            }
        }
    }
}

#[test]
fn the_name_of_a_stray_field_is_not_shown() {
    for form in forms() {
        for object in objects(&form.full) {
            for (planted, parts) in PLANTED {
                let document = object.field(planted).replaced(&form.full, Value::Null);
                let error = (form.read)(&document.to_string()).unwrap_err();
                let at = object.field("?").path();
                assert_eq!(error.path(), at, "{}", form.name);
                assert!(error.problem().contains("found an unknown field, a text of"), "{error}");
                assert_silent(&error.to_string(), parts);
            }
        }
    }
}

#[test]
fn text_that_is_not_json_is_not_shown() {
    for form in forms() {
        let text = form.full.to_string();
        for broken in
            ["ada@example.com", "\"ada@example.com", "{\"ada@example.com\"", "{\"id\":ada@example.com}"]
        {
            let error = (form.read)(broken).unwrap_err();
            assert_silent(&error.to_string(), &["ada", "example"]);
            let error = (form.read)(&format!("{text}{broken}")).unwrap_err();
            assert_silent(&error.to_string(), &["ada", "example"]);
        }
    }
}

#[test]
fn nothing_planted_is_shown_by_serde_itself() {
    for form in forms() {
        for position in positions(&form.full) {
            for (planted, parts) in PLANTED {
                let document = position.replaced(&form.full, json!(planted));
                if let Err(error) = (form.serde)(&document.to_string()) {
                    assert_silent(&error.to_string(), parts);
                }
            }
            let document = position.replaced(&form.full, json!(5_550_123));
            assert_silent(&(form.serde)(&document.to_string()).unwrap_err().to_string(), &["5550123"]);
        }
        for object in objects(&form.full) {
            for (planted, parts) in PLANTED {
                let document = object.field(planted).replaced(&form.full, Value::Null);
                assert_silent(&(form.serde)(&document.to_string()).unwrap_err().to_string(), parts);
            }
        }
    }
}

#[test]
fn nothing_planted_is_shown_by_a_script() {
    for form in forms() {
        let kind = form.name.split(' ').next().unwrap();
        for position in positions(&form.full) {
            for (planted, parts) in PLANTED {
                let mut script = Script::new();
                script.line(json!({ "policy": Document::dynamoi() }).to_string().as_bytes());
                let line = json!({ kind: position.replaced(&form.full, json!(planted)) }).to_string();
                if let Some(Answer::Refused { message, .. }) = script.line(line.as_bytes()) {
                    assert_silent(&message, parts);
                }
            }
        }
    }
}
