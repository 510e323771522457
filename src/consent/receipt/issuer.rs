//! Who issues receipts: what the host knows and the policy does not say, and how a receipt is made with it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    AboutCategory, AboutEvent, AboutParty, AboutPurpose, AboutReceipt, ConsentEvent, ConsentType, Party,
    PiiInformation, PiiProcessing, PurposeOfProcessing, Receipt, Term,
};
use crate::{
    consent::{Chosen, Record, StandingChoice, Statement},
    policy::{History, Policy, Processor},
    vocabulary::{
        Country, DataCategory, PolicyVersion, ProcessorId, Purpose, SubjectId, instant, quiet::silent,
    },
};

/// The `party_id` of the controller. No processor's id has a hyphen.
const CONTROLLER: &str = "data-controller";
/// The `party_id` of the authority.
const AUTHORITY: &str = "supervisory-authority";

/// Makes consent receipts of records, with the facts that only the host knows.
///
/// What the policy says of the controller (its name, the contact of section 9), of recipients, categories and sources
/// is taken from the policy. Nothing is made up: what the host does not say is absent in the receipt, and
/// [`Receipt::lacks`] names it. A blank text says nothing.
///
/// ```
/// use dynamoi_privacy::consent::{ConsentType, Contact, Issuer};
/// use dynamoi_privacy::vocabulary::ProcessorId;
/// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
///
/// let issuer = Issuer::new()
///     .controller(Contact::new().address("Example Street 1, 10115 Berlin").url("https://dynamoi.example"))
///     .recipient(ProcessorId::FEATURE_FM, Contact::new().address("…").contact("privacy@feature.fm.example"))
///     .notice("https://dynamoi.example/privacy", "en")
///     .jurisdiction("EU")
///     .stored_in("DE".parse()?)
///     .retained("until the account is closed")
///     .withdrawal("https://dynamoi.example/consents")
///     .rights("https://dynamoi.example/rights")
///     .consent_type(ConsentType::Expressed);
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now))?;
/// let record = gate.record_of(subject).ok_or("they have an event")?;
///
/// let receipt = issuer.receipt(gate.history(), subject, &record, Purpose::Promotion, now).ok_or("they chose")?;
/// assert!(receipt.lacks().is_empty());
/// let json = serde_json::to_value(&receipt)?;
/// let purpose = &json["pii_processing"]["purposes"][0];
/// assert_eq!((&purpose["purpose"], &purpose["lawful_basis"]), (&"promotion".into(), &"consent".into()));
/// assert_eq!(purpose["recipient_third_parties"][0], "feature_fm");
/// assert_eq!(json["event"][0]["event_state"], "given");
/// assert_eq!(json["event"][0]["validity_duration"], "2026-01-05T09:00:00Z/..");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Issuer {
    controller: Contact,
    recipients: BTreeMap<ProcessorId, Contact>,
    authority: Option<(String, Contact)>,
    notice: Option<String>,
    notices: BTreeMap<String, String>,
    language: Option<String>,
    jurisdiction: Option<String>,
    storage: Vec<Country>,
    retention: Option<String>,
    withdrawal: Option<String>,
    rights: Option<String>,
    consent_type: Option<ConsentType>,
}

/// How a party is reached.
#[derive(Clone, Default)]
#[must_use]
pub struct Contact {
    contact: Option<String>,
    address: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    url: Option<String>,
}

impl Contact {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whom to ask, and how: a person, a department, an address of any kind.
    pub fn contact(mut self, contact: &str) -> Self {
        self.contact = said(contact);
        self
    }

    /// The postal address, in one line.
    pub fn address(mut self, address: &str) -> Self {
        self.address = said(address);
        self
    }

    /// The e-mail address.
    pub fn email(mut self, email: &str) -> Self {
        self.email = said(email);
        self
    }

    /// The telephone number.
    pub fn phone(mut self, phone: &str) -> Self {
        self.phone = said(phone);
        self
    }

    /// Where it is in the web.
    pub fn url(mut self, url: &str) -> Self {
        self.url = said(url);
        self
    }
}

impl Issuer {
    /// An issuer of whom nothing is known but what the policy says.
    pub fn new() -> Self {
        Self::default()
    }

    /// How the controller is reached, beside the contact of the policy (section 9).
    pub fn controller(mut self, contact: Contact) -> Self {
        self.controller = contact;
        self
    }

