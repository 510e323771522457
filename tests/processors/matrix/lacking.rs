//! What a system demands and a sample does not have: the table that every refusal to build a body must stand in.
//!
//! Each row says when the system's documentation leaves no body, in terms of the data alone and of what is said beside
//! it. Where no row holds there must be a body.

use serde_json::Value;

/// The row of the tables in `documented`, what is said to be lacking, and when it is.
type Lack = (&'static str, &'static str, fn(&Value, &str) -> bool);

const LACKS: &[Lack] = &[
    ("facebook_ads/user", EMAIL, |user, _| !has(user, "/email")),
    ("facebook_ads/ad_performance", NUMBERS, |data, _| {
        let money = has(data, "/spend/minor_units");
        !money
            && !any(
                data,
                &["/campaign/id", "/campaign/name", "/period", "/impressions", "/clicks", "/conversions"],
            )
    }),
    ("facebook_ads/streaming", "a track or a playlist of which something is known", |data, _| {
        !is_of_a_track(data) && !any(data, &["/playlist/id", "/playlist/name"])
    }),
    ("facebook_ads/*", NAME_50, |_, beside| matches!(beside, "no name" | "a long name")),
    ("facebook_ads/*", "an event other than a purchase, which wants a value", |_, beside| {
        beside == "a purchase"
    }),
    ("facebook_ads/*", "an event of the last seven days", |_, beside| beside == "long ago"),
    ("google_ads/user", EMAIL, |user, beside| !has(user, "/email") && !is_braid(beside)),
    ("google_ads/ad_performance", VARIABLES, |data, beside| {
        let money = has(data, "/spend/minor_units");
        let held = ["/campaign/id", "/campaign/name", "/period", "/impressions", "/clicks"];
        beside == "no variables" || (!money && !any(data, &held))
    }),
    ("google_ads/streaming", VARIABLES, |data, beside| {
        beside == "no variables" || (!is_of_a_track(data) && !any(data, &["/playlist/id", "/playlist/name"]))
    }),
    ("google_ads/ad_performance", GCLID, |_, beside| beside == "no click" || is_braid(beside)),
    ("google_ads/streaming", GCLID, |_, beside| beside == "no click" || is_braid(beside)),
    ("tiktok_ads/user", EMAIL, |user, _| !has(user, "/email")),
    ("tiktok_ads/ad_performance", NUMBERS, |data, _| is_empty(data)),
    ("tiktok_ads/streaming", "a track or a playlist with an id or a title", |data, _| {
        match is_of_a_track(data) {
            true => !any(data, &["/track/track/id", "/track/track/title"]),
            false => !any(data, &["/playlist/id", "/playlist/name"]),
        }
    }),
    ("tiktok_ads/*", "the name of an event", |_, beside| beside == "no name"),
    ("stripe/user", "a name of at most 256 characters", |user, _| length(user, "/name") > 256),
    ("stripe/user", NAME_OR_EMAIL, |user, _| !any(user, &["/name", "/email"])),
    ("stripe/payment", "a billing address", |payment, _| {
        payment["billing_address"].as_object().is_none_or(serde_json::Map::is_empty)
    }),
    (
        "google_analytics/analytics",
        "a URL of at most 1000 characters, or a path of at most 100",
        |data, _| {
            let page = data.pointer("/page_view/page").and_then(Value::as_str).unwrap_or_default();
            // Google counts characters of a URL, in which those beyond ASCII are escaped.
            let length: usize = page.bytes().map(|byte| if byte.is_ascii() { 1 } else { 3 }).sum();
            length > if page.starts_with('/') { 100 } else { 1000 }
        },
    ),
    ("google_analytics/analytics", "a page view of the last 72 hours", |data, _| {
        let at = data.pointer("/page_view/at").and_then(Value::as_str);
        let at = at.map(|at| chrono::DateTime::parse_from_rfc3339(at).unwrap());
        at.is_some_and(|at| at < instant("2026-01-02T09:00:00Z") || at > instant("2026-01-05T09:00:00Z"))
    }),
    ("google_analytics/analytics", VIEW, |data, _| is_empty(data)),
    ("posthog/analytics", VIEW, |data, _| is_empty(data)),
    ("spotify/user", NAME_OR_EMAIL, nobody),
    ("apple_music/user", NAME_OR_EMAIL, nobody),
    ("deezer/user", NAME_OR_EMAIL, nobody),
    ("pandora/user", NAME_OR_EMAIL, nobody),
    ("amazon_music/user", NAME_OR_EMAIL, nobody),
    ("spotify/streaming/playlist", "a playlist with a name of at most 100 characters", |data, _| {
        !(1..=100).contains(&length(data, "/playlist/name"))
    }),
    ("apple_music/streaming/playlist", "a playlist with a name", |data, _| !has(data, "/playlist/name")),
    ("deezer/streaming/playlist", "a playlist with a name", |data, _| !has(data, "/playlist/name")),
    ("amazon_music/streaming/playlist", "a playlist with a name and a description", |data, _| {
        !(has(data, "/playlist/name") && has(data, "/playlist/description"))
    }),
    ("spotify/streaming/tracks", "1 to 100 tracks with ids of Spotify's", |data, _| {
        !(1..=100).contains(&ids(data).filter(|id| is_spotifys(id)).count())
    }),
    ("apple_music/streaming/tracks", "a track with an id of Apple Music's", |data, _| {
        !ids(data).any(|id| is_digits(id) || id.strip_prefix("i.").is_some_and(is_alphanumeric))
    }),
    ("deezer/streaming/tracks", "a track with an id of Deezer's", |data, _| !ids(data).any(is_digits)),
    ("amazon_music/streaming/tracks", "1 to 100 tracks with ids of Amazon's", |data, _| {
        let upper = |id: &str| id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        !(1..=100)
            .contains(&ids(data).filter(|id| id.len() == 10 && id.starts_with('B') && upper(id)).count())
    }),
    ("pandora/streaming", "a track or a playlist of which something is known", |data, _| {
        let known = |track: &Value| {
            let of_pandora =
                track["id"].as_str().and_then(|id| id.strip_prefix("TR:")).is_some_and(is_digits);
            of_pandora || any(track, &["/title", "/artists", "/album", "/isrc"])
        };
        let listed = data
            .pointer("/playlist/tracks")
            .and_then(Value::as_array)
            .is_some_and(|list| list.iter().any(known));
        let named = any(data, &["/playlist/name", "/playlist/description", "/playlist/track_count"]);
        !(data.pointer("/track/track").is_some_and(known) || listed || named)
    }),
    ("feature_fm/streaming", "the title of a track or the name of a playlist", |data, _| {
        !any(data, &["/track/track/title", "/playlist/name"])
    }),
    ("feature_fm/streaming", "a store at which the music is", |_, beside| beside == "no stores"),
    ("feature_fm/ad_performance", NUMBERS, |data, _| is_empty(data)),
];

