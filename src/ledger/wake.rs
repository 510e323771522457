//! The hint that something was appended, for those who follow in the same process.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::watch;

/// One handle's ear. What is appended between two looks is not slept through.
#[derive(Debug, Default)]
pub(super) struct Wake {
    /// How many appends there were, by all handles.
    appends: Arc<watch::Sender<u64>>,
    /// How many there had been when this handle last looked.
    seen: AtomicU64,
}

impl Wake {
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn of(appends: Arc<watch::Sender<u64>>) -> Self {
        Self { appends, seen: AtomicU64::new(0) }
    }

    /// Something was appended.
    pub(super) fn ring(&self) {
        self.appends.send_modify(|appends| *appends = appends.wrapping_add(1));
    }

    /// Somebody is about to look: what is appended from now on counts as not seen.
    pub(super) fn look(&self) {
        self.seen.store(*self.appends.borrow(), Ordering::Release);
    }

    /// Resolves when something was appended since this handle last looked.
    pub(super) async fn rung(&self) {
        let seen = self.seen.load(Ordering::Acquire);
        // It fails when the sender is gone, and this handle holds it.
        let _ = self.appends.subscribe().wait_for(|appends| *appends != seen).await;
    }
}

impl Clone for Wake {
    fn clone(&self) -> Self {
        Self { appends: self.appends.clone(), seen: AtomicU64::new(self.seen.load(Ordering::Acquire)) }
    }
}
