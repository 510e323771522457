//! What the streaming services have in common: in their answers rows of tracks and playlists, artists and places;
//! on the way out who the music is by.

use serde::Serialize;

use super::{
    Body, Lacking,
    payload::{Misfit, Node, Value},
    reading::Rows,
};
use crate::data::{Email, Playlist, StreamingData, Text, Track, TrackPerformance, UserData};

/// Adds a row that is a track, or its refusal; of a track of which nothing is known nothing is kept.
///
/// # Errors
/// The refusal, when the row is the whole payload.
pub(super) fn add_track(
    rows: &mut Rows<StreamingData>,
    row: &Node,
    read: Result<Option<TrackPerformance>, Misfit>,
) -> Result<(), Misfit> {
    let known = read.map(|track| track.filter(|t| t.track != Track::default()));
    rows.add(row, known.map(|t| t.map(|t| StreamingData { track: Some(t), playlist: None })))
}

/// Adds a row that is a playlist, or its refusal; of a playlist of which nothing is known nothing is kept.
///
/// # Errors
/// The refusal, when the row is the whole payload.
pub(super) fn add_playlist(
    rows: &mut Rows<StreamingData>,
    row: &Node,
    read: Result<Playlist, Misfit>,
) -> Result<(), Misfit> {
    let known = read.map(|playlist| (playlist != Playlist::default()).then_some(playlist));
    rows.add(row, known.map(|p| p.map(|p| StreamingData { track: None, playlist: Some(p) })))
}

/// The tracks of a playlist's list, where there is one. A place that cannot be read is refused and the others
/// are kept; a place without a track, or with a thing that is none, has nothing covered.
///
/// # Errors
/// When the list is no array.
pub(super) fn places(
    list: Option<&Node>,
    rows: &mut Rows<StreamingData>,
    mut read: impl FnMut(&Node) -> Result<Option<Track>, Misfit>,
) -> Result<Vec<Track>, Misfit> {
    let mut tracks = Vec::new();
    for place in list.map_or(Ok(&[][..]), |list| list.elements("an array of tracks"))? {
        if is_null(place) {
            continue;
        }
        match read(place) {
            Ok(track) => tracks.extend(track.filter(|t| *t != Track::default())),
            Err(misfit) => rows.refuse(place, misfit),
        }
    }
    Ok(tracks)
}

/// The elements of the field, if it holds an array.
pub(super) fn array<'a>(node: &'a Node, name: &str) -> Option<&'a [Node]> {
    match node.member(name)?.value() {
        Value::Array(elements) => Some(elements),
        _ => None,
    }
}

/// Whether there is nothing in this place.
pub(super) fn is_null(node: &Node) -> bool {
    matches!(node.value(), Value::Null)
}

/// The names of a list of artists, in its order.
///
/// # Errors
/// When it is no array, one of them is no object, or a name is no text.
pub(super) fn names(list: &Node) -> Result<Vec<Text>, Misfit> {
    let mut names = Vec::new();
    for artist in list.elements("an array of artists")? {
        match artist.value() {
            Value::Object(_) => names.extend(artist.optional("name", Node::take_text)?),
            Value::Null => {}
            _ => return Err(artist.misfit("an artist")),
        }
    }
    Ok(names)
}

/// A text of the object that a field holds, such as the name of `album`.
///
/// # Errors
/// When the field holds no object, or there is no text in it.
pub(super) fn text_within(node: &Node, field: &str, name: &str) -> Result<Option<Text>, Misfit> {
    node.object(field)?.map_or(Ok(None), |object| object.optional(name, Node::take_text))
}

/// The words of a playlist's maker: its name, or what is said of it. The maker may be somebody else, so words that
/// lead to a person are left where they are. So are those that are more than [`Text`] holds, because people write
/// several lines and long ones there: the playlist is not lost for them.
///
/// # Errors
/// When it is no text.
pub(super) fn words(node: &Node) -> Result<Option<Text>, Misfit> {
    match node.text() {
        None => node.take_text().map(Some),
        Some(text) if leads_to_somebody(text) => Ok(None),
        Some(_) => Ok(node.take_text().ok()),
    }
}

/// Whether a text holds an e-mail address, the name of an account (`@eve`), or a link to anywhere but the music.
///
/// Spotify escapes descriptions as HTML does.
fn leads_to_somebody(text: &str) -> bool {
    let text = text.to_lowercase().replace("&#64;", "@").replace("&#x40;", "@").replace("&#x2f;", "/");
    let begins = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let account = text.match_indices('@').any(|(at, _)| text.get(at + 1..).is_some_and(begins));
    let link = ["http:", "https:", "www.", "mailto:", "spotify:user:", "spotify.com/user/"];
    account || link.iter().any(|link| text.contains(link)) || text.split_whitespace().any(is_address)
}

/// Whether a word is made like an address on the web: `linktr.ee/eve`.
fn is_address(word: &str) -> bool {
    let Some((host, path)) = word.split_once('/') else { return false };
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let letters = |part: &str| part.chars().all(char::is_alphabetic);
    name.chars().count() >= 2 && top.chars().count() >= 2 && letters(top) && !path.is_empty()
}

/// Who the music is by, for its delivery to a service: in the host's own feed the part that names the user,
/// with the name and the address for questions and nothing else. No request of a service's takes it.
pub(super) fn deliverer(user: &UserData) -> Result<Body, Lacking> {
    if user.name.is_none() && user.email.is_none() {
        return Err(Lacking::new("a name or an e-mail address"));
    }
    Ok(Body::json(&Deliverer {
        name: user.name.as_ref().map(Text::as_str),
        email: user.email.as_ref().map(Email::as_str),
    }))
}

#[derive(Serialize)]
struct Deliverer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}
