//! Bodies of the Measurement Protocol.

use chrono::TimeDelta;
use serde::Serialize;

use super::GoogleAnalytics;
use crate::{
    data::AnalyticsData,
    gate::Told,
    processors::{
        Body, EventId, Lacking, Takes,
        analytics::{self, Usage},
        send::sealed::Sealed,
    },
    vocabulary::{DataCategory, ProcessorId, Purpose},
};

impl Sealed for GoogleAnalytics {}

/// The body of `POST /mp/collect?measurement_id=…&api_secret=…` for a page view or for the numbers of a period.
///
/// The event is nobody's: its `client_id`, which Google demands, is the id of the event, so that no two events have
/// one in common and none can be traced to a person or to a session. For that it has no `session_id` and no
/// `engagement_time_msec` either, without which Google shows it in fewer reports \[P\]. `timestamp_micros` is when
/// the page was viewed, where that is known; Google takes events of the last 72 hours and dates what is older wrongly
/// \[P\], so a view from before that, or from after it is sent, is not sent.
///
/// `consent` says of `ad_user_data` and of `ad_personalization` whether the person consents to their data being
/// shared with Google Ads for campaigns: `GRANTED` where a consent stands, `DENIED` otherwise.
///
/// A page view is `page_view` with `page_location`, or with `page_path` where the page is a path. Numbers are an
/// event of our own, `usage`: Google has none for them. Names keep Google's rules (a letter first, at most 40
/// letters, digits and underscores, none that is reserved) and values its limits (100 characters, 1000 for
/// `page_location`) \[P\]; a longer page would not be logged, and is not sent.
impl Takes<AnalyticsData> for GoogleAnalytics {
    type With<'a> = EventId;

    fn body(data: &AnalyticsData, told: &Told<'_>, id: EventId) -> Result<Body, Lacking> {
        let view = data.page_view.as_ref();
        let (page_location, page_path) = analytics::page(data);
        let short = |text: Option<&str>, limit| text.is_none_or(|text| length(text) <= limit);
        if !short(page_location, 1000) || !short(page_path, 100) {
            return Err(Lacking::new("a URL of at most 1000 characters, or a path of at most 100"));
        }
        let age = view.and_then(|view| view.at).map(|at| told.now().signed_duration_since(at));
        if age.is_some_and(|age| !(TimeDelta::zero()..=OLDEST).contains(&age)) {
            return Err(Lacking::new("a page view of the last 72 hours"));
        }
        if *data == AnalyticsData::default() {
            return Err(Lacking::new("a page view or the numbers of a period"));
        }
        let ads = told.consents_to(DataCategory::User, Purpose::MarketingCampaigns, ProcessorId::GOOGLE_ADS);
        let ads = if ads { "GRANTED" } else { "DENIED" };
        Ok(Body::json(&Request {
            client_id: id,
            timestamp_micros: view.and_then(|view| view.at).map(|at| at.timestamp_micros()),
            consent: Consent { ad_user_data: ads, ad_personalization: ads },
            events: [Event {
                name: if view.is_some() { "page_view" } else { "usage" },
                params: Params { page_location, page_path, usage: Usage::of(data) },
            }],
        }))
    }
}

/// How far back a view may be dated.
const OLDEST: TimeDelta = TimeDelta::hours(72);

/// How long Google takes a text to be: as in a URL, where a character beyond ASCII is several.
fn length(text: &str) -> usize {
    text.bytes().map(|byte| if byte.is_ascii() { 1 } else { 3 }).sum()
}

#[derive(Serialize)]
struct Request<'a> {
    client_id: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp_micros: Option<i64>,
    consent: Consent,
    events: [Event<'a>; 1],
}

/// Without a key Google would take the consent of the client's own visits, of which this client has none.
#[derive(Serialize)]
struct Consent {
    ad_user_data: &'static str,
    ad_personalization: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    name: &'static str,
    params: Params<'a>,
}

#[derive(Serialize)]
struct Params<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    page_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_path: Option<&'a str>,
    #[serde(flatten)]
    usage: Usage,
}
