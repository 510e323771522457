//! What a payload of PostHog is, and the events in it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use super::{IDENTITY, NAME, numbers};
use crate::{
    data::{AnalyticsData, PageView},
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        analytics::{take_page, take_seconds},
        payload::{Node, Value, is_writable},
        reading::{self, Rows},
    },
    vocabulary::{SubjectId, instant::Rfc3339},
};

/// Reads a captured event, a batch of them, or an answer of the API.
///
/// Kept of each event (section 1): of a `$pageview` the page, without query and fragment, and when, as the event
/// says it; of any event the length of the session, where PostHog says it (`$session_duration`, in seconds). Who
/// did it and from where is dropped: `distinct_id`, person, `$set`, `$ip`, device, browser, and every property of
/// the host's own. So are the time on a page (`$prev_pageview_duration`), the length of a recording, and
/// `$sdk_debug_current_session_duration`, which is the length so far, for debugging. A `$screen` of an app is no
/// page. A time without an offset is no instant: the view is kept without it. Where an event has no `timestamp`,
/// the `$time` of older libraries is its time.
///
/// Kept of numbers:
/// - of a query's table the columns `$session_duration` and `$pageview_count` of sessions, the views of web
///   analytics, and events, whether they stand in a column of their own (`*`) or have columns of their parts;
/// - of a trend of `$pageview` the views, and of one of the mean `$session_duration` the length; with the days,
///   where one follows the other, because an answer does not say whether its steps are days or weeks; not of a
///   trend that sums its days up, or smooths them;
/// - of the overview of web analytics the views, the sessions and the mean length of a session.
///
/// PostHog's conversion rates, of funnels and of web analytics, are shares of people, not of sessions, and are
/// dropped. Persons, recordings, flags and the like are PostHog's too and have nothing covered; so has what it
/// answers to an event that it took.
///
/// # Errors
/// When the payload is nothing of PostHog's, or an error of PostHog's own.
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
    reading::read(&IDENTITY, subject, payload, vendor_error, answer)
}

fn has_text(node: &Node, name: &str) -> bool {
    node.member(name).and_then(Node::text).is_some()
}

/// `{"type", "code", "detail", "attr"}`, and what a query says of its own failure.
fn vendor_error(payload: &Node) -> Option<VendorError> {
    let refused = ["type", "code", "detail"].iter().all(|name| has_text(payload, name));
    let failed = has_text(payload, "error") && payload.has("results") && is_query(payload);
    let status = payload.member("query_status").unwrap_or(payload);
    let unfinished = has_text(status, "error_message") && status.has("complete");
    (refused || failed || unfinished).then(|| VendorError::new(NAME, payload, &["code", "type"]))
}

/// PostHog demands a name and a `distinct_id`, here or among the properties; its own properties begin with `$`.
/// What says who somebody is needs no name, and has the key of a project instead.
pub(super) fn is_event(node: &Node) -> bool {
    let properties = node.member("properties").map(Node::members).unwrap_or_default();
    let own = |m: &Node| m.name() == "distinct_id" || m.name().starts_with('$');
    let keyed = ["api_key", "token"].iter().any(|name| {
        let key = node.member(name).and_then(Node::text);
        key.is_some_and(|key| key.starts_with("phc_"))
    });
    let known = node.has("distinct_id");
    (has_text(node, "event") && (known || properties.iter().any(own))) || (keyed && known)
}

/// Persons, recordings, insights, flags, steps of funnels, groups, cohorts, definitions.
fn is_uncovered(node: &Node) -> bool {
    const OWN: [&str; 9] = [
        "distinct_ids",
        "recording_duration",
        "short_id",
        "ensure_experience_continuity",
        "action_id",
        "group_type_index",
        "is_static",
        "volume_30_day",
        "is_numerical",
    ];
    OWN.iter().any(|name| node.has(name))
}

