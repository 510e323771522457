//! The subject's rights: what is held of them, as they may have it.
//!
//! [`Export`] answers a request for access and for portability (GDPR articles 15 and 20): everything that the ledger,
//! the gate and the audit trail hold of one person, as JSON with its schema. An erasure (article 17) is one call, too:
//! `ledger::erase`, which says what is owed to the systems.

mod export;
mod linked;
mod owed;
mod written;

pub use export::{Export, Held};
pub use owed::narrowed;
pub use written::{
    ErasedExport, FullExport, WrittenDeletion, WrittenExport, WrittenRemoval, WrittenRequest, WrittenSent,
    WrittenWanted,
};

use crate::{
    consent::{Contact, Issuer},
    processors::System,
};

/// An issuer of consent receipts that knows of the twelve systems where their own privacy terms are. The rest is the
/// host's to say.
///
/// ```
/// use dynamoi_privacy::rights::issuer;
/// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now))?;
/// let record = gate.record_of(subject).ok_or("they have an event")?;
/// let issuer = issuer().notice("https://dynamoi.example/privacy", "en");
/// let receipt = issuer.receipt(gate.history(), subject, &record, Purpose::Promotion, now).ok_or("they chose")?;
/// let feature_fm = &receipt.party_identification[1];
/// assert!(feature_fm.party_url.as_ref().is_some_and(|url| url.starts_with("https://")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn issuer() -> Issuer {
    System::ALL.into_iter().fold(Issuer::new(), |issuer, system| {
        issuer.recipient(system.id(), Contact::new().url(system.identity().privacy_terms))
    })
}
