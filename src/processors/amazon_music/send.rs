//! Bodies for the Amazon Music Web API, and for the delivery of music to Amazon Music.

use serde::Serialize;

use super::{AmazonMusic, IDENTITY};
use crate::{
    data::{ExternalId, StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, Lacking, Listing, Takes, listing::track_ids, send::sealed::Sealed, streaming::deliverer,
    },
};

/// What one request adds to a playlist at most, as version 2 has it \[S\].
const MOST_TRACKS: usize = 100;

impl Sealed for AmazonMusic {}

/// The body of `POST /v1/playlists` (title, description and visibility of a playlist, which is made private) or
/// of `PUT /v1/playlists/{id}/tracks` (the tracks of a playlist, or the one track, at most a hundred; what is
/// there already is not added again) \[S\].
///
/// The first demands all its three fields. Only ids of Amazon's own form are sent; those of other services mean
/// nothing to it. When somebody played a track is not sent.
impl Takes<StreamingData> for AmazonMusic {
    type With<'a> = Listing;

    fn body(data: &StreamingData, told: &Told<'_>, listing: Listing) -> Result<Body, Lacking> {
        match listing {
            Listing::Playlist => {
                let demanded = Lacking::new("a playlist with a name and a description");
                let playlist = data.playlist.as_ref();
                let told = playlist.and_then(|p| Some((p.name.as_ref()?, p.description.as_ref()?)));
                let (title, description) = told.ok_or(demanded)?;
                let (title, description) = (Text::as_str(title), description.as_str());
                Ok(Body::json(&NewPlaylist { title, description, visibility: "PRIVATE" }))
            }
            Listing::Tracks => {
                let ids = track_ids(data, told, &IDENTITY).filter(|id| is_own(id));
                let track_ids: Vec<&str> = ids.map(ExternalId::as_str).collect();
                match track_ids.len() {
                    1..=MOST_TRACKS => Ok(Body::json(&Tracks { track_ids, add_duplicate_tracks: false })),
                    _ => Err(Lacking::new("1 to 100 tracks with ids of Amazon's")),
                }
            }
        }
    }
}

/// Who the music is by, for its delivery to Amazon Music: name and e-mail address.
///
/// No request that takes a person's data is documented: this is a form of ours.
impl Takes<UserData> for AmazonMusic {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        deliverer(user)
    }
}

/// Amazon's ids of tracks are ten capital letters and digits, such as `B076YT2CBT`.
fn is_own(id: &ExternalId) -> bool {
    let id = id.as_str();
    id.len() == 10 && id.starts_with('B') && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[derive(Serialize)]
struct NewPlaylist<'a> {
    title: &'a str,
    description: &'a str,
    visibility: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tracks<'a> {
    track_ids: Vec<&'a str>,
    add_duplicate_tracks: bool,
}
