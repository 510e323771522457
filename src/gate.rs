//! The gate: what is asked, the decision, and the permits without which no data moves.

mod answer;
mod check;
mod cleared;
mod decision;
mod freshness;
mod gpc;
mod guarded;
mod reason;
mod recipient;
mod refusal;
mod request;
mod request_schema;
mod signals;
mod stamp;
mod told;
mod view;
mod witness;
mod written;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use self::request::action_in_full;
pub use self::{
    answer::{Decision, Denied, Explanation, Permitted, Undecided},
    check::{Check, Checked},
    cleared::{Authority, Cleared, Collection, Lapse, Lapsed, Leaves, OwnUse, Recipient, Storage},
    freshness::{Asked, MAX_STALENESS},
    gpc::{GpcSupport, GpcUnknown, GpcUpdate, NotAGpcUpdate},
    guarded::Guarded,
    reason::{Reason, Reasons},
    refusal::{NotPermitted, Refusal},
    request::{Action, ActionType, Flow, Request},
    signals::{Cookies, NotACookieName, ProbeCookie, Signals},
    told::Told,
    view::RecordError,
    witness::{Decided, Outcome, Unrecorded, Witness},
    written::{Effect, WrittenDecision, WrittenExplanation},
};
use self::{cleared::Permit, decision::Question, freshness::Freshness, view::View};
use crate::{
    clock::Clock,
    consent::{Event, Record},
    policy::{Document, History, PolicyError, VendorTerms},
    vocabulary::SubjectId,
};

/// The consent check: it knows the policy and every subject's consent record, and it alone makes permits.
///
/// One gate serves a process; share it by reference or in an `Arc`. Checks do no I/O, allocate nothing and
/// wait for a writer no longer than a record takes to copy.
///
/// ```
/// use dynamoi_privacy::consent::Event;
/// use dynamoi_privacy::data::AnalyticsData;
/// use dynamoi_privacy::gate::{Cleared, Gate, Guarded};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::processors::PostHog;
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::accept(subject, "1.0.0", now))?;
///
/// let views = Guarded::new(subject, AnalyticsData::default());
/// let refusal = gate.share(views, Purpose::EngagementAnalysis, PostHog, now).unwrap_err();
/// assert_eq!(refusal.reasons().to_string(), "consent_missing");
///
/// gate.record(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now))?;
/// let views = refusal.into_guarded();
/// let cleared: Cleared<AnalyticsData, PostHog> = gate.share(views, Purpose::EngagementAnalysis, PostHog, now)?;
/// # let _ = cleared;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Gate {
    id: u64,
    history: Arc<History>,
    view: View,
    permit_lifetime: TimeDelta,
    freshness: Freshness,
    /// Who is told of every decision of a check.
    witness: Option<Arc<dyn Witness>>,
    /// What the systems' own terms ask for, where the host knows better than this version of the crate.
    vendor_terms: Option<VendorTerms>,
}

/// Tells gates of one process apart, so that a permit opens nothing at another.
static NEXT_ID: AtomicU64 = AtomicU64::new(0);

/// How long a permit lives unless the host says otherwise.
const PERMIT_LIFETIME: TimeDelta = TimeDelta::seconds(30);

impl Gate {
    /// A gate in memory: its view is current because nothing else writes the records. The history is its own, or
    /// one that it shares.
    pub fn new(history: impl Into<Arc<History>>) -> Self {
        Self::with(history.into(), View::new(true))
    }

