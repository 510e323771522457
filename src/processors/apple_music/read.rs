//! Answers of the Apple Music API: resources in pages, charts and search results.

use super::{IDENTITY, NAME};
use crate::{
    data::{Playlist, StreamingData, Text, Track, TrackPerformance},
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value},
        reading::{self, Rows},
        streaming::{add_playlist, add_track, array, is_null, places, words},
    },
    vocabulary::SubjectId,
};

/// Reads an answer of the API: of the catalogue, of the listener's library, of what they played.
///
/// Kept (section 1): of a song its id, title, artist, album and ISRC, and its place in a chart; of a playlist
/// its id, name, description (the longer of two), number of tracks and tracks. A song and a playlist are rows
/// wherever they stand in full: in a page, in a chart, in search results, as the tracks of an album, among the
/// contents of a recommendation. A bare reference, an id and a type without attributes, is kept where it
/// stands for a track of a page or of a playlist; in the relationships of anything else it points elsewhere.
///
/// The words of a playlist's maker are left out where they lead to somebody: an address, an account, a link.
/// `artistName` is one text and is kept as one, several artists or not. Albums, artists, music videos,
/// stations, genres, ratings and storefronts have nothing covered; curators are other people. Apple says of no
/// play when it was and of no song how often it was played \[S\].
///
/// The songs of a chart stand in the order of popularity \[P\], so the place in the chart is the place in the
/// list, counted from 1. It is kept only if `href` and `next` agree on where in the chart the list begins.
///
/// # Errors
/// When the payload is no answer of the API, or errors of Apple's own and nothing beside them.
///
/// ```
/// use dynamoi_privacy::{processors::apple_music, vocabulary::SubjectId};
/// let payload = br#"{"data": [{"id": "p.MoGJYM3CYXW09B", "type": "library-playlists",
///     "href": "/v1/me/library/playlists/p.MoGJYM3CYXW09B",
///     "attributes": {"name": "Engines", "canEdit": true}}]}"#;
/// let reading = apple_music::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[1].to_string(), "$.data[0].href");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

/// `{"errors": [{"id", "title", "detail", "status", "code"}]}` without data beside it, and what Apple's gateway
/// says when there are too many calls.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    if payload.members().len() == 1
        && payload.member("message").is_some_and(|m| m.is_text("API capacity exceeded"))
    {
        return Some(VendorError::new(NAME, payload, &[]));
    }
    let has_data = array(payload, "data").is_some_and(|data| !data.is_empty())
        || payload.member("results").is_some_and(|results| !results.members().is_empty());
    let error = array(payload, "errors")?.first().filter(|_| !has_data)?;
    let titled = error.member("title").and_then(Node::text).is_some();
    let of_api = titled && (error.has("status") || error.has("code"));
    of_api.then(|| VendorError::new(NAME, error, &["code", "status"]))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Song,
    Playlist,
    /// Something in which nothing is covered.
    Other,
}

/// Types of resources in which nothing is covered. Others are known by the link to themselves.
const OTHERS: [&str; 16] = [
    "activities",
    "albums",
    "apple-curators",
    "artists",
    "curators",
    "genres",
    "library-albums",
    "library-artists",
    "library-music-videos",
    "library-playlist-folders",
    "music-videos",
    "personal-recommendation",
    "ratings",
    "record-labels",
    "stations",
    "storefronts",
];

/// A resource has an id and a type, and beside them its attributes, a link to itself, or nothing of another's.
fn kind(node: &Node) -> Option<Kind> {
    let id = node.member("id")?;
    let kind = node.member("type")?.text()?;
    let linked = node.member("href").and_then(Node::text).is_some_and(|href| href.starts_with("/v1/"));
    let full = node.member("attributes").is_some_and(Node::is_object);
    let parts = ["id", "type", "href", "attributes", "relationships", "views", "meta"];
    let bare = node.members().iter().all(|m| parts.contains(&m.name()));
    if !matches!(id.value(), Value::Text(_) | Value::Number(_)) || !(linked || full || bare) {
        return None;
    }
    match kind {
        "songs" | "library-songs" => Some(Kind::Song),
        "playlists" | "library-playlists" => Some(Kind::Playlist),
        kind if linked || OTHERS.contains(&kind) => Some(Kind::Other),
        _ => None,
    }
}

/// What a page has beside its data.
const PAGE: [&str; 5] = ["data", "next", "href", "meta", "errors"];

/// What an answer has beside its results.
const RESULTS: [&str; 5] = ["results", "next", "href", "meta", "errors"];

const RESOURCE: &str = "a resource of the Apple Music API, with its id and type";

