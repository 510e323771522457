//! The versions of the policy, and which of them is in force when.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, Utc};

use super::{Document, Policy, PolicyError};
use crate::{
    append::{Apart, Append},
    vocabulary::PolicyVersion,
};

/// Every version of the policy that is known, ordered by the instant from which it is in force.
///
/// Versions are added and never removed, also while checks read the history. One may be added late, with an
/// instant in the past: it changes only answers given afterwards.
///
/// ```
/// use dynamoi_privacy::policy::{Document, History};
/// let history = History::dynamoi();
///
/// let mut next = Document::dynamoi();
/// next.version = "1.1.0".into();
/// next.effective_from = "2026-03-01T00:00:00Z".parse()?;
/// history.add(next)?;
///
/// let in_february = history.in_force("2026-02-28T12:00:00Z".parse()?).unwrap();
/// assert_eq!(in_february.version().as_str(), "1.0.0");
/// let in_march = history.in_force("2026-03-01T00:00:00Z".parse()?).unwrap();
/// assert_eq!(in_march.version().as_str(), "1.1.0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct History {
    /// By the order in which they were added; a version's number never changes.
    versions: Append<Node>,
    /// One more than the number of the version with the latest `effective_from`; 0 while there is none.
    latest: AtomicU32,
    names: Apart<Mutex<Names>>,
}

type Names = HashMap<PolicyVersion, u32, foldhash::quality::RandomState>;

/// A version in a list that runs from the latest `effective_from` to the earliest. Adding one is a single
/// store, so a reader finds the list as it was before or as it is after, without a lock.
#[derive(Default)]
struct Node {
    policy: OnceLock<Policy>,
    /// One more than the number of the version before; 0 at the end.
    earlier: AtomicU32,
}

/// A version in a history: its policy, and its number for records that keep versions in a few bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbered<'a> {
    pub(crate) number: u32,
    pub(crate) policy: &'a Policy,
}

impl History {
    /// A history without a version: nothing is permitted under it.
    pub fn new() -> Self {
        Self { versions: Append::new(), latest: AtomicU32::new(0), names: Apart::default() }
    }

    /// The history that holds Dynamoi's own policy, version 1.0.0.
    #[expect(clippy::expect_used, reason = "the document is a constant, and a test compiles it")]
    pub fn dynamoi() -> Self {
        let history = Self::new();
        history.add(Document::dynamoi()).expect("the built-in document does not contradict itself");
        history
    }

    /// Adds a version.
    ///
    /// # Errors
    /// A document that contradicts itself, whose name is taken, or whose `effective_from` is taken, is
    /// refused in this order and leaves the history as it was.
    pub fn add(&self, document: Document) -> Result<(), PolicyError> {
        let policy = Policy::compile(document)?;
        let mut names = self.names.0.lock().unwrap_or_else(PoisonError::into_inner);
        let announced = names.get(policy.version()).copied();
        if announced.is_some_and(|number| self.numbered(number).is_some()) {
            return Err(PolicyError::DuplicateVersion(policy.version().clone()));
        }
        // Walk to where the version belongs: behind the last that comes after it.
        let mut link = &self.latest;
        while let Some(node) = self.node(link.load(Ordering::Relaxed))
            && let Some(known) = node.policy.get()
            && known.effective_from() >= policy.effective_from()
        {
            if known.effective_from() == policy.effective_from() {
                return Err(PolicyError::DuplicateEffectiveFrom(policy.effective_from()));
            }
            link = &node.earlier;
        }
        let full = || PolicyError::HistoryFull;
        let number = announced.or_else(|| next_number(&names)).ok_or_else(full)?;
        let next = number.checked_add(1).ok_or_else(full)?;
        let node = self.versions.grow(number).ok_or_else(full)?;
        names.insert(policy.version().clone(), number);
        node.policy.set(policy).map_err(|_| full())?;
        node.earlier.store(link.load(Ordering::Relaxed), Ordering::Relaxed);
        link.store(next, Ordering::Release);
        Ok(())
    }

    /// The number of a version that others have and this history may lack; `None` when the history is full.
    ///
    /// Until it is added, nothing is permitted under it. Choices that name it are kept under its number, so that they
    /// hold as soon as it comes.
    pub(crate) fn announce(&self, name: &PolicyVersion) -> Option<u32> {
        if let Some(number) = self.number_of(name) {
            return Some(number);
        }
        let mut names = self.names.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = names.get(name).copied().or_else(|| next_number(&names))?;
        names.insert(name.clone(), number);
        Some(number)
    }

    /// The name of the version with a number, also of one that was only announced.
    pub(crate) fn name_of(&self, number: u32) -> Option<PolicyVersion> {
        if let Some(version) = self.numbered(number) {
            return Some(version.policy.version().clone());
        }
        let names = self.names.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().find(|(_, known)| **known == number).map(|(name, _)| name.clone())
    }

    /// The version in force at an instant: the latest whose `effective_from` is not after it.
    pub fn in_force(&self, at: DateTime<Utc>) -> Option<&Policy> {
        self.numbered_in_force(at).map(|version| version.policy)
    }

