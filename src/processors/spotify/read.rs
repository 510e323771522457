//! Answers of the Spotify Web API: tracks and playlists, alone, in pages, in lists, in search results.

use super::Spotify;
use crate::{
    data::{Playlist, Popularity, StreamingData, Text, Track, TrackPerformance},
    gate::Recipient,
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value},
        reading::Rows,
    },
    vocabulary::SubjectId,
};

pub(super) const NAME: &str = "Spotify";

/// Reads an answer of the Web API.
///
/// Kept (section 1): of a track its id, title, artists, album, ISRC and popularity, and when the subject played
/// it; of a playlist its id, name, description, number of tracks and tracks. Owners, followers, who added what,
/// images, links and the context of a play are dropped. Episodes, albums, artists and users are Spotify's too
/// and have nothing covered; so have places in a playlist whose track is gone (null).
///
/// Spotify renamed `tracks` to `items` and `track` to `item` in playlists in 2026; both are read.
///
/// # Errors
/// When the payload is no answer of the Web API, or an error of Spotify's own.
///
/// ```
/// use dynamoi_privacy::{processors::spotify, vocabulary::SubjectId};
/// let payload = br#"{"type": "track", "id": "3n3Ppam7vgaVa1iaRUc9Lp", "name": "Mr. Brightside",
///     "artists": [{"name": "The Killers", "type": "artist"}], "popularity": 73}"#;
/// let reading = spotify::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[1].to_string(), "$.artists[0].type");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    if let Some(error) = vendor_error(&payload) {
        return Err(PayloadError::Vendor(error));
    }
    let mut rows = Rows::new();
    answer(&payload, &mut rows).map_err(|misfit| PayloadError::not_of(NAME, misfit))?;
    Ok(rows.guard(subject, &Spotify::ID, &payload))
}

/// `{"error": {"status", "message"}}`.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    let error = payload.member("error")?;
    let of_api = error.has("message") && matches!(error.member("status")?.value(), Value::Number(_));
    of_api.then(|| VendorError::new(NAME, error, &["status"]))
}

/// Spotify's kinds of objects that have nothing covered.
const UNCOVERED: [&str; 7] = ["album", "artist", "audiobook", "chapter", "episode", "show", "user"];

fn is_kind(node: &Node, kind: &str) -> bool {
    node.member("type").is_some_and(|k| k.is_text(kind))
}

fn is_array(node: &Node, name: &str) -> bool {
    matches!(node.member(name).map(Node::value), Some(Value::Array(_)))
}

/// A track has `artists`; the tracks of other services have a `title`, which Spotify's have not.
fn is_track(node: &Node) -> bool {
    let kind = is_kind(node, "track") || (is_array(node, "artists") && !node.has("type"));
    kind && (node.has("name") || node.has("artists") || has_uri(node)) && !node.has("title")
}

fn is_playlist(node: &Node) -> bool {
    let listed = node.member("items").or_else(|| node.member("tracks"));
    let lists = listed.is_some_and(|l| l.is_object() && (l.has("items") || l.has("total")));
    let kind = is_kind(node, "playlist") || (!node.has("type") && (node.has("snapshot_id") || lists));
    kind && (node.has("name") || has_uri(node)) && !node.has("title")
}

fn has_uri(node: &Node) -> bool {
    node.member("uri").and_then(Node::text).is_some_and(|uri| uri.starts_with("spotify:"))
}

fn is_uncovered(node: &Node) -> bool {
    UNCOVERED.iter().any(|kind| is_kind(node, kind)) && has_uri(node)
}

/// A place in a playlist or in a history: the track and something about it.
fn is_place(node: &Node) -> bool {
    let about = ["added_at", "added_by", "is_local", "played_at", "is_playing"];
    let inner = node.member("track").or_else(|| node.member("item"));
    inner.is_some_and(|i| is_track(i) || is_uncovered(i)) || about.iter().any(|name| node.has(name))
}

fn is_item(node: &Node) -> bool {
    is_track(node) || is_playlist(node) || is_uncovered(node) || is_place(node)
}

/// Whether it has what pages have beside their items.
fn is_page(node: &Node) -> bool {
    let about = ["href", "limit", "offset", "total", "next", "cursors"];
    is_array(node, "items") && (about.iter().any(|name| node.has(name)) || node.members().len() == 1)
}

/// What lists and search results are of.
const LISTS: [&str; 7] = ["tracks", "playlists", "episodes", "albums", "artists", "shows", "audiobooks"];

