//! Numbers in PostHog's answers: tables, trends, and the overview of web analytics.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::read::{event, is_event, view};
use crate::{
    data::{AnalyticsData, Period},
    processors::{
        Misfit,
        analytics::{add_all, days, elements, keep_if_whole, take_seconds},
        payload::{Node, Value},
        reading::Rows,
    },
    vocabulary::instant::FullDate,
};

fn is_null(node: &Node) -> bool {
    matches!(node.value(), Value::Null)
}

/// Reads the rows of a table, whose cells stand in the order of the columns.
pub(super) fn table(columns: &Node, listed: &[Node], rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let columns = columns.elements("an array of the names of columns")?;
    let columns: Vec<&str> = columns.iter().map(|c| c.text().unwrap_or_default()).collect();
    listed.iter().try_for_each(|row| rows.add(row, table_row(&columns, row)))
}

fn table_row(columns: &[&str], row: &Node) -> Result<Option<AnalyticsData>, Misfit> {
    let cells = elements(row).ok_or_else(|| row.misfit("an array of values"))?;
    let cell = |names: &[&str]| {
        let named = columns.iter().zip(cells).find(|(column, _)| names.contains(*column));
        named.map(|(_, cell)| cell).filter(|cell| !is_null(cell))
    };
    if let Some(whole) = cell(&["*"]).filter(|whole| is_event(whole)) {
        return event(whole);
    }
    let mut data = AnalyticsData::default();
    let length = cell(&["$session_duration", "session.$session_duration", "properties.$session_duration"]);
    data.session_length_ms = length.map(take_seconds).transpose()?;
    if let Some(views) = cell(&["$pageview_count", "session.$pageview_count", "context.columns.views"]) {
        // Web analytics has the number, and that of the period before.
        let now = elements(views).map_or(Some(views), <[Node]>::first).filter(|now| !is_null(now));
        data.page_views = now.map(Node::take_count).transpose()?;
    }
    if cell(&["event"]).is_some_and(|name| name.is_text("$pageview")) {
        let url = cell(&["properties.$current_url", "$current_url"]);
        let path = cell(&["properties.$pathname", "$pathname"]);
        data.page_view = view([url, path], cell(&["timestamp"]))?;
    }
    keep_if_whole(row);
    Ok((data != AnalyticsData::default()).then_some(data))
}

/// A series of a trend: `{"action", "label", "data": [4.0], "days": ["2026-01-05"], …}`.
pub(super) fn is_trend(node: &Node) -> bool {
    let values = node.member("data").is_some_and(|data| elements(data).is_some());
    values && node.has("days") && (node.has("label") || node.has("action"))
}

/// What is covered of the series that trends show.
enum Series {
    PageViews,
    SessionLength,
}

impl Series {
    fn of(trend: &Node) -> Option<Self> {
        let action = trend.member("action");
        let says = |name: &str| action.and_then(|a| a.member(name)).and_then(Node::text);
        let event = says("id").or_else(|| trend.member("label").and_then(Node::text));
        match (says("math"), says("math_property")) {
            (Some("avg"), Some("$session_duration")) => Some(Self::SessionLength),
            (None | Some("total"), _) if event == Some("$pageview") => Some(Self::PageViews),
            _ => None,
        }
    }
}

/// Whether the numbers of a trend are no counts of their days: each may have those before it in it, or be a mean
/// of several days. A trend says so itself, or the insight that it is of.
pub(super) fn is_summed_up(of: &Node) -> bool {
    let query = of.member("query").map(|query| query.member("source").unwrap_or(query));
    let shown = [of.member("filter"), of.member("filters"), query.and_then(|q| q.member("trendsFilter"))];
    shown.into_iter().flatten().any(|shown| {
        let display = shown.member("display").and_then(Node::text);
        let days = shown.member("smoothing_intervals").or_else(|| shown.member("smoothingIntervals"));
        display.is_some_and(|display| display.ends_with("Cumulative"))
            || days.and_then(Node::decimal).is_some_and(|days| days > Decimal::ONE)
    })
}

pub(super) fn trend(trend: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let read = match Series::of(trend).filter(|_| !is_summed_up(trend)) {
        Some(series) => numbers(trend, &series),
        None => Ok(Vec::new()),
    };
    add_all(rows, trend, read)
}

fn numbers(trend: &Node, series: &Series) -> Result<Vec<AnalyticsData>, Misfit> {
    let (data, days) = (trend.field("data", NUMBERS)?, trend.field("days", DAYS)?);
    let (values, days_of) = (data.elements(NUMBERS)?, days.elements(DAYS)?);
    let daily = daily(days_of).filter(|daily| daily.len() == values.len());
    let mut numbers = Vec::new();
    for (index, value) in values.iter().enumerate().filter(|(_, value)| !is_null(value)) {
        let period = daily.as_ref().and_then(|daily| daily.get(index)).copied();
        numbers.push(match series {
            Series::PageViews => {
                AnalyticsData { period, page_views: Some(value.take_count()?), ..Default::default() }
            }
            Series::SessionLength => {
                AnalyticsData { period, session_length_ms: Some(take_seconds(value)?), ..Default::default() }
            }
        });
    }
    keep_if_whole(data);
    if daily.is_some() && !numbers.is_empty() {
        days.keep();
    }
    Ok(numbers)
}

const NUMBERS: &str = "an array of numbers";
const DAYS: &str = "an array of days";

/// The days, when each is the one after that before it: then a number is of one day, and not of a week or a month.
fn daily(days: &[Node]) -> Option<Vec<Period>> {
    let day = |node: &Node| node.text()?.parse().ok().map(|FullDate(day)| day);
    let days: Vec<NaiveDate> = days.iter().map(day).collect::<Option<_>>()?;
    let follows = |(before, after): (&NaiveDate, &NaiveDate)| before.succ_opt() == Some(*after);
    let daily = days.len() > 1 && days.iter().zip(days.iter().skip(1)).all(follows);
    if daily { days.into_iter().map(|day| Period::day(day).ok()).collect() } else { None }
}

/// One number of the overview of web analytics: `{"key": "views", "kind": "unit", "value": 12.0, …}`.
pub(super) fn is_overview(node: &Node) -> bool {
    let kind = node.member("kind").and_then(Node::text);
    let own = kind.is_some_and(|kind| ["unit", "duration_s", "percentage", "currency"].contains(&kind));
    own && node.member("key").and_then(Node::text).is_some()
}

pub(super) fn overview(answer: &Node, items: &[Node]) -> Result<Option<AnalyticsData>, Misfit> {
    let value = |key: &str| {
        let item = items.iter().find(|item| item.member("key").is_some_and(|k| k.is_text(key)))?;
        item.member("value")
    };
    let data = AnalyticsData {
        page_views: value("views").map(Node::take_count).transpose()?,
        sessions: value("sessions").map(Node::take_count).transpose()?,
        session_length_ms: value("session duration").map(take_seconds).transpose()?,
        ..Default::default()
    };
    let known = data != AnalyticsData::default();
    Ok(known.then(|| AnalyticsData { period: take_period(answer), ..data }))
}

/// The days that were asked for, where the answer has them as days.
fn take_period(answer: &Node) -> Option<Period> {
    let (from, to) = (answer.member("dateFrom")?, answer.member("dateTo")?);
    let period = days(from, to)?;
    [from, to].iter().for_each(|date| date.keep());
    Some(period)
}
