//! One row of a report: `google.ads.googleads.v23.services.GoogleAdsRow`.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::member;
use crate::{
    data::{AdPerformanceData, Conversion, Currency, ExternalId, Period, Text},
    processors::{
        Misfit,
        ad_report::{campaign_of, take_conversions, take_currency, take_micros, take_name},
        payload::Node,
    },
    vocabulary::instant::FullDate,
};

const COST: [&str; 2] = ["costMicros", "cost_micros"];
const IMPRESSIONS: [&str; 2] = ["impressions", "impressions"];
const CLICKS: [&str; 2] = ["clicks", "clicks"];
const CONVERSIONS: [&str; 2] = ["conversions", "conversions"];
const ALL_CONVERSIONS: [&str; 2] = ["allConversions", "all_conversions"];
const RESOURCE_NAME: [&str; 2] = ["resourceName", "resource_name"];

/// Whether metrics have a number that is read here.
pub(super) fn has_numbers(metrics: &Node) -> bool {
    [COST, IMPRESSIONS, CLICKS, CONVERSIONS, ALL_CONVERSIONS].iter().flatten().any(|name| metrics.has(name))
}

/// What is covered of a row; `None` when it has no number.
pub(super) fn read(row: &Node, currency: Option<Currency>) -> Result<Option<AdPerformanceData>, Misfit> {
    let Some(metrics) = object(row, ["metrics", "metrics"])? else { return Ok(None) };
    let customer = object(row, ["customer", "customer"])?;
    let currency = || Ok(optional(customer, ["currencyCode", "currency_code"], take_currency)?.or(currency));
    let metrics = Some(metrics);
    let numbers = AdPerformanceData {
        spend: optional(metrics, COST, |cost| take_micros(cost, currency()?))?,
        impressions: optional(metrics, IMPRESSIONS, Node::take_count)?,
        clicks: optional(metrics, CLICKS, Node::take_count)?,
        conversions: conversions(row, metrics)?.into_iter().collect(),
        ..Default::default()
    };
    if numbers == AdPerformanceData::default() {
        return Ok(None);
    }
    let campaign = object(row, ["campaign", "campaign"])?;
    let id = optional(campaign, ["id", "id"], Node::take_id)?;
    let id = id.or_else(|| id_of(member(campaign?, RESOURCE_NAME)?));
    // An ad group names its campaign, too.
    let id = id.or_else(|| id_of(member(row, ["adGroup", "ad_group"])?.member("campaign")?));
    let name = optional(campaign, ["name", "name"], take_name)?.flatten();
    Ok(Some(AdPerformanceData { campaign: campaign_of(id, name), period: period(row)?, ..numbers }))
}

/// The field of this name, which is an object where it is there.
fn object<'n>(node: &'n Node, name: [&str; 2]) -> Result<Option<&'n Node>, Misfit> {
    let [rest, library] = name;
    Ok(node.object(rest)?.or(node.object(library)?))
}

/// Reads the field of this name, unless it is missing, null or an empty text.
fn optional<T>(
    node: Option<&Node>,
    name: [&str; 2],
    read: impl FnOnce(&Node) -> Result<T, Misfit>,
) -> Result<Option<T>, Misfit> {
    let member = node.and_then(|node| member(node, name));
    member.filter(|member| !member.is_text("")).map(read).transpose()
}

/// The conversions of a row, once: those that Google calls so, or else all.
fn conversions(row: &Node, metrics: Option<&Node>) -> Result<Option<Conversion>, Misfit> {
    let (count, sum) = match optional(metrics, CONVERSIONS, take_conversions)? {
        Some(count) => (count, None),
        None => match optional(metrics, ALL_CONVERSIONS, take_conversions)? {
            Some(count) => (count, "all_conversions".parse().ok()),
            None => return Ok(None),
        },
    };
    Ok(Some(Conversion { action: action(row)?.or(sum), count }))
}

/// The action that the conversions of a row are of, if it is one.
fn action(row: &Node) -> Result<Option<Text>, Misfit> {
    let segments = object(row, ["segments", "segments"])?;
    let named = optional(segments, ["conversionActionName", "conversion_action_name"], take_name)?;
    if named.is_some() {
        return Ok(named.flatten());
    }
    let action = object(row, ["conversionAction", "conversion_action"])?;
    Ok(optional(action, ["name", "name"], take_name)?.flatten())
}

/// The id of a campaign at the end of its resource name, of which nothing else is taken.
fn id_of(name: &Node) -> Option<ExternalId> {
    let (customer, id) = name.text()?.strip_prefix("customers/")?.split_once("/campaigns/")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(customer) && digits(id) { id.parse().ok() } else { None }
}

/// The segments that say when: a name, what stands there, and up to which day it goes from there.
type Span = (&'static str, &'static str, fn(NaiveDate) -> Option<NaiveDate>);

const SPANS: [Span; 4] = [
    ("date", "a date such as 2026-01-05", Some),
    ("week", "the date of a Monday", |day| {
        day.checked_add_days(Days::new(6)).filter(|_| day.weekday() == Weekday::Mon)
    }),
    ("month", "the date of the first day of a month", |day| last_day(day, 1)),
    ("quarter", "the date of the first day of a quarter", |day| {
        last_day(day, 3).filter(|_| day.month0() % 3 == 0)
    }),
];

/// The days that a row is about, by the smallest of its segments of time that has days.
fn period(row: &Node) -> Result<Option<Period>, Misfit> {
    let Some(segments) = object(row, ["segments", "segments"])? else { return Ok(None) };
    for (name, expected, last) in SPANS {
        let read = |text: &str| {
            let FullDate(from) = text.parse().ok()?;
            Period::new(from, last(from)?).ok()
        };
        let period =
            segments.optional(name, |segment| segment.take(expected, |text| read(text).ok_or(())))?;
        if period.is_some() {
            return Ok(period);
        }
    }
    segments.optional("year", year)
}

/// The last day of so many months from this first day of one.
fn last_day(first: NaiveDate, months: u32) -> Option<NaiveDate> {
    let next = first.checked_add_months(Months::new(months)).filter(|_| first.day() == 1)?;
    next.pred_opt()
}

fn year(year: &Node) -> Result<Period, Misfit> {
    let number = year.take_count().ok().and_then(|number| i32::try_from(number).ok());
    let first = number.and_then(|number| NaiveDate::from_ymd_opt(number, 1, 1));
    let period = first.and_then(|first| Period::new(first, last_day(first, 12)?).ok());
    period.ok_or_else(|| year.misfit("a year such as 2026"))
}
