//! Events: bodies of the Measurement Protocol, and rows of the export to BigQuery.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::read::array;
use crate::{
    data::{AnalyticsData, PageView},
    processors::{Misfit, analytics::take_page, payload::Node, reading::Rows},
};

fn is_event(node: &Node) -> bool {
    node.member("name").and_then(Node::text).is_some() && node.member("params").is_some_and(Node::is_object)
}

/// `{"client_id" or "app_instance_id", "events": […], …}`.
pub(super) fn is_body(node: &Node) -> bool {
    let Some(events) = array(node, "events") else { return false };
    let client = ["client_id", "app_instance_id"].iter().any(|id| node.has(id));
    client || events.iter().any(is_event)
}

/// `{"name", "params"}` without a body around it.
pub(super) fn is_alone(node: &Node) -> bool {
    is_event(node)
        && node.members().iter().all(|m| ["name", "params", "timestamp_micros"].contains(&m.name()))
}

/// `{"event_date", "event_timestamp", "event_name", "event_params": [{"key", "value": {"string_value"}}], …}`.
pub(super) fn is_exported(node: &Node) -> bool {
    let about = array(node, "event_params").is_some() || node.has("event_timestamp");
    about && node.member("event_name").and_then(Node::text).is_some()
}

pub(super) fn read_body(body: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let sent = body.member("timestamp_micros").filter(|at| !at.is_text(""));
    if let Some(sent) = sent {
        instant(sent)?;
    }
    let events = body.field("events", "an array of events")?.elements("an array of events")?;
    events.iter().try_for_each(|event| rows.add(event, read(event, sent)))
}

/// Reads an event; `sent` is the instant of the body that it is in.
pub(super) fn read(event: &Node, sent: Option<&Node>) -> Result<Option<AnalyticsData>, Misfit> {
    let name = event.member("name").filter(|name| name.text().is_some());
    let name = name.ok_or_else(|| event.misfit("an event with its name and params"))?;
    if !name.is_text("page_view") {
        return Ok(None);
    }
    let Some(params) = event.object("params")? else { return Ok(None) };
    let at = event.member("timestamp_micros").filter(|at| !at.is_text("")).or(sent);
    view(params.member("page_location"), params.member("page_path"), at)
}

pub(super) fn read_exported(event: &Node) -> Result<Option<AnalyticsData>, Misfit> {
    if !event.member("event_name").is_some_and(|name| name.is_text("page_view")) {
        return Ok(None);
    }
    let param = |key: &str| {
        let params = array(event, "event_params")?;
        let param = params.iter().find(|param| param.member("key").is_some_and(|k| k.is_text(key)))?;
        param.member("value").unwrap_or(param).member("string_value")
    };
    view(param("page_location"), param("page_path"), event.member("event_timestamp"))
}

/// One view, where the page is known.
fn view(
    location: Option<&Node>,
    path: Option<&Node>,
    at: Option<&Node>,
) -> Result<Option<AnalyticsData>, Misfit> {
    let known = |page: &&Node| !page.is_text("") && !page.is_text("(not set)");
    let Some(page) = location.filter(known).or(path.filter(known)) else { return Ok(None) };
    let page = take_page(page)?;
    let at = at.map(|at| instant(at).inspect(|_| at.keep())).transpose()?;
    Ok(Some(AnalyticsData { page_view: Some(PageView { page, at }), ..Default::default() }))
}

/// Microseconds since 1970, as a number or as text.
fn instant(node: &Node) -> Result<DateTime<Utc>, Misfit> {
    let micros = node.decimal().filter(Decimal::is_integer).filter(|micros| !micros.is_sign_negative());
    let at = micros.and_then(|micros| DateTime::from_timestamp_micros(micros.to_i64()?));
    // RFC 3339 writes no later year.
    at.filter(|at| at.year() <= 9999).ok_or_else(|| node.misfit("microseconds since 1970"))
}
