//! The compiled policy: a version as it is obeyed, which cannot contradict itself.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::{
    Contradiction, SourceKind,
    document::{Document, Safeguard, UnknownAge},
};
use crate::vocabulary::{DataCategory, LegalBasis, PolicyVersion, ProcessorId, ProcessorKind, Purpose};

/// A version of the policy that was found free of contradictions.
///
/// It answers single questions of the policy in a few instructions; whether data may flow takes consent
/// too, and is the gate's to decide. It is made by adding a [`Document`] to a
/// [`History`](super::History).
///
/// ```
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{DataCategory, LegalBasis, ProcessorId, ProcessorKind, Purpose};
///
/// let history = History::dynamoi();
/// let policy = history.version("1.0.0").unwrap();
/// assert_eq!(policy.basis(Purpose::Promotion), LegalBasis::Consent);
/// assert!(policy.uses(Purpose::Billing, DataCategory::Payment));
/// assert!(!policy.uses(Purpose::Promotion, DataCategory::Payment));
/// let spotify = policy.processor(&ProcessorId::SPOTIFY).unwrap();
/// assert!(spotify.forbids_onward_to(ProcessorKind::AdNetwork));
/// ```
#[derive(Debug)]
pub struct Policy {
    document: Document,
    unknown_age: UnknownAge,
    basis: [LegalBasis; Purpose::ALL.len()],
    /// For each purpose the set of categories, a bit each.
    uses: [u8; Purpose::ALL.len()],
    /// For each category the set of kinds it is collected from; the bit of `SourceKind::Subject` is the subject.
    sources: [u8; DataCategory::ALL.len()],
    /// For each purpose and category the set of kinds that may get it.
    recipients: [[u8; DataCategory::ALL.len()]; Purpose::ALL.len()],
    /// For each purpose and each of the twelve the set of categories that it may get without anything but
    /// consent to ask for: its kind may get them, and a safeguard covers the transfer.
    freely: [[u8; ProcessorId::NAMED.len()]; Purpose::ALL.len()],
    /// The purposes that stand on consent.
    consent: u8,
    /// The categories that are stored encrypted.
    encrypted: u8,
    storage_safeguard: Option<Safeguard>,
    /// The twelve by their number; the others sorted by id.
    named: [Option<Processor>; ProcessorId::NAMED.len()],
    others: Vec<(ProcessorId, Processor)>,
}

/// What a version says of a processor that it registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processor {
    kind: ProcessorKind,
    no_onward_to: u8,
    safeguard: Option<Safeguard>,
}

impl Processor {
    /// What it does.
    pub fn kind(&self) -> ProcessorKind {
        self.kind
    }

    /// Whether data obtained from it may not be passed on to processors of a kind, whoever consents
    /// (section 3).
    pub fn forbids_onward_to(&self, kind: ProcessorKind) -> bool {
        self.no_onward_to & bit(kind.index()) != 0
    }

    /// What protects data that is transferred to it abroad (section 6).
    pub fn safeguard(&self) -> Option<Safeguard> {
        self.safeguard
    }
}

impl Policy {
    /// The document that it was compiled from.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The version's name.
    pub fn version(&self) -> &PolicyVersion {
        &self.document.version
    }

    /// The instant from which it is in force, until another version is.
    pub fn effective_from(&self) -> DateTime<Utc> {
        self.document.effective_from
    }

    /// What holds for a subject who never declared an age (section 7).
    #[inline]
    pub fn unknown_age(&self) -> UnknownAge {
        self.unknown_age
    }

    /// The legal basis of a purpose.
    #[inline]
    pub fn basis(&self, purpose: Purpose) -> LegalBasis {
        // INVARIANT: the array has a place for each purpose; the default is the strictest basis all the same.
        self.basis.get(purpose.index()).copied().unwrap_or(LegalBasis::Consent)
    }

    /// Whether a purpose stands on consent.
    #[inline]
    pub(crate) fn needs_consent(&self, purpose: Purpose) -> bool {
        has(Some(&self.consent), purpose.index())
    }

    /// Whether the version lets a category that was obtained from `origin` go to one of the twelve with
    /// nothing but consent left to ask for. It says no of every other processor.
    #[inline]
    pub(crate) fn shares_freely(
        &self,
        purpose: Purpose,
        category: DataCategory,
        recipient: &ProcessorId,
        origin: Option<&ProcessorId>,
    ) -> bool {
        let Some(place) = recipient.named() else { return false };
        let freely = self.freely.get(purpose.index()).and_then(|row| row.get(place));
        has(freely, category.index())
            && origin.is_none_or(|origin| {
                let recipient = self.named.get(place).and_then(Option::as_ref);
                let origin = self.processor(origin);
                recipient.zip(origin).is_some_and(|(to, from)| !from.forbids_onward_to(to.kind))
            })
    }

    /// Whether a category may serve a purpose (section 2).
    #[inline]
    pub fn uses(&self, purpose: Purpose, category: DataCategory) -> bool {
        has(self.uses.get(purpose.index()), category.index())
    }

