//! Which values of a person's data each body holds: those that are listed here for it and no other.

use std::collections::BTreeSet;

use chrono::DateTime;
use dynamoi_privacy::{gate::Signals, processors::Body, vocabulary::Purpose};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::parse;
use crate::matrix::{
    all_consenting,
    kinds::{Kinds, for_every_kind},
    round::send,
    samples::{Sampled, full, places},
};

/// Of each row the places of the full sample whose values are in the body; `#` before those that are there hashed.
const HELD: &[(&str, &[&str])] = &[
    ("facebook_ads/user", &["#/email"]),
    ("facebook_ads/ad_performance", &CAMPAIGN),
    (
        "facebook_ads/streaming",
        &[
            "/track/track/id",
            "/track/track/title",
            "/track/track/artists/0",
            "/track/track/artists/1",
            "/track/track/album",
            "/track/track/isrc",
            "/track/plays",
            "/track/popularity",
        ],
    ),
    ("facebook_ads/streaming, a playlist alone", &["/playlist/id", "/playlist/name"]),
    ("google_ads/user", &["#/email"]),
    (
        "google_ads/ad_performance",
        &[
            "/campaign/id",
            "/campaign/name",
            "/period/first",
            "/period/last",
            "/spend/minor_units",
            "/spend/minor_unit_millionths",
            "/spend/currency",
            "/impressions",
            "/clicks",
        ],
    ),
    (
        "google_ads/streaming",
        &[
            "/track/track/id",
            "/track/track/title",
            "/track/track/artists/0",
            "/track/track/artists/1",
            "/track/track/album",
            "/track/track/isrc",
        ],
    ),
    ("google_ads/streaming, a playlist alone", &["/playlist/id", "/playlist/name"]),
    ("tiktok_ads/user", &["#/email"]),
    ("tiktok_ads/ad_performance", &CAMPAIGN),
    ("tiktok_ads/streaming", &["/track/track/id", "/track/track/title"]),
    ("tiktok_ads/streaming, a playlist alone", &["/playlist/id", "/playlist/name"]),
    ("stripe/user", &["/name", "/email"]),
    (
        "stripe/payment",
        &[
            "/billing_address/line1",
            "/billing_address/line2",
            "/billing_address/city",
            "/billing_address/region",
            "/billing_address/postal_code",
            "/billing_address/country",
        ],
    ),
    ("google_analytics/analytics", &USAGE),
    ("posthog/analytics", &USAGE),
    ("spotify/user", &["/name", "/email"]),
    ("spotify/streaming/playlist", &["/playlist/name", "/playlist/description"]),
    ("spotify/streaming/tracks", &["/track/track/id", "/playlist/tracks/0/id", "/playlist/tracks/1/id"]),
    ("spotify/streaming/playlist, a playlist alone", &["/playlist/name", "/playlist/description"]),
    ("spotify/streaming/tracks, a playlist alone", &["/playlist/tracks/0/id", "/playlist/tracks/1/id"]),
    ("apple_music/user", &["/name", "/email"]),
    ("apple_music/streaming/playlist", &["/playlist/name", "/playlist/description"]),
    ("apple_music/streaming/tracks", &["/playlist/tracks/2/id", "/playlist/tracks/3/id"]),
    ("apple_music/streaming/playlist, a playlist alone", &["/playlist/name", "/playlist/description"]),
    ("apple_music/streaming/tracks, a playlist alone", &["/playlist/tracks/2/id", "/playlist/tracks/3/id"]),
    ("deezer/user", &["/name", "/email"]),
    ("deezer/streaming/playlist", &["/playlist/name"]),
    ("deezer/streaming/tracks", &["/playlist/tracks/2/id"]),
    ("deezer/streaming/playlist, a playlist alone", &["/playlist/name"]),
    ("deezer/streaming/tracks, a playlist alone", &["/playlist/tracks/2/id"]),
    ("pandora/user", &["/name", "/email"]),
    (
        "pandora/streaming",
        &[
            "/track/track/title",
            "/track/track/artists/0",
            "/track/track/artists/1",
            "/track/track/album",
            "/track/track/isrc",
            "/playlist/name",
            "/playlist/description",
            "/playlist/track_count",
            "/playlist/tracks/0/title",
            "/playlist/tracks/0/artists/0",
            "/playlist/tracks/0/album",
            "/playlist/tracks/0/isrc",
            "/playlist/tracks/5/id",
            "/playlist/tracks/6/title",
        ],
    ),
    (
        "pandora/streaming, a playlist alone",
        &[
            "/playlist/name",
            "/playlist/description",
            "/playlist/track_count",
            "/playlist/tracks/0/title",
            "/playlist/tracks/0/artists/0",
            "/playlist/tracks/0/album",
            "/playlist/tracks/0/isrc",
            "/playlist/tracks/5/id",
            "/playlist/tracks/6/title",
        ],
    ),
    ("amazon_music/user", &["/name", "/email"]),
    ("amazon_music/streaming/playlist", &["/playlist/name", "/playlist/description"]),
    ("amazon_music/streaming/tracks", &["/playlist/tracks/4/id"]),
    ("amazon_music/streaming/playlist, a playlist alone", &["/playlist/name", "/playlist/description"]),
    ("amazon_music/streaming/tracks, a playlist alone", &["/playlist/tracks/4/id"]),
    ("feature_fm/streaming", &["/track/track/title"]),
    ("feature_fm/streaming, a playlist alone", &["/playlist/name"]),
    ("feature_fm/ad_performance", &CAMPAIGN),
];

