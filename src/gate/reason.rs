//! Why data may not flow: the reasons, the section each rests on, and what would change it.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::vocabulary::{Section, words::words};

words! {
    /// A reason against a flow, in the alphabetical order of the ids.
    ///
    /// ```
    /// use dynamoi_privacy::gate::Reason;
    /// let reason = Reason::SaleProhibited;
    /// assert_eq!(reason.section().unwrap().number(), 3);
    /// assert_eq!(reason.sentence(), "personal data is never sold");
    /// assert_eq!(reason.remedy(), "nothing");
    /// ```
    Reason, "a reason" {
        /// The subject never declared an age, and the version in force wants one (section 7).
        AgeUnknown = "age_unknown",
        /// The subject has not reached the minimum age (section 7).
        BelowMinimumAge = "below_minimum_age",
        /// The subject refused a scope that covers this (section 2).
        ConsentDenied = "consent_denied",
        /// The subject's consent has run out (section 2).
        ConsentExpired = "consent_expired",
        /// The purpose needs consent and there is none (section 2).
        ConsentMissing = "consent_missing",
        /// The consent was given under a version that did not permit this (section 8).
        ConsentOutdated = "consent_outdated",
        /// The subject withdrew a consent that covers this, or objected (section 2).
        ConsentWithdrawn = "consent_withdrawn",
        /// The category is stored encrypted or not at all (section 4).
        EncryptionRequired = "encryption_required",
        /// A disclosure that names no legal ground (section 3).
        LegalReferenceMissing = "legal_reference_missing",
        /// No version of the policy is in force at that instant (section 8).
        NoPolicyInForce = "no_policy_in_force",
        /// The version that the subject accepted did not permit this (section 8).
        NotPermittedByAcceptedVersion = "not_permitted_by_accepted_version",
        /// Global Privacy Control is on, and the recipient is an ad network or a promotion provider (section 5).
        OptOutSignal = "opt_out_signal",
        /// The data was obtained from a processor whose terms bar this recipient (section 3).
        OriginForbidsRecipient = "origin_forbids_recipient",
        /// The subject accepted no version of the policy (section 8).
        PolicyNotAccepted = "policy_not_accepted",
        /// The policy does not use this category for this purpose (section 2).
        PurposeNotPermitted = "purpose_not_permitted",
        /// The policy does not share this with that recipient for this purpose (section 3).
        RecipientNotPermitted = "recipient_not_permitted",
        /// Personal data is never sold (section 3).
        SaleProhibited = "sale_prohibited",
        /// The policy does not collect this category from that source (section 1).
        SourceNotPermitted = "source_not_permitted",
        /// The subject was erased.
        SubjectErased = "subject_erased",
        /// Nothing is known of the subject.
        SubjectUnknown = "subject_unknown",
        /// Cookies are blocked, and analytics data would be collected or shared to analyse engagement (section 5).
        TrackingBlocked = "tracking_blocked",
        /// Data would go to where the person is not known to live, and no safeguard is registered (section 6).
        TransferWithoutSafeguard = "transfer_without_safeguard",
    }
}

impl Reason {
    /// The section of the policy that the reason rests on; none for what no section says.
    pub const fn section(self) -> Option<Section> {
        Section::new(match self {
            Self::SourceNotPermitted => 1,
            Self::PurposeNotPermitted
            | Self::ConsentMissing
            | Self::ConsentDenied
            | Self::ConsentWithdrawn
            | Self::ConsentExpired => 2,
            Self::RecipientNotPermitted
            | Self::OriginForbidsRecipient
            | Self::SaleProhibited
            | Self::LegalReferenceMissing => 3,
            Self::EncryptionRequired => 4,
            Self::OptOutSignal | Self::TrackingBlocked => 5,
            Self::TransferWithoutSafeguard => 6,
            Self::BelowMinimumAge | Self::AgeUnknown => 7,
            Self::NoPolicyInForce
            | Self::PolicyNotAccepted
            | Self::NotPermittedByAcceptedVersion
            | Self::ConsentOutdated => 8,
            Self::SubjectUnknown | Self::SubjectErased => 0,
        })
    }

