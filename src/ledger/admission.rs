//! Admission: what every ledger refuses before it looks at what it holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::EventRefused;
use crate::{consent::Event, policy::History};

/// How far ahead of the host's clock an event may be dated: clocks differ.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Whether a ledger takes an event whose id it does not know. Whether it does is for the ledger to say, and goes
/// before: a known event is taken again though it would be refused by now.
pub(super) fn admit(event: &Event, history: &History, now: DateTime<Utc>) -> Result<(), EventRefused> {
    if let Some(name) = event.policy_version()
        && history.version(name.as_str()).is_none()
    {
        return Err(EventRefused::UnknownPolicyVersion(name.clone()));
    }
    if event.expires_before_granted() {
        return Err(EventRefused::ExpiresBeforeGranted);
    }
    // An instant beyond all instants is ahead of any clock.
    if now.checked_add_signed(AHEAD).is_some_and(|latest| event.at > latest) {
        return Err(EventRefused::InFuture);
    }
    // What is kept has to be read again, by others too: an event that cannot be would bring every follower to a halt.
    if !event.is_writable() {
        return Err(EventRefused::NotWritable);
    }
    Ok(())
}