    /// The version with a name.
    pub fn version(&self, name: &str) -> Option<&Policy> {
        self.numbered(self.number_of(&name.into())?).map(|version| version.policy)
    }

    /// Every version, the latest `effective_from` first.
    pub fn versions(&self) -> impl Iterator<Item = &Policy> {
        self.newest_first().map(|version| version.policy)
    }

    /// The version in force at an instant, with its number.
    #[inline]
    pub(crate) fn numbered_in_force(&self, at: DateTime<Utc>) -> Option<Numbered<'_>> {
        self.newest_first().find(|version| version.policy.effective_from() <= at)
    }

    /// The number of the version with a name.
    pub(crate) fn number_of(&self, name: &PolicyVersion) -> Option<u32> {
        // Nearly always it is one of the latest, which are found without a lock.
        if let Some(version) = self.newest_first().take(4).find(|version| version.policy.version() == name) {
            return Some(version.number);
        }
        self.names.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    /// The version with a number.
    #[inline]
    pub(crate) fn numbered(&self, number: u32) -> Option<Numbered<'_>> {
        let policy = self.versions.get(number)?.policy.get()?;
        Some(Numbered { number, policy })
    }

    #[inline]
    fn node(&self, link: u32) -> Option<&Node> {
        self.versions.get(link.checked_sub(1)?)
    }

    #[inline]
    fn newest_first(&self) -> impl Iterator<Item = Numbered<'_>> {
        let mut link = self.latest.load(Ordering::Acquire);
        std::iter::from_fn(move || {
            let number = link.checked_sub(1)?;
            let node = self.versions.get(number)?;
            link = node.earlier.load(Ordering::Acquire);
            node.policy.get().map(|policy| Numbered { number, policy })
        })
    }
}

/// The number that the next name gets; there is one more as the end of a list.
fn next_number(names: &Names) -> Option<u32> {
    u32::try_from(names.len()).ok().filter(|number| *number < u32::MAX)
}

impl Default for History {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.versions().map(|policy| policy.version().as_str())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(name: &str, from: &str) -> Document {
        let mut document = Document::dynamoi();
        document.version = name.into();
        document.effective_from = from.parse().unwrap();
        document
    }

    fn names(history: &History) -> Vec<&str> {
        history.versions().map(|policy| policy.version().as_str()).collect()
    }

    #[test]
    fn versions_are_ordered_by_when_they_take_effect() {
        let history = History::new();
        assert!(history.in_force("2030-01-01T00:00:00Z".parse().unwrap()).is_none());
        for (name, year) in [("c", 2027), ("a", 2025), ("d", 2028), ("b", 2026)] {
            history.add(version(name, &format!("{year}-01-01T00:00:00Z"))).unwrap();
        }
        assert_eq!(names(&history), ["d", "c", "b", "a"]);
        let in_force = |at: &str| history.in_force(at.parse().unwrap()).map(|p| p.version().as_str());
        assert_eq!(in_force("2024-12-31T23:59:59.999999999Z"), None);
        assert_eq!(in_force("2025-01-01T00:00:00Z"), Some("a"));
        assert_eq!(in_force("2027-12-31T23:59:59.999999999Z"), Some("c"));
        assert_eq!(in_force("2099-01-01T00:00:00Z"), Some("d"));
    }

    #[test]
    fn a_version_that_was_announced_keeps_its_number_when_it_comes() {
        let history = History::dynamoi();
        let number = history.announce(&"2.0.0".into());
        assert_eq!((number, history.announce(&"2.0.0".into())), (Some(1), Some(1)));
        assert_eq!(history.announce(&"1.0.0".into()), Some(0));
        assert!(history.numbered(1).is_none() && history.version("2.0.0").is_none());
        assert_eq!(history.name_of(1), Some("2.0.0".into()));
        history.add(version("1.5.0", "2026-01-01T00:00:00Z")).unwrap();
        history.add(version("2.0.0", "2027-01-01T00:00:00Z")).unwrap();
        assert_eq!(history.number_of(&"2.0.0".into()), Some(1));
        assert_eq!(history.numbered(1).unwrap().policy.version().as_str(), "2.0.0");
        assert_eq!(names(&history), ["2.0.0", "1.5.0", "1.0.0"]);
        let again = history.add(version("2.0.0", "2028-01-01T00:00:00Z"));
        assert!(matches!(again, Err(PolicyError::DuplicateVersion(_))));
    }

    #[test]
    fn a_taken_name_or_instant_is_refused_and_changes_nothing() {
        let history = History::dynamoi();
        let again = history.add(Document::dynamoi());
        assert!(matches!(again, Err(PolicyError::DuplicateVersion(_))));
        let same_instant = history.add(version("2.0.0", "2025-01-01T01:00:00+01:00"));
        assert!(matches!(same_instant, Err(PolicyError::DuplicateEffectiveFrom(_))));
        assert_eq!(names(&history), ["1.0.0"]);
        history.add(version("2.0.0", "2024-01-01T00:00:00Z")).unwrap();
        assert_eq!(names(&history), ["1.0.0", "2.0.0"]);
    }
}
