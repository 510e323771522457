//! Analytics data: page views, session length, conversion rate.

use chrono::{DateTime, Utc};

use super::{Page, Period, PersonalData, Rate, json};
use crate::vocabulary::DataCategory;

json::record! {
    /// How the platform is used (section 1: page views, session length, conversion rate).
    ///
    /// One view of a page, or the numbers of a period. What is absent was not reported, which is not 0.
    ///
    /// ```
    /// use dynamoi_privacy::data::{AnalyticsData, Page, PageView};
    /// let page = Page::without_query("/pricing?plan=pro")?;
    /// let view = AnalyticsData { page_view: Some(PageView { page, at: None }), ..Default::default() };
    /// assert_eq!(serde_json::to_string(&view)?, r#"{"page_view":{"page":"/pricing"}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct AnalyticsData {
        /// One view of a page.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub page_view: Option<PageView>,
        /// The days that `page_views`, `sessions`, `session_length_ms` and `conversion_rate` are about, both included.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub period: Option<Period>,
        /// How many pages were viewed in the period.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub page_views: Option<u64>,
        /// How many sessions there were in the period.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sessions: Option<u64>,
        /// How long a session lasted, in milliseconds; the mean when there were several.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub session_length_ms: Option<u64>,
        /// The share of sessions in the period that led to a conversion.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub conversion_rate: Option<Rate>,
    }
}

impl PersonalData for AnalyticsData {
    const CATEGORY: DataCategory = DataCategory::Analytics;
}

json::record! {
    /// One view of a page.
    #[derive(Clone, PartialEq, Eq)]
    pub struct PageView {
        /// The page.
        pub page: Page,
        /// When it was viewed.
        #[serde(default, with = "json::Instant", skip_serializing_if = "Option::is_none")]
        pub at: Option<DateTime<Utc>>,
    }
}
