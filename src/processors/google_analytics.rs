//! Google Analytics: an analytics provider; source and recipient of analytics data.
//!
//! Google LLC (USA), for people in the EEA Google Ireland Limited \[S\]. Policy: section 1 (page views, session
//! length, conversion rate), section 3 (sharing for engagement analysis, which needs consent), section 5 (cookies).
//! A body of the Measurement Protocol can say whether the person consents to their data being used for ads
//! (`consent` with `ad_user_data` and `ad_personalization`); left out, Google takes the consent of the client's own
//! visits, and what it takes where there are none is not documented (unconfirmed), so both always stand \[C\]. There
//! is no field for consent to analytics itself: without it nothing is sent. A malformed body is answered like a good
//! one \[P\]. What a browser is told stands in [`ConsentMode`](super::ConsentMode). Deletion: `POST
//! https://analyticsadmin.googleapis.com/v1alpha/{name=properties/*}:submitUserDeletion` \[P\], which finds nothing
//! of what is sent here, because nothing of it belongs to a person.
//! - <https://developers.google.com/analytics/devguides/reporting/data/v1/rest/v1beta/RunReportResponse>
//! - <https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema>
//! - <https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference>
//! - <https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events>
//! - <https://developers.google.com/analytics/devguides/collection/protocol/ga4/validating-events>
//! - <https://support.google.com/analytics/answer/9267744> (limits), <https://support.google.com/analytics/answer/7029846>
//!   (the export to BigQuery)
//! - <https://developers.google.com/analytics/devguides/reporting/core/v4/rest/v4/reports/batchGet>

mod events;
mod read;
mod report;
mod send;
mod universal;

pub use read::read;

use crate::{gate::Recipient, vocabulary::ProcessorId};

/// Google Analytics as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAnalytics;

impl Recipient for GoogleAnalytics {
    const ID: ProcessorId = ProcessorId::GOOGLE_ANALYTICS;
}
