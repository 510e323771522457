//! Deezer: a streaming service; source of streaming data and recipient of what is distributed.

use super::{Deletion, Identity, PayloadError, Reading, payload::Node};
use crate::{
    data::StreamingData,
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
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

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Deezer's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
