//! What the policy's words are called elsewhere: in DPV of the W3C, in Fides, in Google Consent Mode, in the IAB's TCF.
//!
//! Each category, purpose, kind and basis has its [`Term`]s, each with how it relates to the word, because few mean
//! exactly the same. Nothing is decided by them: they are for records and systems that speak another language. A
//! vocabulary of which a word has no term has none for it; why, stands [below](self#which-terms).
//!
//! # Sources
//!
//! | vocabulary | as of | where |
//! |---|---|---|
//! | DPV 2.3, with its extensions PD and EU-GDPR | 2026-02-28 | <https://w3id.org/dpv/2.3>, repository `w3c/dpv`, commit `f01a55c` |
//! | Fides' default taxonomy (fideslang 3.1) | 2025-12-17 | repository `ethyca/fideslang`, commit `40394c4` |
//! | Google Consent Mode v2 | 2026-11-25 | <https://support.google.com/analytics/answer/12334711> |
//! | IAB Europe's TCF 2.3, purposes 1 to 11 | 2025-12-17 | fideslang, `gvl_data_use_mapping.json`; names as in the Global Vendor List |
//!
//! `tests/vocabularies` holds their identifiers, and a test that each of ours is among them. That a term is there
//! is sure. How it relates to a word is our reading of its definition, and not the judgement of whoever publishes
//! it. Of the TCF the numbers were read for version 2.2; 2.3, which consent strings must have since 28 February 2026, changed
//! the string and not the purposes, by the history in its technical specification.
//!
//! # The words in linked data
//!
//! Each word has an IRI of its own ([`Purpose::iri`] and its like), such as `tag:dynamoi.com,2026:privacy:purpose:promotion`,
//! and linked data has that IRI for it. A broader term in its place would make a consent wider than it was given:
//! `dpv:Marketing` for `promotion` would let it read as a consent to advertising. What stands at the IRIs is the
//! [`vocabulary`].
//!
//! # Which terms
//!
//! - **Categories.** Google and the IAB have none. Performance of campaigns and of tracks is personal data only in
//!   so far as it is somebody's, and nothing narrower in DPV holds for all of it. What is paid with is partly a
//!   card and partly an address, which lie apart in DPV.
//! - **Purposes.** What DPV and Fides call so is broader in most cases: theirs say nothing of music or ad networks. Since
//!   DPV 2.3 `ServiceProvision` leaves out management and support, so that operating the platform is only under
//!   `ServiceManagement`. Google's types are what it may store or get for a purpose, so they are narrower than the
//!   purpose. The IAB's purposes are about what is done on somebody's device by vendors of its list, and overlap with
//!   ours.
//! - **Kinds.** No vocabulary has ad networks or streaming services as kinds. Each provides a service. Whether one is a
//!   recipient (GDPR article 4(9)) depends on the flow, because from some data is only collected, and whether it is a
//!   processor (article 4(8)) on contracts.
//! - **Bases.** The three mean what DPV's do anywhere. The points of GDPR article 6(1) are narrower: they hold in the EU, and
//!   point (a) is under DPV's expressed consent. Google and the IAB have none of their own that would be terms.

mod context;
mod published;
mod table;

pub use context::context;
pub(crate) use context::{date_time, prefixes};
pub use published::vocabulary;

use crate::vocabulary::{DataCategory, LegalBasis, ProcessorKind, Purpose, words::words};

/// What the IRIs of the policy's words, and of the wire's schemas, begin with: names by RFC 4151, at which nothing answers.
pub const NAMESPACE: &str = "tag:dynamoi.com,2026:privacy:";

words! {
    /// A published vocabulary.
    ///
    /// ```
    /// use dynamoi_privacy::terms::Vocabulary;
    /// assert_eq!(Vocabulary::Pd.namespace(), Some("https://w3id.org/dpv/pd#"));
    /// assert_eq!(Vocabulary::Fides.namespace(), None);
    /// ```
    Vocabulary, "a vocabulary" {
        /// The Data Privacy Vocabulary of the W3C's community group, version 2.3.
        Dpv = "dpv",
        /// Its extension for categories of personal data.
        Pd = "dpv_pd",
        /// Its extension for the GDPR.
        EuGdpr = "dpv_eu_gdpr",
        /// The default taxonomy of Fides: keys of data uses and data categories, names of legal bases.
        Fides = "fides",
        /// The types of Google Consent Mode v2.
        GoogleConsentMode = "google_consent_mode",
        /// The purposes of IAB Europe's Transparency and Consent Framework 2.3, by their numbers.
        IabTcf = "iab_tcf",
    }
}

words! {
    /// How a term of another vocabulary relates to a word of the policy.
    ///
    /// ```
    /// use dynamoi_privacy::terms::Relation;
    /// use dynamoi_privacy::vocabulary::Purpose;
    /// // Whatever is done to bill is payment management, and the other way round.
    /// assert_eq!(Purpose::Billing.dpv().relation(), Relation::Exact);
    /// // A marketing campaign is advertising, but not all advertising is a campaign of ours.
    /// assert_eq!(Purpose::MarketingCampaigns.dpv().relation(), Relation::Broader);
    /// ```
    Relation, "a relation of terms" {
        /// The term means the same as the word.
        Exact = "exact",
        /// The term means more: it holds for all that the word is about.
        Broader = "broader",
        /// The term means less: it is about a part of what the word is about.
        Narrower = "narrower",
        /// Each means something that the other does not.
        Overlapping = "overlapping",
    }
}

