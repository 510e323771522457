//! Bodies of the capture API.

use chrono::SecondsFormat;
use serde::Serialize;

use super::PostHog;
use crate::{
    data::AnalyticsData,
    gate::Told,
    processors::{
        Body, EventId, Lacking, Takes,
        analytics::{self, Usage},
        send::sealed::Sealed,
    },
};

/// What PostHog wants to know of an event beside the data.
///
/// ```
/// use dynamoi_privacy::processors::{EventId, posthog::Event};
/// let event = Event { project: "phc_project", id: EventId::random() };
/// assert_ne!(event, Event { id: EventId::random(), ..event });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each event")]
pub struct Event<'a> {
    /// The key of the project (`phc_…`), which is no secret.
    pub project: &'a str,
    /// By which PostHog counts an event that is sent again once.
    pub id: EventId,
}

impl Sealed for PostHog {}

/// The body of `POST /i/v0/e/` for a page view or for the numbers of a period.
///
/// The event is nobody's: its `distinct_id`, which PostHog demands, is the id of the event, so that no two
/// events have one in common and none can be traced to a person or to a session. No `$ip` is sent, and PostHog
/// is told to make no profile and to look up no place.
impl Takes<AnalyticsData> for PostHog {
    type With<'a> = Event<'a>;

    fn body(data: &AnalyticsData, _: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        if *data == AnalyticsData::default() {
            return Err(Lacking::new("a page view or the numbers of a period"));
        }
        let view = data.page_view.as_ref();
        let (url, path) = analytics::page(data);
        Ok(Body::json(&Capture {
            api_key: event.project,
            event: if view.is_some() { "$pageview" } else { "usage" },
            distinct_id: event.id,
            uuid: event.id,
            timestamp: view.and_then(|v| v.at).map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            properties: Properties {
                current_url: url,
                pathname: path,
                usage: Usage::of(data),
                process_person_profile: false,
                geoip_disable: true,
            },
        }))
    }
}

#[derive(Serialize)]
struct Capture<'a> {
    api_key: &'a str,
    event: &'static str,
    distinct_id: EventId,
    uuid: EventId,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(rename = "$current_url", skip_serializing_if = "Option::is_none")]
    current_url: Option<&'a str>,
    #[serde(rename = "$pathname", skip_serializing_if = "Option::is_none")]
    pathname: Option<&'a str>,
    #[serde(flatten)]
    usage: Usage,
    #[serde(rename = "$process_person_profile")]
    process_person_profile: bool,
    #[serde(rename = "$geoip_disable")]
    geoip_disable: bool,
}
