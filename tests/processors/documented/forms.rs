//! The forms that texts and numbers of the tables have, each from the source that the table names.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, Currency, Email},
    vocabulary::Country,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::payloads::now;

/// Whether a value has a form.
pub(super) fn has_form(form: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let letters_and_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    match form {
        "sha256" => {
            text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        }
        "uuid" => text.parse::<Uuid>().is_ok_and(|uuid| uuid.hyphenated().to_string() == text),
        "date" => text.len() == 10 && text.parse::<NaiveDate>().is_ok(),
        "rfc3339" => text.len() >= 20 && DateTime::parse_from_rfc3339(text).is_ok(),
        "iso4217" => text.parse::<Currency>().is_ok(),
        "alpha2" => text.parse::<Country>().is_ok(),
        "email" => text.parse::<Email>().is_ok(),
        "url" => text.starts_with("https://") || text.starts_with("http://"),
        "decimal" => text.parse::<rust_decimal::Decimal>().is_ok() && !text.contains(['e', 'E', '+', '_']),
        "unix_seconds" => value.as_i64().is_some_and(|at| (1_000_000_000..10_000_000_000).contains(&at)),
        "seconds_of_the_last_seven_days" => value.as_i64().is_some_and(|at| {
            let at = DateTime::from_timestamp(at, 0).unwrap();
            now() - TimeDelta::days(7) <= at && at <= now()
        }),
        "micros_of_the_last_72_hours" => value.as_i64().is_some_and(|at| {
            let at = DateTime::from_timestamp_micros(at).unwrap();
            now() - TimeDelta::hours(72) <= at && at <= now()
        }),
        "google_date_time" => {
            let parsed = DateTime::<FixedOffset>::parse_from_str(text, "%Y-%m-%d %H:%M:%S%:z");
            parsed.is_ok() && text.len() == "2019-01-01 12:32:45-08:00".len() && !text.contains(":60")
        }
        "conversion_action" => resource(text, "conversionActions"),
        "custom_variable" => resource(text, "conversionCustomVariables"),
        "no_purchase" => text != "Purchase",
        "ga_name" => {
            let letters = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let reserved = ["_", "firebase_", "ga_", "google_", "gtag."];
            letters
                && (1..=40).contains(&text.len())
                && text.starts_with(|c: char| c.is_ascii_alphabetic())
                && !reserved.iter().any(|prefix| text.starts_with(prefix))
        }
        "project_key" => text.is_ascii() && text == text.trim() && !text.starts_with("phx_"),
        "spotify_track" => {
            let id = text.strip_prefix("spotify:track:");
            id.is_some_and(|id| id.len() == 22 && letters_and_digits(id))
        }
        "apple_track" => match (value["id"].as_str(), value["type"].as_str()) {
            (Some(id), Some("songs")) => digits(id),
            (Some(id), Some("library-songs")) => id.strip_prefix("i.").is_some_and(letters_and_digits),
            _ => false,
        },
        "deezer_tracks" => text.split(',').all(digits),
        "amazon_track" => {
            let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            text.len() == 10 && text.starts_with('B') && text.bytes().all(upper)
        }
        "pandora_track" => text.strip_prefix("TR:").is_some_and(digits),
        "ad_performance" => serde_json::from_value::<AdPerformanceData>(value.clone()).is_ok(),
        "json_of_ad_performance" => serde_json::from_str::<AdPerformanceData>(text).is_ok(),
        other => panic!("there is no form {other}"),
    }
}

/// The resource name of a thing of a Google Ads account.
fn resource(text: &str, things: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let id = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    matches!(parts[..], ["customers", customer, kind, thing] if kind == things && id(customer) && id(thing))
}

