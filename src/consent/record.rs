//! The consent record: the fold of a subject's events, the same whatever their order and number.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, NaiveDate, Utc};

use super::{Event, EventKind, Scope};
use crate::{
    policy::{History, Policy},
    vocabulary::{Country, DataCategory, ProcessorId, Purpose},
};

/// What is held of a subject: the fold of the events that were accepted. Of an account that was
/// [linked](Event::link) to a visitor it is what the account is judged on.
///
/// Every part of it is a maximum under some order, and taking a maximum does not ask in which order or how
/// often its arguments come. Without narrow scopes it is a few machine words and owns no memory.
///
/// ```
/// use dynamoi_privacy::consent::{Event, Scope};
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
/// use dynamoi_privacy::{Gate, History};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::accept(subject, "1.0.0", now))?;
/// gate.record(Event::home(subject, "DE".parse()?, now))?;
/// gate.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now))?;
///
/// let record = gate.record_of(subject).ok_or("the subject has events")?;
/// assert!(!record.is_erased());
/// assert_eq!(record.home(), Some("DE".parse()?));
/// assert_eq!(record.accepted(gate.history()).count(), 1);
/// let choice = record.choice(&Scope::from(Purpose::Promotion)).ok_or("a choice stands")?;
/// assert!(choice.is_grant() && choice.at() == now && choice.expires_at().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// When the subject was erased, by the earliest event that says so: the tombstone, and all that is left.
    pub(crate) erased: Option<DateTime<Utc>>,
    pub(crate) accepted: Versions,
    pub(crate) age: Option<Declared<Option<NaiveDate>>>,
    /// `None` inside is two countries declared at one instant: unknown.
    pub(crate) home: Option<Declared<Option<Country>>>,
    /// The choice for each purpose as a whole.
    pub(crate) whole: [Option<Choice>; Purpose::ALL.len()],
    /// The choices for less than a purpose, sorted by scope.
    pub(crate) narrow: Vec<(Scope, Choice)>,
}

/// Something declared, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declared<T> {
    pub(crate) at: DateTime<Utc>,
    pub(crate) what: T,
}

/// The standing choice for a scope: the latest, and of two at one instant the more restrictive. See [`Record`]
/// for an example.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub(crate) at: DateTime<Utc>,
    pub(crate) state: State,
}

/// What was chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Granted(Grant),
    Denied,
    Withdrawn,
}

/// A grant: what a refusal does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The number of the version that was shown, and when that takes effect: the older one wins a tie.
    pub(crate) version: u32,
    pub(crate) shown_from: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl Choice {
    /// Whether this choice stands against another of the same scope: the later does; of two at one instant
    /// the more restrictive.
    fn beats(&self, other: &Self) -> bool {
        self.at.cmp(&other.at).then_with(|| self.state.strictness().cmp(&other.state.strictness()))
            == Ordering::Greater
    }

    /// Takes the place of another if it beats it; whether it did.
    fn replaces(self, other: &mut Self) -> bool {
        let beats = self.beats(other);
        if beats {
            *other = self;
        }
        beats
    }
}

/// How long a grant holds: whether for ever, or else until when, and the instant from which its version does.
pub(super) type Lasting = (bool, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

impl State {
    /// Withdrawn over denied over granted; of two grants the sooner expiry, none being the latest, then the
    /// older version.
    pub(super) fn strictness(&self) -> (u8, Reverse<Lasting>) {
        match self {
            Self::Granted(grant) => {
                let never = grant.expires_at.is_none();
                (0, Reverse((never, grant.expires_at, Some(grant.shown_from))))
            }
            Self::Denied => (1, Reverse((false, None, None))),
            Self::Withdrawn => (2, Reverse((false, None, None))),
        }
    }
}

/// A set of versions by their numbers: a word for the first 64, more only for a history longer than that.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Versions {
    pub(crate) low: u64,
    /// The numbers from 64, sorted.
    pub(crate) high: Vec<u32>,
}

