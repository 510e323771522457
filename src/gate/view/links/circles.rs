//! What a change reaches: who is judged on a subject, in which order, and whose home goes first.
//!
//! Every walk here takes time in proportion to the subjects and links that it passes.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque, hash_map::Entry};

use super::{Homed, Links};
use crate::consent::{Home, join_homes};

type Hasher = foldhash::quality::RandomState;

/// What the walk knows of a subject.
#[derive(Default, Clone, Copy)]
struct Visit {
    /// As the how-manieth it was come to, from 1; 0 is not yet.
    order: u32,
    /// The first that leads on from it and is not yet in a group.
    low: u32,
    grouped: bool,
}

impl Links {
    /// A subject and all that are judged on it, over however many links.
    pub(in super::super) fn judged_on(&self, number: u32) -> Vec<u32> {
        let mut found = vec![number];
        let mut seen: HashSet<u32, Hasher> = [number].into_iter().collect();
        let mut waiting = VecDeque::from([number]);
        while let Some(at) = waiting.pop_front() {
            for account in self.accounts(at).iter().filter(|account| seen.insert(**account)) {
                found.push(*account);
                waiting.push_back(*account);
            }
        }
        found
    }

    /// A subject and all that it is judged on, each with how many links away it is, the nearest first.
    pub(in super::super) fn reached_from(&self, number: u32) -> Vec<(u32, u32)> {
        let mut found = vec![(number, 0)];
        let mut seen: HashSet<u32, Hasher> = [number].into_iter().collect();
        let mut waiting = VecDeque::from([(number, 0u32)]);
        while let Some((at, links)) = waiting.pop_front() {
            for visitor in self.visitors(at).iter().filter(|visitor| seen.insert(**visitor)) {
                found.push((*visitor, links.saturating_add(1)));
                waiting.push_back((*visitor, links.saturating_add(1)));
            }
        }
        found
    }

    /// These subjects in groups that are judged alike, home aside, because links lead round in a circle; nearly always
    /// of one. A group comes after those that it is judged on. Each subject has the number of its group.
    ///
    /// It is Tarjan's algorithm for strongly connected components, with a path in place of the stack of calls.
    pub(in super::super) fn grouped(&self, subjects: &[u32]) -> Vec<(u32, u32)> {
        let mut visits: HashMap<u32, Visit, Hasher> =
            subjects.iter().map(|subject| (*subject, Visit::default())).collect();
        let (mut count, mut groups) = (0, 0);
        let (mut open, mut found) = (Vec::new(), Vec::with_capacity(subjects.len()));
        for start in subjects {
            let mut path: Vec<(u32, usize)> = Vec::new();
            let mut entered = Some(*start);
            loop {
                if let Some(at) = entered.take()
                    && let Some(visit) = visits.get_mut(&at).filter(|visit| visit.order == 0)
                {
                    count += 1;
                    *visit = Visit { order: count, low: count, grouped: false };
                    open.push(at);
                    path.push((at, 0));
                }
                let Some((at, next)) = path.last_mut() else { break };
                let at = *at;
                if let Some(visitor) = self.visitors(at).get(*next) {
                    *next += 1;
                    match visits.get(visitor) {
                        Some(visit) if visit.order == 0 => entered = Some(*visitor),
                        Some(visit) if !visit.grouped => {
                            let order = visit.order;
                            visits.entry(at).and_modify(|visit| visit.low = visit.low.min(order));
                        }
                        // Of another group already, or none of those that were asked for.
                        _ => {}
                    }
                    continue;
                }
                path.pop();
                let Visit { order, low, .. } = visits.get(&at).copied().unwrap_or_default();
                if let Some((before, _)) = path.last() {
                    visits.entry(*before).and_modify(|visit| visit.low = visit.low.min(low));
                }
                if low == order {
                    groups += 1;
                    while let Some(member) = open.pop() {
                        visits.entry(member).and_modify(|visit| visit.grouped = true);
                        found.push((member, groups));
                        if member == at {
                            break;
                        }
                    }
                }
            }
        }
        found
    }

