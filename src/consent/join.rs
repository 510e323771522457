//! The join of two records: what is held of one person who was seen under two ids.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};

use super::{Choice, Declared, Record, State};
use crate::{policy::History, vocabulary::Country};

impl Record {
    /// Joins another record to this one, as if both were of one person and neither went before the other; whether that
    /// changed anything.
    ///
    /// - Erased on either side is erased, at the earlier instant, and then nothing else is held.
    /// - Of two choices for the same scope the more restrictive stands, whichever is later: a refusal of either is
    ///   lifted by whoever made it and nobody else. Of two that are equally restrictive the earlier stands, so that a
    ///   refusal counts from the first.
    /// - Accepted versions unite.
    /// - A minor on either side is a minor, until the later of two dates; otherwise of age on either side is of age.
    /// - The latest home stands; two countries at its instant are unknown, as in the fold. That an account's own
    ///   home goes before a visitor's is for whoever knows which is which.
    ///
    /// Each part takes the greater under some order, so that neither the order nor the repetition of joins matters.
    pub(crate) fn join(&mut self, other: &Self) -> bool {
        if self.erased.is_some() || other.erased.is_some() {
            let joined = Self::erased_at_first([self.erased, other.erased]);
            let changed = *self != joined;
            *self = joined;
            return changed;
        }
        let mut changed = false;
        for number in other.accepted.iter() {
            changed |= self.accepted.insert(number);
        }
        for (own, others) in self.whole.iter_mut().zip(&other.whole) {
            changed |= greater(own, others.as_ref(), Choice::restricts);
        }
        for (scope, choice) in &other.narrow {
            match self.narrow.binary_search_by(|(known, _)| known.cmp(scope)) {
                Ok(place) => {
                    if let Some((_, own)) =
                        self.narrow.get_mut(place).filter(|(_, own)| choice.restricts(own))
                    {
                        *own = *choice;
                        changed = true;
                    }
                }
                Err(place) => {
                    self.narrow.insert(place, (scope.clone(), *choice));
                    changed = true;
                }
            }
        }
        // `None` is less than any date, and of those who say the same the earlier counts.
        changed |= greater(&mut self.age, other.age.as_ref(), |one, other| {
            (one.what, Reverse(one.at)) > (other.what, Reverse(other.at))
        });
        let home = join_homes(self.home, other.home);
        changed |= self.home != home;
        self.home = home;
        changed
    }

    /// A record of which nothing is left but the earliest of these instants.
    pub(crate) fn erased_at_first(erased: impl IntoIterator<Item = Option<DateTime<Utc>>>) -> Self {
        Self { erased: erased.into_iter().flatten().min(), ..Self::default() }
    }

    /// The record's choices, without their scopes.
    fn choices_mut(&mut self) -> impl Iterator<Item = &mut Choice> {
        let narrow = self.narrow.iter_mut().map(|(_, choice)| choice);
        self.whole.iter_mut().flatten().chain(narrow)
    }

    /// Looks up again when the versions take effect that its grants were given under, for one that the history did not
    /// have at that time. Returns those that it still lacks.
    pub(crate) fn date_versions(&mut self, history: &History) -> Vec<u32> {
        let mut lacking = Vec::new();
        for choice in self.choices_mut() {
            if let State::Granted(grant) = &mut choice.state {
                match history.numbered(grant.version) {
                    Some(version) => grant.shown_from = version.policy.effective_from(),
                    None => lacking.push(grant.version),
                }
            }
        }
        lacking
    }
}

/// Of two homes that nothing puts before each other the later; two countries at one instant are unknown.
pub(crate) fn join_homes(one: Option<Home>, other: Option<Home>) -> Option<Home> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    Some(match one.at.cmp(&other.at) {
        Ordering::Greater => one,
        Ordering::Less => other,
        Ordering::Equal => Declared { at: one.at, what: one.what.filter(|_| one.what == other.what) },
    })
}

/// A home that was declared; `None` inside is unknown.
pub(crate) type Home = Declared<Option<Country>>;

/// Takes the other when it is greater than what is there, or nothing is; whether it did.
fn greater<T: Copy>(own: &mut Option<T>, other: Option<&T>, is_greater: impl Fn(&T, &T) -> bool) -> bool {
    match (&own, other) {
        (_, None) => false,
        (Some(known), Some(other)) if !is_greater(other, known) => false,
        (_, Some(other)) => {
            *own = Some(*other);
            true
        }
    }
}

