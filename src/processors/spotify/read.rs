//! Answers of the Spotify Web API: tracks and playlists, alone, in pages, in lists, in search results.

use super::{IDENTITY, NAME};
use crate::{
    data::{Playlist, Popularity, StreamingData, Track, TrackPerformance},
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value},
        reading::{self, Rows},
        streaming::{add_playlist, add_track, names, places, text_within, words},
    },
    vocabulary::SubjectId,
};

/// Reads an answer of the Web API.
///
/// Kept (section 1): of a track its id, title, artists, album, ISRC and popularity, and when the subject played
/// it; of a playlist its id, name, description, number of tracks and tracks. Tracks stand alone, in pages, lists,
/// search results, albums, histories and queues. Owners, followers, who added what, devices, images, links and
/// the context of a play are dropped. Episodes, albums, artists, users and the features of a track's sound are
/// Spotify's too and have nothing covered; so have places in a playlist whose track is gone (null), and
/// advertisements.
///
/// The name and the description of a playlist are the words of its maker, who may be somebody else. They are
/// kept as a part of the playlist, but not when they hold an e-mail address, the name of an account or a link,
/// which lead to a person. A person's name in them cannot be told from other words, except in a Blend, which
/// Spotify makes of what two or more people hear and names after them: its words are not kept.
///
/// Spotify renamed `tracks` to `items` and `track` to `item` in playlists in 2026; both are read.
///
/// # Errors
/// When the payload is no answer of the Web API, or an error of Spotify's own: of the Web API
/// (`{"error": {"status", "message"}}`) or of the accounts service (RFC 6749 section 5.2). Neither tokens nor
/// lists of yes and no are answers that can be told to be Spotify's.
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
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

/// `{"error": {"status", "message"}}`, or `{"error", "error_description"}` with a code of OAuth.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    let error = payload.member("error")?;
    if error.is_object() {
        let status = error.member("status").and_then(Node::decimal).is_some();
        let own = |m: &Node| matches!(m.name(), "status" | "message" | "reason");
        let of_api = error.has("message") && status && error.members().iter().all(own);
        return of_api.then(|| VendorError::new(NAME, error, &["status"]));
    }
    VendorError::of_authorization(NAME, payload)
}

/// Spotify's kinds of objects that have nothing covered of their own.
const UNCOVERED: [&str; 8] =
    ["album", "artist", "audio_features", "audiobook", "chapter", "episode", "show", "user"];

fn is_kind(node: &Node, kind: &str) -> bool {
    node.member("type").is_some_and(|k| k.is_text(kind))
}

fn is_array(node: &Node, name: &str) -> bool {
    matches!(node.member(name).map(Node::value), Some(Value::Array(_)))
}

/// What an album has and neither a track nor a playlist, whose `tracks` has a number and no artists beside it.
const OF_ALBUM: [&str; 3] = ["album_type", "release_date", "total_tracks"];

fn is_of_album(node: &Node) -> bool {
    OF_ALBUM.iter().any(|name| node.has(name)) || (node.has("artists") && node.has("tracks"))
}

/// A track has `artists`; the tracks of other services have a `title`, which Spotify's have not. So has an
/// album, and a list of artists is called so too.
fn is_track(node: &Node) -> bool {
    let untyped = !node.has("type") && is_array(node, "artists") && node.has("name") && !is_of_album(node);
    let kind = is_kind(node, "track") || untyped;
    kind && (node.has("name") || node.has("artists") || has_uri(node)) && !node.has("title")
}

fn is_playlist(node: &Node) -> bool {
    let listed = node.member("items").or_else(|| node.member("tracks"));
    let lists = listed.is_some_and(|l| l.is_object() && (l.has("items") || l.has("total")));
    let untyped = !node.has("type") && (node.has("snapshot_id") || lists) && !is_of_album(node);
    (is_kind(node, "playlist") || untyped) && (node.has("name") || has_uri(node)) && !node.has("title")
}

fn is_album(node: &Node) -> bool {
    (is_kind(node, "album") || (!node.has("type") && is_of_album(node))) && has_uri(node)
}

fn has_uri(node: &Node) -> bool {
    node.member("uri").and_then(Node::text).is_some_and(|uri| uri.starts_with("spotify:"))
}

fn is_uncovered(node: &Node) -> bool {
    UNCOVERED.iter().any(|kind| is_kind(node, kind)) && has_uri(node)
}

