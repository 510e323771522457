//! Amazon Music: a streaming service; source of streaming data and recipient of what is distributed.
//!
//! Amazon.com Services LLC (USA) \[S\]. Policy: section 1 (track performance, playlists), section 3 (sharing for
//! distribution, on the contract). No consent signal can be sent: a listener's consent is the grant of Login with
//! Amazon with its scopes, `music::library:read` for playlists and the library \[S\], `music::history` for what somebody
//! played \[P\], `music::library` to write \[P\]. The API is a closed beta: Amazon enables each security profile,
//! and its program requirements bar joining Amazon Music with another music service \[S\]. Nothing of how often a
//! track was played, and no deletion but that of a playlist (`DELETE /playlists/{id}` \[S\]), was found.
//!
//! Version 1 wraps an answer in `data` and lists in `edges` of `node`s; version 2 does not wrap, and lists are
//! `items` with `nextToken` \[P\].
//! - <https://developer.amazon.com/docs/music/API_web_track.html>,
//!   <https://developer.amazon.com/docs/music/API_web_playlist.html>,
//!   <https://developer.amazon.com/docs/music/API_web_library.html>,
//!   <https://developer.amazon.com/docs/music/API_web_player.html>,
//!   <https://developer.amazon.com/docs/music/API_web_search.html>,
//!   <https://developer.amazon.com/docs/music/API_web_views.html>,
//!   <https://developer.amazon.com/docs/music/API_web_errors.html>
//! - <https://developer.amazon.com/docs/music/API_web_overview_v2.html>,
//!   <https://developer.amazon.com/docs/music/API_web_browse_v2.html>,
//!   <https://developer.amazon.com/docs/music/API_web_pagination_v2.html>,
//!   <https://developer.amazon.com/docs/music/API_web_errors_v2.html>

mod music;
mod read;
mod send;

pub use read::read;

use super::{Deletion, Identity};
use crate::{
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Amazon Music as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct AmazonMusic;

impl Recipient for AmazonMusic {
    const ID: ProcessorId = ProcessorId::AMAZON_MUSIC;
}

const NAME: &str = "Amazon Music";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::AMAZON_MUSIC,
    kind: ProcessorKind::StreamingService,
    name: NAME,
    legal_name: Some("Amazon.com Services LLC"),
    privacy_terms: "https://www.amazon.com/privacy",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;
