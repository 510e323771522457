//! Google Ads: an ad network of Google; source and recipient of ad performance data.

use super::{
    Deletion, Identity, Interface, Method, PayloadError, Reading, Wanted, deletion::Content, payload::Node,
};
use crate::{
    data::AdPerformanceData,
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
};

/// Google Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAds;

impl Recipient for GoogleAds {
    const ID: ProcessorId = ProcessorId::GOOGLE_ADS;
}

const NAME: &str = "Google Ads";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::GOOGLE_ADS,
    kind: ProcessorKind::AdNetwork,
    name: NAME,
    legal_name: Some("Google LLC"),
    privacy_terms: "https://business.safety.google/privacy/",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[Interface {
    deletes: "the person from an audience of an account; conversions that were uploaded stay",
    method: Method::Post,
    url: "https://datamanager.googleapis.com/v1/audienceMembers:remove",
    content: Content::Json(concat!(
        r#"{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"<customer>"},"#,
        r#""productDestinationId":"<audience>"}],"#,
        r#""audienceMembers":[{"userData":{"userIdentifiers":[{"emailAddress":"<email>"}]}}],"encoding":"HEX"}"#,
    )),
    wants: &[
        Wanted::id("customer", "the id of the Google Ads account, without hyphens"),
        Wanted::id("audience", "the id of the audience"),
        Wanted::hashed_email(crate::processors::facebook_ads::hashed_email),
    ],
    evidence: Evidence::Primary,
    source: "https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers/remove",
}]);

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of Google Ads's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
