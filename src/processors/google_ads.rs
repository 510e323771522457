//! Google Ads: an ad network of Google; source and recipient of ad performance data.
//!
//! Google LLC (USA), for people in the EEA Google Ireland Limited \[S\]. Policy: section 1 (collection from ad
//! networks), section 3 (sharing for marketing campaigns, which needs consent). A conversion that is uploaded
//! carries the person's consent as `consent.adUserData`; `adPersonalization` can be set for lists of customers
//! alone \[P\]. For lists a `DENIED` is an error \[P\], and what it does on a conversion is unconfirmed, so a
//! refusal means that nothing is uploaded. Google's support treats an absent consent as a missing one \[S\]. No
//! interface that deletes an uploaded conversion of one person is known (unconfirmed).
//! - <https://developers.google.com/google-ads/api/fields/latest/metrics>
//! - <https://developers.google.com/google-ads/api/fields/latest/segments>
//! - <https://developers.google.com/google-ads/api/rest/common/search>
//! - <https://developers.google.com/google-ads/api/docs/conversions/upload-offline>
//! - <https://github.com/googleapis/googleapis>, `google/ads/googleads/v23/services`
//! - <https://developers.google.com/data-manager/api/devguides/concepts/formatting>

mod row;
mod send;

pub use send::{Click, Conversion, Figure, Music, Upload, Variable};

use super::{
    Deletion, Identity, Interface, Method, Misfit, PayloadError, Reading, VendorError, Wanted,
    deletion::Content,
    payload::{Node, Value},
    reading::Rows,
};
use crate::{
    data::{AdPerformanceData, Currency},
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
};

/// Google Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct GoogleAds;

impl Recipient for GoogleAds {
    const ID: ProcessorId = ProcessorId::GOOGLE_ADS;
}

const NAME: &str = "Google Ads";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::GOOGLE_ADS,
    kind: ProcessorKind::AdNetwork,
    name: NAME,
    legal_name: Some("Google LLC"),
    privacy_terms: "https://business.safety.google/privacy/",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[Interface {
    deletes: "the person from an audience of an account; conversions that were uploaded stay",
    method: Method::Post,
    url: "https://datamanager.googleapis.com/v1/audienceMembers:remove",
    content: Content::Json(concat!(
        r#"{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS","accountId":"<customer>"},"#,
        r#""productDestinationId":"<audience>"}],"#,
        r#""audienceMembers":[{"userData":{"userIdentifiers":[{"emailAddress":"<email>"}]}}],"encoding":"HEX"}"#,
    )),
    wants: &[
        Wanted::id("customer", "the id of the Google Ads account, without hyphens"),
        Wanted::id("audience", "the id of the audience"),
        Wanted::hashed_email(send::hashed_email),
    ],
    evidence: Evidence::Primary,
    source: "https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers/remove",
}]);

/// Reads an answer of `googleAds:search` or `googleAds:searchStream`, or rows of one.
///
/// Kept of each row that has `metrics` (section 1): campaign, days, cost, impressions, clicks, conversions.
/// Fields may be named as REST does (`costMicros`) or as client libraries do (`cost_micros`). Cost is in the
/// currency that the row names as `customer.currencyCode`, otherwise in that of the account, whatever it is. The
/// days are those of `segments`: a date, or the week (from Monday), month, quarter or year that it stands for. A
/// campaign that is named by its resource name alone has the id that stands there.
///
/// Conversions are `metrics.conversions`, which is what Google bids for; of the action in
/// `segments.conversionActionName`, if the row is of one. `metrics.allConversions` has those and more, so it is
/// kept only where the other is missing, as `all_conversions` if the row is not of one action. Counts by the day
/// of the conversion, across devices or of ads that were seen alone are none.
///
/// Dropped are the sums of a `summaryRow` and whatever says who saw an ad: search terms, keywords, audiences,
/// ages, genders, places, click ids.
///
/// # Errors
/// When the payload is no answer of Google Ads, or an error of Google's own. All of Google's APIs answer with
/// errors of one form: one that names another service is not of Google Ads.
///
/// ```
/// use dynamoi_privacy::{processors::google_ads, vocabulary::SubjectId};
/// let payload = br#"[{"results": [{
///     "campaign": {"resourceName": "customers/1/campaigns/2", "name": "Summer EP"},
///     "metrics": {"clicks": "62", "costMicros": "130000000"},
///     "segments": {"date": "2026-01-05", "device": "MOBILE"}
/// }], "fieldMask": "campaign.name,metrics.clicks,metrics.costMicros,segments.date,segments.device"}]"#;
/// let reading = google_ads::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[1].to_string(), "$[0].results[0].segments.device");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    read_answer(subject, payload, None)
}