/// Where the address of a thing leads into the Web API.
fn is_of_api(node: &Node) -> bool {
    node.member("href")
        .and_then(Node::text)
        .is_some_and(|href| href.starts_with("https://api.spotify.com/v1/"))
}

/// A place in a playlist, in a library, in a history or in the player: a thing and something about it.
fn is_place(node: &Node) -> bool {
    let about = ["added_at", "added_by", "is_local", "played_at", "is_playing"];
    inner(node).is_some_and(|i| is_track(i) || is_uncovered(i)) || about.iter().any(|name| node.has(name))
}

/// What stands in a place.
fn inner(place: &Node) -> Option<&Node> {
    ["track", "item", "album"].iter().find_map(|name| place.member(name))
}

fn is_thing(node: &Node) -> bool {
    is_track(node) || is_playlist(node) || is_album(node) || is_uncovered(node)
}

fn is_item(node: &Node) -> bool {
    is_thing(node) || is_place(node)
}

/// Whether it has what pages have beside their items.
fn is_page(node: &Node) -> bool {
    let about = ["href", "limit", "offset", "total", "next", "cursors"];
    is_array(node, "items") && (about.iter().any(|name| node.has(name)) || node.members().len() == 1)
}

/// What lists and search results are of.
const LISTS: [&str; 8] =
    ["tracks", "playlists", "episodes", "albums", "artists", "shows", "audiobooks", "chapters"];

/// The player: what it plays, or that it plays nothing.
fn is_player(node: &Node) -> bool {
    node.has("is_playing") && (node.has("item") || node.has("currently_playing_type"))
}

/// An answer that has nothing covered: the snapshot of a playlist that was changed, devices, features of the
/// sound of tracks, its analysis, genres, markets, categories.
fn is_other(payload: &Node) -> bool {
    let alone = |name: &str| payload.members().len() == 1 && payload.has(name);
    let words = |list: &Node| match list.value() {
        Value::Array(words) => !words.is_empty() && words.iter().all(|w| w.text().is_some()),
        _ => false,
    };
    let categories = payload.member("categories").is_some_and(|c| is_page(c) && is_of_api(c));
    alone("snapshot_id")
        || (["devices", "audio_features"].iter().any(|name| alone(name) && is_array(payload, name)))
        || (["genres", "markets"].iter().any(|name| alone(name) && payload.member(name).is_some_and(words)))
        || ["bars", "beats", "sections", "segments", "tatums"].iter().all(|name| is_array(payload, name))
        || (alone("categories") && categories)
        || (is_of_api(payload) && payload.has("icons"))
}

fn answer(payload: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let expected = "a track, an episode, a playlist, or a page or list of them";
    let of_lists =
        |m: &Node| LISTS.contains(&m.name()) && (is_page(m) || matches!(m.value(), Value::Array(_)));
    let beside = |m: &Node| matches!(m.name(), "seeds" | "message") || matches!(m.value(), Value::Null);
    // A place that holds nothing says nothing of whose it is.
    let is_place = is_player(payload) || (is_place(payload) && inner(payload).is_some());
    if is_thing(payload) || is_place {
        item(payload, rows)
    } else if let Some(queue) = payload.member("queue").filter(|_| payload.has("currently_playing")) {
        let playing = payload.member("currently_playing");
        playing.map_or(Ok(()), |playing| item(playing, rows)).and_then(|()| items(queue, rows))
    } else if is_page(payload) {
        items(payload.field("items", expected)?, rows)
    } else if payload.members().iter().any(of_lists)
        && payload.members().iter().all(|m| of_lists(m) || beside(m))
    {
        let lists = payload.members().iter().filter(|m| of_lists(m));
        lists.map(|list| list.member("items").unwrap_or(list)).try_for_each(|list| items(list, rows))
    } else if is_other(payload) {
        Ok(())
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
        return add_playlist(rows, node, playlist);
    }
    let album =
        if is_album(node) { Some(node) } else { inner(node).filter(|i| is_album(i) && !is_track(node)) };
    if let Some(album) = album {
        return tracks_of_album(album, rows);
    }
    let track = if is_track(node) || is_place(node) {
        performance(node, None)
    } else if is_uncovered(node) {
        Ok(None)
    } else {
        Err(node.misfit(ITEM))
    };
    add_track(rows, node, track)
}

