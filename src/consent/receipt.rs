//! The consent receipt: what a person may be given in proof of a choice, as ISO/IEC TS 27560:2023 structures it.
//!
//! # Which fields the standard names
//!
//! The text of the standard is not free, and nobody here has read it. What is known of it is what the group that maps
//! it to the Data Privacy Vocabulary published: *Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV*,
//! Final Community Group Report, 15 February 2026, <https://w3id.org/dpv/guides/consent-27560> ("the guide"; its
//! section 7.2 has every field of the standard and whether it is mandatory, 7.3 their names as the standard writes
//! them, 8 and 9 what each means). The guide's own JSON is JSON-LD with terms of DPV: that form of a receipt is
//! [`Receipt::to_json_ld`]; this is plain JSON with the names of the standard.
//!
//! **Whatever lies in an object called `dynamoi` is ours, and so are the keys `pii_processing`, `party_identification`
//! and `event`**, because the standard has these sections (the guide, 6.4 and 8.3) but, as far as is known, no keys for
//! them. Every other field is named by the standard:
//!
//! | field | mandatory | the guide | here it is |
//! |---|---|---|---|
//! | `schema_version` | yes | 9.1.1 | [`Receipt::SCHEMA`], which is also the `$id` of the schema |
//! | `receipt_id` | yes | 7.2, 9.1.2 | a random UUID |
//! | `record_id` | yes | 8.1.2 | a UUID that follows from the subject and the purpose, the same in every receipt of it |
//! | `pii_principal_id` | yes | 8.1.3 | the subject |
//! | `privacy_notice` | yes | 8.2.1 | the host's address of the policy's version that was shown for a grant, or is in force |
//! | `language` | yes | 8.2.2 | the host's |
//! | `purposes` | yes | 8.3, 8.3.2 | the one purpose that the receipt is about |
//! | `purpose` | yes | 8.3.2 | the word of the policy |
//! | `purpose_type` | no | 8.3.2 | the term of DPV under which the word falls ([`Purpose::dpv`](crate::vocabulary::Purpose::dpv)) |
//! | `lawful_basis` | no | 8.3.6 | the word of the policy |
//! | `pii_information` | yes | 8.3.3 | the categories that the choice is about |
//! | `pii_type` | yes | 8.3.3.1 | the word of the policy |
//! | `pii_controllers` | yes | 8.3.5 | the `party_id` of the controller |
//! | `collection_method` | no | 8.3.4.1 | where the categories are collected from, by the policy's section 1 |
//! | `storage_locations` | yes | 8.3.4.2 | the host's countries |
//! | `retention_period` | yes | 8.3.4.2 | the host's |
//! | `jurisdiction` | yes | 8.3.9 | the host's |
//! | `recipient_third_parties` | yes | 8.3.7 | the `party_id` of whoever may get a category, by the policy's section 3 |
//! | `withdrawal_method` | yes | 8.3.8 | the host's, or else the policy's contact (section 9) |
//! | `privacy_rights` | no; by the guide yes | 8.3.10 | the host's |
//! | `authority_party` | no | 7.2, 7.3 | the `party_id` of the authority that the host names |
//! | `party_id` | yes | 8.4.2 | unique in the receipt; of a recipient the processor's id |
//! | `party_name` | yes | 8.4.1 | of the policy, or the host's |
//! | `party_role` | no | 8.4.3 | `controller`, `recipient` or `authority` |
//! | `party_type` | yes | 7.2 | `organisation`, the recipient's kind of the policy, or `authority` |
//! | `party_contact` | yes | 8.4.4 | the controller's is the policy's (section 9), the others the host's |
//! | `party_address` | yes | 8.4.4.1 | the host's |
//! | `party_email`, `party_phone`, `party_url` | no | 8.4.4.2, 8.4.4.3, 8.4.5 | the host's |
//! | `event_time` | yes | 8.5.3 | when the choice was made |
//! | `validity_duration` | yes | 8.5.4 | from then to the end of the grant, an interval of ISO 8601; `..` is no end |
//! | `entity_id` | yes | 8.5.5 | who chose: the subject |
//! | `event_type` | yes | 8.5.1 | of a grant the type of consent: the host's, who knows how it was asked for |
//! | `event_state` | yes | 8.5.2 | `given`, `refused`, `withdrawn` or `expired` |
//!
//! Of what the standard has besides, nothing is known here and nothing is said: `pii_attribute_id`, `pii_optional`,
//! `sensitive_pii_category`, `special_pii_category`, `processing_method`, `processing_locations`,
//! `geographic_restrictions`, the service, `codes_of_conduct`, `impact_assessment`. A mandatory field that the host
//! left out is absent, and [`Receipt::lacks`] names it. A refusal has no type of consent, because none was given.
//!
//! The standard means by `recipient_third_parties` those who are neither controllers nor processors (the guide, 8.3.7).
//! Whether a system of the policy is one is a question of contracts: here stand all whom the policy shares with, in the
//! role `recipient`, which they are in either case (GDPR article 4(9)).
//!
//! The predecessor, the Kantara Initiative's Consent Receipt Specification 1.1.0, has one list of purposes for all of a
//! service and other names; nothing of it is used.

