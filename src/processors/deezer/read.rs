//! Answers of the Deezer API: tracks, playlists and albums, alone, in pages, in charts, in search results.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{IDENTITY, NAME};
use crate::{
    data::{ExternalId, Playlist, StreamingData, Text, Track, TrackPerformance},
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value, is_writable},
        reading::{self, Rows},
        streaming::{add_playlist, add_track, array, is_null, names, places, text_within, words},
    },
    vocabulary::SubjectId,
};

/// Reads an answer of the API.
///
/// Kept (section 1): of a track its id, title, artists, album and ISRC, Deezer's `rank` as the
/// [`score`](TrackPerformance::score), the `position` in a chart as the [`rank`](TrackPerformance::rank), and
/// when the subject played it (`timestamp`); of a playlist its id, title, description, number of tracks and
/// tracks. The tracks of an album are rows like those of a page. The words of a playlist's maker are left out
/// where they lead to somebody: an address, an account, a link. Creators, fans, followers, images, links and
/// who may listen where are dropped. Albums, artists, users, radios, genres, podcasts and episodes are Deezer's
/// too and have nothing covered.
///
/// `rank` is no place: it grows with popularity, to about a million \[S\]. The artists are the `artist` and
/// then the `contributors`, each named once; both are artists of the music and no accounts.
///
/// # Errors
/// When the payload is no answer of the API, or an error of Deezer's own, which comes with HTTP status 200.
///
/// ```
/// use dynamoi_privacy::{processors::deezer, vocabulary::SubjectId};
/// let payload = br#"{"data": [{"id": 3135556, "title": "Harder Better Faster Stronger", "rank": 760033,
///     "timestamp": 1634332679, "artist": {"id": 27, "name": "Daft Punk", "type": "artist"}, "type": "track"}],
///     "total": 1}"#;
/// let reading = deezer::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[0].to_string(), "$.data[0].artist.id");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

/// `{"error": {"type": "…Exception", "message", "code"}}`, the code not always; `{"error": "Not Found"}`.
///
/// Facebook's errors begin alike and have more to them.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    let error = payload.member("error")?;
    let exception = error.member("type").and_then(Node::text).is_some_and(|kind| kind.ends_with("Exception"))
        && error.members().iter().all(|m| matches!(m.name(), "type" | "message" | "code"));
    let text = error.text().is_some() && payload.members().len() == 1;
    (exception || text).then(|| VendorError::new(NAME, error, &["code", "type"]))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Track,
    Playlist,
    /// Something in which nothing is covered.
    Other,
}

/// Deezer's types of objects that have nothing covered; others are known by their links.
const OTHERS: [&str; 9] =
    ["album", "artist", "comment", "editorial", "episode", "genre", "podcast", "radio", "user"];

/// What the objects of old answers, which name no type, have if they are tracks.
const OF_TRACKS: [&str; 8] = [
    "disk_number",
    "duration",
    "explicit_lyrics",
    "preview",
    "rank",
    "readable",
    "title_short",
    "track_position",
];

/// The same of playlists.
const OF_PLAYLISTS: [&str; 4] = ["checksum", "collaborative", "is_loved_track", "nb_tracks"];

fn kind(node: &Node) -> Option<Kind> {
    // Spotify has the same types, and things that have a name and a `uri`.
    if node.has("uri") {
        return None;
    }
    let has_of = |names: &[&str]| names.iter().filter(|name| node.has(name)).count();
    let titled = node.has("title") && node.has("id") && !node.has("name");
    let numbered = node.member("id").is_some_and(is_number);
    match node.member("type").map(Node::text) {
        Some(Some("track")) if titled || (numbered && !node.has("name")) => Some(Kind::Track),
        Some(Some("playlist")) if titled || (numbered && !node.has("name")) => Some(Kind::Playlist),
        Some(Some(kind)) if numbered && OTHERS.contains(&kind) => Some(Kind::Other),
        None if titled && has_of(&OF_TRACKS) >= 3 => Some(Kind::Track),
        None if titled && has_of(&OF_PLAYLISTS) >= 2 => Some(Kind::Playlist),
        None if titled && array(node, "radios").is_some() => Some(Kind::Other),
        _ if has_link(node) => Some(Kind::Other),
        _ => None,
    }
}

