//! Pandora: a streaming service; source of streaming data and recipient of what is distributed.

use super::{Deletion, Identity, PayloadError, Reading, payload::Node};
use crate::{
    data::StreamingData,
    gate::Recipient,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
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

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Pandora's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<StreamingData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