    /// How a recipient is reached.
    pub fn recipient(mut self, id: ProcessorId, contact: Contact) -> Self {
        self.recipients.insert(id, contact);
        self
    }

    /// The authority to which the person may complain (GDPR article 77), by its name.
    pub fn authority(mut self, name: &str, contact: Contact) -> Self {
        self.authority = said(name).map(|name| (name, contact));
        self
    }

    /// Where the policy can be read as people are shown it, and in which language they are asked, such as `en`.
    pub fn notice(mut self, url: &str, language: &str) -> Self {
        (self.notice, self.language) = (said(url), said(language));
        self
    }

    /// Where one version of the policy can be read, if it has a place of its own.
    pub fn notice_of(mut self, version: &str, url: &str) -> Self {
        if let Some(url) = said(url) {
            self.notices.insert(version.to_owned(), url);
        }
        self
    }

    /// Whose law applies: a code of DPV's locations, such as `EU`, `DE` or `US-CA`, or else a text.
    pub fn jurisdiction(mut self, jurisdiction: &str) -> Self {
        self.jurisdiction = said(jurisdiction);
        self
    }

    /// A country in which data is stored (section 6), beside those that were named before.
    pub fn stored_in(mut self, country: Country) -> Self {
        if !self.storage.contains(&country) {
            self.storage.push(country);
        }
        self
    }

    /// How long data is kept: a duration of ISO 8601 such as `P6M`, a date, or until something happens.
    pub fn retained(mut self, period: &str) -> Self {
        self.retention = said(period);
        self
    }

    /// How a person takes a choice back, such as the address of a page. Unless it is said, it is the policy's contact.
    pub fn withdrawal(mut self, method: &str) -> Self {
        self.withdrawal = said(method);
        self
    }

    /// How a person exercises their other rights, such as the address of a page.
    pub fn rights(mut self, method: &str) -> Self {
        self.rights = said(method);
        self
    }

    /// How people express consent where this host asks them.
    pub fn consent_type(mut self, consent_type: ConsentType) -> Self {
        self.consent_type = Some(consent_type);
        self
    }

    /// A receipt for each purpose about which a choice stands, in the policy's order of purposes, as of an instant.
    /// There is none for a subject who was erased or chose nothing, or when no policy is in force.
    pub fn receipts(
        &self,
        history: &History,
        subject: SubjectId,
        record: &Record,
        at: DateTime<Utc>,
    ) -> Vec<Receipt> {
        let receipt = |purpose| self.receipt(history, subject, record, purpose, at);
        Purpose::ALL.into_iter().filter_map(receipt).collect()
    }

    /// The receipt for a purpose, as of an instant. `history` is the one that the record was folded under.
    pub fn receipt(
        &self,
        history: &History,
        subject: SubjectId,
        record: &Record,
        purpose: Purpose,
        at: DateTime<Utc>,
    ) -> Option<Receipt> {
        let policy = history.in_force(at)?;
        let Statement::Standing(standing) = record.statement(history) else { return None };
        let mut choices = standing.choices;
        choices.retain(|choice| choice.scope.purpose() == purpose);
        if choices.is_empty() {
            return None;
        }
        let described = Described::of(policy, history, purpose, &choices, at);
        let shown = described.newest_shown().unwrap_or_else(|| policy.version().clone());
        let (categories, recipients) = described.flows();
        let processing = PurposeOfProcessing {
            purpose: purpose.as_str().into(),
            purpose_type: purpose.dpv().iri().map(|iri| iri.as_str().into()),
            lawful_basis: policy.basis(purpose).as_str().into(),
            pii_controllers: vec![CONTROLLER.to_owned()],
            collection_method: sources(&categories),
            pii_information: categories,
            storage_locations: self.storage.iter().map(Country::to_string).collect(),
            retention_period: self.retention.clone(),
            jurisdiction: self.jurisdiction.clone(),
            recipient_third_parties: recipients.iter().map(|(id, _)| id.to_string()).collect(),
            withdrawal_method: self.withdrawal.clone().unwrap_or_else(|| policy.document().contact.clone()),
            privacy_rights: self.rights.clone(),
            authority_party: self.authority.as_ref().map(|_| AUTHORITY.to_owned()),
            dynamoi: AboutPurpose {
                section: section(policy, purpose),
                storage_safeguard: policy.storage_safeguard(),
            },
        };
        Some(Receipt {
            schema_version: Receipt::SCHEMA.to_owned(),
            receipt_id: Uuid::new_v4(),
            record_id: record_id(subject, purpose),
            pii_principal_id: subject,
            pii_processing: PiiProcessing {
                privacy_notice: self.notices.get(shown.as_str()).or(self.notice.as_ref()).cloned(),
                language: self.language.clone(),
                purposes: vec![processing],
            },
            party_identification: self.parties(policy, &recipients),
            event: choices.iter().map(|choice| self.event(subject, choice, at)).collect(),
            dynamoi: AboutReceipt {
                standard: Receipt::STANDARD.to_owned(),
                issued_at: at,
                policy_version: policy.version().clone(),
            },
        })
    }

