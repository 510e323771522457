//! Patterns that spell a rule out say what the rule says, for every text that could tell them apart.

use chrono::NaiveDate;
use dynamoi_privacy::{
    schema::{self, Dialect},
    vocabulary::ProcessorId,
};
use serde_json::{Value, json};

/// Whether a text has the pattern of a definition, whatever else it says.
fn pattern_of(definition: &str) -> impl Fn(&str) -> bool {
    let bundle = schema::bundle(Dialect::Draft202012);
    let alone = json!({ "pattern": bundle["$defs"][definition]["pattern"] });
    let validator = jsonschema::validator_for(&alone).unwrap();
    move |text| validator.is_valid(&Value::from(text))
}

#[test]
fn a_processor_is_not_called_subject_and_may_be_called_anything_near_it() {
    let has_pattern = pattern_of("ProcessorId");
    let mut tried = 0;
    let mut holds = |text: &str| {
        assert_eq!(has_pattern(text), text.parse::<ProcessorId>().is_ok(), "{text}");
        tried += 1;
    };
    for letters in 0..="subject".len() {
        let begun = &"subject"[..letters];
        holds(begun);
        for letter in (' '..='~').chain(['ä', 'ſ']) {
            let other = format!("{begun}{letter}");
            holds(&other);
            for length in 55..70 {
                holds(&format!("{other:a<length$}"));
            }
            holds(&format!("{other}{}", &"subject"[letters..]));
        }
    }
    assert!(tried > 10_000);
}

#[test]
fn a_date_has_the_days_of_its_month() {
    let has_pattern = pattern_of("CalendarDate");
    let is_date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).is_some();
    // Every year for its 29 February, and every day of years of both kinds.
    for year in 0..=9999 {
        assert_eq!(has_pattern(&format!("{year:04}-02-29")), is_date(year, 2, 29), "{year}");
    }
    for year in [0, 1900, 2000, 2023, 2024] {
        for (month, day) in (0..=19).flat_map(|month| (0..=39).map(move |day| (month, day))) {
            let text = format!("{year:04}-{month:02}-{day:02}");
            assert_eq!(has_pattern(&text), is_date(year, month, day), "{text}");
        }
    }
}