fn answer(payload: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    if let Some(by_type) = payload.member("resources").filter(|r| is_map_of_resources(r)) {
        // Asked to, Apple sends references in the data or results, and each resource once, by type and id \[S\].
        by_type.members().iter().flat_map(Node::members).try_for_each(|r| resource(r, rows, None, None))
    } else if let Some(data) = array(payload, "data") {
        let empty = data.is_empty() && payload.members().iter().all(|m| PAGE.contains(&m.name()));
        match data.iter().find(|r| !is_null(r)) {
            Some(first) if !data.iter().any(|r| kind(r).is_some()) => Err(first.misfit(RESOURCE)),
            None if !empty => Err(payload.misfit("a page of the Apple Music API")),
            _ => resources(data, rows, |_| None),
        }
    } else if let Value::Array(list) = payload.value()
        && list.iter().any(|r| kind(r).is_some())
    {
        // MusicKit on the web gives a host the data alone \[S\].
        resources(list, rows, |_| None)
    } else if let Some(results) =
        payload.member("results").filter(|r| is_results(r) || (r.is_empty_array() && payload.has("meta")))
        && payload.members().iter().all(|m| RESULTS.contains(&m.name()))
    {
        results.members().iter().try_for_each(|found| result(found, rows))
    } else if kind(payload).is_some() {
        resource(payload, rows, None, None)
    } else {
        Err(payload.misfit("a page of resources, charts or search results"))
    }
}

fn is_map_of_resources(by_type: &Node) -> bool {
    let resources = by_type.members().iter().flat_map(Node::members);
    !by_type.members().is_empty() && resources.into_iter().all(|r| kind(r).is_some())
}

/// Results are by type: charts, pages of what was found, or what might be looked for.
fn is_results(results: &Node) -> bool {
    let mut found = results.members().iter().filter(|r| !is_null(r)).peekable();
    let nothing = results.is_object() && results.members().is_empty();
    nothing || (found.peek().is_some() && found.all(is_result))
}

fn is_result(found: &Node) -> bool {
    match found.value() {
        Value::Array(_) if found.name() == "terms" => true,
        Value::Array(suggestions) if found.name() == "suggestions" => {
            suggestions.iter().all(|s| s.has("kind"))
        }
        Value::Array(charts) => charts.iter().all(|c| c.has("chart") && array(c, "data").is_some()),
        _ => {
            array(found, "data").is_some_and(|data| data.is_empty() || data.iter().any(|r| kind(r).is_some()))
        }
    }
}

fn result(found: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    match found.value() {
        Value::Array(entries) => entries.iter().try_for_each(|entry| match entry.member("content") {
            Some(content) if kind(content).is_some() => resource(content, rows, None, None),
            _ => chart(entry, rows),
        }),
        _ => resources(array(found, "data").unwrap_or_default(), rows, |_| None),
    }
}

fn chart(chart: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let Some(data) = array(chart, "data") else { return Ok(()) };
    let begin = begin(chart, data.len());
    resources(data, rows, |place| begin?.checked_add(u64::try_from(place).ok()?)?.checked_add(1))
}

/// How many of a chart come before this list: the `offset` of its own link, 0 where it has none, which the link
/// to the next list must bear out. The last list of a chart has no next one; its own link must say the offset.
fn begin(chart: &Node, length: usize) -> Option<u64> {
    let offset = |link: &str| {
        let query = chart.member(link)?.text()?.split_once('?')?.1;
        query.split('&').find_map(|p| p.strip_prefix("offset="))?.parse::<u64>().ok()
    };
    let own = offset("href");
    let begin = match offset("next") {
        Some(next) => next.checked_sub(u64::try_from(length).ok()?)?,
        None => own?,
    };
    (chart.has("href") && own.unwrap_or(0) == begin).then_some(begin)
}

/// Reads a list of resources; `rank` says of a place in it which place in a chart it is.
fn resources(
    list: &[Node],
    rows: &mut Rows<StreamingData>,
    rank: impl Fn(usize) -> Option<u64>,
) -> Result<(), Misfit> {
    let there = list.iter().enumerate().filter(|(_, r)| !is_null(r));
    for (place, node) in there {
        resource(node, rows, rank(place), None)?;
    }
    Ok(())
}

/// Reads a resource, of which `rank` is the place in a chart, and `album` the name of the album that lists it.
fn resource(
    node: &Node,
    rows: &mut Rows<StreamingData>,
    rank: Option<u64>,
    album: Option<&Node>,
) -> Result<(), Misfit> {
    match kind(node) {
        Some(Kind::Song) => {
            let song = song(node).map(|mut track| {
                // Last, because it stands outside the row: of a row that is refused nothing is marked as kept.
                if track.album.is_none() && track != Track::default() {
                    track.album = album.and_then(|name| name.take_text().ok());
                }
                Some(TrackPerformance { track, rank, ..Default::default() })
            });
            add_track(rows, node, song)
        }
        Some(Kind::Playlist) => {
            let playlist = playlist(node, rows);
            add_playlist(rows, node, playlist)
        }
        Some(Kind::Other) => {
            let named = node.member("attributes").and_then(|a| a.member("name"));
            let is_album = node.member("type").and_then(Node::text).is_some_and(|t| t.ends_with("albums"));
            related(node).try_for_each(|(relation, inner)| {
                resource(inner, rows, None, named.filter(|_| is_album && relation == "tracks"))
            })
        }
        None => add_track(rows, node, Err(node.misfit(RESOURCE))),
    }
}