    /// Whether a category is collected from the subject (section 1).
    #[inline]
    pub fn collects_from_subject(&self, category: DataCategory) -> bool {
        has(self.sources.get(category.index()), SourceKind::Subject.index())
    }

    /// Whether a category is collected from processors of a kind (section 1).
    #[inline]
    pub fn collects_from(&self, category: DataCategory, kind: ProcessorKind) -> bool {
        has(self.sources.get(category.index()), SourceKind::Processor(kind).index())
    }

    /// Whether processors of a kind may get a category for a purpose (section 3).
    #[inline]
    pub fn shares(&self, purpose: Purpose, category: DataCategory, kind: ProcessorKind) -> bool {
        has(self.recipients.get(purpose.index()).and_then(|row| row.get(category.index())), kind.index())
    }

    /// What the version says of a processor; `None` when it does not register it.
    #[inline]
    pub fn processor(&self, id: &ProcessorId) -> Option<&Processor> {
        match id.named() {
            Some(place) => self.named.get(place)?.as_ref(),
            None => {
                let place = self.others.binary_search_by(|(other, _)| other.cmp(id)).ok()?;
                self.others.get(place).map(|(_, processor)| processor)
            }
        }
    }

    /// Whether a category is stored encrypted or not at all (section 4).
    #[inline]
    pub fn stores_encrypted(&self, category: DataCategory) -> bool {
        has(Some(&self.encrypted), category.index())
    }

    /// What protects data that is stored abroad (section 6).
    #[inline]
    pub fn storage_safeguard(&self) -> Option<Safeguard> {
        self.storage_safeguard
    }

    /// Compiles a document, or says where it contradicts itself.
    pub(super) fn compile(document: Document) -> Result<Self, Contradiction> {
        let (named, others) = registrations(&document)?;
        let basis = bases(&document)?;
        let sources = sources(&document)?;
        let uses = uses(&document)?;
        let recipients = recipients(&document, &uses)?;
        let freely = freely(&named, &recipients);
        let consent = Purpose::ALL.iter().zip(&basis).filter(|(_, basis)| **basis == LegalBasis::Consent);
        let consent = consent.fold(0, |set, (purpose, _)| set | bit(purpose.index()));
        let encrypted = set("storage.encrypted", document.storage.encrypted.iter().map(|c| c.index()))?;
        Ok(Self {
            unknown_age: document.unknown_age,
            basis,
            uses,
            sources,
            recipients,
            freely,
            consent,
            encrypted,
            storage_safeguard: document.storage.safeguard,
            named,
            others,
            document,
        })
    }
}

type Named = [Option<Processor>; ProcessorId::NAMED.len()];

fn registrations(document: &Document) -> Result<(Named, Vec<(ProcessorId, Processor)>), Contradiction> {
    let mut named: Named = [None; _];
    let mut others = Vec::new();
    let mut seen = HashSet::new();
    for (at, entry) in document.processors.iter().enumerate() {
        let place = || format!("processors[{at}].id");
        let id: ProcessorId = entry.id.parse().map_err(|_| {
            let problem = format!("`{}` names the person as a source, not a processor", entry.id);
            Contradiction::new(place(), problem)
        })?;
        if !seen.insert(id.clone()) {
            return Err(Contradiction::new(place(), format!("`{id}` is registered twice")));
        }
        let no_onward_to =
            set(&format!("processors[{at}].no_onward_to"), entry.no_onward_to.iter().map(|k| k.index()))?;
        let processor = Processor { kind: entry.kind, no_onward_to, safeguard: entry.safeguard };
        match id.named().and_then(|place| named.get_mut(place)) {
            Some(place) => *place = Some(processor),
            None => others.push((id, processor)),
        }
    }
    others.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok((named, others))
}

fn bases(document: &Document) -> Result<[LegalBasis; Purpose::ALL.len()], Contradiction> {
    let mut found = [None; Purpose::ALL.len()];
    for (at, entry) in document.purposes.iter().enumerate() {
        let compelled = entry.id == Purpose::LegalObligation;
        if compelled != (entry.basis == LegalBasis::LegalObligation) {
            return Err(Contradiction::new(
                format!("purposes[{at}].basis"),
                format!(
                    "`{}` stands on `{}`; that basis is `legal_obligation`'s alone",
                    entry.id, entry.basis
                ),
            ));
        }
        if let Some(slot) = found.get_mut(entry.id.index())
            && slot.replace(entry.basis).is_some()
        {
            let problem = format!("`{}` is listed twice", entry.id);
            return Err(Contradiction::new(format!("purposes[{at}].id"), problem));
        }
    }
    let mut basis = [LegalBasis::Consent; _];
    for ((purpose, found), basis) in Purpose::ALL.iter().zip(found).zip(&mut basis) {
        *basis = found.ok_or_else(|| {
            Contradiction::new("purposes".to_owned(), format!("`{purpose}` has no basis: it is not listed"))
        })?;
    }
    Ok(basis)
}

