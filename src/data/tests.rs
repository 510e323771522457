//! Properties of the five structs together: no text holds a card number, no error repeats a value.
//!
//! The places to attack come from a full sample of each struct, and the sample is held against the schema, so
//! that a new field cannot be forgotten.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod disguise;
use disguise::{around, card_number, disguised};

/// A valid value of a struct with every field filled, how to read it, and its schema.
struct Subject {
    name: &'static str,
    sample: Value,
    read: fn(&str) -> Result<Value, String>,
    schema: Value,
}

fn subject<T>(name: &'static str, sample: Value) -> Subject
where
    T: serde::de::DeserializeOwned + serde::Serialize + schemars::JsonSchema,
{
    let read = |json: &str| {
        let data: T = serde_json::from_str(json).map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(data).unwrap())
    };
    Subject { name, sample, read, schema: schemars::schema_for!(T).to_value() }
}

fn subjects() -> [Subject; 5] {
    let track = json!({"id": "3135556", "title": "Harder", "artists": ["A", "B"], "album": "C", "isrc": "GBDUW0000059"});
    let period = json!({"first": "2026-01-01", "last": "2026-01-31"});
    [
        subject::<AdPerformanceData>(
            "ad performance",
            json!({
                "campaign": {"id": "23846", "name": "Spring"},
                "period": period,
                "spend": {"minor_units": 123, "minor_unit_millionths": 456_700, "currency": "USD"},
                "impressions": 1, "clicks": 2,
                "conversions": [{"action": "purchase", "count": "2.5"}, {"action": "view", "count": "1"}],
            }),
        ),
        subject::<UserData>(
            "user",
            json!({
                "name": "Ada", "email": "ada@example.com",
                "account": {"id": "acct_1", "user_name": "ada", "created_at": "2026-01-05T09:00:00Z"},
            }),
        ),
        subject::<PaymentData>(
            "payment",
            json!({
                "billing_address": {
                    "line1": "Main St", "line2": "Flat B", "city": "Austin", "region": "Texas",
                    "postal_code": "78701", "country": "US",
                },
                "card": {"brand": "visa", "last4": "1111", "expiry": {"month": 12, "year": 2030}},
            }),
        ),
        subject::<AnalyticsData>(
            "analytics",
            json!({
                "page_view": {"page": "/pricing", "at": "2026-01-05T09:00:00Z"},
                "period": period,
                "page_views": 1, "sessions": 2, "session_length_ms": 3, "conversion_rate": "0.031",
            }),
        ),
        subject::<StreamingData>(
            "streaming",
            json!({
                "track": {
                    "track": track, "plays": 1, "popularity": 73, "score": 760033, "rank": 2,
                    "played_at": "2026-01-05T09:00:00Z",
                },
                "playlist": {
                    "id": "p", "name": "Mix", "description": "Songs", "track_count": 1, "tracks": [track],
                },
            }),
        ),
    ]
}

/// The JSON pointers of every value inside another.
fn places(value: &Value) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (format!("/{name}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (format!("/{at}"), item)).collect(),
        _ => return Vec::new(),
    };
    let below = |(place, value): (String, &Value)| {
        std::iter::once(place.clone())
            .chain(places(value).into_iter().map(move |rest| place.clone() + &rest))
            .collect::<Vec<_>>()
    };
    inside.into_iter().flat_map(below).collect()
}

fn with(sample: &Value, place: &str, value: Value) -> String {
    let mut changed = sample.clone();
    *changed.pointer_mut(place).unwrap() = value;
    changed.to_string()
}