impl Choice {
    /// Whether this choice stands against one of the same scope that was made under another id of the same person.
    pub(crate) fn restricts(&self, other: &Self) -> bool {
        // Two versions that nothing is known of yet are told apart by their numbers.
        let number = |state: &State| match state {
            State::Granted(grant) => Some(Reverse(grant.version)),
            State::Denied | State::Withdrawn => None,
        };
        let strict = self.state.strictness().cmp(&other.state.strictness());
        let strict = strict.then_with(|| number(&self.state).cmp(&number(&other.state)));
        strict.then_with(|| other.at.cmp(&self.at)) == Ordering::Greater
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use proptest::{collection, option, prelude::*, sample::select};

    use super::*;
    use crate::{
        consent::{Grant, Scope, Versions},
        vocabulary::{DataCategory, ProcessorId, Purpose},
    };

    const NOON: &str = "2026-01-05T12:00:00Z";

    fn at(hours: i64) -> DateTime<Utc> {
        NOON.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
    }

    /// Few instants, versions and countries, so that ties are common.
    fn choices() -> impl Strategy<Value = Choice> {
        (0..3i64, 0..5u8, 0..2u32, option::of(5..7i64)).prop_map(|(hours, state, version, until)| {
            let shown_from = at(-100 * i64::from(version));
            let expires_at = until.map(at);
            let state = match state {
                0 => State::Denied,
                1 => State::Withdrawn,
                _ => State::Granted(Grant { version, shown_from, expires_at }),
            };
            Choice { at: at(hours), state }
        })
    }

    fn records() -> impl Strategy<Value = Record> {
        let erased = option::weighted(0.1, (0..3i64).prop_map(at));
        let date = option::of(select(vec![NaiveDate::MIN, NaiveDate::MAX]));
        let age = option::of((0..3i64, date).prop_map(|(hours, what)| Declared { at: at(hours), what }));
        let country = option::weighted(0.9, select(vec!["DE", "US"]).prop_map(|id| id.parse().unwrap()));
        let home = option::of((0..3i64, country).prop_map(|(hours, what)| Declared { at: at(hours), what }));
        let scope = select(vec![
            Scope::from(Purpose::Promotion).category(DataCategory::Streaming),
            Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM),
            Scope::from(Purpose::Billing).category(DataCategory::User),
        ]);
        let narrow = collection::btree_map(scope, choices(), 0..3);
        let whole = collection::vec(option::of(choices()), Purpose::ALL.len());
        let accepted = (0..4u64, collection::btree_set(64..67u32, 0..2));
        (erased, accepted, age, home, whole, narrow).prop_map(
            |(erased, (low, high), age, home, whole, narrow)| {
                if erased.is_some() {
                    return Record { erased, ..Record::default() };
                }
                let accepted = Versions { low, high: high.into_iter().collect() };
                let whole = whole.try_into().unwrap_or_default();
                Record { erased, accepted, age, home, whole, narrow: narrow.into_iter().collect() }
            },
        )
    }

    fn joined(one: &Record, other: &Record) -> Record {
        let mut joined = one.clone();
        assert_eq!(joined.join(other), joined != *one, "it says whether it changed anything");
        joined
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_matters(a in records(), b in records(), c in records()) {
            prop_assert!(joined(&a, &b) == joined(&b, &a));
            prop_assert!(joined(&joined(&a, &b), &c) == joined(&a, &joined(&b, &c)));
            prop_assert!(joined(&a, &a) == a);
            prop_assert!(joined(&a, &Record::default()) == a);
            prop_assert!(joined(&joined(&a, &b), &b) == joined(&a, &b));
        }

        #[test]
        fn no_refusal_of_either_is_lost(a in records(), b in records()) {
            let joined = joined(&a, &b);
            for (scope, _) in a.refusals().chain(b.refusals()) {
                let stands = joined.choice(&scope).is_some_and(|choice| !choice.is_grant());
                prop_assert!(stands || joined.is_erased());
            }
            for (scope, choice) in joined.refusals() {
                prop_assert!([&a, &b].into_iter().any(|own| own.choice(&scope) == Some(choice)));
            }
        }
    }

    fn choice(hours: i64, state: State) -> Record {
        let mut record = Record::default();
        record.whole[Purpose::Promotion.index()] = Some(Choice { at: at(hours), state });
        record
    }

    fn grant(version: u32, until: Option<i64>) -> State {
        State::Granted(Grant { version, shown_from: at(i64::from(version)), expires_at: until.map(at) })
    }

    #[test]
    fn the_more_restrictive_choice_stands_whichever_is_later() {
        // From the most restrictive to the least.
        let order = [
            choice(3, State::Withdrawn),
            choice(4, State::Withdrawn),
            choice(0, State::Denied),
            choice(1, State::Denied),
            choice(9, grant(1, Some(10))),
            choice(8, grant(0, Some(11))),
            choice(7, grant(1, Some(11))),
            choice(1, grant(0, None)),
            choice(2, grant(0, None)),
            choice(0, grant(1, None)),
            Record::default(),
        ];
        for (nth, stricter) in order.iter().enumerate() {
            for other in &order[nth..] {
                assert!(joined(other, stricter) == *stricter, "{nth}");
            }
        }
    }

    #[test]
    fn a_minor_on_either_side_is_a_minor() {
        let age = |hours, what: Option<&str>| {
            let what = what.map(|date| date.parse().unwrap());
            Record { age: Some(Declared { at: at(hours), what }), ..Record::default() }
        };
        let minor = age(0, Some("2030-01-01"));
        for other in [age(5, None), age(5, Some("2029-12-31")), age(1, Some("2030-01-01")), Record::default()]
        {
            assert!(joined(&other, &minor) == minor);
        }
        assert!(joined(&age(2, None), &age(1, None)) == age(1, None));
    }

    #[test]
    fn of_two_homes_the_later_stands_and_two_at_once_are_unknown() {
        let home = |hours, id: &str| Some(Declared { at: at(hours), what: id.parse().ok() });
        assert_eq!(join_homes(home(0, "DE"), home(1, "US")), home(1, "US"));
        assert_eq!(join_homes(home(1, "DE"), None), home(1, "DE"));
        assert_eq!(join_homes(home(1, "DE"), home(1, "DE")), home(1, "DE"));
        let unknown = home(1, "nowhere");
        assert_eq!(join_homes(home(1, "DE"), home(1, "US")), unknown);
        assert_eq!(join_homes(home(1, "DE"), unknown), unknown);
    }
}
