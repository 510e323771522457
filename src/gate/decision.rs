//! The decision: pure, total, with every reason that applies.
//!
//! It is made in two steps. [`Question::of`] asks the policy, before anything is known of the subject; what
//! it finds is the same for every subject, so that one question can be put to millions. [`Terms::against`]
//! then judges what is known of one subject. The numbers in comments are those of the written semantics.

use chrono::{DateTime, Utc};

use super::{
    reason::{Reason, Reasons},
    request::{Action, Flow},
    signals::Signals,
    stamp::Stamp,
};
use crate::{
    consent::{Record, Scope, State, Versions, bits},
    policy::{History, Numbered, Policy, UnknownAge},
    vocabulary::{Country, DataCategory, ProcessorKind, Purpose, Source},
};

/// What the policy alone says to a question.
pub(super) enum Question<'a> {
    /// Everything: no subject's record can change it.
    Answered(Option<Numbered<'a>>, Reasons),
    /// What a subject's record is judged by.
    Open(Terms<'a>),
}

/// What a subject's record is judged by.
pub(super) struct Terms<'a> {
    history: &'a History,
    flow: &'a Flow,
    at: DateTime<Utc>,
    stamp: Stamp,
    pub(super) in_force: Numbered<'a>,
    /// The reasons of the version in force against the flow (2), and those of signals and encryption (6, 8).
    flow_reasons: Reasons,
    other_reasons: Reasons,
    needs_consent: bool,
    needs_age: bool,
    /// Without a safeguard, the home that would make the transfer none (7).
    must_stay: Option<Option<Country>>,
    /// Versions below 64 of which it is known whether they permit the flow, and those that do.
    looked_up: u64,
    permitting: u64,
}

/// What a check reads of a record.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    Unknown,
    Erased,
    Known(Facts),
}

/// What a check reads of the record of a subject with events.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) age: Age,
    pub(super) home: Option<Country>,
    pub(super) accepted: Accepted,
    pub(super) choices: Choices,
}

impl Standing {
    /// Whether a grant that covers the flow stands, given under a version that permits it, and no refusal does.
    pub(super) fn consented(&self) -> bool {
        let consented = |choices: &Choices| choices.fits && !choices.denied && !choices.withdrawn;
        matches!(self, Self::Known(facts) if consented(&facts.choices))
    }
}

/// How old the subject is at the instant of the question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Undeclared,
    BelowMinimum,
    Reached,
}

/// The newest accepted version, or the one in force if that is older.
#[derive(Clone, Copy)]
pub(super) enum Accepted {
    Nothing,
    InForce,
    Older(u32),
}

/// What the choices that cover a flow come to.
#[derive(Clone, Copy, Default)]
pub(super) struct Choices {
    denied: bool,
    withdrawn: bool,
    granted: bool,
    /// A grant has not expired.
    live: bool,
    /// Such a grant was given under a version that permits the flow.
    fits: bool,
    /// The earliest instant at which a grant that has not expired does.
    pub(super) until: Option<DateTime<Utc>>,
}

/// What a glance at a record asks, when nothing but the record can stand against the flow.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    pub(super) purpose: Purpose,
    pub(super) at: DateTime<Utc>,
    pub(super) needs_consent: bool,
    pub(super) needs_age: bool,
    /// The version in force among those below 64.
    pub(super) in_force: u64,
    /// Versions below 64 that are known to permit the flow.
    pub(super) permitting: u64,
}

impl Sight {
    /// For a flow against which the version in force has nothing.
    #[inline]
    pub(super) fn new(version: Numbered<'_>, purpose: Purpose, at: DateTime<Utc>) -> Self {
        let bit = 1u64.checked_shl(version.number).unwrap_or(0);
        Self {
            purpose,
            at,
            needs_consent: version.policy.needs_consent(purpose),
            needs_age: version.policy.unknown_age() == UnknownAge::Deny,
            in_force: bit,
            permitting: bit,
        }
    }
}

