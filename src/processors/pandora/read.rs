//! Answers of Pandora: what they are known by, and Pandora's own errors.

use super::{
    IDENTITY, NAME,
    music::{Music, is_marked},
};
use crate::{
    data::StreamingData,
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value},
        reading::{self, Rows},
    },
    vocabulary::SubjectId,
};

/// Reads an answer of GraphQL, of the JSON API (`{"stat", "result"}`) or of the REST interfaces.
///
/// Kept (section 1): of a track its id, title, artist, album and ISRC; of a playlist its id, name, description,
/// number of tracks and tracks. A track is a row wherever it stands: in what is to be played, in a search, under
/// thumbs and bookmarks, as the seed of a station, on an album. A station that a listener made is kept as a
/// playlist, with its id, name and description: it is the list of music that people make there. Stations of the
/// catalogue (`SF:`, `GE:`) are not.
///
/// Whether the listener likes a track (`songRating`, `isPositive`), how long it is and who listens to an artist
/// or a genre is no performance of a track and is dropped, and so are tokens of a listener's session and all that
/// serves ads, whose addresses are full of age, gender and postal code. `listeningTimestamp` is dropped as well:
/// nobody says what it means, and where a track is replayed it is earlier than for the first play \[S\]. The id is
/// `pandoraId`; where there is none, `musicId`, or the `musicToken` by which the JSON API calls a song. That of a
/// playlist ends in the number of the listener who made it, which is cut off.
///
/// The `annotations` beside a playlist describe the tracks that it lists by id; they are put together.
///
/// Ads, messages of artists, podcasts, artists, albums and genres have nothing covered; a listener who made or
/// shared something is another person.
///
/// # Errors
/// When the payload is no answer of Pandora's, or an error of its own. Where GraphQL has errors beside data, the
/// data is read and each of the errors is a row that could not be.
///
/// ```
/// use dynamoi_privacy::{processors::pandora, vocabulary::SubjectId};
/// let payload = br#"{"stat": "ok", "result": {"items": [
///     {"songName": "Slow Hands", "artistName": "Niall Horan", "songRating": 1}, {"adToken": "121-none"}
/// ]}}"#;
/// let reading = pandora::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[1].to_string(), "$.result.items[0].songRating");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

/// `{"stat": "fail", "code", "message"}`, `{"errorCode", "errorString", "message"}`, or errors of GraphQL without
/// data beside them.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    if payload.member("stat").is_some_and(|stat| stat.is_text("fail")) {
        return Some(VendorError::new(NAME, payload, &["code"]));
    }
    if payload.has("message") && (payload.has("errorCode") || payload.has("errorString")) {
        return Some(VendorError::new(NAME, payload, &["errorString", "errorCode"]));
    }
    let empty = |node: &Node| match node.value() {
        Value::Null => true,
        Value::Array(of) | Value::Object(of) => of.is_empty(),
        _ => false,
    };
    let no_data = payload.member("data").is_none_or(|data| data.members().iter().all(empty));
    let errors = payload.member("errors").filter(|_| no_data && is_graphql(payload))?;
    let error = errors.elements("errors").ok()?.iter().find(|error| is_error(error))?;
    Some(VendorError::new(NAME, error.member("extensions").unwrap_or(error), &["code"]))
}

/// What may be asked of GraphQL.
const QUERIES: [&str; 12] = [
    "collection",
    "entities",
    "entity",
    "feedback",
    "listener",
    "listenerTemplate",
    "playback",
    "profile",
    "recentlyPlayed",
    "search",
    "stationFactory",
    "topArtists",
];

fn is_graphql(payload: &Node) -> bool {
    (payload.member("data").is_none_or(Node::is_object) && (payload.has("data") || payload.has("errors")))
        && payload.members().iter().all(|m| matches!(m.name(), "data" | "errors" | "extensions"))
}

/// An error of GraphQL says which query failed, and that is one of Pandora's, or has a code.
fn is_error(error: &Node) -> bool {
    let code = error.member("extensions").and_then(|e| e.member("code")?.text());
    let query = match error.member("path").map(Node::value) {
        Some(Value::Array(path)) => path.first().and_then(Node::text),
        _ => None,
    };
    error.has("message") && query.map_or(code.is_some(), |query| QUERIES.contains(&query))
}

/// Lists that are Pandora's though nothing is in them, by what stands beside them.
const EMPTY: [(&str, &[&str]); 5] = [
    ("stations", &["totalStations", "sortedBy", "checksum"]),
    ("tracks", &["listenerQualifiesForUpsell", "isBingeSkipping", "totalTracks"]),
    ("feedback", &["total"]),
    ("annotations", &["results", "items", "tracks", "totalCount"]),
    ("items", &["listenerId", "totalCount"]),
];

fn is_answer(payload: &Node) -> bool {
    let of_json_api = payload.member("stat").is_some_and(|stat| stat.is_text("ok"))
        && payload.members().iter().all(|m| matches!(m.name(), "stat" | "result"));
    let answered = |m: &Node| QUERIES.contains(&m.name()) && !matches!(m.value(), Value::Null);
    let of_graphql = is_graphql(payload)
        && payload
            .member("data")
            .is_some_and(|data| data.members().iter().any(answered) || any(data, is_marked));
    let of_rest = EMPTY.iter().any(|(list, beside)| {
        let empty = payload.member(list).is_some_and(|list| match list.value() {
            Value::Array(nodes) | Value::Object(nodes) => nodes.is_empty(),
            _ => false,
        });
        empty && beside.iter().any(|name| payload.has(name))
    });
    of_json_api || of_graphql || of_rest || (!payload.has("data") && any(payload, is_marked))
}

/// Whether it holds of this node or of one below.
fn any(node: &Node, holds: fn(&Node) -> bool) -> bool {
    match node.value() {
        Value::Array(nodes) => nodes.iter().any(|n| any(n, holds)),
        Value::Object(nodes) => holds(node) || nodes.iter().any(|n| any(n, holds)),
        _ => false,
    }
}

fn answer(payload: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    if !is_answer(payload) {
        return Err(payload.misfit("a track, a station, a playlist, or a list of them"));
    }
    if is_graphql(payload) {
        if let Some(data) = payload.member("data") {
            Music::of(data, true).rows(data, rows)?;
        }
        let errors = payload.member("errors").map_or(Ok(&[][..]), |e| e.elements("an array of errors"))?;
        for error in errors.iter().filter(|error| error.is_object()) {
            rows.refuse(error, Misfit::new(error.path().clone(), "an error of Pandora's own", "data"));
        }
        return Ok(());
    }
    let result = payload.member("result").filter(|_| payload.has("stat")).unwrap_or(payload);
    Music::of(result, false).rows(result, rows)
}
