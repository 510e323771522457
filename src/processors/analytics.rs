//! Numbers and pages as analytics providers write them, and as they are sent to them.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Misfit,
    body::number,
    payload::{self, Node, Value},
    reading::Rows,
};
use crate::{
    data::{AnalyticsData, Page, Period, Rate},
    vocabulary::instant::FullDate,
};

/// The number, exactly; analytics providers also write `4.2E-4` as text.
fn decimal(node: &Node) -> Option<Decimal> {
    node.decimal().or_else(|| {
        let scientific = |b: u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let text = node.text().filter(|text| text.bytes().all(scientific) && text.contains(['e', 'E']))?;
        payload::exact(text)
    })
}

/// Takes seconds, which may be a fraction, as whole milliseconds; what is shorter than one is cut off.
pub(super) fn take_seconds(node: &Node) -> Result<u64, Misfit> {
    let millis = decimal(node).and_then(thousandfold);
    let millis = millis.ok_or_else(|| node.misfit("a duration in seconds from 0"))?;
    let whole = millis.to_u64().ok_or_else(|| node.misfit("a duration in seconds from 0"))?;
    if millis.is_integer() {
        node.keep();
    }
    Ok(whole)
}

/// The number a thousand times, with every digit.
fn thousandfold(mut number: Decimal) -> Option<Decimal> {
    match number.scale().checked_sub(3) {
        Some(scale) => number.set_scale(scale).ok().map(|()| number),
        None => number.checked_mul(Decimal::ONE_THOUSAND),
    }
}

/// Takes a share of a whole.
pub(super) fn take_rate(node: &Node) -> Result<Rate, Misfit> {
    let rate = decimal(node).and_then(|rate| Rate::try_from(rate).ok());
    let rate = rate.ok_or_else(|| node.misfit("a share from 0 to 1"))?;
    node.keep();
    Ok(rate)
}

/// Takes a share of a hundred.
pub(super) fn take_percent(node: &Node) -> Result<Rate, Misfit> {
    let hundredth = |mut number: Decimal| number.set_scale(number.scale() + 2).ok().map(|()| number);
    let rate = decimal(node).and_then(hundredth).and_then(|rate| Rate::try_from(rate).ok());
    let rate = rate.ok_or_else(|| node.misfit("a percentage from 0 to 100"))?;
    node.keep();
    Ok(rate)
}

/// Takes the page of a URL or a path; one with a query or a fragment is cut, so it is not kept whole.
pub(super) fn take_page(node: &Node) -> Result<Page, Misfit> {
    let expected = "a path or an http(s) URL";
    let text = node.text().ok_or_else(|| node.misfit(expected))?;
    let page =
        Page::without_query(text).map_err(|why| Misfit::new(node.path().clone(), why.found(), expected))?;
    if node.is_text(page.as_str()) {
        node.keep();
    }
    Ok(page)
}

/// The elements of an array.
pub(super) fn elements(node: &Node) -> Option<&[Node]> {
    match node.value() {
        Value::Array(elements) => Some(elements),
        _ => None,
    }
}

/// Marks an array of scalars as kept when each of its elements is.
pub(super) fn keep_if_whole(values: &Node) {
    if elements(values).is_some_and(|all| !all.is_empty() && all.iter().all(Node::is_kept)) {
        values.keep();
    }
}

/// The days from one date to another, where both are dates; the caller marks them.
pub(super) fn days(from: &Node, to: &Node) -> Option<Period> {
    let date = |node: &Node| node.text()?.parse().ok().map(|FullDate(date)| date);
    Period::new(date(from)?, date(to)?).ok()
}

/// Adds all that was read of one row: several sets of numbers, or none.
pub(super) fn add_all(
    rows: &mut Rows<AnalyticsData>,
    row: &Node,
    read: Result<Vec<AnalyticsData>, Misfit>,
) -> Result<(), Misfit> {
    match read {
        Ok(several) if !several.is_empty() => {
            several.into_iter().try_for_each(|data| rows.add(row, Ok(Some(data))))
        }
        read => rows.add(row, read.map(|_| None)),
    }
}

/// The page that was viewed, as the URL or as the path that it is.
pub(super) fn page(data: &AnalyticsData) -> (Option<&str>, Option<&str>) {
    match data.page_view.as_ref().map(|view| view.page.as_str()) {
        Some(path) if path.starts_with('/') => (None, Some(path)),
        url => (url, None),
    }
}

/// The numbers of a period, beside the page or without one. The names are our own: no provider documents any.
#[derive(Serialize)]
pub(super) struct Usage {
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
}

impl Usage {
    pub(super) fn of(data: &AnalyticsData) -> Self {
        Self {
            date_from: data.period.map(|period| period.first().to_string()),
            date_to: data.period.map(|period| period.last().to_string()),
            page_views: data.page_views,
            sessions: data.sessions,
            session_length_ms: data.session_length_ms,
            conversion_rate: data.conversion_rate.and_then(|rate| number(rate.decimal())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(json: &str) -> Node {
        Node::read("Test", json.as_bytes()).unwrap()
    }

    #[test]
    fn seconds_become_whole_milliseconds_and_what_is_cut_off_is_told() {
        for (json, millis, whole) in [
            ("93.25", 93_250, true),
            ("\"12\"", 12_000, true),
            ("0", 0, true),
            ("\"194.76313766428572\"", 194_763, false),
            ("\"0.9999999999999999999999999999\"", 999, false),
            ("\"7.9228162514264337593543950335\"", 7_922, false),
            ("\"5E-4\"", 0, false),
            ("1.5e1", 15_000, true),
            ("\"18446744073709551.615\"", u64::MAX, true),
        ] {
            let node = node(json);
            assert_eq!(take_seconds(&node), Ok(millis), "{json}");
            assert_eq!(node.dropped().is_empty(), whole, "{json}");
        }
        for bad in ["-3", "-0.0001", "\"18446744073709551.616\"", "1e28", "\"NaN\"", "\"\"", "true", "\"1e\""]
        {
            assert!(take_seconds(&node(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn shares_are_exact() {
        let rate = |json: &str| take_rate(&node(json)).map(|rate| rate.decimal().to_string());
        assert_eq!(rate("\"0.064102564102564097\"").unwrap(), "0.064102564102564097");
        assert_eq!(rate("\"5.0E-4\"").unwrap(), "0.00050");
        assert!(rate("1.1").is_err());
        let percent = |json: &str| take_percent(&node(json)).map(|rate| rate.decimal().to_string());
        assert_eq!(percent("\"43.63636363636363\"").unwrap(), "0.4363636363636363");
        assert_eq!(percent("100").unwrap(), "1.00");
        assert!(percent("100.1").is_err());
        assert!(percent("0.0000000000000000000000000001").is_err(), "a digit would be lost");
    }
}
