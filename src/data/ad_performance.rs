//! Ad performance data: spend, impressions, clicks and conversions of campaigns.

use super::{ConversionCount, ExternalId, Period, PersonalData, Spend, Text, json};
use crate::vocabulary::DataCategory;

json::record! {
    /// How a campaign did, as an ad network reports it (section 1: spend, impressions, clicks, conversions).
    ///
    /// What is absent was not reported, which is not 0.
    ///
    /// ```
    /// use dynamoi_privacy::data::{AdPerformanceData, Money};
    /// let report = AdPerformanceData {
    ///     spend: Some(Money::from_decimal("361.79", "USD".parse()?)?.into()),
    ///     clicks: Some(1_204),
    ///     ..Default::default()
    /// };
    /// let json = r#"{"spend":{"minor_units":36179,"currency":"USD"},"clicks":1204}"#;
    /// assert_eq!(serde_json::to_string(&report)?, json);
    /// assert_eq!(serde_json::from_str::<AdPerformanceData>(json)?, report);
    /// assert_eq!(format!("{report:?}"), "AdPerformanceData");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct AdPerformanceData {
        /// The campaign.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub campaign: Option<Campaign>,
        /// The days that the numbers are about.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub period: Option<Period>,
        /// What was spent.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub spend: Option<Spend>,
        /// How often an ad was shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub impressions: Option<u64>,
        /// How often an ad was clicked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub clicks: Option<u64>,
        /// What people did after an ad, one entry for each kind of action.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub conversions: Vec<Conversion>,
    }
}

impl PersonalData for AdPerformanceData {
    const CATEGORY: DataCategory = DataCategory::AdPerformance;
}

json::record! {
    /// The campaign that numbers are about.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Campaign {
        /// The ad network's id.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<ExternalId>,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
    }
}

json::record! {
    /// How often people did one thing after an ad.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Conversion {
        /// What they did, in the words of the ad network: `purchase`, `page_view`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub action: Option<Text>,
        /// How often.
        pub count: ConversionCount,
    }
}
