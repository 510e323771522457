//! The table: each word with its terms, the nearest of each vocabulary first.

use super::{
    Relation::{Broader, Exact, Narrower, Overlapping},
    Term,
    Vocabulary::{Dpv, EuGdpr, Fides, GoogleConsentMode, IabTcf, Pd},
};
use crate::vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose};

/// Rows of the table.
macro_rules! terms {
    ($($relation:ident $vocabulary:ident $id:literal),+ $(,)?) => {
        const { &[$(Term { vocabulary: $vocabulary, id: $id, relation: $relation }),+] }
    };
}

pub(super) fn of_category(word: DataCategory) -> &'static [Term] {
    match word {
        DataCategory::AdPerformance => terms![
            Broader Dpv "PersonalData",
            Overlapping Pd "LinkClicked",
            Overlapping Pd "Transactional",
            Broader Fides "user",
            Overlapping Fides "user.behavior",
        ],
        DataCategory::User => terms![
            Broader Dpv "PersonalData",
            Narrower Pd "Name",
            Narrower Pd "EmailAddress",
            Narrower Pd "Username",
            Overlapping Pd "Identifying",
            Overlapping Pd "Contact",
            Overlapping Pd "Identifier",
            Broader Fides "user",
            Narrower Fides "user.name",
            Narrower Fides "user.contact.email",
            Narrower Fides "user.account",
            Narrower Fides "user.account.username",
        ],
        DataCategory::Payment => terms![
            Broader Dpv "PersonalData",
            Narrower Pd "PaymentCardExpiry",
            Overlapping Pd "PaymentCard",
            Overlapping Pd "PhysicalAddress",
            Overlapping Pd "FinancialAccount",
            Overlapping Pd "Financial",
            Broader Fides "user.payment",
            Overlapping Fides "user.financial.credit_card",
            Overlapping Fides "user.contact.address",
        ],
        DataCategory::Analytics => terms![
            Broader Pd "Behavioural",
            Overlapping Pd "BrowsingBehaviour",
            Overlapping Pd "ServiceConsumptionBehaviour",
            Broader Fides "user.behavior",
            Overlapping Fides "user.behavior.browsing_history",
        ],
        DataCategory::Streaming => terms![
            Broader Dpv "PersonalData",
            Overlapping Pd "ServiceConsumptionBehaviour",
            Overlapping Pd "FavouriteMusic",
            Broader Fides "user",
            Overlapping Fides "user.behavior.media_consumption",
            Overlapping Fides "user.content",
        ],
    }
}

pub(super) fn of_purpose(word: Purpose) -> &'static [Term] {
    match word {
        Purpose::PlatformOperation => terms![
            Broader Dpv "ServiceManagement",
            Overlapping Dpv "ServiceProvision",
            Overlapping Dpv "TechnicalServiceProvision",
            Overlapping Dpv "CustomerCare",
            Overlapping Dpv "AccountManagement",
            Broader Fides "essential.service",
            Narrower Fides "essential.service.operations",
            Narrower Fides "essential.service.operations.support",
            Overlapping GoogleConsentMode "functionality_storage",
            Overlapping GoogleConsentMode "security_storage",
        ],
        Purpose::MarketingCampaigns => terms![
            Broader Dpv "Advertising",
            Broader Dpv "Marketing",
            Overlapping Dpv "PersonalisedAdvertising",
            Overlapping Dpv "TargetedAdvertising",
            Overlapping Dpv "SocialMediaMarketing",
            Broader Fides "marketing.advertising",
            Overlapping Fides "marketing.advertising.third_party.targeted",
            Overlapping Fides "analytics.reporting.ad_performance",
            Overlapping Fides "analytics.reporting.campaign_insights",
            Narrower GoogleConsentMode "ad_storage",
            Narrower GoogleConsentMode "ad_user_data",
            Narrower GoogleConsentMode "ad_personalization",
            Overlapping IabTcf "1",
            Overlapping IabTcf "2",
            Overlapping IabTcf "3",
            Overlapping IabTcf "4",
            Overlapping IabTcf "7",
            Overlapping IabTcf "9",
        ],
        Purpose::MusicDistribution => terms![
            Broader Dpv "RequestedServiceProvision",
            Broader Dpv "ServiceProvision",
            Overlapping Dpv "FulfilmentOfContractualObligation",
            Broader Fides "essential.service",
        ],
        Purpose::EngagementAnalysis => terms![
            Exact Dpv "ServiceUsageAnalytics",
            Broader Dpv "ServiceMonitoring",
            Broader Fides "analytics",
            Overlapping Fides "analytics.reporting.content_performance",
            Narrower GoogleConsentMode "analytics_storage",
            Overlapping IabTcf "1",
            Overlapping IabTcf "8",
            Overlapping IabTcf "9",
            Overlapping IabTcf "10",
        ],
        Purpose::Billing => terms![
            Exact Dpv "PaymentManagement",
            Narrower Fides "essential.service.payment_processing",
            Overlapping Fides "finance",
        ],
        Purpose::Promotion => terms![
            Broader Dpv "Marketing",
            Overlapping Dpv "Advertising",
            Broader Fides "marketing",
            Overlapping Fides "marketing.advertising",
            Overlapping Fides "analytics.reporting.campaign_insights",
        ],
        Purpose::LegalObligation => terms![
            Broader Dpv "LegalCompliance",
            Broader Fides "third_party_sharing.legal_obligation",
            Overlapping Fides "essential.legal_obligation",
        ],
    }
}

pub(super) fn of_kind(_: ProcessorKind) -> &'static [Term] {
    // Alike for all kinds: each provides a service; none is only a recipient, because data is collected from some.
    terms![
        Broader Dpv "ServiceProvider",
        Overlapping Dpv "Recipient",
        Overlapping Dpv "DataProcessor",
    ]
}

pub(super) fn of_basis(word: LegalBasis) -> &'static [Term] {
    match word {
        LegalBasis::Contract => terms![
            Exact Dpv "Contract",
            Narrower EuGdpr "A6-1-b",
            Exact Fides "Contract",
        ],
        LegalBasis::Consent => terms![
            Exact Dpv "Consent",
            Narrower EuGdpr "A6-1-a",
            Exact Fides "Consent",
        ],
        LegalBasis::LegalObligation => terms![
            Exact Dpv "LegalObligation",
            Narrower EuGdpr "A6-1-c",
            Exact Fides "Legal obligations",
        ],
    }
}