/// Reads an answer about an ad account whose currency is known.
///
/// As [`read`], but a row that does not name its currency has this one.
///
/// # Errors
/// As [`read`].
///
/// ```
/// use dynamoi_privacy::{processors::google_ads, vocabulary::SubjectId};
/// let row = br#"{"metrics": {"costMicros": "1500000"}, "segments": {"date": "2026-01-05"}}"#;
/// let reading = google_ads::read_in_currency(SubjectId::random(), row, "EUR".parse()?)?;
/// assert_eq!(reading.kept().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_in_currency(
    subject: SubjectId,
    payload: &[u8],
    currency: Currency,
) -> Result<Reading<AdPerformanceData>, PayloadError> {
    read_answer(subject, payload, Some(currency))
}

fn read_answer(
    subject: SubjectId,
    payload: &[u8],
    currency: Option<Currency>,
) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    if let Some(error) = parts(&payload).iter().find_map(error) {
        return Err(PayloadError::Vendor(error));
    }
    let mut answer = Answer { rows: Rows::new(), currency };
    answer.payload(&payload).map_err(|misfit| PayloadError::not_of(NAME, misfit))?;
    Ok(answer.rows.guard(subject, &GoogleAds::ID, &payload))
}

/// The field of this name, as REST or as client libraries write it, unless it is missing or null.
fn member<'n>(node: &'n Node, [rest, library]: [&str; 2]) -> Option<&'n Node> {
    node.member(rest).or_else(|| node.member(library))
}

/// The elements of an array; anything else by itself.
fn parts(payload: &Node) -> &[Node] {
    match payload.value() {
        Value::Array(parts) => parts,
        _ => std::slice::from_ref(payload),
    }
}

/// Google's own error in an answer: a status, also of a part of what was sent, or a `GoogleAdsFailure`.
fn error(answer: &Node) -> Option<VendorError> {
    if let Some(error) = VendorError::of_authorization(NAME, answer) {
        return Some(error);
    }
    let status = answer.member("error").filter(|e| is_status(e));
    let partial = || member(answer, ["partialFailureError", "partial_failure_error"]).filter(|s| !is_ok(s));
    let status = status.or_else(partial);
    if let Some(status) = status {
        return Some(VendorError::new(NAME, status, &["status", "code"]));
    }
    let Value::Array(errors) = answer.member("errors")?.value() else { return None };
    let code = errors.iter().find_map(|e| member(e, ["errorCode", "error_code"]))?;
    let kinds: Vec<&str> = code.members().iter().map(Node::name).collect();
    (!kinds.is_empty()).then(|| VendorError::new(NAME, code, &kinds))
}

/// Whether a status says that nothing failed: client libraries write it out with code 0.
fn is_ok(status: &Node) -> bool {
    status.member("code").and_then(Node::decimal).is_none_or(|code| code.is_zero())
}

/// Whether it is a `google.rpc.Status` that may be of the Ads API: no detail names another service.
fn is_status(error: &Node) -> bool {
    let code = error.member("code").is_some_and(|code| matches!(code.value(), Value::Number(_)));
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let details = match error.member("details").map(Node::value) {
        Some(Value::Array(details)) => details.as_slice(),
        _ => &[],
    };
    let elsewhere = |detail: &Node| {
        let service = detail.member("metadata").and_then(|metadata| metadata.member("service"));
        service.is_some_and(|service| !service.is_text("googleads.googleapis.com"))
    };
    code && error.member("status").and_then(Node::text).is_some_and(word) && !details.iter().any(elsewhere)
}

/// The fields of a page of `search` and of a chunk of `searchStream`.
const PAGE: [[&str; 2]; 7] = [
    ["results", "results"],
    ["fieldMask", "field_mask"],
    ["nextPageToken", "next_page_token"],
    ["totalResultsCount", "total_results_count"],
    ["summaryRow", "summary_row"],
    ["requestId", "request_id"],
    ["queryResourceConsumption", "query_resource_consumption"],
];

/// Those of them that no other system has.
const MARKS: [[&str; 2]; 4] = [
    ["fieldMask", "field_mask"],
    ["totalResultsCount", "total_results_count"],
    ["summaryRow", "summary_row"],
    ["queryResourceConsumption", "query_resource_consumption"],
];

/// What a row may be about when it has neither numbers nor a resource name.
const RESOURCES: [[&str; 2]; 4] = [
    ["customer", "customer"],
    ["customerClient", "customer_client"],
    ["campaign", "campaign"],
    ["adGroup", "ad_group"],
];

const ANSWER: &str =
    "an answer of search or searchStream with results or a fieldMask, or rows with their metrics";
const ROW: &str = "a row: an object of objects, such as campaign, metrics and segments";

