//! What a payload of Google Analytics is, and what is read of it.

use super::{IDENTITY, NAME, events, report, universal};
use crate::{
    data::AnalyticsData,
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        analytics::elements,
        payload::{Node, Value},
        reading::{self, Rows},
    },
    vocabulary::SubjectId,
};

/// Reads an answer of a reporting API, a body of the Measurement Protocol, or rows of the export to BigQuery.
///
/// Kept of each row of a report (section 1): the views (`screenPageViews`), the sessions, the mean length of a
/// session (`averageSessionDuration`), the share of sessions with a key event (`sessionKeyEventRate`, which was
/// `sessionConversionRate`), and the day (`date`; of `dateHour` and `dateHourMinute` the day alone). Reports of the
/// Data API are read (`runReport`, `runRealtimeReport`, `runPivotReport`, batches of them) and those of Universal
/// Analytics (versions 3 and 4).
///
/// - Every other metric is dropped: users, engagement (the time that a page was in front, not the length of the
///   session), events, revenue, rates of people (`userKeyEventRate`) or of one key event
///   (`sessionKeyEventRate:purchase`).
/// - Every other dimension is dropped, so a report broken down by country gives the numbers of each country
///   without its name. A page is no exception: a row with a `pagePath` counts many views, and
///   [`PageView`](crate::data::PageView) is one. A month or a week is no period, because a report that begins in
///   the middle of one does not say so. `(other)` and `(not set)` are no day.
/// - Totals, minimums and maximums say the rows once more, and are dropped.
///
/// Kept of an event, whether it is sent with the Measurement Protocol or exported to BigQuery: of a `page_view` the
/// page (`page_location`, or else `page_path`), without query and fragment, and when (`timestamp_micros` of the
/// event or of the body, `event_timestamp`). Neither says how long a session was: `engagement_time_msec` is the
/// time spent since the event before. Clients, users and their properties, places and devices are dropped.
///
/// # Errors
/// When the payload is nothing of Google Analytics's, or an error of its own; what the validation server finds
/// wrong is one.
///
/// ```
/// use dynamoi_privacy::{processors::google_analytics, vocabulary::SubjectId};
/// let payload = br#"{"dimensionHeaders": [{"name": "date"}, {"name": "city"}],
///     "metricHeaders": [{"name": "screenPageViews", "type": "TYPE_INTEGER"}],
///     "rows": [{"dimensionValues": [{"value": "20260105"}, {"value": "Graz"}], "metricValues": [{"value": "7"}]}],
///     "rowCount": 1, "kind": "analyticsData#runReport"}"#;
/// let reading = google_analytics::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[4].to_string(), "$.rows[0].dimensionValues[1].value");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<AnalyticsData>, PayloadError> {
    let error = |payload: &Node| {
        let answers = elements(payload).unwrap_or(std::slice::from_ref(payload));
        answers.iter().find_map(vendor_error)
    };
    reading::read(&IDENTITY, subject, payload, error, all)
}

/// An array that is a field of the node.
pub(super) fn array<'p>(node: &'p Node, name: &str) -> Option<&'p [Node]> {
    node.member(name).and_then(elements)
}

/// Whether a field is this very text.
fn says(node: &Node, name: &str, test: impl Fn(&str) -> bool) -> bool {
    node.member(name).and_then(Node::text).is_some_and(test)
}

/// `{"error": {"code", "message", "status"}}` of all Google APIs, and what the validation server finds wrong.
fn vendor_error(answer: &Node) -> Option<VendorError> {
    const FIELDS: [&str; 5] = ["code", "message", "status", "errors", "details"];
    let of_google = |error: &&Node| {
        let code = error.member("code").is_some_and(|code| matches!(code.value(), Value::Number(_)));
        let only = error.members().iter().all(|m| FIELDS.contains(&m.name()));
        let elsewhere = array(error, "details").unwrap_or_default().iter().any(is_elsewhere);
        code && error.has("message") && only && !elsewhere
    };
    if let Some(error) = answer.member("error").filter(of_google) {
        return Some(VendorError::new(NAME, error, &["status", "code"]));
    }
    if let Some(error) = VendorError::of_authorization(NAME, answer) {
        return Some(error);
    }
    let message = array(answer, "validationMessages")?.first()?;
    Some(VendorError::new(NAME, message, &["validationCode"]))
}

/// Whether a detail of an error names another API of Google's. One that names none may be of any.
fn is_elsewhere(detail: &Node) -> bool {
    let of_ads = |kind: &str| kind.contains("google.ads.");
    let service = detail.member("metadata").and_then(|m| m.member("service")).and_then(Node::text);
    says(detail, "@type", of_ads) || service.is_some_and(|service| !service.starts_with("analytics"))
}

