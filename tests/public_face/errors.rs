//! No error shows a person's data: a document with a mail address, a name or a number planted anywhere in it.

use dynamoi_privacy::{
    consent::{Event, EventType, Manner, Scope},
    gate::{Action, ActionType, Cookies, Gate, Reason, Request, Signals},
    policy::{
        CollectionEntry, Document, History, ProcessorEntry, PurposeEntry, Safeguard, SharingEntry,
        SourceKind, Storage, UnknownAge, UseEntry,
    },
    script::{Answer, Script},
    vocabulary::{
        Country, DataCategory, LegalBasis, PolicyVersion, ProcessorId, ProcessorKind, Purpose, Source,
        SubjectId,
    },
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

/// A value read on its own, as any caller of serde does, is as silent as in its document.
#[test]
fn nothing_planted_is_shown_by_a_type_on_its_own() {
    fn messages<T: serde::de::DeserializeOwned>(json: &str) -> Vec<String> {
        let text = serde_json::from_str::<T>(json).err();
        let value = serde_json::from_value::<T>(serde_json::from_str(json).unwrap()).err();
        assert_eq!(text.is_some(), value.is_some(), "{json}");
        text.into_iter().chain(value).map(|error| format!("{error} {error:?}")).collect()
    }
    macro_rules! each {
        ($json:expr; $($type:ty),+ $(,)?) => { [$(messages::<$type>($json)),+].concat() };
    }
    let ada = r#""ada@example.com""#;
    for json in [
        ada.to_owned(),
        format!("[{ada}]"),
        format!("{{{ada}:1}}"),
        format!("{{\"type\":{ada}}}"),
        format!("{{\"purpose\":[{ada}]}}"),
        format!("{{\"safeguard\":{ada}}}"),
        format!("{{\"safeguard\":{{{ada}:{ada}}}}}"),
        r#"{"ada`, expected `example":1}"#.to_owned(),
        "5550123".to_owned(),
        "-5550123".to_owned(),
        "5550123.5".to_owned(),
        r#"{"section":5550123}"#.to_owned(),
        r#"{"minimum_age":5550123}"#.to_owned(),
        r#"{"gpc":5550123}"#.to_owned(),
        "null".to_owned(),
    ] {
        let refused = each!(&json; Document, ProcessorEntry, PurposeEntry, CollectionEntry, UseEntry, SharingEntry,
            Storage, Event, Scope, Request, Action, Signals, DataCategory, Purpose, ProcessorKind, LegalBasis,
            SourceKind, UnknownAge, Safeguard, EventType, Manner, ActionType, Cookies, Reason, Country,
            SubjectId, ProcessorId, Source);
        assert_eq!(refused.len(), 2 * 28, "{json}: something is taken");
        let version = each!(&json; PolicyVersion);
        assert_eq!(version.is_empty(), json == ada);
        for message in refused.iter().chain(&version) {
            assert_silent(message, &["ada@", "`ada`", "example", "555", "012"]);
            assert!(message.contains("found ") && message.contains("expected "), "{message}");
        }
    }
}

#[test]
fn serde_and_the_forms_say_the_same() {
    for form in forms() {
        for position in positions(&form.full) {
            let text = position.replaced(&form.full, json!([[]])).to_string();
            let error = (form.read)(&text).unwrap_err();
            let by_serde = (form.serde)(&text).unwrap_err().to_string();
            assert!(by_serde.contains(error.problem()), "{by_serde}");
            if error.path() != "." {
                assert!(by_serde.starts_with(&format!("{error} at line 1 column ")), "{by_serde}");
            }
        }
    }
}

#[test]
fn a_number_given_as_an_id_is_not_shown() {
    for number in ["4111111111111111", "card_4111111111111111", "030_5550123"] {
        let digits = number.trim_start_matches("card_");
        for form in forms() {
            for position in positions(&form.full) {
                let text = position.replaced(&form.full, json!(number)).to_string();
                if let Err(error) = (form.read)(&text) {
                    assert_silent(&format!("{error} {error:?}"), &[digits]);
                }
            }
        }
    }
}

#[test]
fn the_name_of_a_version_is_shown_when_it_looks_like_one() {
    for (name, shown) in [("9.9.9", "`9.9.9`"), ("ada@example.com", "a text of 15 characters")] {
        let gate = Gate::new(History::dynamoi());
        let now = "2026-01-05T09:00:00Z".parse().unwrap();
        let error = gate.record(Event::accept(SubjectId::random(), name, now)).unwrap_err();
        assert!(error.to_string().ends_with(shown), "{error}");
        assert_silent(&format!("{error:?}"), &["ada@"]);

        let history = History::new();
        let mut document = Document::dynamoi();
        document.version = name.into();
        history.add(document.clone()).unwrap();
        let error = history.add(document).unwrap_err();
        assert!(error.to_string().ends_with(shown), "{error}");
        assert_silent(&format!("{error:?}"), &["ada@"]);
    }
}
