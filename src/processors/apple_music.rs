//! Apple Music: a streaming service; source of streaming data and recipient of what is distributed.
//!
//! Apple Inc. (USA) \[S\]. Policy: section 1 (track performance, playlists), section 3 (sharing for
//! distribution, on the contract). No consent signal can be sent and there are no scopes: a listener's consent is
//! the Music User Token, all or nothing \[P\], in the header `Music-User-Token`; the catalogue needs none \[S\]. The App
//! Review guidelines (4.5.2) bar what is read with it from targeting advertising and from identifying people or
//! devices, with no exception for those who agree \[S\]; the policy document has that as `no_onward_to`. Deletion:
//! no request for it was found, nor one for artists' figures (both unconfirmed).
//! - <https://developer.apple.com/documentation/applemusicapi>
//! - <https://developer.apple.com/documentation/applemusicapi/handling-requests-and-responses>
//! - <https://developer.apple.com/documentation/applemusicapi/user-authentication-for-musickit>
//! - <https://developer.apple.com/app-store/review/guidelines/#apple-music>

mod read;
mod send;

pub use read::read;

use super::{Deletion, Identity};
use crate::{
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Apple Music as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct AppleMusic;

impl Recipient for AppleMusic {
    const ID: ProcessorId = ProcessorId::APPLE_MUSIC;
}

const NAME: &str = "Apple Music";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::APPLE_MUSIC,
    kind: ProcessorKind::StreamingService,
    name: NAME,
    legal_name: Some("Apple Inc."),
    privacy_terms: "https://www.apple.com/legal/privacy/data/en/apple-music/",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;
