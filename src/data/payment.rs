//! Payment data: billing address and partial card details.

use super::{BillingAddress, PartialCard, PersonalData, json};
use crate::vocabulary::DataCategory;

json::record! {
    /// How somebody pays (section 1: billing address, partial card details).
    ///
    /// What is absent is not known.
    ///
    /// ```
    /// use dynamoi_privacy::data::{PartialCard, PaymentData};
    /// let card = PartialCard { brand: Some("visa".parse()?), last4: "1111".parse()?, expiry: None };
    /// let payment = PaymentData { card: Some(card), ..Default::default() };
    /// assert_eq!(serde_json::to_string(&payment)?, r#"{"card":{"brand":"visa","last4":"1111"}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct PaymentData {
        /// The billing address.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub billing_address: Option<BillingAddress>,
        /// What is kept of the card.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub card: Option<PartialCard>,
    }
}

impl PersonalData for PaymentData {
    const CATEGORY: DataCategory = DataCategory::Payment;
}