/// What answers to a query have beside their results.
fn is_query(node: &Node) -> bool {
    const ABOUT: [&str; 9] = [
        "columns",
        "hogql",
        "hasMore",
        "is_cached",
        "timings",
        "modifiers",
        "cache_key",
        "samplingRate",
        "query_status",
    ];
    ABOUT.iter().any(|name| node.has(name))
}

/// What a captured event is answered with, and what says which flags are on.
fn is_acknowledged(node: &Node) -> bool {
    let status = node.member("status").is_some_and(|status| match status.value() {
        Value::Number(number) => number == "1",
        Value::Text(text) => text.eq_ignore_ascii_case("ok"),
        _ => false,
    });
    let only = node.members().iter().all(|m| ["status", "quota_limited"].contains(&m.name()));
    let flags = ["featureFlags", "errorsWhileComputingFlags", "supportedCompression", "group_type_mapping"];
    (status && only) || flags.iter().any(|name| node.has(name))
}

const PAYLOAD: &str = "an event, a batch of events, a list, or an answer to a query";

fn answer(payload: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    // Destinations wrap an event in `event`, older webhooks in `data`.
    let wrapped = ["event", "data"].iter().find_map(|name| payload.member(name).filter(|e| is_event(e)));
    if let Some(batch) = payload.member("batch") {
        let events = batch.elements("an array of events")?;
        if payload.has("api_key") { items(events, rows) } else { recognised(events, rows) }
    } else if is_event(payload) {
        rows.add(payload, event(payload))
    } else if let Some(event) = wrapped {
        item(event, rows)
    } else if let Some(status) = payload.member("query_status") {
        status.member("results").map_or(Ok(()), |results| answer_to_query(status, results, rows))
    } else if let Some(results) = payload.member("results").or_else(|| payload.member("result")) {
        answer_to_query(payload, results, rows)
    } else if let Value::Array(elements) = payload.value()
        && !elements.is_empty()
    {
        recognised(elements, rows)
    } else if is_uncovered(payload)
        || is_acknowledged(payload)
        || (is_query(payload) && payload.has("results"))
    {
        Ok(())
    } else {
        Err(payload.misfit(PAYLOAD))
    }
}

fn answer_to_query(answer: &Node, results: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let page = ["next", "previous", "has_next"].iter().any(|name| answer.has(name));
    let query = is_query(answer) || answer.name() == "query_status";
    let listed = match results.value() {
        Value::Array(listed) => listed,
        // A retention, a box plot: PostHog's, and nothing covered.
        Value::Object(_) if query => return Ok(()),
        _ => return Err(results.misfit("an array of results")),
    };
    if listed.is_empty() {
        return if page || query || is_uncovered(answer) { Ok(()) } else { Err(answer.misfit(PAYLOAD)) };
    }
    if let Some(columns) = answer.member("columns").filter(|_| listed.iter().any(is_array)) {
        return numbers::table(columns, listed, rows);
    }
    if listed.iter().any(numbers::is_overview) {
        return rows.add(results, numbers::overview(answer, listed));
    }
    if numbers::is_summed_up(answer) && listed.iter().any(numbers::is_trend) {
        return Ok(());
    }
    let known = |node: &Node| is_event(node) || is_uncovered(node) || numbers::is_trend(node);
    if query && !listed.iter().any(known) { Ok(()) } else { recognised(listed, rows) }
}

fn is_array(node: &Node) -> bool {
    matches!(node.value(), Value::Array(_))
}

/// Reads a list of which at least one element is PostHog's.
fn recognised(list: &[Node], rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let known = |node: &Node| is_event(node) || is_uncovered(node) || numbers::is_trend(node);
    match list.first().filter(|_| !list.iter().any(known)) {
        Some(first) => Err(first.misfit(EVENT)),
        None => items(list, rows),
    }
}

fn items(list: &[Node], rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    list.iter().try_for_each(|node| item(node, rows))
}