/// Whether a message repeats a stretch of the number; five digits are more than any limit or column in it.
fn repeats(message: &str, number: &str) -> bool {
    number.as_bytes().windows(5).any(|part| message.contains(std::str::from_utf8(part).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_any_struct_takes_a_card_number(
        (number, disguised) in disguised(card_number()), before in around(), after in around()
    ) {
        let text = format!("{before}{disguised}{after}");
        for Subject { name, sample, read, .. } in subjects() {
            for place in places(&sample) {
                if !sample.pointer(&place).unwrap().is_string() {
                    continue;
                }
                // In the forms of an e-mail address, a page and an id as well, where the form does not refuse it.
                for hostile in [
                    text.clone(),
                    number.clone(),
                    format!("{number}@example.com"),
                    format!("/{number}/x"),
                    format!("https://example.com/{number}"),
                    format!("id_{number}"),
                    number.chars().map(|digit| format!("{digit}-")).collect(),
                ] {
                    // An amount is a number and not a text; no sample has one, and a count takes plain digits.
                    if place.ends_with("/count") && hostile == number {
                        continue;
                    }
                    let refused = read(&with(&sample, &place, hostile.into()));
                    let message = refused.expect_err(&format!("{name}{place}"));
                    prop_assert!(!repeats(&message, &number), "{name}{place}: {message}");
                    prop_assert!(!message.contains(&disguised), "{name}{place}: {message}");
                }
            }
        }
    }

    #[test]
    fn no_error_repeats_what_it_found(number in card_number()) {
        let as_number: u64 = number.parse().unwrap();
        for Subject { name, sample, read, .. } in subjects() {
            for place in places(&sample) {
                for hostile in [
                    json!(number), json!(as_number), json!(-1_234_567_890_123_456_i64), json!(12_345.678_912),
                    json!([number]), json!({&number: 1}), json!({"ada": number}), json!(true), Value::Null,
                ] {
                    if let Err(message) = read(&with(&sample, &place, hostile)) {
                        prop_assert!(!repeats(&message, &number), "{name}{place}: {message}");
                        prop_assert!(!message.contains("12345"), "{name}{place}: {message}");
                        prop_assert!(message.contains(" at line 1 column "), "{name}{place}: {message}");
                    }
                }
            }
            let message = read(&json!({&number: 1}).to_string()).unwrap_err();
            prop_assert!(!repeats(&message, &number), "{name}: {message}");
        }
    }

    #[test]
    fn text_with_few_digits_survives_unchanged(text in "\\PC{1,60}", head in "[a-z]{1,8}") {
        let digits = text.chars().filter_map(digits::value).count();
        prop_assume!(digits < 12 && !text.chars().any(char::is_control));
        for (place, text) in [("/name", text.clone()), ("/account/user_name", format!("{head}{text}"))] {
            let [_, user, ..] = subjects();
            let json = with(&user.sample, place, text.into());
            prop_assert_eq!((user.read)(&json).unwrap(), serde_json::from_str::<Value>(&json).unwrap());
        }
    }

    #[test]
    fn an_address_finds_a_number_over_any_two_lines(
        number in card_number(), cut in 1..11_usize, place in 0..4_usize
    ) {
        let lines = ["line1", "line2", "city", "region", "postal_code"];
        let (first, second) = number.split_at(cut);
        let mut address = json!({});
        address[lines[place]] = json!(first);
        address[lines[place + 1]] = json!(second);
        let message = serde_json::from_value::<BillingAddress>(address).unwrap_err().to_string();
        prop_assert!(message.contains("payment card number"), "{}", message);
        prop_assert!(!repeats(&message, &number));
    }

    #[test]
    fn an_id_between_letters_or_broken_up_is_no_card_number(
        number in card_number(), gap in "[._:/+=~|-]{0,2}", before in "([a-z]{1,4}_?)?", after in "(_?[a-z]{1,4})?"
    ) {
        let digits: Vec<String> = number.chars().map(String::from).collect();
        let id = format!("{before}{}{after}", digits.join(&gap));
        prop_assert!(id.parse::<ExternalId>().unwrap_err().is_card_number());
        prop_assert!(ExternalId::from_number(number.parse().unwrap()).is_err());
    }
}

#[test]
fn samples_are_read_back_and_have_every_field_of_the_schema() {
    for Subject { name, sample, read, schema } in subjects() {
        assert_eq!(read(&sample.to_string()).unwrap(), sample, "{name}");
        covers(&sample, &schema, &schema, name);
        assert_eq!(read("{}").unwrap(), json!({}), "{name}");
    }
}

/// Walks sample and schema together: the same fields, none nullable, no others allowed.
fn covers(sample: &Value, schema: &Value, root: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return covers(sample, root.pointer(name.strip_prefix('#').unwrap()).unwrap(), root, place);
    }
    if let Some(forms) = schema["anyOf"].as_array() {
        assert!(forms.iter().all(|form| form["type"] != "null"), "{place} may be null");
        return covers(sample, &forms[0], root, place);
    }
    match sample {
        Value::Object(fields) => {
            assert_eq!(schema["type"], "object", "{place}");
            assert_eq!(schema["additionalProperties"], false, "{place}");
            assert!(!schema["description"].as_str().unwrap().contains("```"), "{place}");
            let mut expected: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
            let mut found: Vec<_> = fields.keys().collect();
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{place}");
            for (name, value) in fields {
                covers(value, &schema["properties"][name], root, &format!("{place}.{name}"));
            }
        }
        Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{place}");
            items.iter().for_each(|item| covers(item, &schema["items"], root, place));
        }
        Value::String(_) => assert_eq!(schema["type"], "string", "{place}"),
        _ => assert_eq!(schema["type"], "integer", "{place}"),
    }
}

