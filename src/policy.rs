//! The policy: the document as people write it, the compiled version that is obeyed, the history of versions.

mod compiled;
mod document;
mod error;
mod history;
mod source_kind;
mod vendor_terms;

pub use compiled::{Policy, Processor};
pub use document::{
    CollectionEntry, Document, ProcessorEntry, PurposeEntry, Safeguard, SharingEntry, Storage, UnknownAge,
    UseEntry,
};
pub use error::{Contradiction, PolicyError};
pub use history::History;
pub(crate) use history::Numbered;
pub use source_kind::SourceKind;
pub use vendor_terms::{Evidence, LimitedDataUse, StateCode, SystemTerms, VendorTerms};