const CAMPAIGN: [&str; 13] = [
    "/campaign/id",
    "/campaign/name",
    "/period/first",
    "/period/last",
    "/spend/minor_units",
    "/spend/minor_unit_millionths",
    "/spend/currency",
    "/impressions",
    "/clicks",
    "/conversions/0/action",
    "/conversions/0/count",
    "/conversions/1/action",
    "/conversions/1/count",
];

const USAGE: [&str; 8] = [
    "/page_view/page",
    "/page_view/at",
    "/period/first",
    "/period/last",
    "/page_views",
    "/sessions",
    "/session_length_ms",
    "/conversion_rate",
];

#[test]
fn a_body_holds_the_values_that_are_listed_for_it_and_no_other() {
    let mut seen = BTreeSet::new();
    for_every_kind!(compare, &mut seen);
    let listed: BTreeSet<String> = HELD.iter().map(|(row, _)| (*row).to_owned()).collect();
    assert_eq!(seen, listed, "each row has its list");
}

fn compare<T: Sampled, R: Kinds<T>>(seen: &mut BTreeSet<String>) {
    let (all, somebody) = (full(T::CATEGORY), all_consenting(Some("US")));
    let mut playlist = all.clone();
    let with_and_without_track = match playlist.as_object_mut().unwrap().remove("track") {
        Some(_) => vec![(all, ""), (playlist, ALONE)],
        None => vec![(all, "")],
    };
    for (sample, which) in with_and_without_track {
        for kind in R::kinds() {
            let data: T = serde_json::from_value(sample.clone()).unwrap();
            let sent = send::<T, R>(&somebody, data, purpose_of::<R>(), Signals::default(), kind.with);
            let Ok(body) = sent else { continue };
            let row = format!("{}/{}{which}", R::ID, kind.row);
            let listed = HELD.iter().find(|(of, _)| *of == row);
            let (_, listed) = listed.unwrap_or_else(|| panic!("{row} is not listed"));
            let expected: BTreeSet<String> = match (row.as_str(), kind.beside) {
                // The click stands for the person, and Google takes no address beside it.
                ("google_ads/user", "gbraid" | "wbraid") => BTreeSet::new(),
                _ => listed.iter().map(|place| (*place).to_owned()).collect(),
            };
            assert_eq!(found(&sample, &body), expected, "{row}, {}: {}", kind.beside, body.as_str());
            seen.insert(row);
        }
    }
}

/// After the row of what is sent of a playlist that has no track beside it.
const ALONE: &str = ", a playlist alone";