mod about;
mod issuer;
mod linked;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use uuid::Uuid;

use crate::vocabulary::{
    FormError, SubjectId, form, instant,
    quiet::{record, silent},
    text::parse,
    uuid_form::{self, UuidForm},
    words::words,
};
pub use about::{AboutCategory, AboutEvent, AboutParty, AboutPurpose, AboutReceipt};
pub use issuer::{Contact, Issuer};

record! {
    /// A consent receipt about one purpose: what was chosen, and what processing that is about. See the
    /// [module](self) for where each field is written.
    ///
    /// An [`Issuer`] makes it. One receipt is about one purpose, because a consent is given for a purpose, and what is
    /// listed together in a receipt would count as one consent (GDPR recitals 32 and 43; the guide, 8.3.2). Where a
    /// grant stands it describes what is consented to: what the version that was shown and the version in force both
    /// permit, without what is refused more narrowly. Where all grants have run out it describes what was consented to,
    /// and where there is none, what is refused. It is read strictly, and `Debug` shows nothing of it.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[schemars(description = "A consent receipt about one purpose: what was chosen, and what processing that is about, with \
        the names of ISO/IEC TS 27560:2023. What lies in an object called `dynamoi` is Dynamoi's own, and so are the keys \
        `pii_processing`, `party_identification` and `event`, which are sections of the standard; every other field is \
        named by the standard. What the host did not say is absent, also where the standard demands it.")]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's; a new field is a new version of it")]
    pub struct Receipt {
        /// The schema by which the receipt is read, `tag:dynamoi.com,2026:privacy:1.0:receipt`.
        pub schema_version: String,
        /// This receipt; a new one each time.
        #[serde(with = "uuid_form")]
        #[schemars(with = "UuidForm")]
        pub receipt_id: Uuid,
        /// The record that it is a receipt of: the same in every receipt about this person and this purpose.
        #[serde(with = "uuid_form")]
        #[schemars(with = "UuidForm")]
        pub record_id: Uuid,
        /// The person who chose.
        pub pii_principal_id: SubjectId,
        /// What is done with the data.
        pub pii_processing: PiiProcessing,
        /// Who takes part: the controller, then the recipients in the policy's order, then the authority.
        pub party_identification: Vec<Party>,
        /// The standing choices about the purpose, sorted by scope: the one about the whole purpose first, then by category (in
        /// the order of section 1) and processor (by its id), whatever lacks one first.
        pub event: Vec<ConsentEvent>,
        /// What the standard has no field for.
        pub dynamoi: AboutReceipt,
    }
}

