//! The words of the policy and their JSON ids; nothing here decides.
//!
//! Categories, purposes, kinds and bases are closed lists; processors are open, by registration in a policy
//! document (sections 1 to 3: "similar networks", "other streaming services", "other third-party providers").

mod country;
pub(crate) mod form;
mod ids;
pub(crate) mod instant;
mod lists;
mod policy_version;
pub(crate) mod quiet;
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
pub use section::Section;
pub use words::UnknownWord;
