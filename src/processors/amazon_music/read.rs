//! Answers of the Amazon Music Web API: what they are known by, and Amazon's own errors.

use super::{
    IDENTITY, NAME,
    music::{is_asin, is_marked, rows},
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

/// Reads an answer of version 1 (`{"data": {"track": …}}`, lists as `edges`) or of version 2 (unwrapped, lists
/// as `items`), and the views of both.
///
/// Kept (section 1): of a track its id, title, artists, album and ISRC, and when the subject played it
/// (`playedAt`, or `timestamp`); of a playlist its id, title, description, number of tracks and tracks. A track is a row wherever
/// it stands: alone, in a page, in search results, on an album. Users, curators, artists, albums, stations,
/// podcasts and their episodes, music videos, images and links have nothing covered.
///
/// What a thing is, the answer says by `_type`, by the name of what holds it, or by what it has. Of a version 2
/// answer that was asked for nothing but ids and titles nobody can say whether it lists tracks or albums:
/// nothing of it is kept.
///
/// # Errors
/// When the payload is no answer of Amazon Music's, or an error of Amazon's own: of the API, of its gateway, of
/// Login with Amazon. Where errors stand beside data, the data is read and each of the errors is a row that
/// could not be.
///
/// ```
/// use dynamoi_privacy::{processors::amazon_music, vocabulary::SubjectId};
/// let payload = br#"{"data": {"track": {"id": "B076YT2CBT", "title": "Happy", "duration": 232,
///     "artists": [{"id": "B000QJPQTA", "name": "Pharrell Williams"}], "isrc": "USQ4E1300686"}}}"#;
/// let reading = amazon_music::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[0].to_string(), "$.data.track.duration");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

fn has_only(node: &Node, names: &[&str]) -> bool {
    node.members().iter().all(|m| names.contains(&m.name()))
}

fn vendor_error(payload: &Node) -> Option<VendorError> {
    match payload.member("error").map(|error| (error, error.value())) {
        // Login with Amazon: OAuth's own form (RFC 6749, section 5.2), and what Amazon adds to it.
        Some((_, Value::Text(_))) => {
            let added = ["error", "error_description", "error_index", "error_uri", "request_id"];
            let of_login = payload.has("error_description") && has_only(payload, &added);
            of_login.then(|| VendorError::new(NAME, payload, &["error"]))
        }
        Some((error, _)) => {
            let code = error.member("code").and_then(Node::text);
            let formed = |code: &str| code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
            let of_api =
                code.is_some_and(formed) && error.has("message") && has_only(payload, &["data", "error"]);
            of_api.then(|| VendorError::new(NAME, error, &["code", "status"]))
        }
        None if is_of_gateway(payload) => Some(VendorError::new(NAME, payload, &[])),
        None => {
            let data = payload.member("data").map_or(&[][..], Node::members);
            let no_data = data.iter().all(|m| matches!(m.value(), Value::Null));
            let errors = payload.member("errors").filter(|_| no_data)?;
            let error = errors.elements("errors").ok()?.iter().find(|error| is_error(error))?;
            let coded = error.member("extensions").filter(|e| !error.has("errorType") && e.has("code"));
            Some(VendorError::new(NAME, coded.unwrap_or(error), &["errorType", "code"]))
        }
    }
}

/// What stands before the API says so in one sentence.
fn is_of_gateway(payload: &Node) -> bool {
    const SAID: [&str; 9] = [
        "Endpoint request timed out",
        "Forbidden",
        "Internal server error",
        "Limit Exceeded",
        "Missing Authentication Token",
        "Service Unavailable",
        "Too Many Requests",
        "Unauthorized",
        "User is not authorized to access this resource",
    ];
    let said = payload.member("message").or_else(|| payload.member("Message")).and_then(Node::text);
    has_only(payload, &["message", "Message", "__type"])
        && said.is_some_and(|said| payload.has("__type") || SAID.iter().any(|text| said.starts_with(text)))
}

/// An error beside or in place of data: it says which query failed, or has a type.
fn is_error(error: &Node) -> bool {
    let query = match error.member("path").map(Node::value) {
        Some(Value::Array(path)) => path.first().and_then(Node::text),
        _ => None,
    };
    error.has("message") && (query.is_some_and(is_query) || error.has("errorType"))
}

/// Whether version 1 has a query of this name: `track`, `searchAlbums`, `user`.
fn is_query(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let about = ["album", "artist", "playlist", "podcast", "station", "track", "user"];
    about.iter().any(|about| name.contains(about))
}

fn elements(node: &Node) -> &[Node] {
    match node.value() {
        Value::Array(elements) => elements,
        _ => &[],
    }
}

/// What the result of a query has: Pandora's things have a `name`, and its lists `items`.
fn is_result(result: &Node) -> bool {
    let listed = |node: &Node| node.has("edges");
    let user = result.has("id") && ["name", "url", "handle", "tier"].iter().any(|name| result.has(name));
    match result.value() {
        Value::Object(members) => {
            is_marked(result)
                || (result.has("title") && result.has("id"))
                || (result.name().contains("ser") && user)
                || listed(result)
                || members.iter().any(listed)
        }
        Value::Array(results) => results.iter().any(|r| is_marked(r) || (r.has("title") && r.has("id"))),
        Value::Null => matches!(result.name(), "album" | "artist" | "playlist" | "track" | "user"),
        _ => false,
    }
}

fn is_view(node: &Node) -> bool {
    node.member("content").is_some_and(|content| content.has("entityGroups") || content.has("entities"))
}

/// Whether something in it is marked, so many steps below at most: a list of edges, the edge, its node, the track.
fn holds_marked(node: &Node, depth: u8) -> bool {
    let (Value::Array(inner) | Value::Object(inner)) = node.value() else { return false };
    is_marked(node)
        || depth.checked_sub(1).is_some_and(|depth| inner.iter().any(|node| holds_marked(node, depth)))
}

/// Version 1: whatever was asked for is in `data`, by the name of the query; a view is there itself.
fn is_wrapped(payload: &Node) -> bool {
    let Some(data) = payload.member("data") else { return false };
    // What pages have stands in the data, and here where a host lifted it out.
    has_only(payload, &["cursor", "data", "errors", "extensions", "pageInfo"])
        && (data.members().iter().any(|m| is_query(m.name()) && is_result(m))
            || is_view(data)
            || is_marked(data)
            || elements(data).iter().any(is_view)
            || holds_marked(data, 5))
}

/// Version 2: a thing, a view, or a page of things.
fn is_unwrapped(payload: &Node) -> bool {
    let Some(items) = payload.member("items") else {
        let said = ["title", "name", "_type"].iter().any(|name| payload.has(name));
        return is_view(payload) || (said && is_marked(payload));
    };
    let inner = |item: &Node| item.members().iter().any(|m| m.is_object() && is_marked(m));
    let empty = matches!(items.value(), Value::Array(items) if items.is_empty());
    elements(items).iter().any(|item| is_marked(item) || inner(item))
        || (empty && has_only(payload, &["items", "nextToken"]))
}

/// The lists of the web player \[S\], by the name of what they hold.
fn is_of_player(payload: &Node) -> bool {
    let list = |m: &Node| m.name().ends_with("List") && elements(m).iter().any(is_asin);
    payload.members().iter().any(list)
}

fn answer(payload: &Node, read: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    if is_wrapped(payload) {
        payload.member("data").map_or(Ok(()), |data| rows(data, read))?;
        let errors = payload.member("errors").map_or(Ok(&[][..]), |e| e.elements("an array of errors"))?;
        for error in errors.iter().filter(|error| error.is_object()) {
            read.refuse(error, Misfit::new(error.path().clone(), "an error of Amazon's own", "data"));
        }
        Ok(())
    } else if is_unwrapped(payload) || is_of_player(payload) {
        rows(payload, read)
    } else {
        Err(payload.misfit("a track, a playlist, an album, a view, or a page of them"))
    }
}
