//! Which part of streaming data a request to a streaming service carries.

use super::Identity;
use crate::{
    data::{ExternalId, StreamingData},
    gate::Told,
};

/// Which of a streaming service's two requests a body is for: they all make a playlist with one and fill it
/// with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a playlist, and what is in it")]
pub enum Listing {
    /// A playlist is made: its name and its description.
    Playlist,
    /// Tracks are added to a playlist: those of the playlist, or the one track.
    Tracks,
}

/// The ids of the tracks that the data has, of the tracks of a playlist or the one track. An id does not say whose
/// it is, so there are none where the data was obtained from another system: they mean nothing to this one, or, worse,
/// another track.
pub(super) fn track_ids<'a>(
    data: &'a StreamingData,
    told: &Told<'_>,
    system: &Identity,
) -> impl Iterator<Item = &'a ExternalId> {
    let own = told.origin().is_none_or(|origin| *origin == system.id);
    let tracks = data.track.iter().map(|t| &t.track).chain(data.playlist.iter().flat_map(|p| &p.tracks));
    tracks.filter_map(|track| track.id.as_ref()).filter(move |_| own)
}