fn answer(payload: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let expected = "a track, an episode, a playlist, or a page or list of them";
    let of_lists =
        |m: &Node| LISTS.contains(&m.name()) && (is_page(m) || matches!(m.value(), Value::Array(_)));
    let beside = |m: &Node| matches!(m.name(), "seeds" | "message") || matches!(m.value(), Value::Null);
    if is_item(payload) {
        item(payload, rows)
    } else if is_page(payload) {
        items(payload.field("items", expected)?, rows)
    } else if payload.members().iter().any(of_lists)
        && payload.members().iter().all(|m| of_lists(m) || beside(m))
    {
        let lists = payload.members().iter().filter(|m| of_lists(m));
        lists.map(|list| list.member("items").unwrap_or(list)).try_for_each(|list| items(list, rows))
    } else {
        Err(payload.misfit(expected))
    }
}

const ITEM: &str = "a track, an episode or a playlist";

fn items(list: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let list = list.elements("an array of tracks or playlists")?;
    let is_null = |node: &Node| matches!(node.value(), Value::Null);
    if let Some(first) = list.iter().find(|i| !is_null(i))
        && !list.iter().any(is_item)
    {
        return Err(first.misfit(ITEM));
    }
    list.iter().filter(|i| !is_null(i)).try_for_each(|i| item(i, rows))
}

fn item(node: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    if is_playlist(node) {
        let playlist = playlist(node, rows);
        return rows.add(node, playlist.map(|p| p.map(|p| StreamingData { playlist: Some(p), track: None })));
    }
    let track = if is_track(node) || is_place(node) {
        performance(node)
    } else if is_uncovered(node) {
        Ok(None)
    } else {
        Err(node.misfit(ITEM))
    };
    rows.add(node, track.map(|t| t.map(|t| StreamingData { track: Some(t), playlist: None })))
}

/// The track of a place, or the node itself when it is a track; `None` where there is none, or an episode.
fn track_of(node: &Node) -> Result<Option<&Node>, Misfit> {
    if is_track(node) {
        return Ok(Some(node));
    }
    match node.member("track").or_else(|| node.member("item")) {
        Some(inner) if is_track(inner) => Ok(Some(inner)),
        Some(inner) if is_uncovered(inner) => Ok(None),
        Some(inner) => Err(inner.misfit("a track or an episode")),
        None => Ok(None),
    }
}

fn performance(node: &Node) -> Result<Option<TrackPerformance>, Misfit> {
    let Some(track) = track_of(node)? else { return Ok(None) };
    let data = track_data(track)?;
    let popularity = track.optional("popularity", take_popularity)?;
    let played_at = node.optional("played_at", Node::take_instant)?;
    let known = data != Track::default();
    Ok(known.then_some(TrackPerformance { track: data, popularity, played_at, ..Default::default() }))
}

fn take_popularity(node: &Node) -> Result<Popularity, Misfit> {
    let popularity = node.take_count().ok().and_then(|n| u8::try_from(n).ok());
    let popularity = popularity.and_then(|n| Popularity::new(n).ok());
    popularity.ok_or_else(|| node.misfit("a whole number from 0 to 100"))
}

fn track_data(track: &Node) -> Result<Track, Misfit> {
    let within = |outer: &str, inner: &str| match track.member(outer) {
        Some(outer) if outer.is_object() => outer.optional(inner, Node::take_text),
        Some(outer) => Err(outer.misfit("an object")),
        None => Ok(None),
    };
    let artists = match track.member("artists") {
        Some(artists) => artists.elements("an array of artists")?,
        None => &[],
    };
    let names = artists.iter().map(|artist| match artist.value() {
        Value::Object(_) => artist.optional("name", Node::take_text),
        Value::Null => Ok(None),
        _ => Err(artist.misfit("an artist")),
    });
    let names: Vec<Option<Text>> = names.collect::<Result<_, _>>()?;
    Ok(Track {
        id: track.optional("id", Node::take_id)?,
        title: track.optional("name", Node::take_text)?,
        artists: names.into_iter().flatten().collect(),
        album: within("album", "name")?,
        isrc: within("external_ids", "isrc")?,
    })
}

/// Reads a playlist; a place in it that cannot be read is refused, and the others are kept.
fn playlist(node: &Node, rows: &mut Rows<StreamingData>) -> Result<Option<Playlist>, Misfit> {
    let listed = node.member("items").or_else(|| node.member("tracks"));
    let mut playlist = Playlist {
        id: node.optional("id", Node::take_id)?,
        name: node.optional("name", Node::take_text)?,
        description: node.optional("description", Node::take_text)?,
        track_count: listed.map_or(Ok(None), |l| l.optional("total", Node::take_count))?,
        tracks: Vec::new(),
    };
    let places = listed.and_then(|l| l.member("items"));
    for place in places.map_or(Ok(&[][..]), |p| p.elements("an array of tracks"))? {
        if matches!(place.value(), Value::Null) {
            continue;
        }
        match track_of(place).and_then(|track| track.map(track_data).transpose()) {
            Ok(track) => playlist.tracks.extend(track.filter(|t| *t != Track::default())),
            Err(misfit) => rows.refuse(place, misfit),
        }
    }
    Ok((playlist != Playlist::default()).then_some(playlist))
}
