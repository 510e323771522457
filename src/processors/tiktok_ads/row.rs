//! One row of a report: what it is of, `dimensions`, and its numbers, `metrics`.

use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;

use crate::{
    data::{AdPerformanceData, Conversion, Currency, ExternalId, Period},
    processors::{
        Misfit,
        ad_report::{campaign_of, take_conversions, take_currency, take_name, take_spend},
        payload::Node,
    },
    vocabulary::instant::FullDate,
};

/// The events that a report counts by name, each at one place: on a website, in an app, in TikTok's shop.
const EVENTS: [&str; 28] = [
    "add_billing",
    "add_payment_info",
    "add_to_wishlist",
    "app_event_add_to_cart",
    "app_install",
    "checkout",
    "complete_payment",
    "download_start",
    "form",
    "initiate_checkout",
    "login",
    "on_web_add_to_wishlist",
    "on_web_order",
    "on_web_subscribe",
    "online_consult",
    "onsite_form",
    "onsite_shopping",
    "orders",
    "page_event_search",
    "product_details_page_browse",
    "purchase",
    "registration",
    "sales_lead",
    "start_trial",
    "subscribe",
    "user_registration",
    "view_content",
    "web_event_add_to_cart",
];

/// What rows had until version 1.2 of the API, flat and under names of their own \[S\].
const OLD: [&str; 4] = ["stat_cost", "show_cnt", "click_cnt", "convert_cnt"];

/// What is covered of a row; `None` when it has no number.
pub(super) fn read(row: &Node, currency: Option<Currency>) -> Result<Option<AdPerformanceData>, Misfit> {
    let (metrics, dimensions) = match row.object("metrics")? {
        Some(metrics) => (metrics, row.object("dimensions")?),
        None if OLD.iter().any(|name| row.has(name)) => (row, Some(row)),
        None => return Ok(None),
    };
    let number = |names: [&str; 2]| names.iter().find_map(|name| value(metrics, name));
    let currency = || Ok(value(metrics, "currency").map(take_currency).transpose()?.or(currency));
    let spend = number(["spend", "cost"]).or_else(|| value(metrics, "stat_cost"));
    let numbers = AdPerformanceData {
        spend: spend.map(|spend| take_spend(spend, currency()?)).transpose()?,
        impressions: number(["impressions", "show_cnt"]).map(Node::take_count).transpose()?,
        clicks: number(["clicks", "click_cnt"]).map(Node::take_count).transpose()?,
        conversions: conversions(metrics)?,
        ..Default::default()
    };
    if numbers == AdPerformanceData::default() {
        return Ok(None);
    }
    let either = |name| dimensions.and_then(|d| value(d, name)).or_else(|| value(metrics, name));
    let id = either("campaign_id").map(take_id).transpose()?.flatten();
    let name = either("campaign_name").map(take_name).transpose()?.flatten();
    let period = dimensions.map(period).transpose()?.flatten();
    Ok(Some(AdPerformanceData { campaign: campaign_of(id, name), period, ..numbers }))
}

/// The field of this name, unless it is missing, null, or what TikTok writes for no value.
fn value<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.member(name).filter(|value| !value.is_text("-") && !value.is_text(""))
}

/// Takes an id; 0 and -1 stand for none.
fn take_id(id: &Node) -> Result<Option<ExternalId>, Misfit> {
    let none = id.decimal().is_some_and(|number| number <= Decimal::ZERO);
    if none { Ok(None) } else { id.take_id().map(Some) }
}

/// The conversions of a row, each event once: those that TikTok calls so, or else the events by name.
fn conversions(metrics: &Node) -> Result<Vec<Conversion>, Misfit> {
    if let Some(count) = value(metrics, "conversion").or_else(|| value(metrics, "convert_cnt")) {
        return Ok(vec![Conversion { action: None, count: take_conversions(count)? }]);
    }
    let named = metrics.members().iter().map(Node::name).filter(|name| EVENTS.contains(name));
    named
        .filter_map(|name| value(metrics, name))
        .map(|count| Ok(Conversion { action: count.name().parse().ok(), count: take_conversions(count)? }))
        .collect()
}

/// The day that a row is about. An hour is cut to its day.
fn period(dimensions: &Node) -> Result<Option<Period>, Misfit> {
    let times = ["stat_time_day", "stat_time_hour", "stat_datetime"];
    let Some(time) = times.iter().find_map(|name| value(dimensions, name)) else { return Ok(None) };
    let read = time.text().and_then(day);
    let (day, midnight) = read.ok_or_else(|| time.misfit("a time such as 2026-01-05 09:00:00"))?;
    if midnight && time.name() == "stat_time_day" {
        time.keep();
    }
    Period::day(day).map(Some).map_err(|_| time.misfit("a day of the years 0 to 9999"))
}

/// The day of a time, and whether the time is the day's first or the day alone.
fn day(time: &str) -> Option<(NaiveDate, bool)> {
    let (day, time) = time.split_once([' ', 'T']).map_or((time, None), |(day, time)| (day, Some(time)));
    let FullDate(day) = day.parse().ok()?;
    let time = time.map_or(Ok(NaiveTime::MIN), |time| NaiveTime::parse_from_str(time, "%H:%M:%S"));
    time.ok().map(|time| (day, time == NaiveTime::MIN))
}
