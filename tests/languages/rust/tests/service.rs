//! A service check as a Rust team would write it over the generated types: unions are told apart, every example comes back
//! as it was, and documents of no form are refused.

use dynamoi_privacy_languages::{
    Action, AdPerformanceData, AnalyticsData, Answer, AuditEntry, CODE, ConsentRecord, Decision, Event, Export, PaymentData, Policy,
    Receipt, Request, ScriptLine, StreamingData, UserData,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn bundle() -> Value {
    serde_json::from_str(include_str!("../../../../schemas/bundle.schema.json")).unwrap()
}

fn about(event: &Event) -> String {
    match event {
        Event::PolicyAcceptedEvent(event) => format!("{} ({})", event.policy_version, event.manner),
        Event::ConsentGrantedEvent(event) => event.scope.purpose.to_string(),
        Event::ConsentDeniedEvent(event) => event.scope.purpose.to_string(),
        Event::ConsentWithdrawnEvent(event) => event.scope.purpose.to_string(),
        Event::AgeDeclaredEvent(event) => format!("{:?}", event.minor_until),
        Event::HomeDeclaredEvent(event) => event.country.to_string(),
        Event::LinkedEvent(event) => event.visitor.to_string(),
        Event::ErasedEvent(event) => event.subject.to_string(),
    }
}

fn come_back<T: DeserializeOwned + Serialize>(name: &str) -> usize {
    let bundle = bundle();
    let examples = bundle["$defs"][name]["examples"].as_array().unwrap();
    for example in examples {
        let read: T = serde_json::from_str(&example.to_string()).unwrap_or_else(|error| panic!("{name}: {error}: {example}"));
        assert_eq!(&serde_json::to_value(&read).unwrap(), example, "{name}");
    }
    examples.len()
}

#[test]
fn every_example_comes_back_as_it_was() {
    let compared = come_back::<Policy>("Policy")
        + come_back::<Event>("Event")
        + come_back::<Request>("Request")
        + come_back::<Decision>("Decision")
        + come_back::<ScriptLine>("ScriptLine")
        + come_back::<Answer>("Answer")
        + come_back::<ConsentRecord>("ConsentRecord")
        + come_back::<Receipt>("Receipt")
        + come_back::<Export>("Export")
        + come_back::<AuditEntry>("AuditEntry")
        + come_back::<AdPerformanceData>("AdPerformanceData")
        + come_back::<UserData>("UserData")
        + come_back::<PaymentData>("PaymentData")
        + come_back::<AnalyticsData>("AnalyticsData")
        + come_back::<StreamingData>("StreamingData");
    println!("typify: {compared} examples come back as they were");
}

#[test]
fn unions_are_told_apart() {
    let bundle = bundle();
    for example in bundle["$defs"]["Event"]["examples"].as_array().unwrap() {
        let event: Event = serde_json::from_value(example.clone()).unwrap();
        let variant = format!("{event:?}").split('(').next().unwrap().to_owned();
        let tag = example["type"].as_str().unwrap();
        assert_eq!(variant.to_lowercase(), format!("{}event", tag.replace('_', "")));
        assert!(!about(&event).is_empty());
    }
}

#[test]
fn documents_of_no_form_are_refused() {
    for bad in [
        r#"{"type":"use","processor":"posthog"}"#,
        r#"{"type":"burn"}"#,
        r#"{"type":"share","processor":"PostHog"}"#,
        r#"{"type":"collect"}"#,
    ] {
        assert!(serde_json::from_str::<Action>(bad).is_err(), "{bad}");
    }
}

/// What `docs/schemas.md` warns of. When one of these is refused, typify has got better, and the warning goes.
#[test]
fn the_types_overlook_what_the_documentation_says() {
    let taken: Result<Decision, _> =
        serde_json::from_str(r#"{"effect":"permit","reasons":["consent_denied"],"policy_version":"1.0.0"}"#);
    assert!(taken.is_ok());
    assert!(serde_json::from_str::<Action>(r#"{"type":"store","country":null}"#).is_ok());
}

#[test]
fn types_have_names_and_nothing_is_left_untyped() {
    let defined = CODE.lines().filter_map(|line| {
        let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        name.split(|c: char| !c.is_alphanumeric()).next()
    });
    let names: Vec<&str> = defined.collect();
    let bundle = bundle();
    for name in bundle["$defs"].as_object().unwrap().keys() {
        // A UUID is that of the crate `uuid`.
        assert!(name == "Uuid" || names.contains(&name.as_str()), "no type {name}");
    }
    for name in &names {
        assert!(*name == "Last4" || !name.ends_with(|c: char| c.is_ascii_digit()), "{name}");
        assert!(!name.contains("Subtype") && !name.contains("Variant"), "{name}");
    }
    for untyped in ["serde_json::Value", "serde_json::Map", "subtype_"] {
        let code = CODE.lines().filter(|line| !line.trim_start().starts_with("//"));
        assert_eq!(code.filter(|line| line.contains(untyped)).count(), 0, "{untyped}");
    }
}
