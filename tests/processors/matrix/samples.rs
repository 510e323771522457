//! Samples of data: all of it, without each of its parts, with each part alone, and with odd values in each place.

use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    vocabulary::DataCategory,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Data that the samples are of.
pub(crate) trait Sampled: PersonalData + Serialize + DeserializeOwned + Clone + Default {}
impl Sampled for AdPerformanceData {}
impl Sampled for AnalyticsData {}
impl Sampled for PaymentData {}
impl Sampled for StreamingData {}
impl Sampled for UserData {}

/// Data in which no two values are alike, so that each is known again wherever it turns up.
///
/// The tracks of the playlist have ids of every service's own form.
pub(crate) fn full(category: DataCategory) -> Value {
    match category {
        DataCategory::User => json!({
            "name": "Ada King of Ockham", "email": "Ada.Countess+Mail@GMail.com",
            "account": {"id": "acc_774190", "user_name": "first_programmer", "created_at": "2025-11-03T04:05:06.789Z"},
        }),
        DataCategory::AdPerformance => json!({
            "campaign": {"id": "120210000000001", "name": "Summer EP"},
            "period": {"first": "2025-12-02", "last": "2025-12-30"},
            "spend": {"minor_units": 309_077, "minor_unit_millionths": 250_000, "currency": "EUR"},
            "impressions": 11_893, "clicks": 549,
            "conversions": [{"action": "lead_form", "count": "2.5"}, {"action": "newsletter", "count": "7"}],
        }),
        DataCategory::Payment => json!({
            "billing_address": {"line1": "Hauptplatz 14", "line2": "Stiege 3", "city": "Klagenfurt", "region": "Kärnten",
                "postal_code": "9020", "country": "AT"},
            "card": {"brand": "visa", "last4": "4242", "expiry": {"month": 11, "year": 2031}},
        }),
        DataCategory::Analytics => json!({
            "page_view": {"page": "https://dynamoi.example/pricing/annual", "at": "2026-01-05T07:08:09.123Z"},
            "period": {"first": "2025-12-03", "last": "2025-12-31"},
            "page_views": 4_127, "sessions": 613, "session_length_ms": 93_250, "conversion_rate": "0.031",
        }),
        DataCategory::Streaming => json!({
            "track": {
                "track": {"id": "6rqhFgbbKwnb9MLmUQDhG6", "title": "Note G of 1843", "artists": ["Ada Byron", "Grace Hopper"],
                    "album": "Analytical Engines", "isrc": "ATA012600001"},
                "plays": 5_381, "popularity": 73, "score": 981_234, "rank": 17, "played_at": "2026-01-04T22:13:14Z",
            },
            "playlist": {
                "id": "37i9dQZF1DX0XUsuxWHRQd", "name": "Engines at night", "description": "Songs about engines",
                "track_count": 29,
                "tracks": [
                    {"id": "3n3Ppam7vgaVa1iaRUc9Lp", "title": "Difference No. 2", "artists": ["Charles Babbage"],
                        "album": "Tables of Logarithms", "isrc": "GBA012600002"},
                    {"id": "spotify:track:4i9sYtSIlR80bxje5B3rUb"}, {"id": "900032829"}, {"id": "i.vMXdDeVhKQWRAd"},
                    {"id": "B076YT2CBT"}, {"id": "TR:10296263"}, {"title": "Of no service"},
                ],
            },
        }),
    }
}

/// A sample, and what it is called when a test fails over it.
pub(crate) struct Sample<T> {
    pub(crate) name: String,
    pub(crate) data: T,
    /// The data as it was understood, to look up what is there.
    pub(crate) json: Value,
    /// Whether it is one of the few that every circumstance is tried with.
    pub(crate) plain: bool,
}

