//! What is owed after a refusal or an erasure: what has to go, system by system, and by when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Deletion, System};
use crate::{
    consent::Scope,
    gate::Gate,
    policy::Policy,
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId, instant, words::words},
};

words! {
    /// What a removal follows from.
    RemovalCause, "a cause of a removal" {
        /// The subject denied or withdrew a consent, or objected.
        Refused = "refused",
        /// The subject was erased.
        Erased = "erased",
    }
}

/// What is owed to a subject at one processor: what may have been sent there is to be deleted there, and what may
/// have been obtained from there is to be deleted here.
///
/// The gate keeps choices and not what was sent, so it lists what may have flowed under any version of the
/// policy; a host whose trail says that nothing did owes nothing. In JSON its fields stand side by side, with the
/// requests that the system documents for it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[must_use]
pub struct Removal {
    processor: ProcessorId,
    cause: RemovalCause,
    #[serde(with = "instant::required")]
    #[schemars(with = "DateTime<Utc>")]
    since: DateTime<Utc>,
    sent: Vec<Sent>,
    obtained: Vec<DataCategory>,
    #[serde(default, with = "instant::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DateTime<Utc>")]
    delete_obtained_by: Option<DateTime<Utc>>,
    deletion: Deletion,
}

/// A category that may have been sent, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "sharing is of a category for a purpose")]
pub struct Sent {
    /// What it was sent for.
    pub purpose: Purpose,
    /// What was sent.
    pub category: DataCategory,
}

impl Removal {
    /// The processor.
    pub fn processor(&self) -> &ProcessorId {
        &self.processor
    }

    /// What it follows from.
    pub fn cause(&self) -> RemovalCause {
        self.cause
    }

    /// When the earliest of the refusals was made that it follows from, or when the subject was erased.
    pub fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// What may have been sent to the processor and is to be deleted there.
    pub fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// What may have been obtained from the processor and is to be deleted here.
    pub fn obtained(&self) -> &[DataCategory] {
        &self.obtained
    }

    /// By when what was obtained has to be gone, where the processor's terms say so (Spotify: within five days of
    /// a disconnection).
    pub fn delete_obtained_by(&self) -> Option<DateTime<Utc>> {
        self.delete_obtained_by
    }

    /// The same without what was never sent, and never obtained, as a host knows that keeps record of it; `None` when
    /// nothing is left. The instants stay, which may be those of what is left out: none is later for it.
    ///
    /// Whoever leaves something out must have kept record since the person's first event.
    ///
    /// ```
    /// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::deny(subject, Purpose::EngagementAnalysis, now))?;
    /// let owed: Vec<_> = gate.removals(subject).into_iter().filter_map(|r| r.only(|_| false, |_| true)).collect();
    /// assert!(owed.iter().all(|removal| removal.sent().is_empty()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn only(
        mut self,
        sent: impl Fn(&Sent) -> bool,
        obtained: impl Fn(DataCategory) -> bool,
    ) -> Option<Self> {
        self.sent.retain(sent);
        self.obtained.retain(|category| obtained(*category));
        if self.obtained.is_empty() {
            self.delete_obtained_by = None;
        }
        (!self.sent.is_empty() || !self.obtained.is_empty()).then_some(self)
    }

    /// How the processor is told to delete what was sent to it.
    pub fn deletion(&self) -> Deletion {
        self.deletion
    }
}

impl Gate {
    /// What is owed to a subject after refusals (denials, withdrawals, objections) or an erasure, processor by
    /// processor, the twelve first.
    ///
    /// What may have been *sent* is owed for each purpose and category that a standing refusal covers. What may have
    /// been *obtained* from a processor is owed when a refusal names the processor (that is how a disconnection is
    /// recorded), or when no purpose is left that the data could serve; a refusal of one purpose as a whole leaves
    /// what other purposes need. Purposes and processors count as any version of the policy has them, also one that is
    /// no longer in force: a version that drops one is no refusal of the subject's. A refusal that was replaced by a
    /// later grant of the same scope is none any more. Nothing is owed to a subject without events.
    ///
    /// To an account that was [linked](crate::Event::link) to a visitor is owed what the visitor refused as well, and of
    /// two refusals the earlier counts. The visitor itself is asked about under its own id: it is owed what it refused,
    /// and after an erasure of either both are owed everything, because what was sent bears the one id or the other.
    ///
    /// It is read from the view as it stands, also from a stale one: then more may be owed than it lists.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use dynamoi_privacy::consent::Scope;
    /// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};
    /// use dynamoi_privacy::{Event, Gate, History};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::accept(subject, "1.0.0", now))?;
    /// assert!(gate.removals(subject).is_empty());
    ///
    /// // The person disconnects Spotify.
    /// let spotify = Scope::from(Purpose::MusicDistribution).processor(ProcessorId::SPOTIFY);
    /// gate.record(Event::withdraw(subject, spotify, now))?;
    /// let [removal] = &gate.removals(subject)[..] else { panic!("one system is concerned") };
    /// assert_eq!(removal.processor(), &ProcessorId::SPOTIFY);
    /// assert_eq!(removal.obtained(), [DataCategory::Streaming]);
    /// assert_eq!(removal.delete_obtained_by(), Some(now + TimeDelta::days(5)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn removals(&self, subject: SubjectId) -> Vec<Removal> {
        let records = self.records_behind(subject);
        let refusals = || records.iter().flat_map(|record| record.refusals());
        let refused: Refused = match records.iter().filter_map(|record| record.erased_at()).min() {
            Some(at) => Refused::Everything(at),
            None => Refused::Scopes(refusals().map(|(scope, choice)| (scope, choice.at())).collect()),
        };
        let mut owed: BTreeMap<(usize, String), Owed> = BTreeMap::new();
        for policy in self.history().versions() {
            for id in policy.document().processors.iter().filter_map(|entry| entry.id.parse().ok()) {
                let place = System::ALL.iter().position(|system| system.id() == id).unwrap_or(usize::MAX);
                let owed = owed.entry((place, id.to_string())).or_insert_with(|| Owed::to(id));
                owed.add(policy, &refused);
            }
        }
        owed.into_values().filter_map(|owed| owed.removal(self, &refused)).collect()
    }
}

