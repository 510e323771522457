//! TikTok Ads: an ad network of TikTok; source and recipient of ad performance data.
//!
//! TikTok Inc. (USA), for people in the EEA TikTok Technology Limited (Ireland) \[S\]. Policy: section 1
//! (collection from ad networks), section 3 (sharing for marketing campaigns, which needs consent). The Events
//! API has no field for consent under the GDPR that we could find: a refusal means that nothing is sent. An event
//! has `limited_data_use`, which limits what TikTok does with it under the laws of states of the USA \[S\]; what
//! its absence means is unconfirmed, so it is always sent. Whatever identifies a person must be hashed with
//! SHA-256 \[P\]. Sent events cannot be deleted one by one (unconfirmed). The form of reports is read in a copy
//! of TikTok's page \[C\].
//! - <https://business-api.tiktok.com/portal/docs?id=1740302848100353> (reports)
//! - <https://business-api.tiktok.com/portal/docs?id=1751443967255553> (metrics)
//! - <https://business-api.tiktok.com/portal/docs?id=1771100865818625> (Events API)
//! - <https://github.com/tiktok/tiktok-business-api-sdk>

mod row;
mod send;

pub use send::{Event, Source};

use super::{
    Deletion, Identity, Interface, Method, Misfit, PayloadError, Reading, VendorError, Wanted,
    body::hashed_email,
    deletion::Content,
    payload::{Node, Value},
    reading,
};
use crate::{
    data::{AdPerformanceData, Currency},
    gate::Recipient,
    policy::Evidence,
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
};

/// TikTok Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct TikTokAds;

impl Recipient for TikTokAds {
    const ID: ProcessorId = ProcessorId::TIKTOK_ADS;
}

const NAME: &str = "TikTok Ads";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::TIKTOK_ADS,
    kind: ProcessorKind::AdNetwork,
    name: NAME,
    legal_name: Some("TikTok Inc."),
    privacy_terms: "https://ads.tiktok.com/i18n/official/policy/privacy",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[Interface {
    deletes: "the person from an audience; events that were sent stay",
    method: Method::Post,
    url: "https://business-api.tiktok.com/open_api/v1.3/segment/mapping/",
    content: Content::Json(concat!(
        r#"{"advertiser_ids":["<advertiser>"],"action":"delete","id_schema":["EMAIL_SHA256"],"#,
        r#""batch_data":[[{"id":"<email>","audience_ids":["<audience>"]}]]}"#,
    )),
    wants: &[
        Wanted::id("advertiser", "the id of the advertiser"),
        Wanted::id("audience", "the id of the audience segment"),
        Wanted::hashed_email(hashed_email),
    ],
    evidence: Evidence::SecondHand,
    source: "https://ads.tiktok.com/marketing_api/docs?id=1739940585975809",
}]);

