//! Google Ads: an ad network of Google; source and recipient of ad performance data.

use super::{PayloadError, Reading, payload::Node};
use crate::{
    data::AdPerformanceData,
    gate::Recipient,
    vocabulary::{ProcessorId, SubjectId},
};

/// Google Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAds;

impl Recipient for GoogleAds {
    const ID: ProcessorId = ProcessorId::GOOGLE_ADS;
}

const NAME: &str = "Google Ads";

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Google Ads's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
