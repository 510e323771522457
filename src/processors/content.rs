//! What an ad network is told of music: the one track or playlist that a campaign is for.

use crate::data::{ExternalId, Playlist, StreamingData, Text, Track, TrackPerformance};

/// A track of which something is known, or else a playlist with an id or a name; never a part of each.
pub(super) enum Content<'a> {
    Track(&'a TrackPerformance),
    Playlist(&'a Playlist),
}

impl<'a> Content<'a> {
    pub(super) fn of(data: &'a StreamingData) -> Option<Self> {
        let track = data.track.as_ref().filter(|performance| performance.track != Track::default());
        let playlist = data.playlist.as_ref().filter(|p| p.id.is_some() || p.name.is_some());
        track.map(Self::Track).or(playlist.map(Self::Playlist))
    }

    pub(super) fn id(&self) -> Option<&'a ExternalId> {
        match self {
            Self::Track(performance) => performance.track.id.as_ref(),
            Self::Playlist(playlist) => playlist.id.as_ref(),
        }
    }

    /// The title of the track or the name of the playlist.
    pub(super) fn name(&self) -> Option<&'a Text> {
        match self {
            Self::Track(performance) => performance.track.title.as_ref(),
            Self::Playlist(playlist) => playlist.name.as_ref(),
        }
    }

    pub(super) fn category(&self) -> &'static str {
        match self {
            Self::Track(_) => "track",
            Self::Playlist(_) => "playlist",
        }
    }

    pub(super) fn performance(&self) -> Option<&'a TrackPerformance> {
        match self {
            Self::Track(performance) => Some(performance),
            Self::Playlist(_) => None,
        }
    }
}
