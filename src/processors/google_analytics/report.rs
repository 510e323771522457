//! Reports of the Data API: the metrics that are covered, and rows with values in the order of the headers.

use chrono::NaiveDate;

use super::read::array;
use crate::{
    data::{AnalyticsData, Period},
    processors::{
        Misfit,
        analytics::{elements, take_percent, take_rate, take_seconds},
        payload::{Node, Value},
        reading::Rows,
    },
};

/// What is covered of the metrics.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    PageViews,
    Sessions,
    /// The mean length of a session, in seconds.
    SessionSeconds,
    /// The share of sessions with a conversion.
    ConversionRate,
    ConversionPercent,
}

impl Metric {
    /// A metric of the Data API, or of Universal Analytics, or of its reports in real time.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "screenPageViews" | "ga:pageviews" | "rt:pageviews" => Some(Self::PageViews),
            "sessions" | "ga:sessions" | "ga:visits" => Some(Self::Sessions),
            "averageSessionDuration" | "ga:avgSessionDuration" | "ga:avgTimeOnSite" => {
                Some(Self::SessionSeconds)
            }
            "sessionKeyEventRate" | "sessionConversionRate" => Some(Self::ConversionRate),
            "ga:goalConversionRateAll" => Some(Self::ConversionPercent),
            _ => None,
        }
    }

    /// Takes the value, unless it is empty or this is another name of a metric that was taken.
    pub(super) fn take(self, value: &Node, data: &mut AnalyticsData) -> Result<(), Misfit> {
        if matches!(value.value(), Value::Null) || value.is_text("") {
            return Ok(());
        }
        match self {
            Self::PageViews => set(&mut data.page_views, value, Node::take_count),
            Self::Sessions => set(&mut data.sessions, value, Node::take_count),
            Self::SessionSeconds => set(&mut data.session_length_ms, value, take_seconds),
            Self::ConversionRate => set(&mut data.conversion_rate, value, take_rate),
            Self::ConversionPercent => set(&mut data.conversion_rate, value, take_percent),
        }
    }
}

fn set<T>(
    field: &mut Option<T>,
    value: &Node,
    take: impl FnOnce(&Node) -> Result<T, Misfit>,
) -> Result<(), Misfit> {
    if field.is_none() {
        *field = Some(take(value)?);
    }
    Ok(())
}

/// The day of a dimension: whole in `date`, with the hour in others. `None` for a dimension that is no day, and
/// for the rest of all days.
pub(super) fn take_day(dimension: &str, value: &Node) -> Result<Option<Period>, Misfit> {
    let digits = match dimension.strip_prefix("ga:").unwrap_or(dimension) {
        "date" => 8,
        "dateHour" => 10,
        "dateHourMinute" => 12,
        _ => return Ok(None),
    };
    let unset = ["", "(other)", "(not set)"].iter().any(|unset| value.is_text(unset));
    if unset || matches!(value.value(), Value::Null) {
        return Ok(None);
    }
    let formed = |text: &&str| text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    let text = value.text().filter(formed);
    let day = text.and_then(|text| NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok());
    let period = day.and_then(|day| Period::day(day).ok());
    let period = period.ok_or_else(|| value.misfit("a day such as 20260105"))?;
    if digits == 8 {
        value.keep();
    }
    Ok(Some(period))
}

/// The field by its name in REST, or in the client libraries that keep the names of the protocol.
fn field<'p>(node: &'p Node, name: &str, snake: &str) -> Option<&'p Node> {
    node.member(name).or_else(|| node.member(snake))
}

fn metric_headers(report: &Node) -> Option<&Node> {
    field(report, "metricHeaders", "metric_headers")
}

fn dimension_headers(report: &Node) -> Option<&Node> {
    field(report, "dimensionHeaders", "dimension_headers")
}

const KINDS: [&str; 3] =
    ["analyticsData#runReport", "analyticsData#runRealtimeReport", "analyticsData#runPivotReport"];

pub(super) fn is_report(node: &Node) -> bool {
    let headers = [metric_headers(node), dimension_headers(node)];
    let kind = node.member("kind").and_then(Node::text).is_some_and(|kind| KINDS.contains(&kind));
    kind || headers.into_iter().flatten().any(|h| elements(h).is_some())
}

const ROW: &str = "a row with dimensionValues and metricValues";

pub(super) fn read(report: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let Some(listed) = report.member("rows") else { return Ok(()) };
    let listed = listed.elements("an array of rows")?;
    if listed.is_empty() {
        return Ok(());
    }
    let metrics = metric_headers(report).ok_or_else(|| report.misfit("the field metricHeaders, an array"))?;
    let columns = Columns {
        metrics: names(metrics)?.into_iter().map(Metric::of).collect(),
        dimensions: dimension_headers(report).map_or(Ok(Vec::new()), names)?,
    };
    listed.iter().try_for_each(|row| rows.add(row, columns.row(row)))
}

/// The names of headers.
fn names(headers: &Node) -> Result<Vec<&str>, Misfit> {
    let headers = headers.elements("an array of headers")?;
    Ok(headers.iter().map(|header| header.member("name").and_then(Node::text).unwrap_or_default()).collect())
}

struct Columns<'p> {
    metrics: Vec<Option<Metric>>,
    dimensions: Vec<&'p str>,
}

impl Columns<'_> {
    fn row(&self, row: &Node) -> Result<Option<AnalyticsData>, Misfit> {
        let metrics = field(row, "metricValues", "metric_values");
        let dimensions = field(row, "dimensionValues", "dimension_values");
        if metrics.or(dimensions).is_none() {
            return Err(row.misfit(ROW));
        }
        let mut data = AnalyticsData::default();
        for (metric, cell) in self.metrics.iter().zip(cells(metrics)?) {
            if let (Some(metric), Some(value)) = (metric, value(cell)?) {
                metric.take(value, &mut data)?;
            }
        }
        if data == AnalyticsData::default() {
            return Ok(None);
        }
        for (dimension, cell) in self.dimensions.iter().zip(cells(dimensions)?) {
            if let (None, Some(value)) = (data.period, value(cell)?) {
                data.period = take_day(dimension, value)?;
            }
        }
        Ok(Some(data))
    }
}

fn cells(values: Option<&Node>) -> Result<&[Node], Misfit> {
    values.map_or(Ok(&[]), |values| values.elements("an array of values"))
}

/// `{"value": …}`.
fn value(cell: &Node) -> Result<Option<&Node>, Misfit> {
    match cell.value() {
        Value::Object(_) => Ok(cell.member("value")),
        Value::Null => Ok(None),
        _ if cell.is_empty_array() => Ok(None),
        _ => Err(cell.misfit("an object with a value")),
    }
}

/// The elements of an optional array.
pub(super) fn optional<'p>(node: &'p Node, name: &str) -> Result<&'p [Node], Misfit> {
    match array(node, name) {
        Some(elements) => Ok(elements),
        None => node.member(name).map_or(Ok(&[]), |other| other.elements("an array")),
    }
}
