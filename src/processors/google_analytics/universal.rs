//! Reports of Universal Analytics, which Google has shut down: answers that hosts have kept.

use super::{
    read::array,
    report::{Metric, optional, take_day},
};
use crate::{
    data::{AnalyticsData, Period},
    processors::{
        Misfit,
        analytics::{add_all, days, elements, keep_if_whole},
        payload::Node,
        reading::Rows,
    },
};

/// A report of version 4: `{"columnHeader": {"dimensions", "metricHeader"}, "data": {"rows"}}`.
pub(super) fn is_report(node: &Node) -> bool {
    let header = node.member("columnHeader");
    header.is_some_and(|header| header.has("metricHeader") || header.has("dimensions"))
}

/// A table of version 3: `{"kind": "analytics#gaData", "columnHeaders": [{"name": "ga:…"}], "rows": [[…]]}`.
pub(super) fn is_table(node: &Node) -> bool {
    let of_universal = |header: &Node| {
        let name = header.member("name").and_then(Node::text);
        name.is_some_and(|name| name.starts_with("ga:") || name.starts_with("rt:"))
    };
    array(node, "columnHeaders").is_some_and(|headers| headers.iter().any(of_universal))
}

pub(super) fn read_report(report: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let Some(listed) = report.member("data").and_then(|data| data.member("rows")) else { return Ok(()) };
    let listed = listed.elements("an array of rows")?;
    let header = report.field("columnHeader", "the names of dimensions and metrics")?;
    let entries =
        header.member("metricHeader").map_or(Ok(&[][..]), |h| optional(h, "metricHeaderEntries"))?;
    let name = |entry: &Node| entry.member("name").and_then(Node::text).and_then(Metric::of);
    let columns =
        Columns { metrics: entries.iter().map(name).collect(), dimensions: optional(header, "dimensions")? };
    listed.iter().try_for_each(|row| add_all(rows, row, columns.row(row)))
}

struct Columns<'p> {
    metrics: Vec<Option<Metric>>,
    dimensions: &'p [Node],
}

impl Columns<'_> {
    /// The numbers of a row, once for each range of dates that was asked for.
    fn row(&self, row: &Node) -> Result<Vec<AnalyticsData>, Misfit> {
        if !row.has("metrics") && !row.has("dimensions") {
            return Err(row.misfit("a row with dimensions and metrics"));
        }
        let ranges = optional(row, "metrics")?;
        let numbers = ranges.iter().map(|range| self.numbers(range)).collect::<Result<Vec<_>, _>>()?;
        let mut numbers: Vec<_> = numbers.into_iter().filter(|n| *n != AnalyticsData::default()).collect();
        // Of two ranges a row has one day, and does not say whose.
        if let ([_], [only]) = (ranges, numbers.as_mut_slice()) {
            let values = optional(row, "dimensions")?;
            only.period = period(self.dimensions.iter().filter_map(Node::text).zip(values))?;
            if let (Some(_), Some(dimensions)) = (only.period, row.member("dimensions")) {
                keep_if_whole(dimensions);
            }
        }
        Ok(numbers)
    }

    fn numbers(&self, range: &Node) -> Result<AnalyticsData, Misfit> {
        let Some(values) = range.member("values") else { return Ok(AnalyticsData::default()) };
        let all = values.elements("an array of values")?;
        let mut data = AnalyticsData::default();
        for (metric, value) in self.metrics.iter().zip(all) {
            if let Some(metric) = metric {
                metric.take(value, &mut data)?;
            }
        }
        keep_if_whole(values);
        Ok(data)
    }
}

/// The day among the dimensions.
fn period<'p>(dimensions: impl Iterator<Item = (&'p str, &'p Node)>) -> Result<Option<Period>, Misfit> {
    for (name, value) in dimensions {
        if let Some(day) = take_day(name, value)? {
            return Ok(Some(day));
        }
    }
    Ok(None)
}

pub(super) fn read_table(table: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let headers = table.field("columnHeaders", "an array of headers")?.elements("an array of headers")?;
    let names: Vec<&str> =
        headers.iter().map(|h| h.member("name").and_then(Node::text).unwrap_or_default()).collect();
    let asked = asked(table);
    for row in optional(table, "rows")? {
        let read = read_row(&names, row).map(|data| {
            data.map(|data| AnalyticsData { period: data.period.or_else(|| asked.as_ref()?.keep()), ..data })
        });
        rows.add(row, read)?;
    }
    Ok(())
}

/// The days that were asked for.
struct Asked<'p> {
    period: Period,
    dates: [&'p Node; 2],
}

impl Asked<'_> {
    fn keep(&self) -> Option<Period> {
        self.dates.iter().for_each(|date| date.keep());
        Some(self.period)
    }
}

/// What the answer repeats of the question: `start-date` and `end-date`, where they are no words such as
/// `30daysAgo`.
fn asked(table: &Node) -> Option<Asked<'_>> {
    let query = table.member("query")?;
    let dates = [query.member("start-date")?, query.member("end-date")?];
    let [from, to] = dates;
    Some(Asked { period: days(from, to)?, dates })
}

fn read_row(names: &[&str], row: &Node) -> Result<Option<AnalyticsData>, Misfit> {
    let values = elements(row).ok_or_else(|| row.misfit("an array of values"))?;
    let mut data = AnalyticsData::default();
    for (name, value) in names.iter().zip(values) {
        if let Some(metric) = Metric::of(name) {
            metric.take(value, &mut data)?;
        }
    }
    if data == AnalyticsData::default() {
        return Ok(None);
    }
    data.period = period(names.iter().copied().zip(values))?;
    keep_if_whole(row);
    Ok(Some(data))
}
