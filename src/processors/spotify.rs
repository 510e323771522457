//! Spotify: a streaming service; source of streaming data and recipient of what is distributed.
//!
//! Spotify AB (Sweden) \[S\]. Policy: section 1 (track performance, playlists), section 3
//! (sharing for distribution, on the contract). No consent signal can be sent: a listener's consent is the OAuth
//! grant with its scopes, `playlist-read-private` for playlists, `user-top-read` and
//! `user-read-recently-played` for what somebody plays; reading a track needs none \[P\]. Spotify's terms bar its
//! data from advertising even where the person agrees, from listenership metrics and from training models, and
//! ask for deletion within five days of a disconnection \[S\]; the policy document has the first as
//! `no_onward_to`. Deletion: no request for it was found, and the duty is ours.
//! - <https://developer.spotify.com/documentation/web-api/concepts/scopes>
//! - <https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide>
//! - <https://developer.spotify.com/terms>, <https://developer.spotify.com/policy>

mod read;
mod send;

pub use read::read;

use super::{Deletion, Identity};
use crate::{
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Spotify as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct Spotify;

impl Recipient for Spotify {
    const ID: ProcessorId = ProcessorId::SPOTIFY;
}

const NAME: &str = "Spotify";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::SPOTIFY,
    kind: ProcessorKind::StreamingService,
    name: NAME,
    legal_name: Some("Spotify AB"),
    privacy_terms: "https://www.spotify.com/legal/privacy-policy/",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;