record! {
    /// What is done with the data.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct PiiProcessing {
        /// Address (URL) of a version of the policy: the newest that was shown for a grant, or else the one in force at
        /// `issued_at`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub privacy_notice: Option<String>,
        /// The language in which the person was asked, as a tag of BCP 47, such as `en`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub language: Option<String>,
        /// The purpose that the receipt is about; always one.
        pub purposes: Vec<PurposeOfProcessing>,
    }
}

record! {
    /// A purpose and what is done for it.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct PurposeOfProcessing {
        /// A Purpose of the policy, such as `promotion`.
        pub purpose: Term,
        /// The category of the purpose: the IRI of the term of the Data Privacy Vocabulary that means the same, or the nearest
        /// that means more. Not all of a broader term is consented to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Term")]
        pub purpose_type: Option<Term>,
        /// What the purpose stands on: a LegalBasis, `consent`, `contract` or `legal_obligation`.
        pub lawful_basis: Term,
        /// The data, in the order of the categories in section 1.
        pub pii_information: Vec<PiiInformation>,
        /// The `party_id` of each controller.
        pub pii_controllers: Vec<String>,
        /// Where the data comes from, each SourceKind once: `subject`, or a kind of processor.
        pub collection_method: Vec<Term>,
        /// The countries in which the data is stored, as ISO 3166-1 alpha-2, such as `DE`, in the order in which the host names
        /// them.
        pub storage_locations: Vec<String>,
        /// How long the data is kept: a duration (`P6M`) or a date (`2027-12-31`) of ISO 8601, or free text, such as `until the
        /// account is closed`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub retention_period: Option<String>,
        /// Whose law applies: a code of the Data Privacy Vocabulary's locations (LOC), which are those of ISO 3166-1 and 3166-2
        /// and `EU` and `EEA`, or else free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub jurisdiction: Option<String>,
        /// The `party_id` of each recipient, in the policy's order.
        pub recipient_third_parties: Vec<String>,
        /// Where or how the choice is taken back: an address (URL or e-mail), or free text.
        pub withdrawal_method: String,
        /// Where or how the person's other rights are exercised: an address (URL or e-mail), or free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub privacy_rights: Option<String>,
        /// The `party_id` of the authority to which the person may complain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub authority_party: Option<String>,
        /// What the standard has no field for.
        pub dynamoi: AboutPurpose,
    }
}

record! {
    /// A category of personal data.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct PiiInformation {
        /// A DataCategory of the policy, such as `streaming`.
        pub pii_type: Term,
        /// What the standard has no field for.
        pub dynamoi: AboutCategory,
    }
}

record! {
    /// Somebody who takes part.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct Party {
        /// By which the rest of the receipt refers to the party: a recipient's id, `data-controller` or `supervisory-authority`.
        pub party_id: String,
        /// The name.
        pub party_name: String,
        /// What the party is in this processing: `controller`, `recipient` or `authority`.
        pub party_role: Term,
        /// What the party is: `organisation` for the controller, a ProcessorKind for a recipient, `authority` for the
        /// authority.
        pub party_type: Term,
        /// Whom to ask, and how, in free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub party_contact: Option<String>,
        /// The postal address, in one line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub party_address: Option<String>,
        /// The e-mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub party_email: Option<String>,
        /// The telephone number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub party_phone: Option<String>,
        /// Where the party is in the web (URL).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        pub party_url: Option<String>,
        /// What the standard has no field for.
        pub dynamoi: AboutParty,
    }
}

record! {
    /// A standing choice.
    #[derive(Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct ConsentEvent {
        /// When it was made.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub event_time: DateTime<Utc>,
        /// From `event_time` until the grant expires (that instant excluded), as `start/end`; `..` for no end. For example
        /// `2026-01-05T09:00:00Z/2027-01-05T09:00:00Z`, or `2026-01-05T09:00:00Z/..`.
        pub validity_duration: String,
        /// Who made it: the person.
        pub entity_id: SubjectId,
        /// How consent was given: `implied`, `expressed` or `explicitly_expressed`. Absent: not known, or no consent was given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Term")]
        pub event_type: Option<Term>,
        /// What became of the choice by `issued_at`: `given`, `refused`, `withdrawn`, or `expired` of a grant that has run
        /// out. Where `lawful_basis` is not `consent`, the processing does not rest on it.
        pub event_state: Term,
        /// What the standard has no field for.
        pub dynamoi: AboutEvent,
    }
}