/// What the subject refuses, and since when.
enum Refused {
    Everything(DateTime<Utc>),
    Scopes(Vec<(Scope, DateTime<Utc>)>),
}

/// A refusal of a flow: since when, and whether it names the processor.
#[derive(Clone, Copy)]
struct Refusal {
    since: DateTime<Utc>,
    of_processor: bool,
}

impl Refused {
    /// The earliest refusal that covers a flow to or from a processor.
    fn of(&self, purpose: Purpose, category: DataCategory, processor: &ProcessorId) -> Option<Refusal> {
        match self {
            Self::Everything(since) => Some(Refusal { since: *since, of_processor: true }),
            Self::Scopes(scopes) => {
                let covering: Vec<_> = scopes
                    .iter()
                    .filter(|(scope, _)| scope.covers(purpose, category, Some(processor)))
                    .collect();
                let since = covering.iter().map(|(_, at)| *at).min()?;
                let of_processor = covering.iter().any(|(scope, _)| scope.names_processor());
                Some(Refusal { since, of_processor })
            }
        }
    }

    fn cause(&self) -> RemovalCause {
        match self {
            Self::Everything(_) => RemovalCause::Erased,
            Self::Scopes(_) => RemovalCause::Refused,
        }
    }
}

/// What is owed at one processor, as the versions of the policy are gone through.
struct Owed {
    processor: ProcessorId,
    sent: BTreeMap<Sent, DateTime<Utc>>,
    /// Of a refusal that names the processor, or of one that does not.
    obtained: BTreeMap<DataCategory, Refusal>,
    /// Categories that some purpose still needs.
    needed: BTreeSet<DataCategory>,
}

impl Owed {
    fn to(processor: ProcessorId) -> Self {
        Self { processor, sent: BTreeMap::new(), obtained: BTreeMap::new(), needed: BTreeSet::new() }
    }

    fn add(&mut self, policy: &Policy, refused: &Refused) {
        let Some(kind) = policy.processor(&self.processor).map(|processor| processor.kind()) else { return };
        for purpose in Purpose::ALL {
            for category in DataCategory::ALL {
                let refusal = refused.of(purpose, category, &self.processor);
                if let (true, Some(refusal)) = (policy.shares(purpose, category, kind), refusal) {
                    self.sent.insert(Sent { purpose, category }, refusal.since);
                }
                match refusal {
                    _ if !policy.uses(purpose, category) || !policy.collects_from(category, kind) => {}
                    None => drop(self.needed.insert(category)),
                    Some(refusal) => {
                        let known = self.obtained.entry(category).or_insert(refusal);
                        known.since = known.since.min(refusal.since);
                        known.of_processor |= refusal.of_processor;
                    }
                }
            }
        }
    }

    fn removal(self, gate: &Gate, refused: &Refused) -> Option<Removal> {
        let Self { processor, sent, mut obtained, needed } = self;
        obtained.retain(|category, refusal| refusal.of_processor || !needed.contains(category));
        let obtained_since = obtained.values().map(|refusal| refusal.since).min();
        let since = sent.values().copied().chain(obtained_since).min()?;
        let days = gate.vendor_terms().of(&processor).and_then(|terms| terms.delete_obtained_within_days);
        let delete_obtained_by = obtained_since.zip(days).map(|(since, days)| {
            let due = since.checked_add_signed(TimeDelta::days(i64::from(days)));
            due.unwrap_or(DateTime::<Utc>::MAX_UTC)
        });
        Some(Removal {
            deletion: System::of(&processor).map_or(Deletion::Unknown, System::deletion),
            processor,
            cause: refused.cause(),
            since,
            sent: sent.into_keys().collect(),
            obtained: obtained.into_keys().collect(),
            delete_obtained_by,
        })
    }
}
