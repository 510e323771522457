//! Google Analytics: an analytics provider; source and recipient of analytics data.

use super::{
    Deletion, Identity, Interface, Method, PayloadError, Reading, Wanted, deletion::Content, payload::Node,
};
use crate::{
    data::AnalyticsData,
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
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

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Google Analytics's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AnalyticsData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
