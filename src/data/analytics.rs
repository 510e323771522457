//! Analytics data: page views, session length, conversion rate.

use chrono::{DateTime, Utc};

use super::{Page, Period, PersonalData, Rate, json};
use crate::vocabulary::DataCategory;

/// How the platform is used (section 1: page views, session length, conversion rate).
///
/// One view of a page, or the numbers of a period.
///
/// ```
/// use dynamoi_privacy::data::{AnalyticsData, Page, PageView};
/// let page = Page::without_query("/pricing?plan=pro")?;
/// let view = AnalyticsData { page_view: Some(PageView { page, at: None }), ..Default::default() };
/// assert_eq!(serde_json::to_string(&view)?, r#"{"page_view":{"page":"/pricing"}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(remote = "AnalyticsData", deny_unknown_fields)]
#[schemars(transform = json::tidy)]
pub struct AnalyticsData {
    /// One view of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_view: Option<PageView>,
    /// The days that the numbers below are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// How many pages were viewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_views: Option<u64>,
    /// How many sessions there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<u64>,
    /// How long a session lasted, in milliseconds; the mean when there were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_length_ms: Option<u64>,
    /// The share of sessions that led to a conversion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_rate: Option<Rate>,
}

impl PersonalData for AnalyticsData {
    const CATEGORY: DataCategory = DataCategory::Analytics;
}

json::record!(AnalyticsData);

/// One view of a page.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(remote = "PageView", deny_unknown_fields)]
#[schemars(transform = json::tidy)]
pub struct PageView {
    /// The page.
    pub page: Page,
    /// When it was viewed; RFC 3339 in JSON.
    #[serde(default, with = "json::instant", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Option<DateTime<Utc>>,
}

json::record!(PageView);
