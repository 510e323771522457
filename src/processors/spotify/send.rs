//! Bodies for the Spotify Web API, and for the delivery of music to Spotify.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Spotify;
use crate::{
    data::{Email, ExternalId, StreamingData, Text, UserData},
    gate::{Cleared, Gate, Lapsed},
    processors::Body,
};

/// The body of `POST /v1/me/playlists`: name and description of a playlist, which is made private.
///
/// # Errors
/// When the permit has lapsed; the data comes back guarded.
pub fn send_playlist(
    cleared: Cleared<StreamingData, Spotify>,
    gate: &Gate,
    now: DateTime<Utc>,
) -> Result<Body, Lapsed<StreamingData>> {
    let (data, _) = cleared.release(gate, now)?;
    let playlist = data.playlist.unwrap_or_default();
    Ok(Body::json(&NewPlaylist {
        name: playlist.name.as_ref().map(Text::as_str),
        description: playlist.description.as_ref().map(Text::as_str),
        public: false,
    }))
}

/// The body of `POST /v1/playlists/{playlist_id}/items`: the tracks of a playlist, or the one track.
///
/// Only ids of Spotify's own form are sent; those of other services mean nothing to it. When somebody played a
/// track is not sent.
///
/// # Errors
/// When the permit has lapsed; the data comes back guarded.
pub fn send_items(
    cleared: Cleared<StreamingData, Spotify>,
    gate: &Gate,
    now: DateTime<Utc>,
) -> Result<Body, Lapsed<StreamingData>> {
    let (data, _) = cleared.release(gate, now)?;
    let tracks = data.track.iter().map(|t| &t.track).chain(data.playlist.iter().flat_map(|p| &p.tracks));
    Ok(Body::json(&Items { uris: tracks.filter_map(|t| uri(t.id.as_ref()?)).collect() }))
}

/// Who the music is by, for its delivery to Spotify.
///
/// No request of the Web API takes a person's data \[P\]: this is the part of a delivery that names the user, in
/// the host's own feed, with the name and the address for questions and nothing else.
///
/// # Errors
/// When the permit has lapsed; the data comes back guarded.
pub fn send_user(
    cleared: Cleared<UserData, Spotify>,
    gate: &Gate,
    now: DateTime<Utc>,
) -> Result<Body, Lapsed<UserData>> {
    let (user, _) = cleared.release(gate, now)?;
    Ok(Body::json(&Deliverer {
        name: user.name.as_ref().map(Text::as_str),
        email: user.email.as_ref().map(Email::as_str),
    }))
}

/// A track's id as Spotify's URI: ids are 22 characters of base 62.
fn uri(id: &ExternalId) -> Option<String> {
    let bare = id.as_str().strip_prefix("spotify:track:").unwrap_or(id.as_str());
    let formed = bare.len() == 22 && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    formed.then(|| format!("spotify:track:{bare}"))
}

#[derive(Serialize)]
struct NewPlaylist<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    public: bool,
}

#[derive(Serialize)]
struct Items {
    uris: Vec<String>,
}

#[derive(Serialize)]
struct Deliverer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}
