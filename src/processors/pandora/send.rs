//! What Pandora is sent of a delivery of music.

use super::{IDENTITY, Pandora, music::is_track_id};
use crate::{
    data::{Playlist, StreamingData, Track, TrackPerformance, UserData},
    gate::Told,
    processors::{Body, Lacking, Takes, send::sealed::Sealed, streaming::deliverer},
};

impl Sealed for Pandora {}

/// The music, for its delivery to Pandora: a track, a playlist, or both.
///
/// GraphQL documents no request that makes a playlist or fills one \[P\], so none is documented: this is the
/// policy's own JSON. How a track did and when somebody played it is left out, and so are ids that are not of
/// Pandora's own form (`TR:10296263`), which mean nothing to it.
impl Takes<StreamingData> for Pandora {
    type With<'a> = ();

    fn body(data: &StreamingData, told: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        let obtained_here = told.origin().is_none_or(|origin| *origin == IDENTITY.id);
        let own = |track: &Track| own(track, obtained_here);
        let track = data.track.as_ref().map(|t| own(&t.track)).filter(|t| *t != Track::default());
        let playlist = data.playlist.as_ref().map(|playlist| Playlist {
            id: None,
            tracks: playlist.tracks.iter().map(own).filter(|t| *t != Track::default()).collect(),
            ..playlist.clone()
        });
        let data = StreamingData {
            track: track.map(|track| TrackPerformance { track, ..Default::default() }),
            playlist: playlist.filter(|p| *p != Playlist::default()),
        };
        match data == StreamingData::default() {
            true => Err(Lacking::new("a track or a playlist of which something is known")),
            false => Ok(Body::json(&data)),
        }
    }
}

/// Who the music is by, for its delivery to Pandora: name and e-mail address.
///
/// No request that takes a person's data is documented: this is a form of ours.
impl Takes<UserData> for Pandora {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        deliverer(user)
    }
}

/// A track with its id only if that is one of Pandora's.
fn own(track: &Track, obtained_here: bool) -> Track {
    let id = track.id.clone().filter(|id| obtained_here && is_track_id(id.as_str()));
    Track { id, ..track.clone() }
}
