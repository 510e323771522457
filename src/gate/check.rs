//! The checks that yield a permit: to collect, store, use, share and disclose.

use chrono::{DateTime, Utc};

use super::{
    Authority, Cleared, Collection, Denied, Gate, Guarded, OwnUse, Recipient, Refusal, Storage, Undecided,
    cleared::Permit,
    decision::{Question, Sight, Standing, Terms},
    reason::Reasons,
    request::{Action, Flow},
    signals::Signals,
    stamp::Until,
    view::Seen,
    witness::{Decided, Outcome, Unrecorded, Witness},
};
use crate::{
    data::PersonalData,
    policy::{Numbered, Policy},
    vocabulary::{Country, Purpose, Source, SubjectId},
};

/// A check with what is known beside the data: the browser's signals, the country, encryption.
///
/// Made by [`Gate::check`]; what is not said is taken to be unknown, which is the stricter answer for
/// countries and encryption, and no signal for the browser.
///
/// ```
/// use dynamoi_privacy::consent::Event;
/// use dynamoi_privacy::data::UserData;
/// use dynamoi_privacy::gate::{Gate, Guarded, Signals};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::accept(subject, "1.0.0", now))?;
///
/// let account = Guarded::new(subject, UserData::default());
/// let refusal = gate.store(account, Purpose::PlatformOperation, now).unwrap_err();
/// assert_eq!(refusal.reasons().to_string(), "encryption_required");
///
/// let check = gate.check(now).country("DE".parse()?).encrypted(true);
/// let cleared = check.store(refusal.into_guarded(), Purpose::PlatformOperation)?;
/// let account = cleared.open(&gate, now)?; // and into the database with it
/// # let _ = account;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing was asked yet"]
pub struct Check<'g> {
    gate: &'g Gate,
    now: DateTime<Utc>,
    signals: Signals,
    country: Option<Country>,
    encrypted: bool,
}

/// What the whole way comes to, small enough to pass on in a few words.
enum Judged {
    Permitted(Permit),
    Denied(Reasons),
    Undecided(Undecided),
}

/// Either a permit, or why not with the data still guarded.
pub type Checked<T, To> = Result<Cleared<T, To>, Refusal<T>>;

impl Gate {
    /// A check at an instant, to which can be said what is known beside the data.
    #[inline]
    pub fn check(&self, now: DateTime<Utc>) -> Check<'_> {
        Check { gate: self, now, signals: Signals::default(), country: None, encrypted: false }
    }

    /// [`Check::collect`] with nothing known beside the data.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    pub fn collect<T: PersonalData>(
        &self,
        data: Guarded<T>,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Checked<T, Collection> {
        self.check(now).collect(data, purpose)
    }

    /// [`Check::store`] with nothing known beside the data: unencrypted, in an unknown country.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    pub fn store<T: PersonalData>(
        &self,
        data: Guarded<T>,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Checked<T, Storage> {
        self.check(now).store(data, purpose)
    }

    /// [`Check::use_for`] with nothing known beside the data.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    pub fn use_for<T: PersonalData>(
        &self,
        data: Guarded<T>,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Checked<T, OwnUse> {
        self.check(now).use_for(data, purpose)
    }

    /// [`Check::share`] with nothing known beside the data: no signal, a recipient in an unknown country.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    #[inline]
    pub fn share<T: PersonalData, R: Recipient>(
        &self,
        data: Guarded<T>,
        purpose: Purpose,
        recipient: R,
        now: DateTime<Utc>,
    ) -> Checked<T, R> {
        self.check(now).share(data, purpose, recipient)
    }

    /// [`Check::disclose`].
    ///
    /// # Errors
    /// Says every reason; the data comes back guarded.
    pub fn disclose<T: PersonalData>(
        &self,
        data: Guarded<T>,
        reference: String,
        now: DateTime<Utc>,
    ) -> Checked<T, Authority> {
        self.check(now).disclose(data, reference)
    }
}

