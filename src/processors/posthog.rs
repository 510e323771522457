//! PostHog: an analytics provider; source and recipient of analytics data.
//!
//! PostHog, Inc. (USA) \[S\], with a cloud in the EU \[P\]. Policy: section 1 (page views, session length), section 3
//! (sharing for engagement analysis, which needs consent), section 5 (cookies). It has no consent flag on the
//! server's side: opting out lives on the device, and a backend that has no consent does not send \[P\]. What a
//! body can do is minimise: `$process_person_profile: false` makes no profile of a person, which is made
//! otherwise, and `$geoip_disable: true` looks no place up \[P\]. Deletion: `DELETE
//! /api/projects/:project_id/persons/:id?delete_events=true`, which finds nothing of what is sent here, because
//! nothing of it belongs to a person \[P\].
//! - <https://posthog.com/docs/api/capture>
//! - <https://posthog.com/docs/privacy/data-collection>
//! - <https://posthog.com/docs/privacy/data-storage>
//! - <https://posthog.com/docs/data/sessions>

use chrono::SecondsFormat;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Body, EventId, Lacking, Misfit, PayloadError, Reading, Takes, VendorError,
    body::number,
    payload::{Node, Value},
    reading::Rows,
    send::sealed::Sealed,
};
use crate::{
    data::{AnalyticsData, Page, PageView},
    gate::{Recipient, Told},
    vocabulary::{ProcessorId, SubjectId},
};

/// PostHog as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct PostHog;

impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

const NAME: &str = "PostHog";

/// Reads a captured event, a batch of them, or an answer of the events list.
///
/// Kept of each event (section 1): of a `$pageview` the page, without query and fragment, and when; of any event
/// the length of the session, where PostHog says it (`$session_duration`, in seconds). Who did it and from where
/// is dropped: `distinct_id`, person, `$set`, `$ip`, device, browser, and every property of the host's own. So is
/// `$sdk_debug_current_session_duration`, which is the length so far, for debugging.
///
/// # Errors
/// When the payload is no event of PostHog's, or an error of PostHog's own.
///
/// ```
/// use dynamoi_privacy::{processors::posthog, vocabulary::SubjectId};
/// let payload = br#"{"event": "$pageview", "distinct_id": "ada", "timestamp": "2026-01-05T09:00:00Z",
///     "properties": {"$current_url": "https://dynamoi.com/pricing", "$ip": "127.0.0.1"}}"#;
/// let reading = posthog::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[2].to_string(), "$.properties['$ip']");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<AnalyticsData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    if is_error(&payload) {
        return Err(PayloadError::Vendor(VendorError::new(NAME, &payload, &["code", "type"])));
    }
    let mut rows = Rows::new();
    events(&payload)
        .and_then(|events| events.iter().try_for_each(|e| rows.add(e, event(e))))
        .map_err(|misfit| PayloadError::not_of(NAME, misfit))?;
    Ok(rows.guard(subject, &PostHog::ID, &payload))
}

/// What PostHog wants to know of an event beside the data.
#[derive(Debug, Clone, Copy)]
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
        let view = data.page_view.as_ref();
        let (url, path) = match view.map(|view| view.page.as_str()) {
            Some(page) if page.starts_with('/') => (None, Some(page)),
            page => (page, None),
        };
        Ok(Body::json(&Capture {
            api_key: event.project,
            event: if view.is_some() { "$pageview" } else { "usage" },
            distinct_id: event.id,
            uuid: event.id,
            timestamp: view.and_then(|v| v.at).map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            properties: Properties {
                current_url: url,
                pathname: path,
                date_from: data.period.map(|p| p.from().to_string()),
                date_to: data.period.map(|p| p.to().to_string()),
                page_views: data.page_views,
                sessions: data.sessions,
                session_length_ms: data.session_length_ms,
                conversion_rate: data.conversion_rate.and_then(|rate| number(rate.decimal())),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_views: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_length_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversion_rate: Option<Box<RawValue>>,
    #[serde(rename = "$process_person_profile")]
    process_person_profile: bool,
    #[serde(rename = "$geoip_disable")]
    geoip_disable: bool,
}

/// `{"type", "code", "detail", "attr"}`.
fn is_error(payload: &Node) -> bool {
    let text = |name| payload.member(name).and_then(Node::text).is_some();
    text("type") && text("detail")
}

/// PostHog demands a `distinct_id`, here or among the properties; its own properties begin with `$`.
fn is_event(node: &Node) -> bool {
    let named = node.member("event").and_then(Node::text).is_some();
    let properties = node.member("properties").map(Node::members).unwrap_or_default();
    let own = |m: &Node| m.name() == "distinct_id" || m.name().starts_with('$');
    named && (node.has("distinct_id") || properties.iter().any(own))
}

const EVENT: &str = "an event with its name, distinct_id and properties";

/// The events of a payload: one by itself, those of a batch, those of a list.
fn events(payload: &Node) -> Result<&[Node], Misfit> {
    let events = if is_event(payload) {
        return Ok(std::slice::from_ref(payload));
    } else if let Some(batch) = payload.member("batch") {
        batch.elements("an array of events")?
    } else if payload.has("results") && payload.has("next") {
        payload.field("results", "an array of events")?.elements("an array of events")?
    } else if let Value::Array(events) = payload.value()
        && !events.is_empty()
    {
        events
    } else {
        return Err(payload.misfit("an event, a batch of events, or a list of events"));
    };
    match events.first().filter(|_| !events.iter().any(is_event)) {
        Some(first) => Err(first.misfit(EVENT)),
        None => Ok(events),
    }
}

fn event(event: &Node) -> Result<Option<AnalyticsData>, Misfit> {
    if !is_event(event) {
        return Err(event.misfit(EVENT));
    }
    let Some(properties) = event.member("properties") else { return Ok(None) };
    if !properties.is_object() {
        return Err(properties.misfit("an object"));
    }
    let session_length_ms = properties.optional("$session_duration", take_seconds)?;
    let viewed = event.member("event").is_some_and(|name| name.is_text("$pageview"));
    let page_view = if viewed { page_view(event, properties)? } else { None };
    let covered = session_length_ms.is_some() || page_view.is_some();
    Ok(covered.then_some(AnalyticsData { page_view, session_length_ms, ..Default::default() }))
}

fn page_view(event: &Node, properties: &Node) -> Result<Option<PageView>, Misfit> {
    let Some(url) = properties.member("$current_url").or_else(|| properties.member("$pathname")) else {
        return Ok(None);
    };
    let page = url.text().and_then(|text| Page::without_query(text).ok());
    let page = page.ok_or_else(|| url.misfit("a path or an http(s) URL"))?;
    if url.is_text(page.as_str()) {
        url.keep();
    }
    Ok(Some(PageView { page, at: event.optional("timestamp", Node::take_instant)? }))
}

/// Takes seconds, which may be a fraction, as whole milliseconds.
fn take_seconds(node: &Node) -> Result<u64, Misfit> {
    let millis = node.decimal().and_then(|seconds| seconds.checked_mul(Decimal::ONE_THOUSAND)?.to_u64());
    let millis = millis.ok_or_else(|| node.misfit("a duration in seconds from 0"))?;
    node.keep();
    Ok(millis)
}