/// The purpose that the policy shares for with such a system.
fn purpose_of<R: dynamoi_privacy::gate::Recipient>() -> Purpose {
    use dynamoi_privacy::{processors::System, vocabulary::ProcessorKind::*};
    match System::of(&R::ID).unwrap().identity().kind {
        AdNetwork => Purpose::MarketingCampaigns,
        PaymentProcessor => Purpose::Billing,
        AnalyticsProvider => Purpose::EngagementAnalysis,
        StreamingService => Purpose::MusicDistribution,
        PromotionProvider => Purpose::Promotion,
        other => panic!("none of the twelve is a {other}"),
    }
}

/// The places of the sample whose values are somewhere in the body, in whatever form.
fn found(sample: &Value, body: &Body) -> BTreeSet<String> {
    let mut atoms = Vec::new();
    collect(&parse(body), &mut atoms);
    let leaf =
        |place: &String| sample.pointer(place).is_some_and(|value| !value.is_object() && !value.is_array());
    let mut found = BTreeSet::new();
    for place in places(sample).into_iter().filter(leaf) {
        let value = sample.pointer(&place).unwrap();
        if renderings(sample, &place, value).iter().any(|text| is_in(text, &atoms)) {
            found.insert(place.clone());
        }
        if hashes(value).iter().any(|hash| atoms.contains(hash)) {
            found.insert(format!("#{place}"));
        }
    }
    found
}

/// The texts and the numbers of a body, those of JSON inside of a text as well.
fn collect(value: &Value, atoms: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                atoms.push(name.clone());
                collect(value, atoms);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, atoms)),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ Value::Object(_)) => collect(&inner, atoms),
            _ => atoms.push(text.clone()),
        },
        other => atoms.push(other.to_string()),
    }
}

/// Every way in which a value may be written out.
fn renderings(sample: &Value, place: &str, value: &Value) -> Vec<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut all = vec![text.clone(), text.to_lowercase(), text.to_uppercase()];
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        let utc = at.to_utc();
        all.extend([utc.timestamp(), utc.timestamp_millis(), utc.timestamp_micros()].map(|n| n.to_string()));
        all.push(utc.date_naive().to_string());
    }
    if place.starts_with("/spend/minor_unit") {
        // 309 077 cents and a quarter of one, in major units.
        assert_eq!(sample["spend"]["minor_unit_millionths"], 250_000);
        all.push("3090.7725".to_owned());
    }
    all
}

/// The hashes of a text as it is, in lower case, and as Google normalises an address.
fn hashes(value: &Value) -> Vec<String> {
    let Some(text) = value.as_str() else { return Vec::new() };
    let lower = text.trim().to_lowercase();
    let google = match lower.split_once('@') {
        Some((local, "gmail.com")) => {
            format!("{}@gmail.com", local.split('+').next().unwrap().replace('.', ""))
        }
        _ => lower.clone(),
    };
    let hash = |text: &String| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    [text.to_owned(), lower, google].iter().map(hash).collect()
}

/// Whether a text is one of the atoms; a longer one also as a part of one that was not made at random.
fn is_in(text: &str, atoms: &[String]) -> bool {
    let random = |atom: &str| atom.len() == 64 || atom.parse::<uuid::Uuid>().is_ok();
    atoms
        .iter()
        .any(|atom| atom == text || (text.chars().count() >= 4 && !random(atom) && atom.contains(text)))
}

#[test]
fn a_value_is_found_however_it_is_written() {
    let sample = full(dynamoi_privacy::vocabulary::DataCategory::Streaming);
    let atoms = ["x 1767564794 y", "2026-01-04", "note g of 1843!"].map(str::to_owned);
    let is_found = |place: &str| {
        renderings(&sample, place, sample.pointer(place).unwrap()).iter().any(|text| is_in(text, &atoms))
    };
    assert!(is_found("/track/played_at") && is_found("/track/track/title"));
    assert!(!is_found("/track/plays") && !is_found("/playlist/name"));
}