/// A term of another vocabulary, as a word of the policy relates to it.
///
/// ```
/// use dynamoi_privacy::terms::{Relation, Vocabulary};
/// use dynamoi_privacy::vocabulary::Purpose;
///
/// let google = Purpose::MarketingCampaigns.terms_of(Vocabulary::GoogleConsentMode);
/// let google: Vec<&str> = google.map(|term| term.id()).collect();
/// assert_eq!(google, ["ad_storage", "ad_user_data", "ad_personalization"]);
/// assert_eq!(Purpose::Billing.dpv().iri().as_deref(), Some("https://w3id.org/dpv#PaymentManagement"));
/// assert_eq!(Purpose::Promotion.terms_of(Vocabulary::IabTcf).count(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    vocabulary: Vocabulary,
    id: &'static str,
    relation: Relation,
}

impl Vocabulary {
    /// What comes before an id to make it an IRI; `None` of vocabularies whose terms have none.
    pub const fn namespace(self) -> Option<&'static str> {
        match self {
            Self::Dpv => Some("https://w3id.org/dpv#"),
            Self::Pd => Some("https://w3id.org/dpv/pd#"),
            Self::EuGdpr => Some("https://w3id.org/dpv/legal/eu/gdpr#"),
            Self::Fides | Self::GoogleConsentMode | Self::IabTcf => None,
        }
    }
}

impl Term {
    /// The vocabulary that it is a term of.
    pub const fn vocabulary(self) -> Vocabulary {
        self.vocabulary
    }

    /// Its id in that vocabulary: the last part of an IRI, a key, a name or a number.
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// How it relates to the word.
    pub const fn relation(self) -> Relation {
        self.relation
    }

    /// Its IRI, if its vocabulary gives its terms one.
    pub fn iri(self) -> Option<String> {
        Some(format!("{}{}", self.vocabulary.namespace()?, self.id))
    }

    /// It as linked data has it here: a prefix and an id.
    pub(crate) fn compact(self) -> Option<String> {
        let prefix = match self.vocabulary {
            Vocabulary::Dpv => "dpv",
            Vocabulary::Pd => "pd",
            Vocabulary::EuGdpr => "eu-gdpr",
            Vocabulary::Fides | Vocabulary::GoogleConsentMode | Vocabulary::IabTcf => return None,
        };
        Some(format!("{prefix}:{}", self.id))
    }

    /// Whether it holds for all that the word is about.
    fn holds(self) -> bool {
        matches!(self.relation, Relation::Exact | Relation::Broader)
    }
}

/// The ways from a word to its terms, alike for the four lists.
macro_rules! words_with_terms {
    ($($list:ident, $name:literal, $table:path, $root:literal, $example:literal;)+) => {
        $(impl $list {
            /// What the word is called in other vocabularies.
            ///
            /// ```
            #[doc = concat!("use dynamoi_privacy::vocabulary::", stringify!($list), ";")]
            #[doc = concat!("assert!(", stringify!($list), "::ALL.iter().all(|word| !word.terms().is_empty()));")]
            /// ```
            pub fn terms(self) -> &'static [Term] {
                $table(self)
            }

            /// What it is called in one of them, the nearest first; nothing where that has no term for it.
            pub fn terms_of(self, vocabulary: Vocabulary) -> impl Iterator<Item = Term> {
                self.terms().iter().copied().filter(move |term| term.vocabulary == vocabulary)
            }

            /// The word's own IRI, by which linked data names it; see [`vocabulary`].
            pub fn iri(self) -> String {
                format!(concat!("{}", $name, ":{}"), NAMESPACE, self.as_str())
            }

            /// The term of DPV or of its extensions under which the word falls: one that means the same, or else the
            /// nearest that holds for all of it. Broader ones do not stand for the word: not all of them is meant.
            ///
            /// ```
            #[doc = concat!("use dynamoi_privacy::vocabulary::", stringify!($list), ";")]
            #[doc = $example]
            /// ```
            pub fn dpv(self) -> Term {
                let stands = |term: &&Term| term.vocabulary.namespace().is_some() && term.holds();
                // INVARIANT: every word has one, which a test holds; whatever has none is at least of the list's kind.
                let root = Term { vocabulary: Vocabulary::Dpv, id: $root, relation: Relation::Broader };
                self.terms().iter().find(stands).copied().unwrap_or(root)
            }
        })+
    };
}

words_with_terms! {
    DataCategory, "category", table::of_category, "PersonalData",
        "assert_eq!(DataCategory::Analytics.dpv().iri().as_deref(), Some(\"https://w3id.org/dpv/pd#Behavioural\"));";
    Purpose, "purpose", table::of_purpose, "Purpose",
        "assert_eq!(Purpose::Billing.dpv().iri().as_deref(), Some(\"https://w3id.org/dpv#PaymentManagement\"));";
    ProcessorKind, "kind", table::of_kind, "ServiceProvider",
        "assert_eq!(ProcessorKind::AdNetwork.dpv().iri().as_deref(), Some(\"https://w3id.org/dpv#ServiceProvider\"));";
    LegalBasis, "basis", table::of_basis, "LegalBasis",
        "assert_eq!(LegalBasis::Consent.dpv().iri().as_deref(), Some(\"https://w3id.org/dpv#Consent\"));";
}
