//! Bodies for the Deezer API, and for the delivery of music to Deezer.

use super::{Deezer, IDENTITY};
use crate::{
    data::{StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, Lacking, Listing, Takes, listing::track_ids, send::sealed::Sealed, streaming::deliverer,
    },
};

impl Sealed for Deezer {}

/// The body of `POST /user/me/playlists` (`title`) or of `POST /playlist/{id}/tracks` (`songs`, ids with commas
/// between them) \[S\]. Both want the permission `manage_library`.
///
/// It is a form; client libraries also send the same fields in the query of the URL. A description is no field
/// of the first request, which has no other. Only ids of Deezer's own form are sent, digits, and none of tracks
/// that were obtained from another service: a host that brings those looks up Deezer's ids for them first. A
/// negative id is a file that somebody uploaded and means nothing to others. How many tracks one request takes is
/// unconfirmed.
impl Takes<StreamingData> for Deezer {
    type With<'a> = Listing;

    fn body(data: &StreamingData, told: &Told<'_>, listing: Listing) -> Result<Body, Lacking> {
        match listing {
            Listing::Playlist => {
                let name = data.playlist.as_ref().and_then(|p| p.name.as_ref());
                let name = name.ok_or(Lacking::new("a playlist with a name"))?;
                Ok(Body::form(&[("title", Some(Text::as_str(name)))]))
            }
            Listing::Tracks => {
                let formed = |id: &&str| id.bytes().all(|b| b.is_ascii_digit());
                let ids = track_ids(data, told, &IDENTITY).map(|id| id.as_str()).filter(formed);
                let songs = ids.collect::<Vec<_>>().join(",");
                if songs.is_empty() {
                    return Err(Lacking::new("a track with an id of Deezer's"));
                }
                Ok(Body::form(&[("songs", Some(&songs))]))
            }
        }
    }
}

/// Who the music is by, for its delivery to Deezer: name and e-mail address.
///
/// No request of the API that takes a person's data is documented: this is a form of ours.
impl Takes<UserData> for Deezer {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        deliverer(user)
    }
}