#[test]
fn null_is_refused_wherever_it_stands() {
    for Subject { name, sample, read, .. } in subjects() {
        for place in places(&sample) {
            let message = read(&with(&sample, &place, Value::Null)).expect_err(&format!("{name}{place}"));
            assert!(message.contains("found null, expected"), "{name}{place}: {message}");
        }
    }
}

#[test]
fn an_unknown_or_repeated_field_is_refused_at_every_depth() {
    for Subject { name, sample, read, .. } in subjects() {
        for place in std::iter::once(String::new()).chain(places(&sample)) {
            let Some(fields) = sample.pointer(&place).unwrap().as_object() else { continue };
            let mut more = fields.clone();
            more.insert("colour".into(), json!("red"));
            let message = read(&with(&sample, &place, more.into())).expect_err(&format!("{name}{place}"));
            assert!(message.contains("unknown field, `colour`"), "{name}{place}: {message}");

            let (first, value) = fields.iter().next().unwrap();
            let object = sample.pointer(&place).unwrap().to_string();
            let twice = object.replacen('{', &format!("{{\"{first}\":{value},"), 1);
            let message =
                read(&sample.to_string().replacen(&object, &twice, 1)).expect_err(&format!("{name}{place}"));
            assert!(
                message.contains(&format!("found the field `{first}` twice")),
                "{name}{place}: {message}"
            );
        }
    }
}

/// Each struct on its own, as a host may read it: the path and the silence do not depend on an outer one.
#[test]
fn inner_structs_are_as_silent_by_themselves() {
    fn refused<T: serde::de::DeserializeOwned>(json: &str) {
        let Err(error) = serde_json::from_str::<T>(json) else { panic!("taken: {json}") };
        assert!(!error.to_string().contains("98765"), "{error}");
    }
    for json in [r#""98765""#, "98765", r#"["98765"]"#, r#"{"98765":1}"#, "null", r#"{"a98765":null}"#] {
        refused::<AdPerformanceData>(json);
        refused::<Campaign>(json);
        refused::<Conversion>(json);
        refused::<Period>(json);
        refused::<Spend>(json);
        refused::<Money>(json);
        refused::<UserData>(json);
        refused::<Account>(json);
        refused::<PaymentData>(json);
        refused::<BillingAddress>(json);
        refused::<BillingAddressParts>(json);
        refused::<PartialCard>(json);
        refused::<CardExpiry>(json);
        refused::<AnalyticsData>(json);
        refused::<PageView>(json);
        refused::<StreamingData>(json);
        refused::<TrackPerformance>(json);
        refused::<Track>(json);
        refused::<Playlist>(json);
    }
    for json in ["98765", r#"["98765"]"#, r#"{"98765":1}"#, "null", "-98765", "98765.5", "true"] {
        refused::<Text>(json);
        refused::<ExternalId>(json);
        refused::<Email>(json);
        refused::<Page>(json);
        refused::<CardBrand>(json);
        refused::<Last4>(json);
        refused::<Currency>(json);
        refused::<Rate>(json);
        refused::<Amount>(json);
        refused::<ConversionCount>(json);
        refused::<Popularity>(json);
    }
}

