//! What a receipt says beside the standard's fields: the objects called `dynamoi`.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;

use crate::{
    consent::Scope,
    policy::{Safeguard, SourceKind},
    vocabulary::{
        PolicyVersion, ProcessorKind, instant,
        quiet::{record, silent},
    },
};

record! {
    /// What a receipt says beside the standard's fields.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AboutReceipt {
        /// The standard whose names the fields outside of `dynamoi` have, `ISO/IEC TS 27560:2023`.
        pub standard: String,
        /// When the receipt was made.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub issued_at: DateTime<Utc>,
        /// Version in force at `issued_at`; describes the processing.
        #[schemars(with = "String")]
        pub policy_version: PolicyVersion,
    }
}

record! {
    /// What a receipt says of a purpose beside the standard's fields.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AboutPurpose {
        /// The section of the policy that names it, 1 to 9.
        #[serde(deserialize_with = "crate::vocabulary::section_number")]
        #[schemars(range(min = 1, max = 9))]
        pub section: u8,
        /// What protects data that is stored abroad (section 6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Safeguard")]
        pub storage_safeguard: Option<Safeguard>,
    }
}

record! {
    /// What a receipt says of a category beside the standard's fields.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AboutCategory {
        /// Where it is collected from (section 1), in the policy's order.
        pub sources: Vec<SourceKind>,
        /// If `true`, it is stored encrypted only; if `false`, it may be stored unencrypted (section 4).
        pub stored_encrypted: bool,
        /// The `party_id` of each recipient that may get it for this purpose (section 3), in the policy's order.
        pub recipients: Vec<String>,
    }
}

record! {
    /// What a receipt says of a party beside the standard's fields.
    #[derive(Clone, PartialEq, Eq, Default, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AboutParty {
        /// What a recipient does for the controller (sections 1 to 3); absent for anybody else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "ProcessorKind")]
        pub kind: Option<ProcessorKind>,
        /// What protects data that is transferred to a recipient abroad (section 6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Safeguard")]
        pub transfer_safeguard: Option<Safeguard>,
    }
}

record! {
    /// What a receipt says of a choice beside the standard's fields.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AboutEvent {
        /// What exactly the choice is about.
        pub scope: Scope,
        /// Version shown when this grant was given; absent for refusals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub policy_version: Option<PolicyVersion>,
    }
}

silent! { AboutReceipt AboutPurpose AboutCategory AboutParty AboutEvent }