pub(crate) fn samples<T: Sampled>() -> Vec<Sample<T>> {
    let full = full(T::CATEGORY);
    let mut candidates = vec![("full".to_owned(), full.clone(), true), ("empty".to_owned(), json!({}), true)];
    for place in places(&full) {
        candidates.push((format!("without {place}"), without(&full, &place), false));
        candidates.push((format!("only {place}"), only(&full, &place), true));
        let odd = full.pointer(&place).map(odd_values).unwrap_or_default();
        for (nth, value) in odd.into_iter().enumerate() {
            let mut changed = full.clone();
            *changed.pointer_mut(&place).unwrap() = value.clone();
            candidates.push((format!("{place} is odd {nth}"), changed, false));
            let mut alone = only(&full, &place);
            if let Some(there) = alone.pointer_mut(&only_place(&place)) {
                *there = value;
                candidates.push((format!("only {place}, odd {nth}"), alone, false));
            }
        }
    }
    candidates.extend(special(T::CATEGORY).into_iter().map(|(name, json)| (name.to_owned(), json, false)));
    let samples: Vec<Sample<T>> = candidates
        .into_iter()
        .filter_map(|(name, json, plain)| {
            let data: T = serde_json::from_value(json).ok()?;
            let json = serde_json::to_value(&data).unwrap();
            Some(Sample { name, data, json, plain })
        })
        .collect();
    assert!(samples.len() > 40, "the samples of {} are not understood: {}", T::CATEGORY, samples.len());
    samples
}

/// Samples that are not made from the full one by changing a place.
fn special(category: DataCategory) -> Vec<(&'static str, Value)> {
    let tracks = |id: &str, count: usize| json!({"playlist": {"tracks": vec![json!({"id": id}); count]}});
    match category {
        DataCategory::Streaming => vec![
            ("a hundred tracks of Spotify's", tracks("3n3Ppam7vgaVa1iaRUc9Lp", 100)),
            ("a hundred and one of Spotify's", tracks("3n3Ppam7vgaVa1iaRUc9Lp", 101)),
            ("a hundred tracks of Amazon's", tracks("B076YT2CBT", 100)),
            ("a hundred and one of Amazon's", tracks("B076YT2CBT", 101)),
            ("many of Deezer's or Apple's", tracks("900032829", 1_000)),
            ("many of Pandora's", tracks("TR:10296263", 1_000)),
            (
                "a name of a hundred",
                json!({"playlist": {"name": "é".repeat(100), "description": "é".repeat(300)}}),
            ),
            (
                "a name of a hundred and one",
                json!({"playlist": {"name": "é".repeat(101), "description": "x"}}),
            ),
            ("a description of 301", json!({"playlist": {"name": "x", "description": "é".repeat(301)}})),
            ("a playlist without tracks", json!({"playlist": {"name": "x", "tracks": []}})),
            ("an empty track", json!({"track": {"track": {}}, "playlist": {"name": "x"}})),
        ],
        DataCategory::AdPerformance => vec![
            ("spend without a currency", json!({"spend": {"amount": "361.79"}})),
            ("that and clicks", json!({"spend": {"amount": "-0.05"}, "clicks": 3})),
            ("an empty campaign", json!({"campaign": {}})),
            ("yen", json!({"spend": {"minor_units": 1_234, "currency": "JPY"}})),
            ("dinars", json!({"spend": {"minor_units": -1, "minor_unit_millionths": 1, "currency": "KWD"}})),
            (
                "much",
                json!({"spend": {"minor_units": i64::MAX, "minor_unit_millionths": 999_999, "currency": "CLF"}}),
            ),
            ("owed", json!({"spend": {"minor_units": i64::MIN, "currency": "USD"}})),
            ("a conversion of no name", json!({"conversions": [{"count": "0"}]})),
        ],
        DataCategory::User => vec![
            ("a name of 256", json!({"name": "é".repeat(256)})),
            ("a name of 257", json!({"name": "é".repeat(257), "email": "a@b.example"})),
            ("an empty account", json!({"account": {}})),
        ],
        DataCategory::Payment => {
            vec![("an empty address", json!({"billing_address": {}, "card": {"last4": "0042"}}))]
        }
        DataCategory::Analytics => vec![
            ("a path of a hundred", json!({"page_view": {"page": format!("/{}", "a".repeat(99))}})),
            ("a path of more", json!({"page_view": {"page": format!("/{}", "a".repeat(100))}})),
            (
                "a URL of a thousand",
                json!({"page_view": {"page": format!("https://a.example/{}", "a".repeat(982))}}),
            ),
            (
                "a URL of more",
                json!({"page_view": {"page": format!("https://a.example/{}", "a".repeat(983))}}),
            ),
            ("72 hours ago", json!({"page_view": {"page": "/", "at": "2026-01-02T09:00:00Z"}})),
            ("before that", json!({"page_view": {"page": "/", "at": "2026-01-02T08:59:59.999999Z"}})),
            ("now", json!({"page_view": {"page": "/", "at": "2026-01-05T09:00:00Z"}})),
            ("later", json!({"page_view": {"page": "/", "at": "2026-01-05T09:00:00.000001Z"}})),
        ],
    }
}

