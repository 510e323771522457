//! TikTok Ads: an ad network of TikTok; source and recipient of ad performance data.

use super::{
    Deletion, Identity, Interface, Method, PayloadError, Reading, Wanted, deletion::Content, payload::Node,
};
use crate::{
    data::AdPerformanceData,
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
};

/// TikTok Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct TikTokAds;

impl Recipient for TikTokAds {
    const ID: ProcessorId = ProcessorId::TIKTOK_ADS;
}

const NAME: &str = "TikTok Ads";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::TIKTOK_ADS,
    kind: ProcessorKind::AdNetwork,
    name: NAME,
    legal_name: Some("TikTok Inc."),
    privacy_terms: "https://ads.tiktok.com/i18n/official/policy/privacy",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[Interface {
    deletes: "the person from an audience; events that were sent stay",
    method: Method::Post,
    url: "https://business-api.tiktok.com/open_api/v1.3/segment/mapping/",
    content: Content::Json(concat!(
        r#"{"advertiser_ids":["<advertiser>"],"action":"delete","id_schema":["EMAIL_SHA256"],"#,
        r#""batch_data":[[{"id":"<email>","audience_ids":["<audience>"]}]]}"#,
    )),
    wants: &[
        Wanted::id("advertiser", "the id of the advertiser"),
        Wanted::id("audience", "the id of the audience segment"),
        Wanted::hashed_email(crate::processors::facebook_ads::hashed_email),
    ],
    evidence: Evidence::SecondHand,
    source: "https://ads.tiktok.com/marketing_api/docs?id=1739940585975809",
}]);

/// Reads an answer of the API.
///
/// # Errors
/// When the payload is no answer of TikTok Ads's, or an error of its own.
pub fn read(_subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    Err(PayloadError::not_of(NAME, payload.misfit("nothing: this is yet to be written")))
}