/// Whether a text is the name of something of a customer's: `customers/1234567890/campaigns/2312`.
fn is_resource_name(name: &Node) -> bool {
    let id = name.text().and_then(|text| text.strip_prefix("customers/"));
    id.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn names_resource(node: &Node) -> bool {
    node.members().iter().any(is_resource_name)
}

/// Whether a result says what may be asked for: `googleAdsFields/campaign.id`.
fn is_field(node: &Node) -> bool {
    let name = member(node, ["resourceName", "resource_name"]).and_then(Node::text);
    name.is_some_and(|name| name.starts_with("googleAdsFields/"))
}

/// Whether a node has the form of a `GoogleAdsRow`, whose fields are all objects.
fn is_row(node: &Node) -> bool {
    let object = |m: &Node| m.is_object() || matches!(m.value(), Value::Null);
    !node.members().is_empty() && node.members().iter().all(object)
}

/// Whether a row is Google's by itself: something in it has a resource name, or it has Google's metrics. A row
/// with dimensions is another network's.
fn is_row_of_google(node: &Node) -> bool {
    let metrics = node.member("metrics").is_some_and(row::has_numbers);
    is_row(node) && !node.has("dimensions") && (metrics || node.members().iter().any(names_resource))
}

/// Whether an element of `results` is Google's.
fn is_result(node: &Node) -> bool {
    let resource = || RESOURCES.iter().any(|name| member(node, *name).is_some());
    names_resource(node) || is_row_of_google(node) || (is_row(node) && resource()) || is_field(node)
}

fn is_page(node: &Node) -> bool {
    let has = |names: &[[&str; 2]]| names.iter().flatten().any(|name| node.has(name));
    let known = || node.members().iter().all(|m| PAGE.iter().flatten().any(|name| *name == m.name()));
    let results = node.member("results").map(Node::value);
    match results {
        Some(Value::Array(results)) if results.iter().any(is_result) => true,
        Some(Value::Array(results)) => known() && (results.is_empty() || has(&MARKS)),
        _ => known() && has(&MARKS),
    }
}

/// The accounts that one may see: `{"resourceNames": ["customers/1234567890"]}`.
fn is_list_of_customers(node: &Node) -> bool {
    match member(node, ["resourceNames", "resource_names"]).map(Node::value) {
        Some(Value::Array(names)) => node.members().len() == 1 && names.iter().all(is_resource_name),
        _ => false,
    }
}

/// The rows of one payload, as they are read.
struct Answer {
    rows: Rows<AdPerformanceData>,
    currency: Option<Currency>,
}

impl Answer {
    fn payload(&mut self, payload: &Node) -> Result<(), Misfit> {
        if is_list_of_customers(payload) {
            return Ok(());
        }
        let parts = parts(payload);
        // A stream of nothing.
        if parts.is_empty() {
            return Ok(());
        }
        if !parts.iter().any(|part| is_page(part) || is_row_of_google(part)) {
            return Err(payload.misfit(ANSWER));
        }
        parts.iter().try_for_each(|part| if is_page(part) { self.page(part) } else { self.row(part) })
    }

    fn page(&mut self, page: &Node) -> Result<(), Misfit> {
        let Some(results) = page.member("results") else { return Ok(()) };
        results.elements("an array of rows")?.iter().try_for_each(|row| self.row(row))
    }

    fn row(&mut self, row: &Node) -> Result<(), Misfit> {
        if is_field(row) {
            return Ok(());
        }
        if !row.has("metrics") && !is_row(row) && !names_resource(row) {
            self.rows.refuse(row, row.misfit(ROW));
            return Ok(());
        }
        self.rows.add(row, row::read(row, self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(payload: &str) -> PayloadError {
        read(SubjectId::random(), payload.as_bytes()).unwrap_err()
    }

    #[test]
    fn an_error_of_another_service_of_google_is_not_of_google_ads() {
        let error = |details: &str| {
            refusal(&format!(
                r#"{{"error": {{"code": 403, "message": "", "status": "PERMISSION_DENIED", "details": [{details}]}}}}"#
            ))
        };
        assert!(matches!(error(""), PayloadError::Vendor(_)));
        let service = |name: &str| error(&format!(r#"{{"metadata": {{"service": "{name}"}}}}"#));
        assert!(matches!(service("googleads.googleapis.com"), PayloadError::Vendor(_)));
        assert!(matches!(service("analyticsdata.googleapis.com"), PayloadError::NotOfSystem(_)));
        for other in
            [r#"{"error": {"status": 401, "message": ""}}"#, r#"{"error": {"code": 190, "type": "OAuth"}}"#]
        {
            assert!(matches!(refusal(other), PayloadError::NotOfSystem(_)), "{other}");
        }
    }

    #[test]
    fn results_of_others_are_not_googles() {
        for other in [
            r#"{"results": [], "next": null}"#,
            r#"{"results": [{"id": "1", "properties": {}}], "totalResultsCount": "1", "next": null}"#,
            r#"{"results": [{"id": "1", "properties": {}}]}"#,
            r#"{"results": [{"campaigns": {}}]}"#,
            r#"{"resourceNames": ["people/1"]}"#,
            r#"{"metrics": {"clicks": "1"}, "dimensions": {}}"#,
            r#"{"metrics": {"views": "1"}}"#,
            r#"{"requestId": "1"}"#,
        ] {
            assert!(matches!(refusal(other), PayloadError::NotOfSystem(_)), "{other}");
        }
    }
}
