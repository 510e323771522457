//! `/.well-known/gpc.json`: our own document, and what is read of another site's.

use chrono::{DateTime, NaiveDate, Utc};
use dynamoi_privacy::gate::{GpcSupport, GpcUnknown, GpcUpdate};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

fn read(body: &str) -> Result<GpcSupport, GpcUnknown> {
    GpcSupport::read(GpcSupport::MEDIA_TYPE, body.as_bytes())
}

/// The `lastUpdate` of a document that abides and has this JSON there.
fn updated(json: &str) -> Option<GpcUpdate> {
    let support = read(&format!(r#"{{"gpc":true,"lastUpdate":{json}}}"#)).unwrap();
    assert!(support.abides, "{json}");
    support.last_update
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn our_own_document_is_that_of_the_specification() {
    let json = |abides, at: Option<&str>| {
        let last_update = at.map(|at| at.parse().unwrap());
        GpcSupport { abides, last_update }.to_json()
    };
    assert_eq!(json(true, Some("2026-11-25")), r#"{"gpc":true,"lastUpdate":"2026-11-25"}"#);
    assert_eq!(
        json(true, Some("2026-11-25T10:00:00+01:00")),
        r#"{"gpc":true,"lastUpdate":"2026-11-25T09:00:00Z"}"#
    );
    assert_eq!(json(false, Some("1997-03-10")), r#"{"gpc":false,"lastUpdate":"1997-03-10"}"#);
    assert_eq!(json(true, None), r#"{"gpc":true}"#);
    assert_eq!(GpcSupport::PATH, "/.well-known/gpc.json");
    assert_eq!(GpcSupport::MEDIA_TYPE, "application/json");
}

#[test]
fn a_statement_is_a_boolean_and_nothing_else() {
    for (abides, json) in [(true, "true"), (false, "false")] {
        for body in [
            format!(r#"{{"gpc":{json}}}"#),
            format!("\r\n\t {{ \"gpc\" :\n{json} }} \n"),
            format!(r#"{{"\u0067pc":{json}}}"#),
        ] {
            assert_eq!(read(&body), Ok(GpcSupport { abides, last_update: None }), "{body}");
        }
    }
    for other in
        ["null", "1", "0", "\"true\"", "\"1\"", "\"\"", "[]", "[true]", "{}", "{\"gpc\":true}", "1e999"]
    {
        assert_eq!(read(&format!(r#"{{"gpc":{other}}}"#)), Err(GpcUnknown::NoStatement), "{other}");
    }
    for absent in [
        "{}",
        r#"{"GPC":true}"#,
        r#"{"gpc ":true}"#,
        r#"{"support":{"gpc":true}}"#,
        r#"{"lastUpdate":"2026-11-25"}"#,
    ] {
        assert_eq!(read(absent), Err(GpcUnknown::NoStatement), "{absent}");
    }
    // Two statements are none, even two that say the same.
    for twice in
        [r#"{"gpc":true,"gpc":false}"#, r#"{"gpc":false,"gpc":true}"#, r#"{"gpc":true,"x":1,"gpc":true}"#]
    {
        assert_eq!(read(twice), Err(GpcUnknown::NoStatement), "{twice}");
    }
}

#[test]
fn other_members_are_ignored_whatever_they_hold() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let long = format!("\"{}\"", "x".repeat(100_000));
    let values = ["null", "1", "1e999", "-0.0e-0", "\"\\u00e9\"", "\"é\"", "{\"gpc\":false}", &deep, &long];
    for value in values {
        for body in [
            format!(r#"{{"version":{value},"gpc":true}}"#),
            format!(r#"{{"gpc":true,"":{value}}}"#),
            format!(r#"{{"Gpc":{value},"gpc":true,"Gpc":{value}}}"#),
        ] {
            assert_eq!(read(&body), Ok(GpcSupport { abides: true, last_update: None }));
        }
    }
}

#[test]
fn what_is_no_json_object_says_nothing() {
    for body in [
        "",
        " ",
        "null",
        "true",
        "1",
        "\"gpc\"",
        "[]",
        "[true]",
        "[true,\"2026-11-25\"]",
        "[{\"gpc\":true}]",
        "{",
        "}",
        "{\"gpc\":true",
        "{\"gpc\":true,}",
        "{gpc:true}",
        "{'gpc':true}",
        "{\"gpc\":True}",
        "{\"gpc\":true}{}",
        "{\"gpc\":true} x",
        "{\"gpc\":true}\0",
        "{\"gpc\" true}",
        "{\"gpc\":}",
        "<html>",
        "\u{feff}{\"gpc\":true}",
        "{\"gpc\":true,\"x\":nul}",
        "{\"gpc\":true} // yes",
    ] {
        assert_eq!(read(body), Err(GpcUnknown::NotAnObject), "{body:?}");
    }
    let not_utf_8 = b"{\"gpc\":true,\"x\":\"\xff\"}";
    assert_eq!(GpcSupport::read("application/json", not_utf_8), Err(GpcUnknown::NotAnObject));
    let utf_16: Vec<u8> = "{\"gpc\":true}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(GpcSupport::read("application/json", &utf_16), Err(GpcUnknown::NotAnObject));
}

#[test]
fn under_another_media_type_support_is_unknown() {
    let read = |media_type: &str| GpcSupport::read(media_type, br#"{"gpc":true}"#);
    for json in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;",
        " application/json ;x=y",
    ] {
        assert!(read(json).is_ok(), "{json}");
    }
    for other in [
        "",
        ";",
        "json",
        "text/json",
        "text/plain",
        "text/html; charset=utf-8",
        "application/ld+json",
        "application/json-seq",
        "application/jsonp",
        "application / json",
        "text/html, application/json",
        "application/json, text/html",
        "text/plain; application/json",
    ] {
        assert_eq!(read(other), Err(GpcUnknown::MediaType), "{other}");
    }
    // The value of a header, in whatever form a client has it.
    let value: http::HeaderValue = http::HeaderValue::from_static("application/json");
    assert!(GpcSupport::read(&value, br#"{"gpc":true}"#).is_ok());
    assert_eq!(GpcSupport::read([0xff_u8], b"{}"), Err(GpcUnknown::MediaType));
}

#[test]
fn the_time_of_the_statement_is_a_day_or_an_instant() {
    let at = updated(r#""1997-03-10""#).unwrap();
    assert_eq!((at.date(), at.instant()), (day("1997-03-10"), None));
    for same in [
        "2026-11-25T23:30:00Z",
        "2026-11-25t23:30:00.000z",
        "2026-11-26T01:30:00+02:00",
        "2026-11-25T23:30:00-00:00",
    ] {
        let at = updated(&format!("\"{same}\"")).unwrap();
        let instant: DateTime<Utc> = "2026-11-25T23:30:00Z".parse().unwrap();
        assert_eq!((at.date(), at.instant()), (day("2026-11-25"), Some(instant)), "{same}");
    }
    for good in
        ["0000-01-01", "9999-12-31", "2024-02-29", "2016-12-31T23:59:60Z", "2026-11-25T09:00:00.123456789Z"]
    {
        let at = updated(&format!("\"{good}\"")).unwrap();
        assert_eq!(at.to_string(), good);
    }
    assert_eq!(updated(r#""2026\u002d11-25""#), updated(r#""2026-11-25""#));
}

/// "If the member is not in a valid RFC3339 format, the last update date and time is unknown."
#[test]
fn a_time_that_cannot_be_read_is_unknown_and_the_statement_stands() {
    for bad in [
        "null",
        "true",
        "20261125",
        "1764028800",
        "1e999",
        "[]",
        "{}",
        "[\"2026-11-25\"]",
        "\"\"",
        "\"2026-11-31\"",
        "\"2025-02-29\"",
        "\"2026-1-5\"",
        "\"20261125\"",
        "\"25.11.2026\"",
        "\"11/25/2026\"",
        "\"2026-11\"",
        "\"2026\"",
        "\"2026-W48-3\"",
        "\"2026-330\"",
        "\"2026-11-25 \"",
        "\" 2026-11-25\"",
        "\"2026-11-25Z\"",
        "\"2026-11-25T\"",
        "\"2026-11-25T09:00Z\"",
        "\"2026-11-25T09:00:00\"",
        "\"2026-11-25 09:00:00Z\"",
        "\"2026-11-25T24:00:00Z\"",
        "\"+2026-11-25\"",
        "\"12026-11-25\"",
        "\"-2026-11-25\"",
        "\"2026\u{2011}11\u{2011}25\"",
        "\"２026-11-25\"",
        "\"now\"",
        "\"2026-11-25T09:00:00Z[UTC]\"",
        "\"2026-11-25\\u0000\"",
        // Years that RFC 3339 cannot write in UTC.
        "\"0000-01-01T00:00:00+00:01\"",
        "\"9999-12-31T23:59:59-00:01\"",
    ] {
        assert_eq!(updated(bad), None, "{bad}");
        if let Ok(text) = serde_json::from_str::<String>(bad) {
            let error = text.parse::<GpcUpdate>().unwrap_err();
            let said = format!(
                "found a text of {} characters, expected a date or an instant of RFC 3339, such as 2026-11-25",
                text.chars().count()
            );
            assert_eq!(error.to_string(), said);
        }
    }
    let twice = r#"{"lastUpdate":"2026-11-25","gpc":true,"lastUpdate":"2026-11-25"}"#;
    assert_eq!(read(twice), Ok(GpcSupport { abides: true, last_update: None }));
    assert_eq!(updated("null").is_none(), read(r#"{"gpc":true}"#).unwrap().last_update.is_none());
}

#[test]
fn why_support_is_unknown_is_said_without_what_was_found() {
    let planted = r#"{"gpc":"ada@example.com","lastUpdate":"planted"}"#;
    for (error, said) in [
        (
            GpcSupport::read("text/planted", b"{}").unwrap_err(),
            "found another media type, expected application/json",
        ),
        (read("[\"planted\"]").unwrap_err(), "found no JSON object, expected one"),
        (read(planted).unwrap_err(), "at `gpc`: found no single boolean, expected one"),
    ] {
        assert_eq!(error.to_string(), said);
    }
}

/// Members of a document and their JSON, any number of times each.
fn members() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let name = select(vec!["gpc", "gpc", "lastUpdate", "GPC", "version"]);
    let value = select(vec![
        "true",
        "true",
        "false",
        "null",
        "1",
        "\"2026-11-25\"",
        "\"true\"",
        "[]",
        "{\"gpc\":true}",
    ]);
    vec((name, value), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(
        (abides, known, whole) in any::<(bool, bool, bool)>(),
        // The years 0 to 9999.
        seconds in -62_167_219_200_i64..=253_402_300_799,
        nanos in 0..1_000_000_000_u32,
    ) {
        let at = DateTime::from_timestamp(seconds, nanos).unwrap();
        let text = if whole { at.date_naive().to_string() } else { at.to_rfc3339() };
        let last_update = if known { Some(text.parse::<GpcUpdate>()?) } else { None };
        let support = GpcSupport { abides, last_update };
        prop_assert_eq!(read(&support.to_json()), Ok(support));
        prop_assert!(last_update.is_none_or(|update| update.date() == at.date_naive()));
        prop_assert!(last_update.and_then(|update| update.instant()).is_none_or(|instant| instant == at));
    }

    #[test]
    fn any_bytes_are_read_or_unknown(body: Vec<u8>) {
        prop_assert_eq!(GpcSupport::read("application/json", &body), Err(GpcUnknown::NotAnObject));
    }

    #[test]
    fn a_second_reading_agrees(members in members()) {
        let the_one = |name| {
            let mut named = members.iter().filter(|(member, _)| *member == name);
            let json = named.next().filter(|_| named.next().is_none()).map(|(_, json)| *json)?;
            Some(serde_json::from_str::<Value>(json).unwrap())
        };
        let abides = the_one("gpc").and_then(|json| json.as_bool());
        let last_update = the_one("lastUpdate").and_then(|json| json.as_str()?.parse().ok());
        let fields: Vec<String> = members.iter().map(|(name, json)| format!("\"{name}\": {json}")).collect();
        let expected = abides.map(|abides| GpcSupport { abides, last_update }).ok_or(GpcUnknown::NoStatement);
        prop_assert_eq!(read(&format!("{{{}}}", fields.join(", "))), expected);
    }
}