/// Ids are numbers, in old answers as text; what people uploaded has negative ones.
fn is_number(id: &Node) -> bool {
    let (Value::Number(number) | Value::Text(number)) = id.value() else { return false };
    let digits = number.strip_prefix('-').unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Whether it links to a place of Deezer's.
fn has_link(node: &Node) -> bool {
    ["link", "picture", "cover", "tracklist"].iter().any(|name| {
        let link = node.member(name).and_then(Node::text).and_then(|l| l.split_once("://"));
        link.is_some_and(|(_, link)| {
            ["www.deezer.com/", "api.deezer.com/"].iter().any(|host| link.starts_with(host))
        })
    })
}

/// What a page has beside its data.
const PAGE: [&str; 6] = ["data", "total", "next", "prev", "checksum", "error"];

/// What charts and search results are of.
const LISTS: [&str; 8] =
    ["tracks", "albums", "artists", "playlists", "podcasts", "episodes", "radios", "users"];

const ITEM: &str = "a track, a playlist, an album or another object of the Deezer API";

fn is_page(node: &Node) -> bool {
    array(node, "data").is_some_and(|data| !data.is_empty())
        || (array(node, "data").is_some() && node.members().iter().all(|m| PAGE.contains(&m.name())))
}

fn answer(payload: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let lists = |m: &Node| LISTS.contains(&m.name()) && is_page(m);
    let members = payload.members();
    if is_page(payload) {
        page(payload, rows)
    } else if kind(payload).is_some() {
        item(payload, rows)
    } else if !members.is_empty() && members.iter().all(lists) {
        members.iter().try_for_each(|list| page(list, rows))
    } else if is_about_access(payload) {
        Ok(())
    } else {
        Err(payload.misfit("a page or an object of the Deezer API, a chart or search results"))
    }
}

/// What the API says of the account's rights, of the country, and of a change that it made.
fn is_about_access(payload: &Node) -> bool {
    let has = |fields: &[&str]| fields.iter().all(|name| payload.has(name));
    payload.member("permissions").is_some_and(|p| p.has("basic_access"))
        || (payload.member("type").is_some_and(|t| t.is_text("options")) && has(&["streaming", "ads_audio"]))
        || has(&["country_iso", "open", "offers"])
        || (array(payload, "error").is_some_and(<[Node]>::is_empty)
            && payload.member("results").is_some_and(|r| matches!(r.value(), Value::Bool)))
}

fn page(page: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    let data = array(page, "data").unwrap_or_default();
    if let Some(first) = data.first()
        && !data.iter().any(|i| kind(i).is_some())
    {
        return Err(first.misfit(ITEM));
    }
    data.iter().filter(|i| !is_null(i)).try_for_each(|i| item(i, rows))
}

fn item(node: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
    match kind(node) {
        Some(Kind::Track) => {
            let track = performance(node, None).map(Some);
            add_track(rows, node, track)
        }
        Some(Kind::Playlist) => {
            let playlist = playlist(node, rows);
            add_playlist(rows, node, playlist)
        }
        Some(Kind::Other) => {
            let tracks = node.member("tracks").and_then(|t| array(t, "data")).unwrap_or_default();
            let mut tracks = tracks.iter().filter(|t| kind(t) == Some(Kind::Track));
            tracks.try_for_each(|t| add_track(rows, t, performance(t, node.member("title")).map(Some)))
        }
        None => add_track(rows, node, Err(node.misfit(ITEM))),
    }
}

/// Reads a track; `album` is the title of the album that lists it.
fn performance(node: &Node, album: Option<&Node>) -> Result<TrackPerformance, Misfit> {
    let mut performance = TrackPerformance {
        track: track(node)?,
        score: node.optional("rank", Node::take_count)?,
        rank: node.optional("position", Node::take_count)?,
        played_at: node.optional("timestamp", take_epoch)?,
        ..Default::default()
    };
    // Last, because it stands outside the row: of a row that is refused nothing is marked as kept.
    if performance.track.album.is_none() && performance.track != Track::default() {
        performance.track.album = album.and_then(|title| title.take_text().ok());
    }
    Ok(performance)
}

fn track(node: &Node) -> Result<Track, Misfit> {
    let main = text_within(node, "artist", "name")?;
    let others = node.member("contributors").map_or(Ok(Vec::new()), names)?;
    let mut named = HashSet::new();
    let artists: Vec<Text> =
        main.into_iter().chain(others).filter(|artist| named.insert(artist.clone())).collect();
    Ok(Track {
        id: node.optional("id", take_id)?,
        title: node.optional("title", Node::take_text)?,
        artists,
        album: text_within(node, "album", "title")?,
        isrc: node.optional("isrc", Node::take_text)?,
    })
}

/// Reads a playlist; a place in it that cannot be read is refused, and the others are kept.
fn playlist(node: &Node, rows: &mut Rows<StreamingData>) -> Result<Playlist, Misfit> {
    let listed = node.member("tracks").and_then(|t| t.member("data"));
    Ok(Playlist {
        id: node.optional("id", take_id)?,
        name: node.optional("title", words)?.flatten(),
        description: node.optional("description", words)?.flatten(),
        track_count: node.optional("nb_tracks", Node::take_count)?,
        tracks: places(listed, rows, |place| match kind(place) {
            Some(Kind::Track) => track(place).map(Some),
            Some(_) => Ok(None),
            None => Err(place.misfit(ITEM)),
        })?,
    })
}

/// Takes an id; that of a track which somebody uploaded is negative.
fn take_id(node: &Node) -> Result<ExternalId, Misfit> {
    match node.value() {
        Value::Number(id) if is_number(node) => {
            let id = id.parse().map_err(|_| node.misfit("an id"))?;
            node.keep();
            Ok(id)
        }
        _ => node.take_id(),
    }
}

/// Takes an instant in seconds since 1970.
fn take_epoch(node: &Node) -> Result<DateTime<Utc>, Misfit> {
    let expected = "an instant in seconds since 1970";
    let seconds = node.decimal().filter(|n| n.is_integer()).and_then(|n| i64::try_from(n).ok());
    let at = seconds.and_then(|s| DateTime::from_timestamp(s, 0)).filter(is_writable);
    let at = at.ok_or_else(|| node.misfit(expected))?;
    node.keep();
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_deezers_marks_is_deezers() {
        for (payload, rows) in [
            (r#"{"id": 1, "title": "A", "duration": 1, "rank": 1, "preview": ""}"#, Some(1)),
            (r#"{"id": 1, "title": "A", "duration": 1, "rank": 1}"#, None),
            (r#"{"id": 1, "title": "A", "name": "A", "duration": 1, "rank": 1, "preview": ""}"#, None),
            (r#"{"id": 1, "title": "A", "nb_tracks": 1, "checksum": ""}"#, Some(1)),
            (r#"{"id": 1, "title": "A", "nb_tracks": 1}"#, None),
            (r#"{"id": 1, "title": "A", "type": "track", "uri": "planted"}"#, None),
            (r#"{"id": "A", "title": "A", "type": "album"}"#, None),
            (r#"{"id": "A", "type": "mood", "link": "https://www.deezer.com/mood/1"}"#, Some(0)),
            (r#"{"id": "A", "type": "mood", "link": "https://planted.example/www.deezer.com/"}"#, None),
            (r#"{"error": "planted", "planted": 1}"#, None),
            (r#"{"error": [], "results": {"data": [{"SNG_ID": "1"}]}}"#, None),
            (r#"{"tracks": {"data": []}, "planted": {"data": []}}"#, None),
            ("true", None),
        ] {
            let kept = match read(SubjectId::random(), payload.as_bytes()) {
                Ok(reading) => Some(reading.kept().len()),
                Err(PayloadError::NotOfSystem(_)) => None,
                Err(PayloadError::Vendor(error)) => panic!("{payload}: {error}"),
            };
            assert_eq!(kept, rows, "{payload}");
        }
    }
}