/// What a glance at a packed record finds.
pub(super) enum Glance {
    /// Nothing stands against the flow.
    Yes {
        /// The end of the grant that it rests on.
        until: Option<Stamp>,
        /// Where the subject lives.
        home: Option<Country>,
    },
    /// Something stands against it.
    No,
    /// It takes the whole standing to say.
    Unclear,
}

impl Choices {
    #[inline]
    pub(super) fn deny(&mut self) {
        self.denied = true;
    }

    #[inline]
    pub(super) fn withdraw(&mut self) {
        self.withdrawn = true;
    }

    /// A grant that has expired.
    #[inline]
    pub(super) fn grant_expired(&mut self) {
        self.granted = true;
    }

    /// A grant that stands until an instant, given under a version that permits the flow or does not.
    #[inline]
    pub(super) fn grant(&mut self, fits: bool, until: Option<DateTime<Utc>>) {
        self.granted = true;
        self.live = true;
        self.fits |= fits;
        self.until = match (self.until, until) {
            (Some(known), Some(until)) => Some(known.min(until)),
            (known, until) => known.or(until),
        };
    }
}

impl<'a> Question<'a> {
    /// Asks the policy, of which a version is in force at the instant, or none.
    #[inline(always)]
    pub(super) fn of(
        history: &'a History,
        in_force: Option<Numbered<'a>>,
        flow: &'a Flow,
        at: DateTime<Utc>,
        signals: Signals,
    ) -> Self {
        // 1
        let Some(in_force) = in_force else {
            return Self::Answered(None, Reasons::one(Reason::NoPolicyInForce));
        };
        if let Action::Sell = flow.action {
            return Self::Answered(Some(in_force), Reasons::one(Reason::SaleProhibited));
        }
        // 2
        let policy = in_force.policy;
        let flow_reasons = reasons_against(policy, flow);
        if let Action::Disclose { .. } = flow.action {
            return Self::Answered(Some(in_force), flow_reasons);
        }
        let bit = 1u64.checked_shl(in_force.number).unwrap_or(0);
        let other_reasons = signal_reasons(policy, flow, signals).and(storage_reasons(policy, flow));
        let must_stay = must_stay(policy, flow);
        Self::Open(Terms {
            history,
            flow,
            at,
            stamp: Stamp::clamped(at),
            in_force,
            flow_reasons,
            other_reasons,
            needs_consent: policy.needs_consent(flow.purpose),
            needs_age: policy.unknown_age() == UnknownAge::Deny,
            must_stay,
            looked_up: bit,
            permitting: if flow_reasons.is_empty() { bit } else { 0 },
        })
    }
}

