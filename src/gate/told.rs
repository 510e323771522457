//! What a system is told of a person's choices: read off the record when something is sent, never passed in.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{Action, Flow, Gate, Request, Signals};
use crate::{
    policy::VendorTerms,
    vocabulary::{Country, DataCategory, ProcessorId, Purpose, SubjectId},
};

/// What the gate says of a person to whoever builds the body of a request from cleared data.
///
/// The consent signals of the systems (Limited Data Use, `Consent`, `limited_data_use`) are computed from it. It
/// is made when a permit is used, from the same record that the permit rests on, and by nothing else: a host
/// cannot claim a consent that nobody gave.
pub struct Told<'g> {
    pub(super) gate: &'g Gate,
    pub(super) subject: SubjectId,
    /// What the permit lets happen.
    pub(super) flow: Flow,
    pub(super) home: Option<Country>,
    pub(super) signals: Signals,
    /// When it is asked.
    pub(super) now: DateTime<Utc>,
}

impl Told<'_> {
    /// The country that the person lives in, as far as it is known (section 6).
    pub fn home(&self) -> Option<Country> {
        self.home
    }

    /// The processor that the data was obtained from; ids in it are that processor's.
    pub fn origin(&self) -> Option<&ProcessorId> {
        self.flow.origin.as_ref()
    }

    /// When it is sent.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Whether what is sent rests on a consent of the person's that stands now. A purpose on another basis is
    /// permitted without one, and then no system may be told that there is.
    pub fn consented(&self) -> bool {
        self.rests_on_consent(self.flow.clone())
    }

    /// Whether the person also consents to something else: that data of a category is shared with a processor
    /// for a purpose. It would have to be permitted now, for data of the same origin and under the same signals of
    /// the browser, and rest on a consent that stands: what the terms of the origin keep from a processor nobody
    /// can consent to.
    pub fn consents_to(&self, category: DataCategory, purpose: Purpose, processor: ProcessorId) -> bool {
        let action = Action::Share { processor, country: None };
        self.rests_on_consent(Flow { category, purpose, action, origin: self.flow.origin.clone() })
    }

    /// What the systems' own terms ask for.
    pub(crate) fn vendor_terms(&self) -> &VendorTerms {
        self.gate.vendor_terms()
    }

    fn rests_on_consent(&self, flow: Flow) -> bool {
        let Self { gate, subject, signals, now, .. } = *self;
        gate.rests_on_consent(&Request { subject, flow, at: now, signals })
    }
}

impl fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::{Event, Scope},
        data::StreamingData,
        gate::{Guarded, Recipient},
        policy::{Document, History},
        vocabulary::LegalBasis,
    };

    struct FeatureFm;
    impl Recipient for FeatureFm {
        const ID: ProcessorId = ProcessorId::FEATURE_FM;
    }

    /// What Feature.fm is told of somebody with these events: whether they consented, and whether they consent to
    /// Google's ads. The country of the recipient is said, because somebody may have to keep their data there.
    fn told(policy: Document, events: &[Event], signals: Signals) -> (bool, bool) {
        let history = History::new();
        history.add(policy).unwrap();
        let gate = Gate::new(history);
        events.iter().for_each(|event| gate.record(event.clone()).unwrap());
        let (subject, now) = (events[0].subject, events[0].at);
        let data = Guarded::new(subject, StreamingData::default());
        let check = gate.check(now).signals(signals).country("DE".parse().unwrap());
        let cleared = check.share(data, Purpose::Promotion, FeatureFm).unwrap();
        let look = |_: &StreamingData, told: &Told<'_>| {
            let ads =
                told.consents_to(DataCategory::User, Purpose::MarketingCampaigns, ProcessorId::GOOGLE_ADS);
            assert_eq!(told.home(), "DE".parse().ok());
            (told.consented(), ads)
        };
        cleared.show(&gate, now, look).unwrap().0
    }

    #[test]
    fn consent_is_told_of_where_a_grant_stands_and_nowhere_else() {
        let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse().unwrap());
        let ads = Purpose::MarketingCampaigns;
        let to_google = || Scope::from(ads).processor(ProcessorId::GOOGLE_ADS);
        let accepted =
            [Event::accept(subject, "1.0.0", now), Event::home(subject, "DE".parse().unwrap(), now)];
        let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", now);
        let with = |events: &[Event]| [&accepted[..], events].concat();
        let quiet = Signals::default();

        // Promotion needs consent, so what was cleared for it rests on one.
        let policy = Document::dynamoi();
        assert_eq!(told(policy.clone(), &with(std::slice::from_ref(&granted)), quiet), (true, false));
        for (event, consents) in [
            (Event::grant(subject, ads, "1.0.0", now), true),
            (Event::grant(subject, to_google(), "1.0.0", now), true),
            (Event::grant_until(subject, ads, "1.0.0", now - chrono::TimeDelta::days(2), now), false),
            (Event::grant(subject, Scope::from(ads).processor(ProcessorId::TIKTOK_ADS), "1.0.0", now), false),
            (Event::deny(subject, ads, now), false),
        ] {
            assert_eq!(told(policy.clone(), &with(&[granted.clone(), event]), quiet), (true, consents));
        }
        let both = with(&[granted.clone(), Event::grant(subject, ads, "1.0.0", now)]);
        let refused = [&both[..], &[Event::withdraw(subject, to_google(), now)]].concat();
        assert_eq!(told(policy.clone(), &refused, quiet), (true, false));
        let blocked = Signals { cookies_blocked: true, ..quiet };
        assert_eq!(told(policy.clone(), &both, blocked), (true, true), "cookies are no matter of user data");

        // On another basis the flow is permitted without consent, and then there is none to tell of.
        let mut contract = policy;
        for purpose in contract.purposes.iter_mut().filter(|purpose| purpose.basis == LegalBasis::Consent) {
            purpose.basis = LegalBasis::Contract;
        }
        assert_eq!(told(contract.clone(), &with(&[]), quiet), (false, false));
        assert_eq!(told(contract.clone(), &with(&[granted]), quiet), (true, false));
        assert_eq!(told(contract.clone(), &both, quiet), (true, true));

        // Where Google may not have the data without a safeguard, nobody is told that it may.
        for processor in &mut contract.processors {
            processor.safeguard = None;
        }
        assert_eq!(told(contract, &both, quiet), (true, false));
    }
}