#[test]
fn an_array_is_no_struct() {
    let refused = |json| serde_json::from_str::<PaymentData>(json).unwrap_err().to_string();
    assert!(refused("[null,null]").starts_with("found an array, expected an object"));
    assert!(refused(r#"{"card":["visa","1111"]}"#).starts_with("at `card`: found an array"));
    assert!(
        refused(r#"{"card":{"last4":"1111","expiry":[12,2030]}}"#)
            .starts_with("at `card.expiry`: found an array")
    );
}

#[test]
fn errors_name_the_place() {
    let [ads, user, payment, _, streaming] = subjects();
    for (subject, place, expected) in [
        (&ads, "/conversions/1/count", "at `conversions[1].count`: found a number, expected a decimal"),
        (&ads, "/spend/currency", "at `spend.currency`: found a number, expected an ISO 4217"),
        (&ads, "/period/first", "at `period.first`: found a number, expected a date"),
        (&user, "/account/created_at", "at `account.created_at`: found a number, expected an instant"),
        (
            &payment,
            "/billing_address/country",
            "at `billing_address.country`: found a number, expected an ISO",
        ),
        (&payment, "/card/expiry", "at `card.expiry`: found a number, expected an object with `month`"),
        (&streaming, "/playlist/tracks/0/artists/1", "at `playlist.tracks[0].artists[1]`: found a number"),
    ] {
        let message = (subject.read)(&with(&subject.sample, place, json!(98_765))).unwrap_err();
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn an_instant_is_written_as_it_is_read_or_not_at_all() {
    let account = |json: &str| serde_json::from_str::<Account>(json).unwrap();
    let other_offset = account(r#"{"created_at":"2026-01-05T10:00:00.25+01:00"}"#);
    assert_eq!(serde_json::to_string(&other_offset).unwrap(), r#"{"created_at":"2026-01-05T09:00:00.250Z"}"#);
    assert_eq!(serde_json::to_string(&account("{}")).unwrap(), "{}");
    let far = Account { created_at: Some(chrono::DateTime::<chrono::Utc>::MAX_UTC), ..Default::default() };
    assert!(serde_json::to_string(&far).is_err());
}

#[test]
fn debug_is_the_name_alone() {
    let user: UserData = serde_json::from_value(subjects()[1].sample.clone()).unwrap();
    assert_eq!(format!("{user:?}"), "UserData");
    assert_eq!(format!("{:#?}", user.account.unwrap()), "Account");
    assert_eq!(format!("{:?} {:?}", user.name, user.email), "Some(Text) Some(Email)");
    let payment: PaymentData = serde_json::from_value(subjects()[2].sample.clone()).unwrap();
    assert_eq!(format!("{:?} {:?}", payment, payment.billing_address), "PaymentData Some(BillingAddress)");
    let card = payment.card.unwrap();
    assert_eq!(
        format!("{:?} {:?} {:?}", card, card.last4, card.expiry),
        "PartialCard Last4 Some(CardExpiry)"
    );
}

#[test]
fn each_struct_has_its_category() {
    let categories = [
        AdPerformanceData::CATEGORY,
        UserData::CATEGORY,
        PaymentData::CATEGORY,
        AnalyticsData::CATEGORY,
        StreamingData::CATEGORY,
    ];
    assert_eq!(categories, DataCategory::ALL);
}
