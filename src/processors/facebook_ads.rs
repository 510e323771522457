//! Facebook Ads: an ad network of Meta Platforms; source and recipient of ad performance data.
//!
//! Meta Platforms, Inc. (USA), for people in the EEA Meta Platforms Ireland Ltd. \[S\]. Policy: section 1
//! (collection from ad networks), section 3 (sharing for marketing campaigns, which needs consent). The Graph
//! API has no field for consent under the GDPR \[P\]: a refusal means that nothing is sent. Limited Data Use
//! (LDU) makes Meta a service provider under the laws of listed states of the USA; it stands on each event and
//! is off when it is left out, so it is always sent \[P\]\[C\]. A list of contact data must be hashed, and an
//! event carries at least one customer information parameter \[P\]. Sent events cannot be deleted one by one
//! (unconfirmed).
//! - <https://developers.facebook.com/docs/marketing-apis/data-processing-options>
//! - <https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/server-event>
//! - <https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters>
//! - <https://developers.facebook.com/docs/marketing-api/insights>
//! - <https://developers.facebook.com/docs/marketing-api/reference/ads-action-stats/>

mod conversions;
mod graph;
mod read;
mod send;

pub use read::{read, read_in_currency};
pub use send::Event;

use super::{Deletion, Identity, Interface, Method, Wanted, body::hashed_email, deletion::Content};
use crate::{
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// Facebook Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct FacebookAds;

impl Recipient for FacebookAds {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

const NAME: &str = "Facebook Ads";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::FACEBOOK_ADS,
    kind: ProcessorKind::AdNetwork,
    name: NAME,
    legal_name: Some("Meta Platforms, Inc."),
    privacy_terms: "https://www.facebook.com/privacy/policy/",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[
    Interface {
        deletes: "the person from every audience of an ad account; events that were sent stay",
        method: Method::Delete,
        url: "https://graph.facebook.com/<version>/act_<ad_account>/usersofanyaudience",
        content: Content::Form(PAYLOAD),
        wants: &[VERSION, Wanted::id("ad_account", "the id of the ad account, without act_"), EMAIL],
        evidence: Evidence::Copied,
        source: "https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences",
    },
    Interface {
        deletes: "the person from one audience; events that were sent stay",
        method: Method::Delete,
        url: "https://graph.facebook.com/<version>/<custom_audience>/users",
        content: Content::Form(PAYLOAD),
        wants: &[VERSION, Wanted::id("custom_audience", "the id of the audience"), EMAIL],
        evidence: Evidence::Primary,
        source: "https://developers.facebook.com/documentation/ads-commerce/marketing-api/reference/custom-audience/users",
    },
]);

const PAYLOAD: &[(&str, &str)] = &[("payload", r#"{"schema":["EMAIL_SHA256"],"data":[["<email>"]]}"#)];
const VERSION: Wanted = Wanted::id("version", "the version of the Graph API, such as v25.0");
const EMAIL: Wanted = Wanted::hashed_email(hashed_email);
