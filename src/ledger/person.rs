//! A person in a ledger: their subject and the visitors that it was linked to.

use std::collections::HashSet;

use super::{Ledger, LedgerError};
use crate::{
    consent::{Event, EventKind},
    vocabulary::SubjectId,
};

/// Everything that a ledger keeps of a subject, of the visitors that it was linked to, of theirs, and so on, for
/// `rights::Export`.
///
/// Links are followed from accounts to visitors and not back: what an account chose is not for whoever has a visitor's
/// cookie.
///
/// ```
/// use dynamoi_privacy::ledger::{Ledger, Memory, events_of_person};
/// use dynamoi_privacy::{Event, History, Purpose, SubjectId};
/// # let rt = tokio::runtime::Builder::new_current_thread().build()?;
/// # rt.block_on(async {
/// let (account, visitor, at) = (SubjectId::random(), SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let ledger = Memory::new(History::dynamoi());
/// ledger.append(&[Event::deny(visitor, Purpose::Promotion, at), Event::link(account, visitor, at)]).await?;
/// assert_eq!(events_of_person(&ledger, account).await?.len(), 2);
/// assert_eq!(events_of_person(&ledger, visitor).await?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As for [`Ledger::events_of`].
pub async fn events_of_person<L: Ledger>(ledger: &L, subject: SubjectId) -> Result<Vec<Event>, LedgerError> {
    let (mut person, mut to_ask) = (HashSet::from([subject]), vec![subject]);
    let mut all = Vec::new();
    while let Some(member) = to_ask.pop() {
        let events = ledger.events_of(member).await?;
        for event in &events {
            if let EventKind::Linked { visitor } = event.kind
                && person.insert(visitor)
            {
                to_ask.push(visitor);
            }
        }
        all.extend(events);
    }
    Ok(all)
}
