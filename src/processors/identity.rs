//! Who a system is.

use crate::vocabulary::{ProcessorId, ProcessorKind};

/// Who a system is: what does not change from one version of its terms to the next. What its terms ask for is
/// data, in [`VendorTerms`](crate::policy::VendorTerms).
///
/// ```
/// use dynamoi_privacy::processors::System;
/// use dynamoi_privacy::vocabulary::ProcessorKind;
/// let deezer = System::Deezer.identity();
/// assert_eq!((deezer.name, deezer.kind), ("Deezer", ProcessorKind::StreamingService));
/// assert!(deezer.privacy_terms.starts_with("https://www.deezer.com/"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The id that the policy registers it under.
    pub id: ProcessorId,
    /// What it does for Dynamoi.
    pub kind: ProcessorKind,
    /// Its name.
    pub name: &'static str,
    /// The company that runs it, second-hand for all of them; for people in the EEA it is often a subsidiary, which
    /// the head of the system's module names. `None` where it is unconfirmed.
    pub legal_name: Option<&'static str>,
    /// Where its own privacy terms are, which bind what it gets (section 3); for Feature.fm, whose own were not found,
    /// the page on which it says how it treats personal data.
    pub privacy_terms: &'static str,
}
