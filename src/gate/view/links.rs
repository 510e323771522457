//! Links: which subjects were linked, what their own events come to, and who is one person.
//!
//! Only subjects that take part in a link stand here, and only writers look. An account's line holds what the
//! account is judged on; what its own events come to is kept here, packed. A visitor that is no account itself is
//! judged on its own events, so its line says both.
//!
//! An account with one visitor takes 300 to 400 bytes here, for both together. Nothing here is recursive, however long a chain
//! of links is.

mod circles;
mod edges;

use std::collections::HashMap;

use self::edges::Edges;
use super::packed::{FAR, Packed};
use crate::{
    consent::{Home, Record},
    policy::History,
    vocabulary::SubjectId,
};

/// The subjects that take part in a link, by numbers of their own.
#[derive(Default)]
pub(super) struct Links {
    numbers: HashMap<SubjectId, u32, foldhash::quality::RandomState>,
    nodes: Vec<Node>,
    /// Versions that grants name which stand in joined records, and that the history lacked.
    lacking: Vec<u32>,
}

/// A subject that takes part in a link.
struct Node {
    subject: SubjectId,
    own: Own,
    visitors: Edges,
    accounts: Edges,
    /// How many links away the home lies that the subject is judged on; `NO_HOME` where none is declared.
    home: u32,
    /// Who is one person: a tree of nodes whose root stands for all, and a circle that leads through all of them.
    person: u32,
    next: u32,
}

/// What a subject's own events come to.
enum Own {
    /// Its line says it.
    Line,
    Packed(Box<(Packed, [u64; FAR])>),
    Whole(Box<Record>),
}

const NO_HOME: u32 = u32::MAX;

impl Own {
    fn new(record: Record) -> Self {
        match Packed::pack(&record) {
            Some(packed) => Self::Packed(Box::new(packed)),
            None => Self::Whole(Box::new(record)),
        }
    }
}

impl Links {
    /// The number of a subject that takes part in a link.
    pub(super) fn of(&self, subject: SubjectId) -> Option<u32> {
        if self.nodes.is_empty() {
            return None;
        }
        self.numbers.get(&subject).copied()
    }

    /// The number of a subject, which takes part from now on; `None` when there are too many.
    pub(super) fn insert(&mut self, subject: SubjectId) -> Option<u32> {
        if let Some(known) = self.of(subject) {
            return Some(known);
        }
        let number = u32::try_from(self.nodes.len()).ok().filter(|number| *number < u32::MAX)?;
        self.nodes.push(Node {
            subject,
            own: Own::Line,
            visitors: Edges::None,
            accounts: Edges::None,
            home: NO_HOME,
            person: number,
            next: number,
        });
        self.numbers.insert(subject, number);
        Some(number)
    }

    pub(super) fn subject(&self, number: u32) -> Option<SubjectId> {
        self.node(number).map(|node| node.subject)
    }

    fn node(&self, number: u32) -> Option<&Node> {
        self.nodes.get(number as usize)
    }

    fn node_mut(&mut self, number: u32) -> Option<&mut Node> {
        self.nodes.get_mut(number as usize)
    }

    /// Whether the subject was linked to a visitor, so that its line says more than its own events.
    pub(super) fn is_account(&self, number: u32) -> bool {
        !self.visitors(number).is_empty()
    }

    pub(super) fn visitors(&self, account: u32) -> &[u32] {
        self.node(account).map_or(&[], |node| node.visitors.as_slice())
    }

    fn accounts(&self, visitor: u32) -> &[u32] {
        self.node(visitor).map_or(&[], |node| node.accounts.as_slice())
    }

    /// What a subject's own events come to; `None` where its line says it.
    pub(super) fn own(&self, number: u32, history: &History) -> Option<Record> {
        let mut record = match &self.node(number)?.own {
            Own::Line => return None,
            Own::Packed(packed) => {
                let (packed, far) = &**packed;
                return Some(packed.unpack(far, history));
            }
            Own::Whole(record) => Record::clone(record),
        };
        record.date_versions(history);
        Some(record)
    }

    pub(super) fn set_own(&mut self, account: u32, own: Record) {
        if let Some(node) = self.node_mut(account) {
            node.own = Own::new(own);
        }
    }