impl Versions {
    /// Adds a version; whether it is new.
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        if number < u64::BITS {
            let before = self.low;
            self.low |= 1 << number;
            return self.low != before;
        }
        match self.high.binary_search(&number) {
            Ok(_) => false,
            Err(place) => {
                self.high.insert(place, number);
                true
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        bits(self.low).chain(self.high.iter().copied())
    }
}

/// The numbers of the bits that are set.
#[inline]
pub(crate) fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let number = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (number < u64::BITS).then_some(number)
    })
}

impl Record {
    /// What stands in for a record that cannot be found where it should be: it permits nothing.
    pub(crate) fn erased_long_ago() -> Self {
        Self { erased: Some(DateTime::<Utc>::MIN_UTC), ..Self::default() }
    }

    /// Folds an event in; whether that changed anything. `shown` is the version that the event names, if its
    /// type names one: its number and the instant from which it holds.
    pub(crate) fn fold(&mut self, event: &Event, shown: Option<(u32, DateTime<Utc>)>) -> bool {
        let at = event.at;
        if let Some(erased) = &mut self.erased {
            let earlier = event.kind == EventKind::Erased && at < *erased;
            if earlier {
                *erased = at;
            }
            return earlier;
        }
        match &event.kind {
            EventKind::PolicyAccepted { .. } => shown.is_some_and(|(number, _)| self.accepted.insert(number)),
            EventKind::ConsentGranted { scope, expires_at, .. } => {
                shown.is_some_and(|(version, shown_from)| {
                    let state = State::Granted(Grant { version, shown_from, expires_at: *expires_at });
                    self.choose(scope, Choice { at, state })
                })
            }
            EventKind::ConsentDenied { scope } => self.choose(scope, Choice { at, state: State::Denied }),
            EventKind::ConsentWithdrawn { scope } => {
                self.choose(scope, Choice { at, state: State::Withdrawn })
            }
            EventKind::AgeDeclared { minor_until } => {
                // `None` is less than any date, so at one instant the greatest date stands.
                let stands = self.age.is_none_or(|known| (at, minor_until) > (known.at, &known.what));
                if stands {
                    self.age = Some(Declared { at, what: *minor_until });
                }
                stands
            }
            EventKind::HomeDeclared { country } => match &mut self.home {
                Some(known) if known.at > at => false,
                Some(known) if known.at == at => {
                    let contradicts = known.what.is_some_and(|what| what != *country);
                    if contradicts {
                        known.what = None;
                    }
                    contradicts
                }
                _ => {
                    self.home = Some(Declared { at, what: Some(*country) });
                    true
                }
            },
            // What it links is for whoever holds the records of both.
            EventKind::Linked { .. } => false,
            EventKind::Erased => {
                *self = Self { erased: Some(at), ..Self::default() };
                true
            }
        }
    }

    /// Lets a choice stand if it beats the one that does; whether it did.
    fn choose(&mut self, scope: &Scope, choice: Choice) -> bool {
        if scope.is_narrow() {
            match self.narrow.binary_search_by(|(known, _)| known.cmp(scope)) {
                Ok(place) => self.narrow.get_mut(place).is_some_and(|(_, known)| choice.replaces(known)),
                Err(place) => {
                    self.narrow.insert(place, (scope.clone(), choice));
                    true
                }
            }
        } else {
            match self.whole.get_mut(scope.purpose().index()) {
                Some(Some(known)) => choice.replaces(known),
                Some(none) => {
                    *none = Some(choice);
                    true
                }
                None => false,
            }
        }
    }

