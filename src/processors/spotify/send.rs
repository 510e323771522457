//! Bodies for the Spotify Web API, and for the delivery of music to Spotify.

use serde::Serialize;

use super::{IDENTITY, Spotify};
use crate::{
    data::{ExternalId, StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, Lacking, Listing, Takes, listing::track_ids, send::sealed::Sealed, streaming::deliverer,
    },
};

/// What one request adds to a playlist at most \[P\].
const MOST_ITEMS: usize = 100;

/// The most characters of a playlist's name and of its description; Spotify answers longer ones with an error \[S\]
/// (<https://github.com/metabrainz/troi-recommendation-playground/pull/155>).
const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 300;

impl Sealed for Spotify {}

/// The body of `POST /v1/me/playlists` (name and description of a playlist, which is made private) or of `POST
/// /v1/playlists/{playlist_id}/items` (the tracks of a playlist, or the one track, at most a hundred).
///
/// A name has at most a hundred characters \[S\]. A description of more than three hundred, which others of the
/// services take, is left out: nothing is cut. Only ids of Spotify's own form are sent; those of other services mean
/// nothing to it. When somebody played a track is not sent.
impl Takes<StreamingData> for Spotify {
    type With<'a> = Listing;

    fn body(data: &StreamingData, told: &Told<'_>, listing: Listing) -> Result<Body, Lacking> {
        match listing {
            Listing::Playlist => {
                let playlist = data.playlist.as_ref();
                let short = |text: &&str, most| text.chars().count() <= most;
                let name = playlist.and_then(|p| p.name.as_ref()).map(Text::as_str);
                let name = name.filter(|name| short(name, LONGEST_NAME));
                let name = name.ok_or(Lacking::new("a playlist with a name of at most 100 characters"))?;
                let description = playlist.and_then(|p| p.description.as_ref()).map(Text::as_str);
                let description = description.filter(|text| short(text, LONGEST_DESCRIPTION));
                Ok(Body::json(&NewPlaylist { name, description, public: false }))
            }
            Listing::Tracks => {
                let uris: Vec<String> = track_ids(data, told, &IDENTITY).filter_map(uri).collect();
                match uris.len() {
                    1..=MOST_ITEMS => Ok(Body::json(&Items { uris })),
                    _ => Err(Lacking::new("1 to 100 tracks with ids of Spotify's")),
                }
            }
        }
    }
}

/// Who the music is by, for its delivery to Spotify.
///
/// No request of the Web API takes a person's data \[P\]: this is the part of a delivery that names the user, in
/// the host's own feed, with the name and the address for questions and nothing else.
impl Takes<UserData> for Spotify {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        deliverer(user)
    }
}

/// A track's id as Spotify's URI: ids are 22 characters of base 62.
fn uri(id: &ExternalId) -> Option<String> {
    let bare = id.as_str().strip_prefix("spotify:track:").unwrap_or(id.as_str());
    let formed = bare.len() == 22 && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    formed.then(|| format!("spotify:track:{bare}"))
}

#[derive(Serialize)]
struct NewPlaylist<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    public: bool,
}

#[derive(Serialize)]
struct Items {
    uris: Vec<String>,
}
