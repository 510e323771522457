//! Google Analytics: an analytics provider; source and recipient of analytics data.

use super::{PayloadError, Reading, payload::Node};
use crate::{
    data::AnalyticsData,
    gate::Recipient,
    vocabulary::{ProcessorId, SubjectId},
};

/// Google Analytics as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAnalytics;

impl Recipient for GoogleAnalytics {
    const ID: ProcessorId = ProcessorId::GOOGLE_ANALYTICS;
}

const NAME: &str = "Google Analytics";

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Google Analytics's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AnalyticsData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
