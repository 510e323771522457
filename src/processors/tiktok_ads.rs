//! TikTok Ads: an ad network of TikTok; source and recipient of ad performance data.

use super::{PayloadError, Reading, payload::Node};
use crate::{
    data::AdPerformanceData,
    gate::Recipient,
    vocabulary::{ProcessorId, SubjectId},
};

/// TikTok Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct TikTokAds;

impl Recipient for TikTokAds {
    const ID: ProcessorId = ProcessorId::TIKTOK_ADS;
}

const NAME: &str = "TikTok Ads";

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of TikTok Ads's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