/// The resources in full that stand in the relationships and views of one in which nothing is covered itself, with
/// the name of the relationship.
fn related(node: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let outer = ["relationships", "views"].into_iter().filter_map(|name| node.member(name));
    let inner = outer.flat_map(Node::members).flat_map(|related| {
        array(related, "data").unwrap_or_default().iter().map(|inner| (related.name(), inner))
    });
    inner.filter(|(_, inner)| match kind(inner) {
        Some(Kind::Other) => true,
        Some(_) => inner.member("attributes").is_some(),
        None => false,
    })
}

fn song(node: &Node) -> Result<Track, Misfit> {
    let attributes = node.object("attributes")?;
    let text = |name| attributes.map_or(Ok(None), |a| a.optional(name, Node::take_text));
    Ok(Track {
        id: node.optional("id", Node::take_id)?,
        title: text("name")?,
        artists: text("artistName")?.into_iter().collect(),
        album: text("albumName")?,
        isrc: text("isrc")?,
    })
}

/// Reads a playlist; a place in it that cannot be read is refused, and the others are kept.
fn playlist(node: &Node, rows: &mut Rows<StreamingData>) -> Result<Playlist, Misfit> {
    let (mut name, mut says) = (None, None);
    if let Some(attributes) = node.object("attributes")? {
        name = attributes.optional("name", words)?.flatten();
        says = attributes.optional("description", notes)?.flatten();
    }
    let listed = node.member("relationships").and_then(|r| r.member("tracks"));
    Ok(Playlist {
        id: node.optional("id", Node::take_id)?,
        name,
        description: says,
        track_count: listed
            .and_then(|l| l.member("meta"))
            .map_or(Ok(None), |meta| meta.optional("total", Node::take_count))?,
        tracks: places(listed.and_then(|l| l.member("data")), rows, |place| match kind(place) {
            Some(Kind::Song) => song(place).map(Some),
            Some(_) => Ok(None),
            None => Err(place.misfit(RESOURCE)),
        })?,
    })
}

/// A description is `{"standard", "short"}`, and was a text; the longer one is taken.
fn notes(node: &Node) -> Result<Option<Text>, Misfit> {
    if !node.is_object() {
        return words(node);
    }
    match node.optional("standard", words)?.flatten() {
        Some(standard) => Ok(Some(standard)),
        None => Ok(node.optional("short", words)?.flatten()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many rows are kept, unless the payload is not Apple's.
    fn kept(payload: &str) -> Option<usize> {
        match read(SubjectId::random(), payload.as_bytes()) {
            Ok(reading) => Some(reading.kept().len()),
            Err(PayloadError::NotOfSystem(_)) => None,
            Err(PayloadError::Vendor(error)) => panic!("{payload}: {error}"),
        }
    }

    #[test]
    fn what_has_apples_marks_is_apples() {
        for (payload, rows) in [
            (r#"{"data": [{"id": "1", "type": "songs"}], "total": 1}"#, Some(1)),
            (r#"{"data": [{"id": "1", "type": "songs", "uri": "planted"}]}"#, None),
            (r#"{"data": [{"id": "1", "type": "songs", "uri": "planted", "attributes": {}}]}"#, Some(1)),
            (r#"{"data": [{"id": true, "type": "songs"}]}"#, None),
            (r#"{"data": [{"id": "1", "type": "planted"}]}"#, None),
            (r#"{"data": [], "total": 0}"#, None),
            (r#"{"data": [null]}"#, None),
            (r#"{"results": {"songs": null}}"#, None),
            (r#"{"results": {}, "count": 0}"#, None),
            (r#"{"errors": [{"title": "planted"}]}"#, None),
            (
                r#"{"results": {"songs": {"data": [{"id": "1", "type": "songs"}]}},
                    "errors": [{"title": "planted", "status": "500"}]}"#,
                Some(1),
            ),
        ] {
            assert_eq!(kept(payload), rows, "{payload}");
        }
    }

    #[test]
    fn what_is_known_by_nothing_is_no_row() {
        let page =
            r#"{"data": [{"id": "", "type": "songs"}, {"id": "", "type": "playlists", "attributes": {}}]}"#;
        assert_eq!(kept(page), Some(0));
        let playlist = r#"{"data": [{"id": "", "type": "playlists",
            "relationships": {"tracks": {"data": [{"id": "", "type": "songs"}]}}}]}"#;
        assert_eq!(kept(playlist), Some(0));
    }
}
