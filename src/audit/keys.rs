//! Keys: who keeps the keys of pseudonyms, and the keeper in memory.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Key, StoreError};
use crate::vocabulary::SubjectId;

/// Keeps the keys under which people appear in a trail.
///
/// The keys are what ties a trail to people: keep them apart from the trail, and let nobody read both who need not. A
/// key that is lost, in a crash or with its file, takes with it what was to be known of its person's entries; the chain
/// stays whole. **A key that is forgotten must not come back**, so no copy of the keys may outlive an erasure.
///
/// The calls of one [`Trail`](super::Trail) come one after the other.
pub trait Keys: Send + Sync {
    /// The key of each of the subjects, in their order. A subject that has none gets one, which would survive a power
    /// cut when the call returns; `None` is a subject that was forgotten, who never gets one again.
    ///
    /// # Errors
    /// The keys cannot be read or kept now.
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError>;

    /// The key of a subject, if it has one; none is made.
    ///
    /// # Errors
    /// The keys cannot be read now.
    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError>;

    /// Forgets the key of a subject for ever, and returns when that would survive a power cut. Forgetting whoever has no
    /// key is no error: they get none from then on.
    ///
    /// # Errors
    /// It cannot say that the key is forgotten: ask again.
    fn forget(&self, subject: SubjectId) -> Result<(), StoreError>;
}

/// Keys in memory: for tests, and for a trail in which nobody needs to be found again after a restart. Clones share
/// them.
#[derive(Clone, Default)]
pub struct MemoryKeys(Arc<Mutex<HashMap<SubjectId, Option<Key>>>>);

impl MemoryKeys {
    /// No key yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<SubjectId, Option<Key>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys for MemoryKeys {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        let mut kept = self.kept();
        let mut keys = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let key = match kept.get(subject) {
                Some(key) => key.clone(),
                None => {
                    let key = Some(Key::random()?);
                    kept.insert(*subject, key.clone());
                    key
                }
            };
            keys.push(key);
        }
        Ok(keys)
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        Ok(self.kept().get(&subject).cloned().flatten())
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        self.kept().insert(subject, None);
        Ok(())
    }
}

impl fmt::Debug for MemoryKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeys")
    }
}