/// Reads the tracks that an album lists, which do not say what album they are on.
fn tracks_of_album(album: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let listed = album.member("tracks").map(|tracks| tracks.member("items").unwrap_or(tracks));
    let Some(Value::Array(tracks)) = listed.map(Node::value) else { return Ok(()) };
    for track in tracks.iter().filter(|t| t.is_object()) {
        let read = if is_track(track) {
            performance(track, album.member("name"))
        } else {
            Err(track.misfit("a track"))
        };
        add_track(rows, track, read)?;
    }
    Ok(())
}

/// The track of a place, or the node itself when it is a track; `None` where there is none, or an episode.
fn track_of(node: &Node) -> Result<Option<&Node>, Misfit> {
    if is_track(node) {
        return Ok(Some(node));
    }
    // An advertisement may look like a track.
    let inner = node.member("track").or_else(|| node.member("item")).filter(|_| !is_advertisement(node));
    let Some(inner) = inner else { return Ok(None) };
    // Where a track belongs, an object without a type is one of which a part was asked for.
    let part = ["name", "id", "uri", "href", "album"].iter().any(|name| inner.has(name));
    let episode = ["show", "audio_preview_url", "resume_point"].iter().any(|name| inner.has(name));
    match inner.member("type") {
        None if episode => Ok(None),
        None if part && !inner.has("title") => Ok(Some(inner)),
        Some(kind) if kind.is_text("track") => Ok(Some(inner)),
        Some(kind) if kind.text().is_some() => Ok(None),
        None if inner.is_object() && inner.members().is_empty() => Ok(None),
        _ => Err(inner.misfit("a track or an episode")),
    }
}

fn is_advertisement(player: &Node) -> bool {
    player.member("currently_playing_type").is_some_and(|kind| kind.is_text("ad"))
}

/// Reads a track, alone or in a place; `album` is the name of the album under which it stands.
fn performance(node: &Node, album: Option<&Node>) -> Result<Option<TrackPerformance>, Misfit> {
    let Some(track) = track_of(node)? else { return Ok(None) };
    let mut data = track_data(track)?;
    let popularity = track.optional("popularity", take_popularity)?;
    let played_at = node.optional("played_at", Node::take_instant)?;
    if data == Track::default() {
        return Ok(None);
    }
    // Last, because it stands outside the row: of a row that is refused nothing may be marked as kept.
    if let (None, Some(album)) = (&data.album, album) {
        data.album = Some(album.take_text()?);
    }
    Ok(Some(TrackPerformance { track: data, popularity, played_at, ..Default::default() }))
}

fn take_popularity(node: &Node) -> Result<Popularity, Misfit> {
    let popularity = node.take_count().ok().and_then(|n| u8::try_from(n).ok());
    let popularity = popularity.and_then(|n| Popularity::new(n).ok());
    popularity.ok_or_else(|| node.misfit("a whole number from 0 to 100"))
}

fn track_data(track: &Node) -> Result<Track, Misfit> {
    Ok(Track {
        id: track.optional("id", Node::take_id)?,
        title: track.optional("name", Node::take_text)?,
        artists: track.member("artists").map_or(Ok(Vec::new()), names)?,
        album: text_within(track, "album", "name")?,
        isrc: text_within(track, "external_ids", "isrc")?,
    })
}

/// Reads a playlist; a place in it that cannot be read is refused, and the others are kept.
fn playlist(node: &Node, rows: &mut Rows<StreamingData>) -> Result<Playlist, Misfit> {
    let listed = node.member("items").or_else(|| node.member("tracks"));
    let list = listed.and_then(|l| if l.is_object() { l.member("items") } else { Some(l) });
    let said = |name| if is_blend(node) { Ok(None) } else { node.optional(name, words) };
    Ok(Playlist {
        id: node.optional("id", Node::take_id)?,
        name: said("name")?.flatten(),
        description: said("description")?.flatten(),
        track_count: listed.map_or(Ok(None), |l| l.optional("total", Node::take_count))?,
        tracks: places(list, rows, |place| track_of(place)?.map(track_data).transpose())?,
    })
}

/// Whether it is a Blend: Spotify's own, named as `Ada + Charles`.
fn is_blend(playlist: &Node) -> bool {
    let own = playlist.member("owner").and_then(|o| o.member("id")).is_some_and(|id| id.is_text("spotify"));
    own && playlist.member("name").and_then(Node::text).is_some_and(|name| name.contains(" + "))
}