    fn parties(&self, policy: &Policy, recipients: &[(ProcessorId, &Processor)]) -> Vec<Party> {
        let document = policy.document();
        let mut contact = self.controller.clone();
        contact.contact = contact.contact.or_else(|| said(&document.contact));
        if contact.email.is_none() {
            contact.email = said(&document.contact).filter(|contact| contact.contains('@'));
        }
        let controller = party(CONTROLLER, &document.organisation, ["controller", "organisation"], contact);
        let recipients = recipients.iter().map(|(id, processor)| {
            let entry = document.processors.iter().find(|entry| entry.id == id.as_str());
            let name = entry.map_or(id.as_str(), |entry| entry.name.as_str());
            let contact = self.recipients.get(id).cloned().unwrap_or_default();
            let kind = processor.kind();
            let about = AboutParty { kind: Some(kind), transfer_safeguard: processor.safeguard() };
            Party { dynamoi: about, ..party(id.as_str(), name, ["recipient", kind.as_str()], contact) }
        });
        let authority = self.authority.iter();
        let authority = authority
            .map(|(name, contact)| party(AUTHORITY, name, ["authority", "authority"], contact.clone()));
        std::iter::once(controller).chain(recipients).chain(authority).collect()
    }

    fn event(&self, subject: SubjectId, choice: &StandingChoice, now: DateTime<Utc>) -> ConsentEvent {
        let state = state(choice, now);
        let (until, policy_version) = match &choice.chosen {
            Chosen::Granted { policy_version, expires_at } => (*expires_at, Some(policy_version.clone())),
            Chosen::Denied | Chosen::Withdrawn => (None, None),
        };
        // A type of consent is one of a consent that was given.
        let how = self.consent_type.filter(|_| policy_version.is_some());
        let until = until.map_or_else(|| "..".to_owned(), |until| instant::write(&until).to_string());
        ConsentEvent {
            event_time: choice.at,
            validity_duration: format!("{}/{until}", instant::write(&choice.at)),
            entity_id: subject,
            event_type: how.map(|word| word.as_str().into()),
            event_state: state.as_str().into(),
            dynamoi: AboutEvent { scope: choice.scope.clone(), policy_version },
        }
    }
}

/// What became of a choice by an instant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Given,
    Expired,
    Refused,
    Withdrawn,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

fn state(choice: &StandingChoice, now: DateTime<Utc>) -> State {
    match &choice.chosen {
        Chosen::Granted { expires_at: Some(until), .. } if *until <= now => State::Expired,
        Chosen::Granted { .. } => State::Given,
        Chosen::Denied => State::Refused,
        Chosen::Withdrawn => State::Withdrawn,
    }
}

/// What the standing choices about a purpose are about, under the policy in force.
struct Described<'a> {
    policy: &'a Policy,
    history: &'a History,
    purpose: Purpose,
    choices: &'a [StandingChoice],
    /// The grants that are described: those that stand, or else those that have run out.
    grants: Vec<&'a StandingChoice>,
}

impl<'a> Described<'a> {
    fn of(
        policy: &'a Policy,
        history: &'a History,
        purpose: Purpose,
        choices: &'a [StandingChoice],
        now: DateTime<Utc>,
    ) -> Self {
        let in_state =
            |wanted| choices.iter().filter(|choice| state(choice, now) == wanted).collect::<Vec<_>>();
        let mut grants = in_state(State::Given);
        if grants.is_empty() {
            grants = in_state(State::Expired);
        }
        Self { policy, history, purpose, choices, grants }
    }