const EMAIL: &str = "an e-mail address";
const NAME_50: &str = "a name of the event of 1 to 50 characters";
const NAME_OR_EMAIL: &str = "a name or an e-mail address";
const NUMBERS: &str = "a campaign or its numbers";
const VARIABLES: &str = "a custom variable, and something of the data that it is to hold";
const GCLID: &str = "a gclid, the one click that Google takes with custom variables";
const VIEW: &str = "a page view or the numbers of a period";

/// What is lacking, if anything is.
pub(super) fn lacks(row: &str, data: &Value, beside: &str) -> Option<&'static str> {
    let lack = LACKS.iter().find(|(of, _, when)| is_of(of, row) && when(data, beside));
    lack.map(|(_, what, _)| *what)
}

/// Every row with every reason of it.
pub(super) fn reasons() -> impl Iterator<Item = (String, String)> {
    crate::documented::rows().flat_map(|row| {
        let of_row = LACKS.iter().filter(move |(of, ..)| is_of(of, row));
        of_row.map(|(_, what, _)| (row.to_owned(), (*what).to_owned()))
    })
}

fn is_of(of: &str, row: &str) -> bool {
    of == row || of.strip_suffix('*').is_some_and(|system| row.starts_with(system))
}

fn has(data: &Value, place: &str) -> bool {
    data.pointer(place).is_some()
}

fn any(data: &Value, places: &[&str]) -> bool {
    places.iter().any(|place| has(data, place))
}

/// Whether something is known of a track; a playlist beside it is not told of then.
fn is_of_a_track(data: &Value) -> bool {
    data.pointer("/track/track").is_some_and(|track| !is_empty(track))
}

fn is_empty(data: &Value) -> bool {
    data.as_object().unwrap().is_empty()
}

fn nobody(user: &Value, _: &str) -> bool {
    !any(user, &["/name", "/email"])
}

fn length(data: &Value, place: &str) -> usize {
    data.pointer(place).and_then(Value::as_str).unwrap_or_default().chars().count()
}

fn instant(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().unwrap()
}

fn is_braid(beside: &str) -> bool {
    matches!(beside, "gbraid" | "wbraid")
}

/// The ids of the track and of the tracks of the playlist.
fn ids(data: &Value) -> impl Iterator<Item = &str> {
    let listed = data.pointer("/playlist/tracks").and_then(Value::as_array).into_iter().flatten();
    data.pointer("/track/track").into_iter().chain(listed).filter_map(|track| track["id"].as_str())
}

fn is_digits(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())
}

fn is_alphanumeric(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_spotifys(id: &str) -> bool {
    let bare = id.strip_prefix("spotify:track:").unwrap_or(id);
    bare.len() == 22 && is_alphanumeric(bare)
}
