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

use super::{Deletion, Identity, Interface, Method, Wanted, deletion::Content};
use crate::{
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Google Analytics as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAnalytics;

impl Recipient for GoogleAnalytics {
    const ID: ProcessorId = ProcessorId::GOOGLE_ANALYTICS;
}

const NAME: &str = "Google Analytics";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::GOOGLE_ANALYTICS,
    kind: ProcessorKind::AnalyticsProvider,
    name: NAME,
    legal_name: Some("Google LLC"),
    privacy_terms: "https://business.safety.google/privacy/",
};

/// How a person's data is deleted there.
///
/// Of what is sent here there is nothing to delete, because no event belongs to a person; this is for what the
/// host's pages collected under an id of the person's.
pub const DELETION: Deletion = Deletion::Documented(&[
    Interface {
        deletes: "what was collected under a client id, the cookie of one browser",
        content: Content::Json(r#"{"clientId":"<client>"}"#),
        wants: &[PROPERTY, Wanted::id("client", "the client id of the browser")],
        ..SUBMIT
    },
    Interface {
        deletes: "what was collected under a user id of the host's",
        content: Content::Json(r#"{"userId":"<user>"}"#),
        wants: &[PROPERTY, Wanted::id("user", "the user id that the host set")],
        ..SUBMIT
    },
]);

const PROPERTY: Wanted = Wanted::id("property", "the number of the property");
const SUBMIT: Interface = Interface {
    deletes: "",
    method: Method::Post,
    url: "https://analyticsadmin.googleapis.com/v1alpha/properties/<property>:submitUserDeletion",
    content: Content::Nothing,
    wants: &[],
    evidence: Evidence::Primary,
    source: "https://developers.google.com/analytics/devguides/config/admin/v1/rest/v1alpha/properties/submitUserDeletion",
};
