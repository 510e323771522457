//! Pandora: a streaming service; source of streaming data and recipient of what is distributed.
//!
//! Pandora Media, LLC (USA), of Sirius XM \[S\]. Policy: section 1 (track performance, playlists), section 3
//! (sharing for distribution, on the contract). No consent signal can be sent: a listener's consent is the OAuth
//! grant with its one scope, `webapi`, without which GraphQL answers `UNAUTHENTICATED` \[P\]. Access needs
//! Pandora's approval, and earning by it directly, through ads or fees, is prohibited \[S\]. The figures of artists
//! (AMP, Next Big Sound) have no public interface, and there is no deletion that we could find (both unconfirmed).
//!
//! GraphQL alone is documented by Pandora \[P\]. The JSON API (version 5) of its players and the REST interfaces of
//! its web site are described by those who watched them \[S\].
//! - <https://developer.pandora.com/docs/reference/graphql-api/collection/get-a-listeners-collected-items>
//! - <https://developer.pandora.com/docs/reference/graphql-api/search/>
//! - <https://developer.pandora.com/docs/tutorials/authenticate-app-user-pandora/query-pandora-resource/>
//! - <https://6xq.net/pandora-apidoc/>
//! - <https://github.com/EpimetheusMusicPlayer/iapetus> (playlists, annotations, collections)

mod music;
mod read;
mod send;

pub use read::read;

use super::{Deletion, Identity};
use crate::{
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Pandora as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct Pandora;

impl Recipient for Pandora {
    const ID: ProcessorId = ProcessorId::PANDORA;
}

const NAME: &str = "Pandora";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::PANDORA,
    kind: ProcessorKind::StreamingService,
    name: NAME,
    legal_name: Some("Pandora Media, LLC"),
    privacy_terms: "https://www.pandora.com/privacy",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;