    /// The home that each of these subjects is judged on: its own, or that of the nearest that it was linked to. With a
    /// subject those that are judged on it have to be there. `own` is what a subject declared itself, `known` what one
    /// that is not among them is judged on.
    pub(in super::super) fn homes(
        &self,
        subjects: &[u32],
        own: impl Fn(u32) -> Option<Home>,
        known: impl Fn(u32) -> Option<Homed>,
    ) -> HashMap<u32, Homed, Hasher> {
        let among: HashSet<u32, Hasher> = subjects.iter().copied().collect();
        // By how many links away they were declared: who could have which home.
        let mut offers: BTreeMap<u32, Vec<(u32, Home)>> = BTreeMap::new();
        for subject in subjects {
            if let Some(home) = own(*subject) {
                offers.entry(0).or_default().push((*subject, home));
                continue;
            }
            for visitor in self.visitors(*subject).iter().filter(|visitor| !among.contains(visitor)) {
                if let Some(Homed { links, home }) = known(*visitor) {
                    offers.entry(links.saturating_add(1)).or_default().push((*subject, home));
                }
            }
        }
        let mut homes: HashMap<u32, Homed, Hasher> = HashMap::default();
        while let Some((links, offered)) = offers.pop_first() {
            let mut settled = Vec::new();
            for (subject, home) in offered {
                match homes.entry(subject) {
                    Entry::Vacant(none) => {
                        none.insert(Homed { links, home });
                        settled.push(subject);
                    }
                    Entry::Occupied(mut known) if known.get().links == links => {
                        let known = known.get_mut();
                        known.home = join_homes(Some(known.home), Some(home)).unwrap_or(home);
                    }
                    Entry::Occupied(_) => {}
                }
            }
            // All that are as near have spoken, so that each of these is settled.
            for subject in settled {
                let Some(home) = homes.get(&subject).map(|known| known.home) else { continue };
                for account in self.accounts(subject).iter().filter(|account| !homes.contains_key(account)) {
                    offers.entry(links.saturating_add(1)).or_default().push((*account, home));
                }
            }
        }
        homes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::{Declared, Record},
        vocabulary::SubjectId,
    };

    /// The links of a few subjects, numbered as they are here.
    fn linked(subjects: u32, pairs: impl IntoIterator<Item = (u32, u32)>) -> Links {
        let mut links = Links::default();
        for _ in 0..subjects {
            links.insert(SubjectId::random()).unwrap();
        }
        for (account, visitor) in pairs {
            links.connect(account, visitor, Record::default);
        }
        links
    }

    #[test]
    fn groups_come_after_those_that_they_are_judged_on() {
        // A circle of three, which leads to a circle of two, which leads to one; and one that leads to all.
        let pairs = [(0, 1), (1, 2), (2, 0), (1, 3), (3, 4), (4, 3), (4, 5), (6, 2), (6, 5)];
        let links = linked(7, pairs);
        let mut judged = links.judged_on(5);
        judged.sort_unstable();
        assert_eq!(judged, [0, 1, 2, 3, 4, 5, 6]);
        for first in 0..7 {
            let order: Vec<u32> = (0..7).map(|nth| (nth + first) % 7).collect();
            let found = links.grouped(&order);
            let groups: Vec<Vec<u32>> = found
                .chunk_by(|one, other| one.1 == other.1)
                .map(|group| {
                    let mut group: Vec<u32> = group.iter().map(|(number, _)| *number).collect();
                    group.sort_unstable();
                    group
                })
                .collect();
            assert_eq!(groups, [vec![5], vec![3, 4], vec![0, 1, 2], vec![6]]);
        }
        // Only those that are asked for are there, and the others lead nowhere.
        assert_eq!(links.grouped(&[0, 1, 6]).len(), 3);
        assert_eq!(links.reached_from(6), [(6, 0), (2, 1), (5, 1), (0, 2), (1, 3), (3, 4), (4, 5)]);
    }

    #[test]
    fn a_long_chain_is_walked_without_a_stack_of_calls() {
        const LONG: u32 = 200_000;
        let links = linked(LONG, (1..LONG).map(|at| (at - 1, at)));
        let judged = links.judged_on(LONG - 1);
        assert_eq!(judged.len(), LONG as usize);
        for order in [judged.clone(), (0..LONG).collect()] {
            let found = links.grouped(&order);
            assert!(found.iter().map(|(number, _)| *number).eq((0..LONG).rev()));
        }
        let home = Declared { at: chrono::DateTime::UNIX_EPOCH, what: "DE".parse().ok() };
        let homes = links.homes(&judged, |number| (number == LONG - 1).then_some(home), |_| None);
        assert!((0..LONG).all(|at| homes[&at] == Homed { links: LONG - 1 - at, home }));
    }
}