fn item(node: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    if numbers::is_trend(node) {
        numbers::trend(node, rows)
    } else if is_uncovered(node) && !is_event(node) {
        rows.add(node, Ok(None))
    } else {
        rows.add(node, event(node))
    }
}

const EVENT: &str = "an event with its name, distinct_id and properties";

pub(super) fn event(event: &Node) -> Result<Option<AnalyticsData>, Misfit> {
    if !is_event(event) {
        return Err(event.misfit(EVENT));
    }
    let Some(properties) = event.object("properties")? else { return Ok(None) };
    let viewed = event.member("event").is_some_and(|name| name.is_text("$pageview"));
    let url = ["$current_url", "$pathname"].map(|name| properties.member(name));
    let mut view = if viewed { view(url, event.member("timestamp"))? } else { None };
    if let (Some(view @ PageView { at: None, .. }), false) = (&mut view, event.member("timestamp").is_some())
    {
        view.at = properties.optional("$time", take_epoch)?;
    }
    let session_length_ms = properties.optional("$session_duration", take_seconds)?;
    let covered = session_length_ms.is_some() || view.is_some();
    Ok(covered.then_some(AnalyticsData { page_view: view, session_length_ms, ..Default::default() }))
}

/// One view, where its URL or else its path is known.
pub(super) fn view(url: [Option<&Node>; 2], at: Option<&Node>) -> Result<Option<PageView>, Misfit> {
    let known = |page: &&Node| !page.is_text("") && !matches!(page.value(), Value::Null);
    let Some(page) = url.into_iter().flatten().find(known) else { return Ok(None) };
    let page = take_page(page)?;
    let at = at.filter(known).map(take_instant).transpose()?;
    Ok(Some(PageView { page, at: at.flatten() }))
}

/// Takes an instant; a time or a day without an offset is PostHog's too, and none.
fn take_instant(node: &Node) -> Result<Option<DateTime<Utc>>, Misfit> {
    let text = node.text().map(|text| text.replacen(' ', "T", 1));
    if let Some(Ok(Rfc3339(at))) = text.as_deref().map(str::parse)
        && is_writable(&at)
    {
        node.keep();
        return Ok(Some(at));
    }
    let somewhere = text.as_deref().is_some_and(|text| {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
            || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
    });
    if somewhere { Ok(None) } else { node.take_instant().map(Some) }
}

/// Takes seconds since 1970, with their fraction, as older versions of the library for browsers say the time.
fn take_epoch(node: &Node) -> Result<DateTime<Utc>, Misfit> {
    let nanos = node.decimal().and_then(|seconds| seconds.checked_mul(Decimal::from(1_000_000_000)));
    let nanos = nanos.filter(|nanos| nanos.is_integer() && !nanos.is_sign_negative());
    let nanos = nanos.and_then(|nanos| i64::try_from(nanos).ok());
    let nanos = nanos.ok_or_else(|| node.misfit("an instant in seconds since 1970"))?;
    node.keep();
    Ok(DateTime::from_timestamp_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_like_an_event_but_has_nothing_of_posthogs_is_refused() {
        for other in [
            r#"{"api_key": "planted", "distinct_id": "1"}"#,
            r#"{"event": "a", "properties": {"plan": 1}}"#,
            r#"{"batch": [{"type": "page", "anonymousId": "1"}], "writeKey": "planted"}"#,
            r#"{"event": {"name": "a"}, "data": {"id": 1}}"#,
            r#"{"status": 2}"#,
            r#"{"status": 1, "message": "a"}"#,
            r#"{"results": [{"id": 1}], "next": null}"#,
            r#"{"results": "a", "next": null}"#,
            r#"{"type": "about:blank", "detail": "a"}"#,
            r#"{"data": "eyJldmVudCI6", "compression": "base64"}"#,
        ] {
            let error = read(SubjectId::random(), other.as_bytes()).unwrap_err();
            assert!(matches!(error, PayloadError::NotOfSystem(_)), "{other}");
        }
    }
}