const PAYLOAD: &str = "a report, a batch of reports, a body with events, or an exported event";

/// One answer, or an array of them.
fn all(payload: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    let Some(answers) = elements(payload).filter(|answers| answers.iter().any(|a| Answer::of(a).is_some()))
    else {
        return one(payload, rows);
    };
    // The client libraries of Google answer with the report, and with nulls in other places.
    for answer in answers.iter().filter(|answer| !matches!(answer.value(), Value::Null)) {
        if let Err(misfit) = one(answer, rows) {
            rows.refuse(answer, misfit);
        }
    }
    Ok(())
}

/// What Google Analytics answers, and what it is sent.
enum Answer {
    Report,
    Reports,
    UniversalReport,
    UniversalTable,
    Events,
    Event,
    ExportedEvent,
    /// One that has nothing covered.
    Uncovered,
}

impl Answer {
    fn of(node: &Node) -> Option<Self> {
        if events::is_body(node) {
            Some(Self::Events)
        } else if events::is_alone(node) {
            Some(Self::Event)
        } else if events::is_exported(node) {
            Some(Self::ExportedEvent)
        } else if universal::is_report(node) {
            Some(Self::UniversalReport)
        } else if universal::is_table(node) {
            Some(Self::UniversalTable)
        } else if reports(node).is_some() {
            Some(Self::Reports)
        } else if report::is_report(node) {
            Some(Self::Report)
        } else if is_uncovered(node) {
            Some(Self::Uncovered)
        } else {
            None
        }
    }
}

fn one(node: &Node, rows: &mut Rows<AnalyticsData>) -> Result<(), Misfit> {
    match Answer::of(node).ok_or_else(|| node.misfit(PAYLOAD))? {
        Answer::Report => report::read(node, rows),
        Answer::UniversalReport => universal::read_report(node, rows),
        Answer::UniversalTable => universal::read_table(node, rows),
        Answer::Events => events::read_body(node, rows),
        Answer::Event => rows.add(node, events::read(node, None)),
        Answer::ExportedEvent => rows.add(node, events::read_exported(node)),
        Answer::Uncovered => Ok(()),
        Answer::Reports => {
            for report in reports(node).unwrap_or_default() {
                let read = match Answer::of(report) {
                    Some(Answer::Report) => report::read(report, rows),
                    Some(Answer::UniversalReport) => universal::read_report(report, rows),
                    _ => Err(report.misfit("a report with metricHeaders and rows")),
                };
                if let Err(misfit) = read {
                    rows.refuse(report, misfit);
                }
            }
            Ok(())
        }
    }
}

/// The reports of a batch.
fn reports(node: &Node) -> Option<&[Node]> {
    let reports = array(node, "reports").or_else(|| array(node, "pivotReports"))?;
    let batch = says(node, "kind", |kind| kind.starts_with("analyticsData#batch"));
    let of_reports = |r: &Node| report::is_report(r) || universal::is_report(r);
    (batch || reports.iter().any(of_reports)).then_some(reports)
}

/// Answers about metrics and dimensions, properties and accounts, audiences, funnels; a body that is valid.
fn is_uncovered(node: &Node) -> bool {
    let resource =
        |name: &str| ["properties/", "accounts/", "accountSummaries/"].iter().any(|r| name.starts_with(r));
    let named = |node: &Node| says(node, "name", resource);
    let lists = |m: &Node| elements(m).and_then(<[Node]>::first).is_some_and(named);
    let kind = |kind: &str| kind.starts_with("analyticsData#") || kind.starts_with("analytics#");
    named(node)
        || says(node, "kind", kind)
        || node.members().iter().any(|m| named(m) || lists(m))
        || (node.members().len() == 1 && array(node, "validationMessages").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_names_another_api_of_google_is_not_ours() {
        let error = |details: &str| {
            let error = format!(r#"{{"error": {{"code": 403, "message": "", "details": {details}}}}}"#);
            vendor_error(&Node::read(NAME, error.as_bytes()).unwrap()).is_some()
        };
        assert!(error("null"));
        assert!(error(r#"[{"reason": "CREDENTIALS_MISSING"}]"#));
        assert!(error(r#"[{"metadata": {"service": "analyticsdata.googleapis.com"}}]"#));
        assert!(!error(r#"[{"metadata": {"service": "googleads.googleapis.com"}}]"#));
        assert!(!error(
            r#"[{"@type": "type.googleapis.com/google.ads.googleads.v17.errors.GoogleAdsFailure"}]"#
        ));
    }
}