impl Terms<'_> {
    /// The flow of the question.
    pub(super) fn flow(&self) -> &Flow {
        self.flow
    }

    /// The versions that it is asked under.
    pub(super) fn history(&self) -> &History {
        self.history
    }

    /// Whether a choice for a scope covers the flow.
    pub(super) fn is_covered_by(&self, scope: &Scope) -> bool {
        scope.covers(self.flow.purpose, self.flow.category, self.flow.processor())
    }

    /// Whether it matters where the subject lives.
    pub(super) fn reads_home(&self) -> bool {
        self.must_stay.is_some()
    }

    /// The instant of the question.
    #[inline]
    pub(super) fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The instant of the question as a stamp.
    #[inline]
    pub(super) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// What a glance can ask, when nothing but a record can stand against the flow.
    pub(super) fn sight(&self) -> Option<Sight> {
        let plain = self.flow_reasons.is_empty() && self.other_reasons.is_empty() && self.must_stay.is_none();
        let sight = Sight::new(self.in_force, self.flow.purpose, self.at);
        plain.then_some(Sight { permitting: self.permitting, ..sight })
    }

    /// The same terms with every version looked up beforehand, for a question that is put to many subjects.
    pub(super) fn for_many(mut self) -> Self {
        for number in 0..u64::BITS {
            if self.history.numbered(number).is_some() {
                self.permitting |= u64::from(self.permits(number)) << number;
                self.looked_up |= 1 << number;
            }
        }
        self
    }

    /// Every reason that applies to a subject.
    #[inline(always)]
    pub(super) fn against(&self, standing: &Standing) -> Reasons {
        let mut reasons = self.flow_reasons.and(self.other_reasons);
        let home = match standing {
            // 3
            Standing::Unknown => {
                reasons.add_if(true, Reason::SubjectUnknown);
                None
            }
            Standing::Erased => {
                reasons.add_if(true, Reason::SubjectErased);
                None
            }
            Standing::Known(facts) => {
                reasons.add_if(facts.age == Age::BelowMinimum, Reason::BelowMinimumAge);
                reasons.add_if(self.needs_age && facts.age == Age::Undeclared, Reason::AgeUnknown);
                self.add_acceptance(facts.accepted, &mut reasons);
                self.add_choice(&facts.choices, &mut reasons);
                facts.home
            }
        };
        // 7
        if let Some(country) = self.must_stay {
            reasons.add_if(country.is_none() || country != home, Reason::TransferWithoutSafeguard);
        }
        reasons
    }

    /// 4
    #[inline]
    fn add_acceptance(&self, accepted: Accepted, reasons: &mut Reasons) {
        match accepted {
            Accepted::Nothing => reasons.add_if(true, Reason::PolicyNotAccepted),
            Accepted::InForce => {}
            Accepted::Older(number) => {
                let narrower = self.flow_reasons.is_empty() && !self.permits(number);
                reasons.add_if(narrower, Reason::NotPermittedByAcceptedVersion);
            }
        }
    }

    /// 5
    #[inline]
    fn add_choice(&self, choices: &Choices, reasons: &mut Reasons) {
        reasons.add_if(choices.denied, Reason::ConsentDenied);
        reasons.add_if(choices.withdrawn, Reason::ConsentWithdrawn);
        if choices.denied || choices.withdrawn || !self.needs_consent {
            return;
        }
        if !choices.granted {
            reasons.add_if(true, Reason::ConsentMissing);
        } else if !choices.live {
            reasons.add_if(true, Reason::ConsentExpired);
        } else {
            reasons.add_if(!choices.fits && self.flow_reasons.is_empty(), Reason::ConsentOutdated);
        }
    }

    /// Whether a version permits the flow, consent aside; an unknown number permits nothing.
    #[inline]
    pub(super) fn permits(&self, number: u32) -> bool {
        if self.looked_up.checked_shr(number).unwrap_or(0) & 1 != 0 {
            return self.permitting.checked_shr(number).unwrap_or(0) & 1 != 0;
        }
        let version = self.history.numbered(number);
        version.is_some_and(|version| reasons_against(version.policy, self.flow).is_empty())
    }

    /// The standing of a whole record.
    pub(super) fn standing(&self, record: &Record) -> Standing {
        if record.is_erased() {
            return Standing::Erased;
        }
        let mut choices = Choices::default();
        for choice in record.covering(self.flow.purpose, self.flow.category, self.flow.processor()) {
            match choice.state {
                State::Denied => choices.deny(),
                State::Withdrawn => choices.withdraw(),
                State::Granted(grant) if grant.expires_at.is_some_and(|expires| expires <= self.at) => {
                    choices.grant_expired();
                }
                State::Granted(grant) => choices.grant(self.permits(grant.version), grant.expires_at),
            }
        }
        let age = match record.age.map(|age| age.what) {
            None => Age::Undeclared,
            Some(Some(date)) if self.at.date_naive() < date => Age::BelowMinimum,
            Some(_) => Age::Reached,
        };
        let accepted = self.accepted(&record.accepted);
        Standing::Known(Facts { age, home: record.home(), accepted, choices })
    }

    /// The newest of the accepted versions, or the one in force if that is older.
    fn accepted(&self, versions: &Versions) -> Accepted {
        if versions.high.is_empty() {
            return self.accepted_of(versions.low);
        }
        self.newest(versions.iter())
    }

    /// The same for a set of versions that fits a word.
    #[inline]
    pub(super) fn accepted_of(&self, versions: u64) -> Accepted {
        match versions {
            0 => Accepted::Nothing,
            set if set.checked_shr(self.in_force.number).unwrap_or(0) & 1 != 0 => Accepted::InForce,
            set => self.newest(bits(set)),
        }
    }

    fn newest(&self, versions: impl Iterator<Item = u32>) -> Accepted {
        let newest = versions
            .filter_map(|number| self.history.numbered(number))
            .max_by_key(|version| version.policy.effective_from());
        match newest {
            None => Accepted::Nothing,
            Some(version) if version.policy.effective_from() >= self.in_force.policy.effective_from() => {
                Accepted::InForce
            }
            Some(version) => Accepted::Older(version.number),
        }
    }
}