/// Values that a place may have instead: those that do not fit there are left out later.
fn odd_values(there: &Value) -> Vec<Value> {
    match there {
        Value::String(_) => {
            let mut texts: Vec<String> = [
                "👩‍🚀 שלום \u{202e}é\u{301} \"quoted\" \\ & = + % <b> #\u{2028}",
                " ",
                "0",
                "ß@ẞ.example",
                "JÖRG.Straße+Ä@MÜLLER.example",
                "\"\\\"",
                "https://müller.example/ü/%C3%BC",
                "/@ada/mix/ü",
                "0000-01-01",
                "9999-12-31",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "2016-12-31T23:59:60Z",
                "2026-01-05T09:00:00+14:00",
                "79228162514264337593543950335",
                "0.0000000000000000000000000001",
                "1",
                "US",
                "9",
                "spotify:track:6rqhFgbbKwnb9MLmUQDhG6",
                "i.0",
                "-7",
                "18446744073709551616",
                "B000000000",
                "TR:1",
                "a|b~c=d",
            ]
            .map(str::to_owned)
            .into();
            texts.push("ä".repeat(2048));
            texts.push("\"".repeat(2048));
            texts.push("a".repeat(256));
            texts.push(format!("{}@{}.example", "é".repeat(32), "b".repeat(63)));
            texts.push(format!("/{}", "%".repeat(2047)));
            texts.into_iter().map(Value::from).collect()
        }
        Value::Number(_) => [0, 1, 100, 101, u64::MAX].map(Value::from).into(),
        _ => Vec::new(),
    }
}

/// Every place in it, as JSON pointers.
pub(crate) fn places(json: &Value) -> Vec<String> {
    let step = |key: &str, value: &Value| {
        let inner = places(value).into_iter().map(move |place| format!("/{key}{place}"));
        std::iter::once(format!("/{key}")).chain(inner).collect::<Vec<_>>()
    };
    match json {
        Value::Object(fields) => fields.iter().flat_map(|(key, value)| step(key, value)).collect(),
        Value::Array(elements) => {
            (0..).zip(elements).flat_map(|(n, value)| step(&format!("{n}"), value)).collect()
        }
        _ => Vec::new(),
    }
}

fn without(json: &Value, place: &str) -> Value {
    let (parent, last) = place.rsplit_once('/').unwrap();
    let mut json = json.clone();
    match json.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.remove(last)),
        Value::Array(elements) => drop(elements.remove(last.parse().unwrap())),
        _ => panic!("{parent} has nothing in it"),
    }
    json
}

/// The value at a place with nothing beside it. A performance of a track is of a track, of which nothing is known.
fn only(json: &Value, place: &str) -> Value {
    let value = json.pointer(place).unwrap().clone();
    let mut alone = place.rsplit('/').filter(|key| !key.is_empty()).fold(value, |value, key| {
        match key.parse::<usize>() {
            Ok(_) => json!([value]),
            Err(_) => json!({ key: value }),
        }
    });
    if let Some(Value::Object(performance)) = alone.get_mut("track") {
        performance.entry("track").or_insert_with(|| json!({}));
    }
    alone
}

/// Where the value is when it is alone: first in each array.
fn only_place(place: &str) -> String {
    let keys = place.split('/').map(|key| if key.parse::<usize>().is_ok() { "0" } else { key });
    keys.collect::<Vec<_>>().join("/")
}
