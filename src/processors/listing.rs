//! Which part of streaming data a request to a streaming service carries.

use crate::data::{StreamingData, Track};

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

/// The tracks that the data has.
pub(super) fn tracks(data: &StreamingData) -> impl Iterator<Item = &Track> {
    data.track.iter().map(|t| &t.track).chain(data.playlist.iter().flat_map(|p| &p.tracks))
}