fn sources(document: &Document) -> Result<[u8; DataCategory::ALL.len()], Contradiction> {
    let mut sources = [0; DataCategory::ALL.len()];
    let mut seen = 0;
    for (at, entry) in document.collection.iter().enumerate() {
        once(&mut seen, entry.category.index(), || {
            (format!("collection[{at}].category"), format!("`{}` is listed twice", entry.category))
        })?;
        if let Some(row) = sources.get_mut(entry.category.index()) {
            *row = set(&format!("collection[{at}].sources"), entry.sources.iter().map(|s| s.index()))?;
        }
    }
    Ok(sources)
}

fn uses(document: &Document) -> Result<[u8; Purpose::ALL.len()], Contradiction> {
    let mut uses = [0; Purpose::ALL.len()];
    let mut seen = 0;
    for (at, entry) in document.uses.iter().enumerate() {
        let place = format!("uses[{at}].purpose");
        only_disclosed(entry.purpose, &place)?;
        once(&mut seen, entry.purpose.index(), || (place, format!("`{}` is listed twice", entry.purpose)))?;
        if let Some(row) = uses.get_mut(entry.purpose.index()) {
            *row = set(&format!("uses[{at}].categories"), entry.categories.iter().map(|c| c.index()))?;
        }
    }
    Ok(uses)
}

type Recipients = [[u8; DataCategory::ALL.len()]; Purpose::ALL.len()];

fn recipients(document: &Document, uses: &[u8; Purpose::ALL.len()]) -> Result<Recipients, Contradiction> {
    let mut recipients: Recipients = [[0; _]; _];
    let mut seen = [0; Purpose::ALL.len()];
    for (at, entry) in document.sharing.iter().enumerate() {
        let purpose = entry.purpose.index();
        only_disclosed(entry.purpose, &format!("sharing[{at}].purpose"))?;
        let kinds = set(&format!("sharing[{at}].recipients"), entry.recipients.iter().map(|k| k.index()))?;
        set(&format!("sharing[{at}].categories"), entry.categories.iter().map(|c| c.index()))?;
        for (nth, kind) in entry.recipients.iter().enumerate() {
            if let Some(seen) = seen.get_mut(purpose) {
                once(seen, kind.index(), || {
                    let problem = format!("`{}` is shared with `{kind}` in two rows", entry.purpose);
                    (format!("sharing[{at}].recipients[{nth}]"), problem)
                })?;
            }
        }
        for (nth, category) in entry.categories.iter().enumerate() {
            if !has(uses.get(purpose), category.index()) {
                return Err(Contradiction::new(
                    format!("sharing[{at}].categories[{nth}]"),
                    format!("`{category}` is shared for `{}`, which does not use it", entry.purpose),
                ));
            }
            if let Some(cell) = recipients.get_mut(purpose).and_then(|row| row.get_mut(category.index())) {
                *cell |= kinds;
            }
        }
    }
    Ok(recipients)
}

fn freely(named: &Named, recipients: &Recipients) -> [[u8; ProcessorId::NAMED.len()]; Purpose::ALL.len()] {
    recipients.map(|row| {
        named.map(|processor| {
            let Some(Processor { kind, safeguard: Some(_), .. }) = processor else { return 0 };
            let may = |(_, kinds): &(usize, &u8)| has(Some(*kinds), kind.index());
            row.iter().enumerate().filter(may).fold(0, |set, (category, _)| set | bit(category))
        })
    })
}

/// `legal_obligation` permits disclosure alone, so no row may name it.
fn only_disclosed(purpose: Purpose, place: &str) -> Result<(), Contradiction> {
    match purpose {
        Purpose::LegalObligation => Err(Contradiction::new(
            place.to_owned(),
            "`legal_obligation` permits disclosure to an authority alone".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Notes a value, or says that it was noted before.
fn once(seen: &mut u8, index: usize, twice: impl FnOnce() -> (String, String)) -> Result<(), Contradiction> {
    if has(Some(seen), index) {
        let (place, problem) = twice();
        return Err(Contradiction::new(place, problem));
    }
    *seen |= bit(index);
    Ok(())
}

/// A list as a set of bits; a value that stands in it twice is a contradiction.
fn set(place: &str, values: impl Iterator<Item = usize>) -> Result<u8, Contradiction> {
    let mut set = 0;
    for (nth, value) in values.enumerate() {
        once(&mut set, value, || {
            (format!("{place}[{nth}]"), "the value stands in the list twice".to_owned())
        })?;
    }
    Ok(set)
}

/// No list has more than eight words, so a set is a byte.
#[inline]
fn bit(index: usize) -> u8 {
    1 << (index & 7)
}

#[inline]
fn has(set: Option<&u8>, index: usize) -> bool {
    set.is_some_and(|set| set & bit(index) != 0)
}