impl<'g> Check<'g> {
    /// What the person's browser signals with the request (section 5), as [`Signals::from_headers`] reads it.
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = signals;
        self
    }

    /// Where the data will be stored, or where the recipient is (section 6).
    pub fn country(mut self, country: Country) -> Self {
        self.country = Some(country);
        self
    }

    /// Whether the data is encrypted where it will be stored (section 4).
    pub fn encrypted(mut self, encrypted: bool) -> Self {
        self.encrypted = encrypted;
        self
    }

    /// May the data be taken in (section 1)? Its source is the one that it was guarded with.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    pub fn collect<T: PersonalData>(self, data: Guarded<T>, purpose: Purpose) -> Checked<T, Collection> {
        let source = data.origin().cloned().map_or(Source::Subject, Source::Processor);
        self.clear(data, purpose, Action::Collect { source }, self.in_force())
    }

    /// May the data be stored (sections 4 and 6)?
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    pub fn store<T: PersonalData>(self, data: Guarded<T>, purpose: Purpose) -> Checked<T, Storage> {
        let (country, encrypted) = (self.country, self.encrypted);
        self.clear(data, purpose, Action::Store { country, encrypted }, self.in_force())
    }

    /// May Dynamoi use the data for a purpose of its own (section 2)?
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    #[inline]
    pub fn use_for<T: PersonalData>(self, data: Guarded<T>, purpose: Purpose) -> Checked<T, OwnUse> {
        let in_force = self.in_force();
        let plain = |policy: &Policy| policy.uses(purpose, T::CATEGORY);
        match self.glance(data.subject(), purpose, in_force, plain) {
            Some(permit) => Ok(Cleared::new(data, permit)),
            None => self.clear(data, purpose, Action::Use, in_force),
        }
    }

    /// May the data be shared with a processor (section 3)? Where it was obtained from goes into the answer.
    ///
    /// # Errors
    /// Says every reason, or that the gate cannot decide now; the data comes back guarded.
    #[inline]
    pub fn share<T: PersonalData, R: Recipient>(
        self,
        data: Guarded<T>,
        purpose: Purpose,
        _recipient: R,
    ) -> Checked<T, R> {
        let in_force = self.in_force();
        let quiet = !self.signals.gpc && !self.signals.cookies_blocked;
        let plain =
            |policy: &Policy| quiet && policy.shares_freely(purpose, T::CATEGORY, &R::ID, data.origin());
        match self.glance(data.subject(), purpose, in_force, plain) {
            Some(permit) => Ok(Cleared::new(data, permit)),
            None => {
                let country = self.country;
                self.clear(data, purpose, Action::Share { processor: R::ID, country }, in_force)
            }
        }
    }

    /// May the data be disclosed to an authority, as the law that is referred to compels (section 3)? It
    /// takes no consent.
    ///
    /// # Errors
    /// Says every reason; the data comes back guarded.
    pub fn disclose<T: PersonalData>(self, data: Guarded<T>, reference: String) -> Checked<T, Authority> {
        self.clear(data, Purpose::LegalObligation, Action::Disclose { reference }, self.in_force())
    }

    #[inline]
    fn in_force(&self) -> Option<Numbered<'g>> {
        self.gate.history.numbered_in_force(self.now)
    }

    /// The short way to a permit: the policy has nothing against the flow, and a glance at the record finds
    /// nothing either. `None` says that it takes more to tell.
    #[inline]
    fn glance(
        self,
        subject: SubjectId,
        purpose: Purpose,
        in_force: Option<Numbered<'_>>,
        plain: impl FnOnce(&Policy) -> bool,
    ) -> Option<Permit> {
        let (gate, version) = (self.gate, in_force?);
        // A witness is told more than a glance finds.
        if !plain(version.policy) || gate.witness.is_some() || gate.fresh(self.now).is_err() {
            return None;
        }
        let sight = Sight::new(version, purpose, self.now);
        let (seen, until, home) = gate.view.glance(subject, &sight)?;
        Some(self.issue(purpose, version, Some(seen), until.into(), home))
    }

    /// The whole way: every reason, or a permit.
    fn clear<T: PersonalData, To>(
        self,
        data: Guarded<T>,
        purpose: Purpose,
        action: Action,
        in_force: Option<Numbered<'_>>,
    ) -> Checked<T, To> {
        let flow = Flow { category: T::CATEGORY, purpose, action, origin: data.origin().cloned() };
        let judged = match &self.gate.witness {
            None => {
                let standing = |terms: &Terms<'_>| self.gate.view.standing(data.subject(), terms);
                self.judge(&flow, in_force, standing)
            }
            Some(witness) => self.judge_before(&**witness, data.subject(), &flow, in_force),
        };
        match judged {
            Judged::Permitted(permit) => Ok(Cleared::new(data, permit)),
            Judged::Denied(reasons) => {
                let version = in_force.map(|version| version.policy.version().clone());
                Err(Refusal::new(Denied::new(reasons, flow, version).into(), data))
            }
            Judged::Undecided(undecided) => Err(Refusal::new(undecided.into(), data)),
        }
    }

    #[inline(never)]
    fn judge(
        self,
        flow: &Flow,
        in_force: Option<Numbered<'_>>,
        standing: impl FnOnce(&Terms<'_>) -> (Standing, Option<Seen>),
    ) -> Judged {
        let gate = self.gate;
        let terms = match Question::of(&gate.history, in_force, flow, self.now, self.signals) {
            Question::Answered(Some(version), Reasons::NONE) => {
                return Judged::Permitted(self.issue(flow.purpose, version, None, Until::Never, None));
            }
            Question::Answered(_, reasons) => return Judged::Denied(reasons),
            Question::Open(terms) => terms,
        };
        if let Err(undecided) = gate.fresh(self.now) {
            return Judged::Undecided(undecided);
        }
        let (standing, seen) = standing(&terms);
        let reasons = terms.against(&standing);
        match standing {
            Standing::Known(facts) if reasons.is_empty() => {
                let until = facts.choices.until.into();
                Judged::Permitted(self.issue(flow.purpose, terms.in_force, seen, until, facts.home))
            }
            _ => Judged::Denied(reasons),
        }
    }

    /// The whole way, and what it comes to once the witness has taken it down.
    #[inline(never)]
    fn judge_before(
        self,
        witness: &dyn Witness,
        subject: SubjectId,
        flow: &Flow,
        in_force: Option<Numbered<'_>>,
    ) -> Judged {
        let mut rests_on = Vec::new();
        let judged = self.judge(flow, in_force, |terms| {
            let (standing, seen, basis) = self.gate.view.standing_with_basis(subject, terms);
            rests_on = basis;
            (standing, seen)
        });
        let outcome = match &judged {
            Judged::Permitted(_) => Outcome::Permitted,
            Judged::Denied(reasons) => Outcome::Denied(*reasons),
            Judged::Undecided(undecided) => Outcome::Undecided(*undecided),
        };
        let policy_version = in_force.map(|version| version.policy.version());
        let (signals, at) = (self.signals, self.now);
        let decided = Decided { subject, flow, signals, at, outcome, policy_version, rests_on: &rests_on };
        match witness.witness(&decided) {
            Ok(()) => judged,
            Err(Unrecorded) => Judged::Undecided(Undecided::Unrecorded),
        }
    }

    #[inline]
    fn issue(
        self,
        purpose: Purpose,
        version: Numbered<'_>,
        seen: Option<Seen>,
        until: Until,
        home: Option<Country>,
    ) -> Permit {
        let Self { gate, now: issued, signals, country, .. } = self;
        let (lifetime, version) = (gate.permit_lifetime, version.number);
        Permit { gate: gate.id, purpose, version, seen, home, country, signals, issued, lifetime, until }
    }
}