    /// Links an account to a visitor; whether they were not yet. `own` is what the account's own events come to, as
    /// long as its line says it.
    pub(super) fn connect(&mut self, account: u32, visitor: u32, own: impl FnOnce() -> Record) -> bool {
        if self.visitors(account).contains(&visitor) {
            return false;
        }
        if !self.is_account(account) {
            self.set_own(account, own());
        }
        if let Some(node) = self.node_mut(account) {
            node.visitors.push(visitor);
        }
        if let Some(node) = self.node_mut(visitor) {
            node.accounts.push(account);
        }
        self.unite(account, visitor);
        true
    }

    /// Two subjects are one person, and with each all that were one with it.
    pub(super) fn unite(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        // Where each of two circles went on, the other one does: that makes one of them.
        let [next_of_one, next_of_other] = [one, other].map(|at| self.node(at).map_or(at, |node| node.next));
        if let Some(node) = self.node_mut(one) {
            node.next = next_of_other;
        }
        if let Some(node) = self.node_mut(other) {
            node.next = next_of_one;
            node.person = one;
        }
    }

    fn root(&mut self, mut at: u32) -> u32 {
        loop {
            let above = self.node(at).map_or(at, |node| node.person);
            if above == at {
                return at;
            }
            // On the way each node is put under the one above the next, so that ways stay short.
            let further = self.node(above).map_or(above, |node| node.person);
            if let Some(node) = self.node_mut(at) {
                node.person = further;
            }
            at = further;
        }
    }

    /// All that are one person with a subject, which comes first.
    pub(super) fn person(&self, number: u32) -> Vec<u32> {
        let next = |at: &u32| self.node(*at).map(|node| node.next).filter(|next| *next != number);
        std::iter::successors(Some(number), next).collect()
    }

    /// Forgets all but who is one person with the subject.
    pub(super) fn forget(&mut self, number: u32) {
        if let Some(node) = self.node_mut(number) {
            (node.own, node.visitors, node.accounts) = (Own::Line, Edges::None, Edges::None);
            node.home = NO_HOME;
        }
    }

    /// Notes that grants stand in joined records which were given under these versions that the history lacks.
    pub(super) fn note_lacking(&mut self, versions: Vec<u32>) {
        for version in versions {
            if !self.lacking.contains(&version) {
                self.lacking.push(version);
            }
        }
    }

    /// Every account, if one of the versions came that the history lacked when records were joined: which of two grants
    /// is under the older version was not known then.
    pub(super) fn take_unsettled(&mut self, history: &History) -> Vec<u32> {
        if !self.lacking.iter().any(|version| history.numbered(*version).is_some()) {
            return Vec::new();
        }
        self.lacking.clear();
        (0..)
            .zip(&self.nodes)
            .filter(|(_, node)| !node.visitors.as_slice().is_empty())
            .map(|(number, _)| number)
            .collect()
    }
}

/// A home, and how many links away it was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Homed {
    pub(super) links: u32,
    pub(super) home: Home,
}

impl Links {
    /// How many links away the home lies that a subject is judged on.
    pub(super) fn links_to_home(&self, number: u32) -> Option<u32> {
        self.node(number).map(|node| node.home).filter(|links| *links != NO_HOME)
    }

    pub(super) fn set_links_to_home(&mut self, number: u32, links: Option<u32>) {
        if let Some(node) = self.node_mut(number) {
            node.home = links.unwrap_or(NO_HOME);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_were_linked_are_one_person_whatever_came_first() {
        let mut links = Links::default();
        let subjects: Vec<_> = (0..100).map(|_| SubjectId::random()).collect();
        let numbers: Vec<_> = subjects.iter().map(|subject| links.insert(*subject).unwrap()).collect();
        // Three people, each in a chain whose parts come from both ends.
        for nth in (0..97).step_by(2).chain((1..97).step_by(2).rev()) {
            links.unite(numbers[nth], numbers[nth + 3]);
            links.unite(numbers[nth + 3], numbers[nth]);
        }
        for (nth, number) in numbers.iter().enumerate() {
            let mut person = links.person(*number);
            assert_eq!(person[0], *number);
            person.sort_unstable();
            let expected: Vec<_> = (0..100).filter(|other| other % 3 == nth as u32 % 3).collect();
            assert_eq!(person, expected);
        }
        assert_eq!(links.insert(subjects[7]), Some(7));
        assert_eq!((links.of(subjects[99]), links.of(SubjectId::random())), (Some(99), None));
    }

    #[test]
    fn a_subject_takes_little_memory() {
        assert!(size_of::<Node>() <= 80, "{}", size_of::<Node>());
    }
}