/// Reads an answer of the Marketing API, or rows of a report.
///
/// Kept of each row of a report (section 1): campaign, day, spend, impressions, clicks, conversions. Spend is
/// `spend`, or `cost` in a report of GMV Max, in the currency that the row names, otherwise in that of the
/// account, whatever it is. Of an hour the day is kept. Where TikTok has no value it writes `-`, and `0` or `-1`
/// for an id. The flat rows of the old reports (`stat_cost`, `show_cnt`, `click_cnt`, `convert_cnt`) are read too.
///
/// Conversions are `conversion`, which is what TikTok calls so: how often the one event happened that the ad
/// group is optimised for. A report may also count events by name (`complete_payment`, `registration`), and one
/// of them is that very event; which one it does not say. So they are kept only in a row without `conversion`,
/// each under its name, and of names that count one event twice (`purchase`, `total_purchase`, `cta_purchase`)
/// the plain one.
///
/// Dropped are `total_metrics`, whatever says who saw an ad (age, gender, place, device, interests), and lists
/// of campaigns, ads and advertisers, which have no numbers.
///
/// # Errors
/// When the payload is no answer of TikTok's, or an error of TikTok's own, which stands in an HTTP 200 with a
/// `code` other than 0.
///
/// ```
/// use dynamoi_privacy::{processors::tiktok_ads, vocabulary::SubjectId};
/// let payload = br#"{"code": 0, "message": "OK", "request_id": "2026", "data": {"list": [{
///     "dimensions": {"campaign_id": "1", "stat_time_day": "2026-01-05 00:00:00", "gender": "MALE"},
///     "metrics": {"spend": "20.00", "clicks": "69", "currency": "USD"}
/// }]}}"#;
/// let reading = tiktok_ads::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[3].to_string(), "$.data.list[0].dimensions.gender");
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
/// use dynamoi_privacy::{processors::tiktok_ads, vocabulary::SubjectId};
/// let row = br#"{"dimensions": {"ad_id": "1"}, "metrics": {"spend": "1.50"}}"#;
/// let reading = tiktok_ads::read_in_currency(SubjectId::random(), row, "EUR".parse()?)?;
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
    let error = |payload: &Node| {
        let failed = code(payload).is_some_and(|code| code != 0);
        failed.then(|| VendorError::new(NAME, payload, &["code"]))
    };
    reading::read(&IDENTITY, subject, payload, error, |payload, rows| {
        let answer = code(payload).is_some();
        let read = |row: &Node| match row.value() {
            Value::Object(_) if answer || is_row(row) => row::read(row, currency),
            _ => Err(row.misfit(ROW)),
        };
        list(payload)?.iter().try_for_each(|row| rows.add(row, read(row)))
    })
}

/// The code of an answer, which is 0 when nothing went wrong. It stands beside `data` and `request_id`.
fn code(answer: &Node) -> Option<u64> {
    let numbered = answer.has("data") || answer.has("request_id");
    let code = answer.member("code").filter(|_| numbered)?;
    match code.value() {
        Value::Number(code) | Value::Text(code) => code.parse().ok(),
        _ => None,
    }
}

fn is_row(node: &Node) -> bool {
    let object = |name| node.member(name).is_some_and(Node::is_object);
    object("dimensions") && object("metrics")
}

const LIST: &str = "an array of rows";
const ROW: &str = "a row of a report, with dimensions and metrics";

/// The rows of an answer, of its `data`, or by themselves. What an answer lists need not be rows of a report.
fn list(payload: &Node) -> Result<&[Node], Misfit> {
    let answer = code(payload).is_some();
    let data = if answer { payload.member("data") } else { Some(payload) };
    let Some(data) = data else { return Ok(&[]) };
    let rows = match data.value() {
        Value::Array(rows) => rows.as_slice(),
        Value::Object(_) if is_row(data) => std::slice::from_ref(data),
        Value::Object(_) if answer || data.has("page_info") => match data.member("list") {
            Some(list) => list.elements(LIST)?,
            None => &[],
        },
        _ => &[],
    };
    let empty_page = rows.is_empty() && data.has("page_info") && data.has("list");
    if answer || empty_page || rows.iter().any(is_row) {
        Ok(rows)
    } else {
        Err(payload.misfit("an answer with code and data, or rows of a report with dimensions and metrics"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_others_are_not_tiktoks() {
        for other in [
            r#"{"code": 40105, "message": "no data and no request_id"}"#,
            r#"{"code": "validation_error", "data": {}}"#,
            r#"{"list": [], "total": 0}"#,
            r#"{"list": [{"campaign_id": "1"}], "page_info": {}}"#,
            r#"{"dimensions": [], "metrics": []}"#,
            r#"{"metrics": {"clicks": "1"}}"#,
        ] {
            let error = read(SubjectId::random(), other.as_bytes()).unwrap_err();
            assert!(matches!(error, PayloadError::NotOfSystem(_)), "{other}");
        }
    }
}
