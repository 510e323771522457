//! The music in an answer of Amazon's: tracks and playlists, wherever they stand.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;

use crate::{
    data::{ExternalId, Playlist, StreamingData, Track, TrackPerformance},
    processors::{
        Misfit,
        payload::{Node, Value},
        reading::Rows,
        streaming::{add_playlist, add_track, names, places, text_within, words},
    },
};

/// What a list or a field is of, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Tracks,
    Playlists,
    /// Things in which nothing is covered.
    Others,
    Anything,
}

impl Of {
    /// What stands under this name: `searchTracks`, `recentTrackPlayback`, `album`. What merely carries a list on
    /// is of what the list is of.
    fn of(self, name: &str) -> Self {
        if ["", "content", "edges", "entities", "items", "node", "nodes"].contains(&name) {
            return self;
        }
        let name = name.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        if ends(&["track", "tracks", "tracklist", "songs"]) || name.contains("trackplayback") {
            Self::Tracks
        } else if name.contains("playlist") {
            Self::Playlists
        } else if holds(&["album", "artist", "curator", "episode", "podcast", "show", "station", "video"]) {
            Self::Others
        } else {
            Self::Anything
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Track,
    Playlist,
    Other,
    Unknown,
}

/// Whether it is one of Amazon's numbers of things that it sells or plays.
fn is_number(id: &Node) -> bool {
    let formed = |id: &str| {
        id.starts_with("B0")
            && (10..=16).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    id.text().is_some_and(formed)
}

/// Whether an object has such a number.
pub(super) fn is_asin(node: &Node) -> bool {
    ["id", "asin", "globalAsin"].iter().any(|name| node.member(name).is_some_and(is_number))
}

/// The words that `_type` has.
const TYPES: [&str; 12] = [
    "Album",
    "Artist",
    "EntityGroup",
    "EntityGroupContent",
    "Playlist",
    "PodcastEpisode",
    "PodcastShow",
    "Station",
    "Track",
    "Video",
    "View",
    "ViewContent",
];

/// What stands beside the visibility of a playlist.
const OF_PLAYLISTS: [&str; 4] = ["curator", "curatorId", "id", "trackCount"];

/// Whether an object is Amazon's by what it has itself.
pub(super) fn is_marked(node: &Node) -> bool {
    let linked = |m: &Node| m.text().is_some_and(|url| url.starts_with("https://music.amazon."));
    let marked = |m: &Node| match m.name() {
        "id" => m.text().is_some_and(|id| id.starts_with("amzn1.")),
        "audioQualities" | "edgeCount" | "globalAsin" | "recentTrackPlayback" => true,
        "_type" => m.text().is_some_and(|kind| TYPES.contains(&kind)),
        "visibility" => node.has("title") && OF_PLAYLISTS.iter().any(|name| node.has(name)),
        // Deezer's tracks name a `type`; the other services' have no `title`.
        "isrc" => node.has("title") && node.has("artists") && !node.has("type"),
        "deeplink" | "url" => linked(m),
        "eligibility" => m.has("playback") || m.has("isPrimeEligible"),
        _ => false,
    };
    is_asin(node) || node.members().iter().any(marked)
}

fn kind(node: &Node, of: Of) -> Kind {
    let has = |names: &[&str]| names.iter().any(|name| node.has(name));
    let is_video =
        node.member("mediaType").and_then(Node::text).is_some_and(|m| m.eq_ignore_ascii_case("video"));
    match node.member("_type").and_then(Node::text) {
        Some("Track") if !is_video => return Kind::Track,
        Some("Playlist") => return Kind::Playlist,
        Some(_) => return Kind::Other,
        None if is_video || has(&["episodeNumber", "podcast", "podcastShow", "publishDate", "show"]) => {
            return Kind::Other;
        }
        None => {}
    }
    let named = has(&["title", "name", "id", "asin", "globalAsin", "isrc"]);
    let listed = has(&["trackCount", "tracks"]);
    let on_track = |url: &str| url.contains("trackAsin=") || url.contains("/tracks/");
    let linked = || node.member("url").and_then(Node::text).is_some_and(on_track);
    match of {
        Of::Tracks if named => Kind::Track,
        Of::Playlists if named => Kind::Playlist,
        Of::Others => Kind::Other,
        _ if !has(&["title"]) => Kind::Unknown,
        _ if has(&["visibility", "curator", "curatorId"]) || (listed && !has(&["artist", "artists"])) => {
            Kind::Playlist
        }
        _ if has(&["album", "isrc", "trackNumber"]) || linked() => Kind::Track,
        _ if has(&["duration"]) && has(&["artist", "artists"]) && !listed => Kind::Track,
        _ => Kind::Other,
    }
}

const ROW: &str = "a track, a playlist or something else of Amazon Music's";

/// Adds the rows of an answer.
///
/// # Errors
/// When the whole payload is one row and cannot be read.
pub(super) fn rows(answer: &Node, read: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    below(answer, Of::Anything, None, read)
}

/// Adds the rows of this node and of what is below it; `album` is the title of the album that lists it.
fn below(node: &Node, of: Of, album: Option<&Node>, read: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let members = match node.value() {
        Value::Object(members) => members,
        Value::Array(elements) => {
            let is_list = matches!(node.name(), "edges" | "entities" | "items")
                || matches!(of, Of::Tracks | Of::Playlists);
            return elements.iter().try_for_each(|row| match row.value() {
                Value::Null => Ok(()),
                Value::Object(members) if is_list && !members.is_empty() && !is_row(row) => {
                    read.add(row, Err(row.misfit(ROW)))
                }
                Value::Object(_) | Value::Array(_) => below(row, of, album, read),
                _ if is_list => read.add(row, Err(row.misfit(ROW))),
                _ => Ok(()),
            });
        }
        _ => return Ok(()),
    };
    // An edge, or the entry of a history: the thing, and when it was played or added.
    if let Some(inner) = within(node) {
        return match kind(inner, of.of(inner.name())) {
            Kind::Track => add_track(read, node, performance(node, inner, album)),
            _ => below(inner, of.of(inner.name()), album, read),
        };
    }
    match kind(node, of) {
        Kind::Track => add_track(read, node, performance(node, node, album)),
        Kind::Playlist => {
            let playlist = playlist(node, read);
            add_playlist(read, node, playlist)
        }
        Kind::Other | Kind::Unknown => {
            let is_album = node.has("artists") || node.member("_type").is_some_and(|t| t.is_text("Album"));
            let title = node.member("title").filter(|_| is_album).or(album);
            members.iter().try_for_each(|m| {
                let of = of.of(m.name());
                below(m, of, title.filter(|_| of == Of::Tracks), read)
            })
        }
    }
}

/// Whether a row has anything that things and edges have.
fn is_row(row: &Node) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| row.has(name));
    has(&["id", "title", "name", "asin", "_type", "node", "cursor", "content"]) || within(row).is_some()
}

/// What an edge or an entry holds. A thing itself has a title.
fn within(node: &Node) -> Option<&Node> {
    let of_history = ["item", "episode", "podcastEpisode"]
        .iter()
        .filter(|_| node.has("playedAt") || node.has("timestamp"));
    let inner = ["node", "track", "entity"].iter().chain(of_history).find_map(|name| node.member(name))?;
    (inner.is_object() && !node.has("title") && !node.has("content")).then_some(inner)
}

fn performance(place: &Node, track: &Node, album: Option<&Node>) -> Result<Option<TrackPerformance>, Misfit> {
    let played_at = match played_at(place)? {
        None => played_at(track)?,
        played_at => played_at,
    };
    let mut track = track_data(track)?;
    // Last, because it stands outside the row: of a row that is refused nothing is marked as kept.
    if track.album.is_none() && track != Track::default() {
        track.album = album.and_then(|title| title.take_text().ok());
    }
    Ok(Some(TrackPerformance { track, played_at, ..Default::default() }))
}

/// When a thing was played: `playedAt` \[P\], or `timestamp`, as other answers are said to call it (unconfirmed).
fn played_at(node: &Node) -> Result<Option<DateTime<Utc>>, Misfit> {
    ["playedAt", "timestamp"].iter().find_map(|name| node.member(name)).map(take_instant).transpose()
}

/// Takes an instant; as a number, which is how the tokens of pages write it, it counts seconds or milliseconds
/// since 1970. No number could be either: so many milliseconds are in this century, and so many seconds are not
/// in the next seventy.
fn take_instant(node: &Node) -> Result<DateTime<Utc>, Misfit> {
    const IN_2000: i64 = 946_684_800;
    let counted = node.decimal().filter(Decimal::is_integer).and_then(|n| i64::try_from(n).ok());
    let at = match counted {
        None => return node.take_instant(),
        Some(millis) if millis >= IN_2000 * 1000 => DateTime::from_timestamp_millis(millis),
        Some(seconds) if seconds >= IN_2000 => DateTime::from_timestamp(seconds, 0),
        Some(_) => None,
    };
    let at = at.filter(|at| at.year() <= 9999).ok_or_else(|| node.misfit("an instant of this century"))?;
    node.keep();
    Ok(at)
}

/// The first of these fields that is there.
fn first<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Node> {
    names.iter().find_map(|name| node.member(name)).filter(|m| !m.is_text(""))
}

fn id(node: &Node) -> Result<Option<ExternalId>, Misfit> {
    first(node, &["id", "asin", "globalAsin"]).map(Node::take_id).transpose()
}

fn track_data(track: &Node) -> Result<Track, Misfit> {
    let artists = match track.member("artists") {
        Some(list) => names(list)?,
        None => text_within(track, "artist", "name")?.into_iter().collect(),
    };
    let album = match text_within(track, "album", "title")? {
        None => text_within(track, "album", "name")?,
        album => album,
    };
    Ok(Track {
        id: id(track)?,
        title: first(track, &["title", "name"]).map(Node::take_text).transpose()?,
        artists,
        album,
        isrc: track.optional("isrc", Node::take_text)?,
    })
}

fn playlist(node: &Node, read: &mut Rows<StreamingData>) -> Result<Playlist, Misfit> {
    let playlist = Playlist {
        id: id(node)?,
        name: first(node, &["title", "name"]).map(words).transpose()?.flatten(),
        description: node.optional("description", words)?.flatten(),
        track_count: node.optional("trackCount", Node::take_count)?,
        tracks: Vec::new(),
    };
    let list =
        node.member("tracks").map(|tracks| first(tracks, &["edges", "items", "nodes"]).unwrap_or(tracks));
    let list = list.filter(|list| !list.is_object());
    Ok(Playlist { tracks: places(list, read, place)?, ..playlist })
}

/// The track at a place of a playlist; none where there is an episode or a video.
fn place(place: &Node) -> Result<Option<Track>, Misfit> {
    let inner = match within(place) {
        Some(inner) => inner,
        None if place.is_object() && place.has("node") => return Ok(None),
        None => place,
    };
    match kind(inner, Of::Tracks) {
        Kind::Track => track_data(inner).map(Some),
        Kind::Unknown => Err(inner.misfit("a track")),
        _ => Ok(None),
    }
}
