//! Facebook Ads: an ad network of Meta Platforms; source and recipient of ad performance data.
//!
//! Meta Platforms, Inc. (USA), for people in the EEA Meta Platforms Ireland Ltd. \[S\]. Policy: section 1
//! (collection from ad networks), section 3 (sharing for marketing campaigns, which needs consent). The Graph
//! API has no field for consent under the GDPR, so without consent nothing is sent \[P\]. Limited Data Use
//! (LDU) makes Meta a service provider under the laws of listed states of the USA; it stands on each event and
//! is off when it is left out, so it is always sent \[P\]\[C\]. A list of contact data must be hashed, and an
//! event carries at least one customer information parameter \[P\]. Sent events cannot be deleted one by one
//! (unconfirmed).
//! - <https://developers.facebook.com/docs/marketing-apis/data-processing-options>
//! - <https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/server-event>
//! - <https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters>
//! - <https://developers.facebook.com/docs/marketing-api/insights>
//! - <https://developers.facebook.com/docs/marketing-api/reference/ads-action-stats/>

mod conversions;
mod send;

use rust_decimal::Decimal;

pub use send::Event;

use super::{
    Misfit, PayloadError, Reading, VendorError,
    payload::{Node, Value},
    reading::Rows,
};
use crate::{
    data::{AdPerformanceData, Amount, Campaign, Currency, Money, Period, Spend},
    gate::Recipient,
    vocabulary::{ProcessorId, SubjectId},
};

/// Facebook Ads as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct FacebookAds;

impl Recipient for FacebookAds {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

const NAME: &str = "Facebook Ads";

/// Reads an answer of the insights API.
///
/// Kept of each row (section 1): campaign, days, spend, impressions, clicks, conversions. Spend is in the
/// currency that the row names as `account_currency`, otherwise in that of the account, whatever it is.
/// Insights may stand in a page of `data`, nested under ads, ad sets and campaigns, or in a map by `ids`; a
/// report that is still running has none.
///
/// Of `actions`, conversions are those whose type names one of Meta's standard events or a custom conversion.
/// Meta counts one event under several types: kept is the one that says where it happened
/// (`offsite_conversion.fb_pixel_purchase`), the sum over all places (`purchase`) only where no such type is
/// there, and the sum over all channels (`omni_purchase`) only where neither is. Engagement (clicks, views of
/// the landing page, reactions, messages, saved posts) is none.
///
/// # Errors
/// When the payload is no answer of the insights API, or an error of Meta's own.
///
/// ```
/// use dynamoi_privacy::{processors::facebook_ads, vocabulary::SubjectId};
/// let payload = br#"{"data": [{
///     "campaign_id": "6077980757070", "account_name": "Ada", "impressions": "11893", "spend": "30.9",
///     "date_start": "2026-01-01", "date_stop": "2026-01-31"
/// }]}"#;
/// let reading = facebook_ads::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[0].to_string(), "$.data[0].account_name");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<AdPerformanceData>, PayloadError> {
    read_insights(subject, payload, None)
}

/// Reads an answer of the insights API about an ad account whose currency is known.
///
/// As [`read`], but a row that does not name its currency has this one.
///
/// # Errors
/// As [`read`].
pub fn read_in_currency(
    subject: SubjectId,
    payload: &[u8],
    currency: Currency,
) -> Result<Reading<AdPerformanceData>, PayloadError> {
    read_insights(subject, payload, Some(currency))
}

fn read_insights(
    subject: SubjectId,
    payload: &[u8],
    currency: Option<Currency>,
) -> Result<Reading<AdPerformanceData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    if let Some(error) = payload.member("error").filter(|e| is_graph_error(e)) {
        return Err(PayloadError::Vendor(VendorError::new(NAME, error, &["code", "type"])));
    }
    let mut insights = Insights { rows: Rows::new(), currency };
    insights.payload(&payload).map_err(|misfit| PayloadError::not_of(NAME, misfit))?;
    Ok(insights.rows.guard(subject, &FacebookAds::ID, &payload))
}

/// The edges of the Graph API that lead to insights.
const EDGES: [&str; 4] = ["insights", "ads", "adsets", "campaigns"];

/// What an object of the Graph API may have when it has no insights.
const NODE_FIELDS: [&str; 19] = [
    "account_id",
    "account_status",
    "adset_id",
    "bid_strategy",
    "buying_type",
    "campaign_id",
    "configured_status",
    "created_time",
    "currency",
    "daily_budget",
    "effective_status",
    "end_time",
    "id",
    "lifetime_budget",
    "name",
    "objective",
    "start_time",
    "status",
    "stop_time",
];

const ROW: &str = "an insights row with date_start and date_stop, or an object with its id and insights";

fn is_graph_error(error: &Node) -> bool {
    let code = error.member("code").is_some_and(|code| matches!(code.value(), Value::Number(_)));
    code && (error.has("type") || error.has("fbtrace_id"))
}

fn is_row(node: &Node) -> bool {
    node.has("date_start") || node.has("date_stop")
}