    /// The reason in a sentence for a person.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::AgeUnknown => "the person has not said how old they are",
            Self::BelowMinimumAge => "the person is below the minimum age",
            Self::ConsentDenied => "the person was asked and said no",
            Self::ConsentExpired => "the person's consent has run out",
            Self::ConsentMissing => "the person has not consented to this purpose",
            Self::ConsentOutdated => "the person consented under a version that did not permit this",
            Self::ConsentWithdrawn => "the person took their consent back, or objected",
            Self::EncryptionRequired => "this category is stored encrypted or not at all",
            Self::LegalReferenceMissing => "the disclosure names no legal ground",
            Self::NoPolicyInForce => "no version of the policy is in force at that time",
            Self::NotPermittedByAcceptedVersion => {
                "the version that the person accepted does not permit this"
            }
            Self::OptOutSignal => "the person's browser asks not to sell or share their data",
            Self::OriginForbidsRecipient => {
                "the terms of the system that the data came from bar this recipient"
            }
            Self::PolicyNotAccepted => "the person has not accepted the policy",
            Self::PurposeNotPermitted => "the policy does not use this category for this purpose",
            Self::RecipientNotPermitted => "the policy does not share this category with that recipient",
            Self::SaleProhibited => "personal data is never sold",
            Self::SourceNotPermitted => "the policy does not collect this category from that source",
            Self::SubjectErased => "the person was erased",
            Self::SubjectUnknown => "nothing is known of the person",
            Self::TrackingBlocked => "the person blocks cookies",
            Self::TransferWithoutSafeguard => "the data would go abroad without a safeguard",
        }
    }

    /// What would change it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::AgeUnknown => "an age_declared event",
            Self::BelowMinimumAge => "the day on which the person reaches the minimum age",
            Self::ConsentDenied | Self::ConsentWithdrawn => "a newer grant of the same scope by the person",
            Self::ConsentExpired => "a new grant by the person",
            Self::ConsentMissing => "a grant by the person that covers this",
            Self::ConsentOutdated => "a grant by the person under a version that permits this",
            Self::EncryptionRequired => "encrypting the data before it is stored",
            Self::LegalReferenceMissing => "the reference of the order or law that compels the disclosure",
            Self::NoPolicyInForce => "a version of the policy that is in force at that time",
            Self::NotPermittedByAcceptedVersion => "the person's acceptance of a version that permits this",
            Self::OptOutSignal => "a request without the signal Sec-GPC",
            Self::OriginForbidsRecipient => "the same data from another source, or another recipient",
            Self::PolicyNotAccepted => "the person's acceptance of the policy",
            Self::PurposeNotPermitted => "a version of the policy that uses the category for the purpose",
            Self::RecipientNotPermitted => {
                "a version of the policy that shares the category with the recipient"
            }
            Self::SaleProhibited | Self::SubjectErased => "nothing",
            Self::SourceNotPermitted => "a version of the policy that collects the category from the source",
            Self::SubjectUnknown => "the person's acceptance of the policy, and consent where it is needed",
            Self::TrackingBlocked => "the person's allowing cookies",
            Self::TransferWithoutSafeguard => {
                "a safeguard for the recipient or the storage, or keeping the data in the person's country"
            }
        }
    }
}

/// A set of reasons: a word, so that a refusal with all its reasons allocates nothing.
///
/// ```
/// use dynamoi_privacy::gate::{Reason, Reasons};
/// let reasons: Reasons = [Reason::SubjectUnknown, Reason::ConsentMissing].into_iter().collect();
/// assert!(reasons.contains(Reason::ConsentMissing));
/// assert_eq!(reasons.to_string(), "consent_missing, subject_unknown");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Reasons(u32);

impl Reasons {
    /// No reason: what is permitted.
    pub const NONE: Self = Self(0);

    /// Whether there is no reason.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether a reason is among them.
    #[inline]
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u32) != 0
    }

    /// The reasons, in the alphabetical order of their ids.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.contains(*reason))
    }

    #[inline]
    pub(crate) const fn one(reason: Reason) -> Self {
        Self(1 << reason as u32)
    }

    /// Adds a reason when it applies.
    #[inline]
    pub(crate) fn add_if(&mut self, applies: bool, reason: Reason) {
        self.0 |= u32::from(applies) << reason as u32;
    }

    #[inline]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        reasons.into_iter().fold(Self::NONE, |all, reason| all.and(Self::one(reason)))
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, reason) in self.iter().enumerate() {
            write!(f, "{}{reason}", if nth == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_bits_is_the_order_of_the_ids() {
        assert!(Reason::ALL.is_sorted_by_key(|reason| reason.as_str()));
        let all: Reasons = Reason::ALL.into_iter().collect();
        assert_eq!(all.iter().collect::<Vec<_>>(), Reason::ALL);
        assert_eq!(all.len(), Reason::ALL.len());
    }
}
