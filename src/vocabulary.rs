//! The words of the policy and their JSON ids; nothing here decides.
//!
//! Categories, purposes, kinds and bases are closed lists; processors are open, by registration in a policy
//! document (sections 1 to 3: "similar networks", "other streaming services", "other third-party providers").

mod country;
pub(crate) mod describe;
pub(crate) mod form;
mod ids;
pub(crate) mod instant;
mod lists;
mod policy_version;
pub(crate) mod quiet;
pub(crate) mod scalar;
mod section;
pub(crate) mod text;
pub(crate) mod uuid_form;
pub(crate) mod words;

pub use country::{Country, UnknownCountry};
pub use form::FormError;
pub(crate) use ids::hyphenated;
pub use ids::{IllFormedProcessorId, NotHyphenatedUuid, ProcessorId, Source, SubjectId};
pub use lists::{DataCategory, LegalBasis, ProcessorKind, Purpose};
pub use policy_version::PolicyVersion;
pub(crate) use policy_version::{
    nullable as nullable_policy_version, of_1_to_64 as policy_version_of_1_to_64,
};
pub use section::Section;
pub(crate) use section::number as section_number;
pub use words::UnknownWord;
