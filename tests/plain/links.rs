//! Links between accounts and visitors, as slowly and literally as they are written: from the list of events, each time.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::form::{Event, What};
use super::time::Instant;
use super::{Plain, scope_of};

/// A subject that is reached over so many links, with its own events.
pub(super) struct Near<'a> {
    pub(super) links: usize,
    pub(super) events: Vec<&'a Event>,
}

impl Plain {
    pub(super) fn of(&self, subject: &str) -> Vec<&Event> {
        self.events.iter().filter(|event| event.subject == subject).collect()
    }

    /// Account and visitor of every link.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Linked { visitor } => Some((event.subject.as_str(), visitor.as_str())),
            _ => None,
        })
    }

    /// "an erasure of either erases both": of any that the links lead to, in whichever direction.
    pub(super) fn erased(&self, subject: &str) -> bool {
        let mut person = BTreeSet::from([subject]);
        loop {
            let before = person.len();
            for (account, visitor) in self.pairs() {
                if person.contains(account) || person.contains(visitor) {
                    person.extend([account, visitor]);
                }
            }
            if person.len() == before {
                break;
            }
        }
        self.events.iter().any(|event| event.what == What::Erased && person.contains(event.subject.as_str()))
    }

    /// "the account is judged on the fold of both subjects' events": those that links lead to from the account.
    pub(super) fn reached(&self, subject: &str) -> Vec<Near<'_>> {
        let mut found: Vec<(usize, String)> = vec![(0, subject.to_owned())];
        for links in 1.. {
            let mut next: BTreeSet<&str> = BTreeSet::new();
            for (account, visitor) in self.pairs() {
                let is_before = found.iter().any(|(before, found)| *before == links - 1 && found == account);
                if is_before && found.iter().all(|(_, found)| found != visitor) {
                    next.insert(visitor);
                }
            }
            if next.is_empty() {
                break;
            }
            found.extend(next.into_iter().map(|subject| (links, subject.to_owned())));
        }
        found.into_iter().map(|(links, subject)| Near { links, events: self.of(&subject) }).collect()
    }

    /// "for each scope the more restrictive of the two standing choices stands".
    pub(super) fn most_restrictive<'a>(&self, reached: &[Near<'a>]) -> Vec<&'a Event> {
        let mut choices: Vec<&Event> = Vec::new();
        for choice in reached.iter().flat_map(|near| self.choices(&near.events)) {
            match choices.iter_mut().find(|other| scope_of(other) == scope_of(choice)) {
                None => choices.push(choice),
                Some(other) if self.stricter(choice, other) == Ordering::Greater => *other = choice,
                Some(_) => {}
            }
        }
        choices
    }
}

/// "a minor on either side is a minor". The outer `None` is an age that nobody declared, the inner one of age.
pub(super) fn age_of(reached: &[Near]) -> Option<Option<i64>> {
    reached.iter().filter_map(|near| own_age(&near.events)).max()
}

/// "the account's home goes before the visitor's", also where it contradicts itself.
pub(super) fn home_of<'a>(reached: &[Near<'a>]) -> Option<&'a str> {
    let declares = |near: &&Near| near.events.iter().any(|event| matches!(event.what, What::Home { .. }));
    let nearest = reached.iter().filter(declares).map(|near| near.links).min()?;
    let homes: Vec<&Near> = reached.iter().filter(declares).filter(|near| near.links == nearest).collect();
    let events: Vec<&Event> = homes.iter().flat_map(|near| near.events.iter().copied()).collect();
    own_home(&events)
}

// `age_declared`: "the latest `at` stands; at the same `at` the greatest date, and any date beats none".
// The outer `None` is an age never declared, the inner one a subject of age.
fn own_age(events: &[&Event]) -> Option<Option<i64>> {
    events
        .iter()
        .filter_map(|event| match event.what {
            What::Age { minor_until } => Some((event.at, minor_until)),
            _ => None,
        })
        .max()
        .map(|(_, minor_until)| minor_until)
}

// `home_declared`: "the latest `at` stands; two different countries at that `at`: unknown".
fn own_home<'a>(events: &[&'a Event]) -> Option<&'a str> {
    let homes: Vec<(Instant, &str)> = events
        .iter()
        .filter_map(|event| match &event.what {
            What::Home { country } => Some((event.at, country.as_str())),
            _ => None,
        })
        .collect();
    let latest = homes.iter().map(|(at, _)| *at).max()?;
    let countries: BTreeSet<&str> = homes.iter().filter(|(at, _)| *at == latest).map(|(_, c)| *c).collect();
    if countries.len() == 1 { countries.first().copied() } else { None }
}
