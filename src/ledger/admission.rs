//! Admission: what every ledger refuses before it looks at what it holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::{EventRefused, Refused};
use crate::{consent::Event, policy::History};

/// How far ahead of the host's clock an event may be dated: clocks differ.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The first of the events that no ledger takes. Whether its id is known is for the ledger to say, and goes before.
pub(super) fn admit(events: &[Event], history: &History, now: DateTime<Utc>) -> Result<(), Refused> {
    for (index, event) in events.iter().enumerate() {
        admit_one(event, history, now).map_err(|why| Refused::new(index, event.id, why))?;
    }
    Ok(())
}

fn admit_one(event: &Event, history: &History, now: DateTime<Utc>) -> Result<(), EventRefused> {
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
    Ok(())
}
