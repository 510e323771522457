//! Bodies for the Apple Music API, and for the delivery of music to Apple Music.

use serde::Serialize;

use super::{AppleMusic, IDENTITY};
use crate::{
    data::{ExternalId, StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, Lacking, Listing, Takes, listing::track_ids, send::sealed::Sealed, streaming::deliverer,
    },
};

impl Sealed for AppleMusic {}

/// The body of `POST /v1/me/library/playlists` (name and description of a playlist) or of `POST
/// /v1/me/library/playlists/{id}/tracks` (the tracks of a playlist, or the one track) \[P\].
///
/// Only ids of Apple's own form are sent: digits for a song of the catalogue, `i.` and letters and digits for one
/// of the listener's library, and none of tracks that were obtained from another service: a host that brings those
/// looks up Apple's ids for them first. When somebody played a track is not sent. How many tracks one request takes
/// is unconfirmed, and so is what `isPublic` does, which is left out.
/// - <https://developer.apple.com/documentation/applemusicapi/create-a-new-library-playlist>
/// - <https://developer.apple.com/documentation/applemusicapi/add-tracks-to-a-library-playlist>
impl Takes<StreamingData> for AppleMusic {
    type With<'a> = Listing;

    fn body(data: &StreamingData, told: &Told<'_>, listing: Listing) -> Result<Body, Lacking> {
        match listing {
            Listing::Playlist => {
                let playlist = data.playlist.as_ref();
                let name = playlist.and_then(|p| p.name.as_ref());
                let name = name.ok_or(Lacking::new("a playlist with a name"))?.as_str();
                let description = playlist.and_then(|p| p.description.as_ref()).map(Text::as_str);
                Ok(Body::json(&NewPlaylist { attributes: Attributes { name, description } }))
            }
            Listing::Tracks => {
                let data: Vec<Song<'_>> = track_ids(data, told, &IDENTITY).filter_map(song).collect();
                if data.is_empty() {
                    return Err(Lacking::new("a track with an id of Apple Music's"));
                }
                Ok(Body::json(&Songs { data }))
            }
        }
    }
}

/// Who the music is by, for its delivery to Apple Music: name and e-mail address.
///
/// No request of the API that takes a person's data is documented: this is a form of ours.
impl Takes<UserData> for AppleMusic {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        deliverer(user)
    }
}

/// A track's id with the type that Apple has for ids of its form.
fn song(id: &ExternalId) -> Option<Song<'_>> {
    let id = id.as_str();
    let all = |text: &str, allowed: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| allowed(&b));
    if all(id, u8::is_ascii_digit) {
        return Some(Song { id, kind: "songs" });
    }
    all(id.strip_prefix("i.")?, u8::is_ascii_alphanumeric).then_some(Song { id, kind: "library-songs" })
}

#[derive(Serialize)]
struct NewPlaylist<'a> {
    attributes: Attributes<'a>,
}

#[derive(Serialize)]
struct Attributes<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct Songs<'a> {
    data: Vec<Song<'a>>,
}

#[derive(Serialize)]
struct Song<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
}