/// 2: the reasons of a version against a flow, consent aside.
#[inline(always)]
fn reasons_against(policy: &Policy, flow: &Flow) -> Reasons {
    let mut reasons = Reasons::NONE;
    let used = policy.uses(flow.purpose, flow.category);
    match &flow.action {
        Action::Collect { source } => {
            let permitted = match source {
                Source::Subject => policy.collects_from_subject(flow.category),
                Source::Processor(id) => policy
                    .processor(id)
                    .is_some_and(|processor| policy.collects_from(flow.category, processor.kind())),
            };
            reasons.add_if(!used, Reason::PurposeNotPermitted);
            reasons.add_if(!permitted, Reason::SourceNotPermitted);
        }
        Action::Store { .. } | Action::Use => reasons.add_if(!used, Reason::PurposeNotPermitted),
        Action::Share { .. } if !used => reasons.add_if(true, Reason::PurposeNotPermitted),
        Action::Share { processor, .. } => {
            let recipient = policy
                .processor(processor)
                .filter(|recipient| policy.shares(flow.purpose, flow.category, recipient.kind()));
            match recipient {
                None => reasons.add_if(true, Reason::RecipientNotPermitted),
                Some(recipient) => {
                    let forbidden = flow.origin.as_ref().is_some_and(|origin| {
                        policy
                            .processor(origin)
                            .is_none_or(|origin| origin.forbids_onward_to(recipient.kind()))
                    });
                    reasons.add_if(forbidden, Reason::OriginForbidsRecipient);
                }
            }
        }
        Action::Disclose { reference } => {
            reasons.add_if(flow.purpose != Purpose::LegalObligation, Reason::PurposeNotPermitted);
            reasons.add_if(reference.trim().is_empty(), Reason::LegalReferenceMissing);
        }
        // A sale is answered before any flow is looked at.
        Action::Sell => reasons.add_if(true, Reason::SaleProhibited),
    }
    reasons
}

/// 6
#[inline]
fn signal_reasons(policy: &Policy, flow: &Flow, signals: Signals) -> Reasons {
    let mut reasons = Reasons::NONE;
    if signals.gpc
        && let Action::Share { processor, .. } = &flow.action
    {
        let kind = policy.processor(processor).map(|recipient| recipient.kind());
        let opted_out = matches!(kind, Some(ProcessorKind::AdNetwork | ProcessorKind::PromotionProvider));
        reasons.add_if(opted_out, Reason::OptOutSignal);
    }
    let tracking = matches!(flow.action, Action::Collect { .. } | Action::Share { .. })
        && flow.category == DataCategory::Analytics
        && flow.purpose == Purpose::EngagementAnalysis;
    reasons.add_if(signals.cookies_blocked && tracking, Reason::TrackingBlocked);
    reasons
}

/// 8
#[inline]
fn storage_reasons(policy: &Policy, flow: &Flow) -> Reasons {
    let mut reasons = Reasons::NONE;
    let plain = matches!(flow.action, Action::Store { encrypted: false, .. });
    reasons.add_if(plain && policy.stores_encrypted(flow.category), Reason::EncryptionRequired);
    reasons
}

/// 7: the country that data may not leave, where no safeguard lets it.
#[inline]
fn must_stay(policy: &Policy, flow: &Flow) -> Option<Option<Country>> {
    let (country, safeguard) = match &flow.action {
        Action::Store { country, .. } => (country, policy.storage_safeguard()),
        Action::Share { processor, country } => {
            (country, policy.processor(processor).and_then(|recipient| recipient.safeguard()))
        }
        _ => return None,
    };
    safeguard.is_none().then_some(*country)
}