    fn with(history: Arc<History>, view: View) -> Self {
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            history,
            view,
            permit_lifetime: PERMIT_LIFETIME,
            freshness: Freshness::for_ever(),
            witness: None,
            vendor_terms: None,
        }
    }

    /// A gate that is fed from elsewhere: until [`Self::confirm_current`] says otherwise its view is stale,
    /// and `max_staleness` after each such word it is stale again. Then checks that rest on consent answer
    /// [`Undecided::StaleView`] instead of guessing.
    ///
    /// What feeds it keeps the events and has refused those whose ids conflict, so the gate does not keep
    /// the ids a second time. Whoever feeds it may know versions of the policy that this process does not yet have:
    /// see [`Self::record`].
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use dynamoi_privacy::clock::{Clock, SystemClock};
    /// use dynamoi_privacy::gate::{Gate, Guarded, NotPermitted, Undecided};
    /// use dynamoi_privacy::{data::UserData, policy::History};
    /// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
    ///
    /// let subject = SubjectId::random();
    /// let gate = Gate::fed(History::dynamoi(), TimeDelta::seconds(5));
    /// let account = Guarded::new(subject, UserData::default());
    /// let refusal = gate.use_for(account, Purpose::PlatformOperation, SystemClock.now()).unwrap_err();
    /// assert_eq!(refusal.why(), &NotPermitted::Undecided(Undecided::StaleView));
    ///
    /// let asked = gate.ask();
    /// // Here whatever feeds the gate looks whether there is anything new, and finds nothing.
    /// gate.confirm_current(asked);
    /// let refusal = gate.use_for(refusal.into_guarded(), Purpose::PlatformOperation, SystemClock.now()).unwrap_err();
    /// assert_eq!(refusal.reasons().to_string(), "subject_unknown");
    /// ```
    pub fn fed(history: impl Into<Arc<History>>, max_staleness: TimeDelta) -> Self {
        Self {
            freshness: Freshness::never_yet(max_staleness),
            ..Self::with(history.into(), View::new(false))
        }
    }

    /// The same gate with another clock than the machine's to tell by how old its view is. The instants of checks
    /// are the host's all the same.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.freshness = self.freshness.with_clock(Arc::new(clock));
        self
    }

    /// The same gate with permits that live as long as this, 30 seconds unless it is said.
    #[must_use]
    pub fn with_permit_lifetime(mut self, lifetime: TimeDelta) -> Self {
        self.permit_lifetime = lifetime;
        self
    }

    /// The same gate with what the systems' own terms ask for, instead of [`VendorTerms::shipped`].
    #[must_use]
    pub fn with_vendor_terms(mut self, terms: VendorTerms) -> Self {
        self.vendor_terms = Some(terms);
        self
    }

    /// What the systems' own terms ask for, as bodies and deadlines are made with it (section 3).
    pub fn vendor_terms(&self) -> &VendorTerms {
        self.vendor_terms.as_ref().unwrap_or_else(|| VendorTerms::shipped())
    }

    /// The moment before somebody looks at what feeds the gate, for [`Self::confirm_current`].
    pub fn ask(&self) -> Asked {
        self.freshness.ask()
    }

    /// Says that the view holds everything that was known elsewhere when it was asked. What was asked earlier never
    /// takes back what was asked later.
    pub fn confirm_current(&self, asked: Asked) {
        self.renew(asked);
    }

    /// [`Self::confirm_current`]; whether there was no word before.
    pub(crate) fn renew(&self, asked: Asked) -> bool {
        // Whoever shares the history may have added a version to it that this gate has waited for.
        self.view.settle(&self.history);
        self.freshness.confirm(asked)
    }

    /// How long ago the view is known to have been current, whether or not that is too long; nothing for a gate in
    /// memory. `None` when that was never said.
    pub fn age(&self) -> Option<Duration> {
        self.freshness.age()
    }

    /// For how long after it was current checks may rest on the view; for ever in memory.
    pub fn max_staleness(&self) -> TimeDelta {
        self.freshness.max_staleness()
    }

    /// Takes the last word of [`Self::confirm_current`] back when it is too old by the watch, whatever the wall clock
    /// was set to meanwhile; whether there is none now. Whoever feeds the gate calls it as long as they cannot look.
    pub(crate) fn lapse_view(&self) -> bool {
        self.freshness.lapse()
    }

    /// For how long checks can still rest on the view, by the watch; `None` when they cannot.
    #[cfg(feature = "ledger")]
    pub(crate) fn fresh_for(&self) -> Option<Duration> {
        self.freshness.left()
    }

    /// Takes the place of the one that feeds the gate; whether it was free.
    #[cfg(feature = "ledger")]
    pub(crate) fn begin_feeding(&self) -> bool {
        self.freshness.begin_feeding()
    }

    /// Leaves that place.
    #[cfg(feature = "ledger")]
    pub(crate) fn end_feeding(&self) {
        self.freshness.end_feeding();
    }

    /// Takes many consent events in, one after the other, as [`Self::record`] does; those after one that is
    /// refused are not taken in.
    ///
    /// # Errors
    /// The index of the first that is refused, and why.
    #[cfg(feature = "ledger")]
    pub(crate) fn record_all(&self, events: &[Event]) -> Result<(), (usize, RecordError)> {
        self.view.record_all(events, &self.history)
    }

    /// Whether something else than the gate keeps the events.
    pub(crate) fn is_fed(&self) -> bool {
        self.freshness.is_fed()
    }

    /// The versions of the policy.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Adds a version of the policy, also while checks run; it changes only answers given afterwards.
    ///
    /// # Errors
    /// See [`History::add`].
    pub fn adopt(&self, document: Document) -> Result<(), PolicyError> {
        self.history.add(document)?;
        self.view.settle(&self.history);
        Ok(())
    }

    /// Takes a consent event in. The same event again changes nothing and is no error; in which order events
    /// come makes no difference.
    ///
    /// It takes as long as a record takes to fold, and where subjects were [linked](Event::link) as all take that are
    /// judged on this one: a visitor that a thousand accounts were linked to changes a thousand records with each of
    /// its events, an account with a thousand visitors looks at all of them. Checks go on meanwhile.
    ///
    /// # Errors
    /// An event whose id stands for another one, that names a version which the history lacks, or that expires before
    /// it begins is refused, changes nothing and leaves its id free. A [fed](Self::fed) gate leaves the first two to
    /// whoever feeds it: choices under a version that the history lacks are kept, permit nothing, and hold from
    /// when the version is [adopted](Self::adopt).
    pub fn record(&self, event: Event) -> Result<(), RecordError> {
        self.view.record(&event, &self.history)
    }

    /// Whether anything is held of a subject: a look-up and the test of a bit.
    #[inline]
    pub fn knows(&self, subject: SubjectId) -> bool {
        self.view.knows(subject)
    }

    /// What a subject is judged on; `None` for one without an event, unless another that is one person with it by a
    /// [link](Event::link) was erased.
    pub fn record_of(&self, subject: SubjectId) -> Option<Record> {
        self.view.record_of(subject, &self.history)
    }

    /// What a subject's own events come to, and the own events of all whom it is judged on.
    pub(crate) fn records_behind(&self, subject: SubjectId) -> Vec<Record> {
        self.view.records_behind(subject, &self.history)
    }

    /// How many subjects have an event, also those of whom only their erasure is left.
    ///
    /// ```
    /// use dynamoi_privacy::{Event, Gate, History, SubjectId};
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::of_age(subject, now))?;
    /// assert_eq!(gate.subjects(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn subjects(&self) -> u32 {
        self.view.len()
    }

    /// All ids that are one person with a subject, because one was linked to another (in either direction); the subject
    /// itself first, and alone where nothing is linked. An erasure of one erases all of them, and they stay one person
    /// then.
    ///
    /// ```
    /// use dynamoi_privacy::{Event, Gate, History, SubjectId};
    /// let (account, visitor, now) = (SubjectId::random(), SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::link(account, visitor, now))?;
    /// assert_eq!(gate.person_of(visitor), [visitor, account]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn person_of(&self, subject: SubjectId) -> Vec<SubjectId> {
        self.view.person_of(subject)
    }

    /// Answers a request without a permit: for dry runs, for explanations, for other languages over JSON.
    ///
    /// # Errors
    /// Says when the gate cannot decide now; whatever it can decide is an answer.
    pub fn decide(&self, request: &Request) -> Result<Decision, Undecided> {
        let in_force = self.history.numbered_in_force(request.at);
        let (in_force, reasons) =
            match Question::of(&self.history, in_force, &request.flow, request.at, request.signals) {
                Question::Answered(in_force, reasons) => (in_force, reasons),
                Question::Open(terms) => {
                    self.fresh(request.at)?;
                    let (standing, _) = self.view.standing(request.subject, &terms);
                    (Some(terms.in_force), terms.against(&standing))
                }
            };
        Ok(match in_force {
            Some(version) if reasons.is_empty() => {
                Decision::Permitted(Permitted::new(version.policy.version().clone()))
            }
            in_force => {
                let version = in_force.map(|version| version.policy.version().clone());
                Decision::Denied(Denied::new(reasons, request.flow.clone(), version))
            }
        })
    }

    /// Whether a flow is permitted and rests on a consent that stands: what may be told to others as consent.
    /// Of what cannot be decided now nothing is told.
    pub(crate) fn rests_on_consent(&self, request: &Request) -> bool {
        let in_force = self.history.numbered_in_force(request.at);
        match Question::of(&self.history, in_force, &request.flow, request.at, request.signals) {
            Question::Answered(..) => false,
            Question::Open(terms) => {
                // First whether the view can be relied on: what is read afterwards is no older.
                if self.fresh(request.at).is_err() {
                    return false;
                }
                let (standing, _) = self.view.standing(request.subject, &terms);
                terms.against(&standing).is_empty() && standing.consented()
            }
        }
    }

    /// Every subject whose data may flow so at an instant, without signals, in the order of their first
    /// events; the erasure of one who was linked to them is one. Subjects whose records change meanwhile are judged
    /// before or after the change.
    ///
    /// It hands out no permit: each subject's data is still checked when it moves.
    ///
    /// ```
    /// use dynamoi_privacy::consent::Event;
    /// use dynamoi_privacy::gate::{Action, Flow, Gate};
    /// use dynamoi_privacy::policy::History;
    /// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};
    ///
    /// let now = "2026-01-05T09:00:00Z".parse()?;
    /// let gate = Gate::new(History::dynamoi());
    /// let [fan, other] = [SubjectId::random(), SubjectId::random()];
    /// for subject in [fan, other] {
    ///     gate.record(Event::accept(subject, "1.0.0", now))?;
    /// }
    /// gate.record(Event::grant(fan, Purpose::Promotion, "1.0.0", now))?;
    ///
    /// let share = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
    /// let flow = Flow::new(DataCategory::Streaming, Purpose::Promotion, share);
    /// let audience: Vec<SubjectId> = gate.audience(&flow, now)?.collect();
    /// assert_eq!(audience, [fan]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Says when the gate cannot decide now.
    pub fn audience<'a>(
        &'a self,
        flow: &'a Flow,
        at: DateTime<Utc>,
    ) -> Result<impl Iterator<Item = SubjectId> + 'a, Undecided> {
        let in_force = self.history.numbered_in_force(at);
        let terms = match Question::of(&self.history, in_force, flow, at, Signals::default()) {
            Question::Answered(_, reasons) => Err(reasons),
            Question::Open(terms) => {
                self.fresh(at)?;
                Ok(terms.for_many())
            }
        };
        // What the policy alone answers is the same for every subject: all of them, or none.
        let everybody = matches!(terms, Err(reasons) if reasons.is_empty());
        let all = everybody.then(|| self.view.subjects());
        let some = terms.ok().map(|terms| self.view.scan(terms));
        Ok(all.into_iter().flatten().chain(some.into_iter().flatten()))
    }

    /// Whether checks at an instant can rest on the view.
    #[inline]
    fn fresh(&self, now: DateTime<Utc>) -> Result<(), Undecided> {
        self.freshness.at(now)
    }

    /// Why a permit is worth nothing at an instant, if it is.
    fn lapse(&self, permit: &Permit, now: DateTime<Utc>) -> Option<Lapse> {
        let in_force = || self.history.numbered_in_force(now).map(|version| version.number);
        if permit.gate != self.id {
            Some(Lapse::OtherGate)
        } else if now < permit.issued {
            Some(Lapse::NotYetIssued)
        } else if now >= permit.deadline() {
            Some(Lapse::Deadline)
        } else if in_force() != Some(permit.version) {
            Some(Lapse::PolicyChanged)
        } else if let Some(seen) = permit.seen {
            match self.fresh(now) {
                Err(undecided) => Some(Lapse::Undecided(undecided)),
                Ok(()) => (!self.view.is_current(seen)).then_some(Lapse::RecordChanged),
            }
        } else {
            None
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("history", &self.history).finish_non_exhaustive()
    }
}
