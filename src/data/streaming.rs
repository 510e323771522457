//! Streaming data: track performance and playlists.

use chrono::{DateTime, Utc};

use super::{ExternalId, PersonalData, Popularity, Text, json};
use crate::vocabulary::DataCategory;

json::record! {
    /// What a streaming service knows of music and who hears it (section 1: track performance, playlists).
    ///
    /// What is absent was not reported, which is not 0.
    ///
    /// ```
    /// use dynamoi_privacy::data::{Popularity, StreamingData, Track, TrackPerformance};
    /// let track = Track { title: Some("Harder".parse()?), ..Default::default() };
    /// let data = StreamingData {
    ///     track: Some(TrackPerformance { track, popularity: Some(Popularity::new(73)?), ..Default::default() }),
    ///     ..Default::default()
    /// };
    /// assert_eq!(serde_json::to_string(&data)?, r#"{"track":{"track":{"title":"Harder"},"popularity":73}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct StreamingData {
        /// How a track did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub track: Option<TrackPerformance>,
        /// A playlist.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub playlist: Option<Playlist>,
    }
}

impl PersonalData for StreamingData {
    const CATEGORY: DataCategory = DataCategory::Streaming;
}

json::record! {
    /// How a track did on a streaming service.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct TrackPerformance {
        /// The track.
        pub track: Track,
        /// How often it was played, by whom and in whatever time the service counts; neither is kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub plays: Option<u64>,
        /// How popular the service calls it, of a hundred. A service gives this or `score`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub popularity: Option<Popularity>,
        /// How popular the service calls it where that is no share of a hundred: a figure on a scale of the
        /// service's own, higher for what is more popular. Deezer's `rank`, up to about a million, is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub score: Option<u64>,
        /// Its place in a chart of the service, 1 being the top; which chart is not kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rank: Option<u64>,
        /// When the subject played it.
        #[serde(default, with = "json::Instant", skip_serializing_if = "Option::is_none")]
        pub played_at: Option<DateTime<Utc>>,
    }
}

json::record! {
    /// A track.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Track {
        /// The service's id.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<ExternalId>,
        /// Its title.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub title: Option<Text>,
        /// Who made it, in the order of the service.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub artists: Vec<Text>,
        /// The album that it is on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub album: Option<Text>,
        /// Its International Standard Recording Code (ISO 3901), as the service writes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub isrc: Option<Text>,
    }
}

json::record! {
    /// A playlist.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Playlist {
        /// The service's id.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<ExternalId>,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// What its maker says of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<Text>,
        /// How many tracks it has, of which `tracks` may list a part.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub track_count: Option<u64>,
        /// Its tracks, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tracks: Vec<Track>,
    }
}