/// A word of the policy, or the IRI of a term in another vocabulary.
///
/// ```
/// use dynamoi_privacy::consent::receipt::Term;
/// assert_eq!(Term::from("marketing_campaigns").as_str(), "marketing_campaigns");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Term(String);

impl Term {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Term {
    fn from(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl<'de> serde::Deserialize<'de> for Term {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parse::<D, String>(from, "a word, or the IRI of a term").map(Self)
    }
}

words! {
    /// How consent was expressed: the types of consent that the guide has (8.5.1), by the names of the terms there.
    ConsentType, "a type of consent" {
        /// By something that was done for another reason, such as going on to browse.
        Implied = "implied",
        /// By an act of its own, such as ticking a box.
        Expressed = "expressed",
        /// By an act that is about the consent and nothing else.
        ExplicitlyExpressed = "explicitly_expressed",
    }
}

impl Receipt {
    /// What `schema_version` says, and the `$id` of the schema: a name, not a place.
    pub const SCHEMA: &'static str = "tag:dynamoi.com,2026:privacy:1.0:receipt";

    /// The standard, as `dynamoi.standard` names it.
    pub const STANDARD: &'static str = "ISO/IEC TS 27560:2023";

    /// Reads a receipt from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// The fields that the standard or the guide demands and that are not there, by their places; empty is as it should be.
    /// Most are the host's to give. There is no data (`pii_information`) where the policy in force permits nothing of what
    /// was chosen.
    ///
    /// ```
    /// use dynamoi_privacy::consent::{Issuer, Receipt};
    /// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::deny(subject, Purpose::EngagementAnalysis, now))?;
    /// let record = gate.record_of(subject).ok_or("they have an event")?;
    ///
    /// let receipts = Issuer::new().receipts(gate.history(), subject, &record, now);
    /// let [receipt] = &receipts[..] else { panic!("one purpose was spoken of") };
    /// assert_eq!(receipt.lacks()[..2], ["pii_processing.privacy_notice", "pii_processing.language"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lacks(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        let mut look = |place: String, is_there: bool| {
            if !is_there {
                lacking.push(place);
            }
        };
        let processing = &self.pii_processing;
        look("pii_processing.privacy_notice".to_owned(), processing.privacy_notice.is_some());
        look("pii_processing.language".to_owned(), processing.language.is_some());
        for (nth, purpose) in processing.purposes.iter().enumerate() {
            let at = |field| format!("pii_processing.purposes[{nth}].{field}");
            look(at("pii_information"), !purpose.pii_information.is_empty());
            look(at("storage_locations"), !purpose.storage_locations.is_empty());
            look(at("retention_period"), purpose.retention_period.is_some());
            look(at("jurisdiction"), purpose.jurisdiction.is_some());
            look(at("privacy_rights"), purpose.privacy_rights.is_some());
        }
        for (nth, party) in self.party_identification.iter().enumerate() {
            let at = |field| format!("party_identification[{nth}].{field}");
            look(at("party_contact"), party.party_contact.is_some());
            look(at("party_address"), party.party_address.is_some());
        }
        for (nth, event) in self.event.iter().enumerate() {
            let was_given = ["given", "expired"].contains(&event.event_state.as_str());
            look(format!("event[{nth}].event_type"), event.event_type.is_some() || !was_given);
        }
        lacking
    }
}

silent! { Receipt PiiProcessing PurposeOfProcessing PiiInformation Party ConsentEvent }