    /// Whether a category for itself, or as it goes to a processor, is among what the receipt describes: where there is
    /// a grant, what is granted and not refused, as far as the version that was shown permits it; else what is refused.
    fn has(&self, category: DataCategory, to: Option<&ProcessorId>) -> bool {
        let Self { policy, purpose, .. } = *self;
        let permits = |policy: &Policy| match to {
            None => policy.uses(purpose, category),
            Some(id) => policy.processor(id).is_some_and(|to| policy.shares(purpose, category, to.kind())),
        };
        let covers = |choice: &&StandingChoice| choice.scope.covers(purpose, category, to);
        let refused = self.choices.iter().filter(covers).any(|choice| shown(choice).is_none());
        let granted = |version: &PolicyVersion| self.history.version(version.as_str()).is_some_and(permits);
        let mut grants = self.grants.iter().copied().filter(covers).filter_map(shown);
        permits(policy) && if self.grants.is_empty() { refused } else { !refused && grants.any(granted) }
    }

    /// The categories, and everybody who may get one.
    fn flows(&self) -> (Vec<PiiInformation>, Vec<(ProcessorId, &Processor)>) {
        let document = self.policy.document();
        let ids = document.processors.iter().filter_map(|entry| entry.id.parse::<ProcessorId>().ok());
        let ids: Vec<ProcessorId> = ids.collect();
        let categories = DataCategory::ALL.into_iter().filter_map(|category| {
            let recipients = ids.iter().filter(|id| self.has(category, Some(id)));
            let recipients: Vec<String> = recipients.map(ProcessorId::to_string).collect();
            let from = document.collection.iter().find(|entry| entry.category == category);
            (self.has(category, None) || !recipients.is_empty()).then(|| PiiInformation {
                pii_type: category.as_str().into(),
                dynamoi: AboutCategory {
                    sources: from.map(|entry| entry.sources.clone()).unwrap_or_default(),
                    stored_encrypted: self.policy.stores_encrypted(category),
                    recipients,
                },
            })
        });
        let categories = categories.collect();
        let gets_any =
            |id: &ProcessorId| DataCategory::ALL.into_iter().any(|category| self.has(category, Some(id)));
        let recipients = ids.into_iter().filter(gets_any);
        let recipients = recipients.filter_map(|id| self.policy.processor(&id).map(|to| (id.clone(), to)));
        (categories, recipients.collect())
    }

    /// The newest version that was shown when a grant that is described was given.
    fn newest_shown(&self) -> Option<PolicyVersion> {
        let shown = self.grants.iter().copied().filter_map(shown);
        let known = shown.filter_map(|version| self.history.version(version.as_str()));
        known.max_by_key(|policy| policy.effective_from()).map(|policy| policy.version().clone())
    }
}

/// The version that was shown for a grant; a refusal names none.
fn shown(choice: &StandingChoice) -> Option<&PolicyVersion> {
    match &choice.chosen {
        Chosen::Granted { policy_version, .. } => Some(policy_version),
        Chosen::Denied | Chosen::Withdrawn => None,
    }
}

/// Where categories come from, each source once.
fn sources(categories: &[PiiInformation]) -> Vec<Term> {
    let mut sources: Vec<Term> = Vec::new();
    for source in categories.iter().flat_map(|category| &category.dynamoi.sources) {
        let source = Term::from(source.as_str());
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

fn section(policy: &Policy, purpose: Purpose) -> u8 {
    let entry = policy.document().purposes.iter().find(|entry| entry.id == purpose);
    entry.map_or(2, |entry| entry.section)
}

fn party(id: &str, name: &str, [role, party_type]: [&str; 2], contact: Contact) -> Party {
    let Contact { contact, address, email, phone, url } = contact;
    Party {
        party_id: id.to_owned(),
        party_name: name.to_owned(),
        party_role: role.into(),
        party_type: party_type.into(),
        party_contact: contact,
        party_address: address,
        party_email: email,
        party_phone: phone,
        party_url: url,
        dynamoi: AboutParty::default(),
    }
}

/// The id of the record of a subject and a purpose: a UUID of version 8 (RFC 9562) that follows from both.
fn record_id(subject: SubjectId, purpose: Purpose) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"consent record");
    hash.update(subject.uuid().as_bytes());
    hash.update(purpose.as_str());
    let bytes = hash.finalize().first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A text that says something.
fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

silent! { Issuer Contact }
