//! PostHog: an analytics provider; source and recipient of analytics data.
//!
//! PostHog, Inc. (USA) \[S\], with a cloud in the EU \[P\]. Policy: section 1 (page views, session length), section 3
//! (sharing for engagement analysis, which needs consent), section 5 (cookies). It has no consent flag on the
//! server's side: opting out lives on the device, and a refusal means that a backend does not send \[P\]. What a
//! body can do is minimise: `$process_person_profile: false` makes no profile of a person, which is made
//! otherwise, and `$geoip_disable: true` looks no place up \[P\]. Deletion: `DELETE
//! /api/projects/:project_id/persons/:id?delete_events=true`, which finds nothing of what is sent here, because
//! nothing of it belongs to a person \[P\].
//! - <https://posthog.com/docs/api/capture>
//! - <https://posthog.com/docs/privacy/data-collection>
//! - <https://posthog.com/docs/privacy/data-storage>
//! - <https://posthog.com/docs/data/sessions>, <https://posthog.com/docs/data/timestamps>
//! - <https://posthog.com/docs/api/queries>, <https://posthog.com/docs/api/trends>
//! - <https://github.com/PostHog/posthog/blob/master/frontend/src/queries/schema/schema-general.ts>

mod numbers;
mod read;
mod send;

pub use read::read;
pub use send::Event;

use super::{Deletion, Identity, Interface, Method, Wanted, deletion::Content};
use crate::{
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind},
};

/// PostHog as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct PostHog;

impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

const NAME: &str = "PostHog";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::POSTHOG,
    kind: ProcessorKind::AnalyticsProvider,
    name: NAME,
    legal_name: Some("PostHog, Inc."),
    privacy_terms: "https://posthog.com/privacy",
};

/// How a person's data is deleted there.
///
/// Of what is sent here there is nothing to delete, because no event belongs to a person; this is for what other
/// code of the host sent under an id of the person's.
pub const DELETION: Deletion = Deletion::Documented(&[Interface {
    deletes: "the person and their events so far; events are deleted later, not at once",
    method: Method::Delete,
    url: "https://<host>/api/projects/<project>/persons/<person>/?delete_events=true",
    content: Content::Nothing,
    wants: &[
        Wanted::id("host", "the host of the project, such as eu.posthog.com"),
        Wanted::id("project", "the number of the project"),
        Wanted::id("person", "PostHog's id of the person"),
    ],
    evidence: Evidence::Primary,
    source: "https://posthog.com/docs/privacy/data-storage",
}]);