    /// The choices that cover a category that goes to, or comes from, a processor: those of the purpose as a
    /// whole, of the category, of the processor, and of both.
    pub(crate) fn covering<'a>(
        &'a self,
        purpose: Purpose,
        category: DataCategory,
        processor: Option<&'a ProcessorId>,
    ) -> impl Iterator<Item = &'a Choice> {
        let whole = self.whole.get(purpose.index()).and_then(Option::as_ref);
        let of_category = self.narrow((purpose, Some(category), None));
        let with = |category| self.narrow((purpose, category, processor)).filter(|_| processor.is_some());
        [whole, of_category, with(None), with(Some(category))].into_iter().flatten()
    }

    fn narrow(&self, parts: (Purpose, Option<DataCategory>, Option<&ProcessorId>)) -> Option<&Choice> {
        let place = self.narrow.binary_search_by(|(known, _)| known.parts().cmp(&parts)).ok()?;
        self.narrow.get(place).map(|(_, choice)| choice)
    }
}

/// What a host may look at.
impl Record {
    /// Whether the subject was erased; then nothing else is held.
    pub fn is_erased(&self) -> bool {
        self.erased.is_some()
    }

    /// When the subject was erased: the instant of the earliest event that says so. Deadlines run from it.
    pub fn erased_at(&self) -> Option<DateTime<Utc>> {
        self.erased
    }

    /// The versions that were accepted, in no order that means anything.
    pub fn accepted<'a>(&'a self, history: &'a History) -> impl Iterator<Item = &'a Policy> {
        self.accepted.iter().filter_map(|number| history.numbered(number)).map(|version| version.policy)
    }

    /// The country that the subject lives in, as far as it is known.
    pub fn home(&self) -> Option<Country> {
        self.home.and_then(|home| home.what)
    }

    /// Every standing refusal, denied or withdrawn, with its scope.
    pub fn refusals(&self) -> impl Iterator<Item = (Scope, &Choice)> {
        let whole = Purpose::ALL.into_iter().zip(&self.whole);
        let whole = whole.filter_map(|(purpose, choice)| Some((Scope::from(purpose), choice.as_ref()?)));
        let narrow = self.narrow.iter().map(|(scope, choice)| (scope.clone(), choice));
        whole.chain(narrow).filter(|(_, choice)| !choice.is_grant())
    }

    /// The standing choice for exactly this scope.
    pub fn choice(&self, scope: &Scope) -> Option<&Choice> {
        if scope.is_narrow() {
            self.narrow(scope.parts())
        } else {
            self.whole.get(scope.purpose().index())?.as_ref()
        }
    }
}

impl Choice {
    /// When it was made.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Whether consent was given, leaving aside whether it has expired.
    pub fn is_grant(&self) -> bool {
        matches!(self.state, State::Granted(_))
    }

    /// When the grant expires; `None` for one that does not, and for a refusal.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            State::Granted(grant) => grant.expires_at,
            State::Denied | State::Withdrawn => None,
        }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Record")
    }
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Choice")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::SubjectId;

    #[test]
    fn an_erased_record_holds_nothing_whatever_comes() {
        let (subject, at) = (SubjectId::random(), DateTime::<Utc>::UNIX_EPOCH);
        let history = History::dynamoi();
        let shown = history.numbered(0).map(|version| (version.number, version.policy.effective_from()));
        let narrow = Scope::from(Purpose::Promotion).category(DataCategory::Streaming);
        let everything = [
            Event::accept(subject, "1.0.0", at),
            Event::grant(subject, Purpose::Promotion, "1.0.0", at),
            Event::deny(subject, narrow, at),
            Event::of_age(subject, at),
        ];
        let mut record = Record::default();
        assert!(everything.iter().all(|event| record.fold(event, shown)));
        assert!(record.fold(&Event::erase(subject, at), None));
        let erased = Record { erased: Some(at), ..Record::default() };
        assert!(record == erased);
        assert!(!everything.iter().any(|event| record.fold(event, shown)));
        assert!(record == erased);
        let day = chrono::TimeDelta::days(1);
        assert!(!record.fold(&Event::erase(subject, at + day), None));
        assert!(record == erased);
        // Of several erasures the earliest counts, whichever came first.
        assert!(record.fold(&Event::erase(subject, at - day), None));
        assert_eq!(record.erased_at(), Some(at - day));
    }
}