/// An ad, an ad set, a campaign, an account.
fn is_object_of_graph(node: &Node) -> bool {
    edges(node).next().is_some()
        || (node.has("id") && node.members().iter().all(|m| NODE_FIELDS.contains(&m.name())))
}

/// The id of an object of the Graph API, as the name of a field: `6077980757070`, `act_10152437784203995`.
fn is_id(name: &str) -> bool {
    let digits = name.strip_prefix("act_").unwrap_or(name);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A page: `data`, and where the next one is.
fn is_page(node: &Node) -> bool {
    matches!(node.member("data").map(Node::value), Some(Value::Array(_)))
        && node.members().iter().all(|m| ["data", "paging", "summary"].contains(&m.name()))
}

fn edges(node: &Node) -> impl Iterator<Item = &Node> {
    EDGES.iter().filter_map(|edge| node.member(edge)).filter(|edge| is_page(edge))
}

/// The insights of one payload, as they are read.
struct Insights {
    rows: Rows<AdPerformanceData>,
    currency: Option<Currency>,
}

impl Insights {
    fn payload(&mut self, payload: &Node) -> Result<(), Misfit> {
        let maps_ids = !payload.members().is_empty()
            && payload.members().iter().all(|m| is_id(m.name()) && (is_page(m) || is_object_of_graph(m)));
        if payload.has("data") && is_page(payload) {
            let rows = payload.field("data", ROW)?.elements(ROW)?;
            if let Some(first) =
                rows.first().filter(|_| !rows.iter().any(|r| is_row(r) || is_object_of_graph(r)))
            {
                return Err(first.misfit(ROW));
            }
            self.page(payload, None)
        } else if maps_ids {
            payload
                .members()
                .iter()
                .try_for_each(|m| if is_page(m) { self.page(m, None) } else { self.object(m, None) })
        } else if edges(payload).next().is_some() {
            self.object(payload, None)
        } else if payload.has("report_run_id") || payload.has("async_status") {
            Ok(())
        } else {
            let expected = "a page with data, an object or a map of objects with insights, or a report run";
            Err(payload.misfit(expected))
        }
    }

    /// Reads a page of rows or of objects; `campaign` is the one under which it stands.
    fn page(&mut self, page: &Node, campaign: Option<&Node>) -> Result<(), Misfit> {
        for node in page.field("data", ROW)?.elements(ROW)? {
            if is_row(node) {
                let row = self.row(node, campaign);
                self.rows.add(node, row)?;
            } else if is_object_of_graph(node) {
                self.object(node, if page.name() == "campaigns" { Some(node) } else { campaign })?;
            } else {
                self.rows.refuse(node, node.misfit(ROW));
            }
        }
        Ok(())
    }

    fn object(&mut self, object: &Node, campaign: Option<&Node>) -> Result<(), Misfit> {
        edges(object).try_for_each(|edge| self.page(edge, campaign))
    }

    fn row(&self, row: &Node, campaign: Option<&Node>) -> Result<Option<AdPerformanceData>, Misfit> {
        let numbers = AdPerformanceData {
            spend: self.spend(row)?,
            impressions: row.optional("impressions", Node::take_count)?,
            clicks: row.optional("clicks", Node::take_count)?,
            conversions: conversions::read(row)?,
            ..Default::default()
        };
        if numbers == AdPerformanceData::default() {
            return Ok(None);
        }
        let (mut id, mut name) = (row.member("campaign_id"), row.member("campaign_name"));
        if let (None, Some(campaign)) = (id, campaign) {
            (id, name) = (campaign.member("id"), campaign.member("name"));
        }
        let campaign = Campaign {
            id: id.map(Node::take_id).transpose()?,
            name: name.filter(|n| !n.is_text("")).map(Node::take_text).transpose()?,
        };
        Ok(Some(AdPerformanceData {
            campaign: (campaign != Campaign::default()).then_some(campaign),
            period: Some(period(row)?),
            ..numbers
        }))
    }

    fn spend(&self, row: &Node) -> Result<Option<Spend>, Misfit> {
        let Some(spend) = row.member("spend") else { return Ok(None) };
        let currency = row
            .optional("account_currency", |c| c.take("a currency of ISO 4217, such as USD", str::parse))?
            .or(self.currency);
        let expected = "an amount such as 361.79";
        let amount =
            spend.decimal().as_ref().map(Decimal::to_string).ok_or_else(|| spend.misfit(expected))?;
        let read = match currency {
            Some(currency) => Money::from_decimal(&amount, currency).map(Spend::Money),
            None => amount.parse::<Amount>().map(|amount| Spend::AccountCurrency { amount }),
        };
        let read = read.map_err(|_| spend.misfit(expected))?;
        spend.keep();
        Ok(Some(read))
    }
}

fn period(row: &Node) -> Result<Period, Misfit> {
    let expected = "a date such as 2026-01-05";
    let (start, stop) = (row.field("date_start", expected)?, row.field("date_stop", expected)?);
    Period::new(start.take_date()?, stop.take_date()?)
        .map_err(|_| stop.misfit("a date that is not before date_start"))
}
