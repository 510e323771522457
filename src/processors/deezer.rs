//! Deezer: a streaming service; source of streaming data and recipient of what is distributed.
//!
//! Deezer S.A. (France) \[S\]. Policy: section 1 (track performance, playlists), section 3 (sharing for
//! distribution, on the contract). No consent signal can be sent: a listener's consent is the OAuth grant with its
//! permissions, `listening_history` for what somebody plays and `manage_library` to write; tracks, albums, public
//! playlists and charts need none \[S\]. Which permission private playlists need is unconfirmed. No application
//! can be registered since about 2024, so the permissions are of use to those that are \[S\]. Deletion: no
//! request for it was found (unconfirmed). Deezer's own pages could not be read: what they say is known from
//! libraries that repeat it \[C\].
//! - <https://developers.deezer.com/api>, <https://developers.deezer.com/api/track>,
//!   <https://developers.deezer.com/api/playlist>, <https://developers.deezer.com/api/chart>
//! - <https://developers.deezer.com/api/permissions>, <https://developers.deezer.com/api/errors>
//! - <https://beets.readthedocs.io/en/stable/plugins/deezer.html>: what `rank` is

mod read;
mod send;

pub use read::read;

use super::{Deletion, Identity};
use crate::{
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Deezer as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct Deezer;

impl Recipient for Deezer {
    const ID: ProcessorId = ProcessorId::DEEZER;
}

const NAME: &str = "Deezer";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::DEEZER,
    kind: ProcessorKind::StreamingService,
    name: NAME,
    legal_name: Some("Deezer S.A."),
    privacy_terms: "https://www.deezer.com/legal/personal-datas",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;
