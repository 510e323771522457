//! The personal data of section 1: a struct for each category, whose values are checked when they are made.
//!
//! The structs have the fields that section 1 names and no other. Their leaves are types that cannot hold an
//! invalid value, so a struct literal cannot either, and no text can hold a full card number: section 1
//! collects partial card details alone. In JSON an unknown field is an error, an absent field is left out, and null is
//! refused. `Debug` prints the type's name only, and an error says the kind of what it found, never the value.

mod ad_performance;
mod address;
mod analytics;
mod card;
mod card_number;
mod contact;
mod currency;
mod digits;
mod email;
mod external_id;
mod invalid;
mod json;
mod money;
mod numbers;
mod page;
mod payment;
mod period;
mod streaming;
mod text;
mod user;

#[cfg(test)]
mod tests;

pub use ad_performance::{AdPerformanceData, Campaign, Conversion};
pub use address::{BillingAddress, BillingAddressParts};
pub use analytics::{AnalyticsData, PageView};
pub use card::{CardBrand, CardExpiry, Last4, PartialCard};
pub(crate) use contact::leads_to_person;
pub use currency::{Currency, UnknownCurrency};
pub use email::Email;
pub use external_id::ExternalId;
pub use invalid::InvalidData;
pub(crate) use json::tidy;
pub use money::{Money, Spend};
pub use numbers::{Amount, ConversionCount, Popularity, Rate};
pub use page::Page;
pub use payment::PaymentData;
pub use period::Period;
pub use streaming::{Playlist, StreamingData, Track, TrackPerformance};
pub use text::Text;
pub use user::{Account, UserData};

use crate::vocabulary::DataCategory;

/// Ties a type to its category of personal data (section 1), which is what the gate judges.
///
/// Open: a host implements it for its own structs. The category is then the host's word; the five structs of
/// this module have theirs from the policy.
///
/// ```
/// use dynamoi_privacy::{data::{PersonalData, UserData}, vocabulary::DataCategory};
///
/// struct SupportTicket { /* … */ }
/// impl PersonalData for SupportTicket {
///     const CATEGORY: DataCategory = DataCategory::User;
/// }
/// assert_eq!(SupportTicket::CATEGORY, UserData::CATEGORY);
/// ```
pub trait PersonalData {
    /// The category that the data belongs to.
    const CATEGORY: DataCategory;
}