/// A value of the form.
pub(super) fn example(form: &str) -> Value {
    match form {
        "sha256" => "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f".into(),
        "uuid" => "0b8c4f6e-94b3-4d1c-8a5e-2f7d6c3b1a09".into(),
        "date" => "2026-01-05".into(),
        "rfc3339" => "2026-01-05T08:00:00.500Z".into(),
        "iso4217" => "EUR".into(),
        "alpha2" => "AT".into(),
        "email" => "ada@example.com".into(),
        "url" => "https://dynamoi.example/".into(),
        "decimal" => "2.5".into(),
        "unix_seconds" | "seconds_of_the_last_seven_days" => now().timestamp().into(),
        "micros_of_the_last_72_hours" => now().timestamp_micros().into(),
        "google_date_time" => "2026-01-05 09:00:00+00:00".into(),
        "conversion_action" => "customers/1/conversionActions/2".into(),
        "custom_variable" => "customers/1/conversionCustomVariables/2".into(),
        "no_purchase" => "Lead".into(),
        "project_key" => "phc_1".into(),
        "spotify_track" => "spotify:track:3n3Ppam7vgaVa1iaRUc9Lp".into(),
        "deezer_tracks" => "3135556,9919591".into(),
        "amazon_track" => "B076YT2CBT".into(),
        "pandora_track" => "TR:10296263".into(),
        "apple_track" => json!({"id": "900032829", "type": "songs"}),
        "ad_performance" => json!({
            "campaign": {"id": "7", "name": "Summer EP"}, "period": {"first": "2026-01-01", "last": "2026-01-31"},
            "spend": {"minor_units": 1, "currency": "EUR"}, "clicks": 1, "conversions": [{"action": "lead", "count": "2.5"}],
        }),
        "json_of_ad_performance" => r#"{"clicks":1}"#.into(),
        other => panic!("there is no example of {other}"),
    }
}

/// The text that a form's field encodes (WHATWG URL section 5.1).
pub(super) fn decode(field: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = field.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: String =
                    [rest.next().unwrap(), rest.next().unwrap()].map(char::from).iter().collect();
                u8::from_str_radix(&hex, 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_examples_have_their_forms_and_others_have_not() {
    for form in [
        "sha256",
        "uuid",
        "date",
        "rfc3339",
        "iso4217",
        "alpha2",
        "email",
        "url",
        "decimal",
        "unix_seconds",
        "seconds_of_the_last_seven_days",
        "micros_of_the_last_72_hours",
        "google_date_time",
        "conversion_action",
        "custom_variable",
        "no_purchase",
        "project_key",
        "spotify_track",
        "deezer_tracks",
        "amazon_track",
        "pandora_track",
        "json_of_ad_performance",
    ] {
        assert!(has_form(form, &example(form)), "{form}");
        let bad = if form == "no_purchase" { "Purchase" } else { "phx_é,T" };
        assert!(!has_form(form, &bad.into()), "{form}");
    }
    let at: DateTime<Utc> = now();
    for (form, bad) in [
        ("sha256", json!("62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F")),
        ("unix_seconds", json!(at.timestamp_millis())),
        ("seconds_of_the_last_seven_days", json!(at.timestamp() - 7 * 86_400 - 1)),
        ("micros_of_the_last_72_hours", json!((at - TimeDelta::hours(72)).timestamp_micros() - 1)),
        ("micros_of_the_last_72_hours", json!(at.timestamp_micros() + 1)),
        ("micros_of_the_last_72_hours", json!(at.timestamp_millis())),
        ("google_date_time", json!("2026-01-05T09:00:00Z")),
        ("google_date_time", json!("2026-01-05 09:00:00.5+00:00")),
        ("google_date_time", json!("2016-12-31 23:59:60+00:00")),
        ("conversion_action", json!("conversionActions/2")),
        ("ga_name", json!("ga_session")),
        ("ga_name", json!("page-view")),
        ("apple_track", json!({"id": "i.1", "type": "songs"})),
        ("apple_track", json!({"id": "1", "type": "library-songs"})),
        ("deezer_tracks", json!("1,-2")),
        ("deezer_tracks", json!("1,")),
        ("rfc3339", json!("2026-01-05")),
        ("date", json!("2026-1-5")),
        ("decimal", json!("1e5")),
        ("url", json!("/pricing")),
    ] {
        assert!(!has_form(form, &bad), "{form}: {bad}");
    }
    assert_eq!(decode("O%C3%96+%26%2B"), "OÖ &+");
}
