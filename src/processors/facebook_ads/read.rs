//! Answers of the Graph API: rows of insights, wherever they stand.

use super::{
    FacebookAds, NAME, conversions,
    graph::{self, is_estimate, is_object, is_page, is_row},
};
use crate::{
    data::{AdPerformanceData, Campaign, Currency, Period, Spend},
    gate::Recipient,
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        ad_report::{campaign_of, take_currency, take_name, take_spend},
        payload::{Node, Value},
        reading::Rows,
    },
    vocabulary::SubjectId,
};

/// Reads an answer of the insights API.
///
/// Kept of each row (section 1): campaign, days, spend, impressions, clicks, conversions. Spend is in the
/// currency that the row names as `account_currency` or the account above it as `currency`, otherwise in that
/// of the account, whatever it is. Insights may stand alone, in a page of `data`, nested under ads, ad sets,
/// campaigns and accounts, in a map by `ids`, or as text in the answers of a batch; a report that is still
/// running has none.
///
/// What Meta counts for a campaign it counts once more for each ad set and ad of it: kept are the insights of
/// the campaign where it has some, otherwise those of its parts; those of an account only where nothing in it
/// has any. A page's `summary` sums its rows up and is dropped. So is an account's `amount_spent`, which counts
/// against a limit and starts again with it.
///
/// Of `actions`, conversions are those whose type names one of Meta's standard events, an event of the
/// advertiser's own or a custom conversion; all `conversions` are. Meta counts one event under several types:
/// kept is the one that says where it happened (`offsite_conversion.fb_pixel_purchase`), the sum over all places
/// (`purchase`) only where no such type is there, and the sum over all channels (`omni_purchase`) only where
/// neither is. Engagement (clicks, views of the landing page, reactions, messages, saved posts) is none.
///
/// The name of a campaign or an event of the advertiser's own is dropped where an e-mail address or a telephone
/// number stands in it; its numbers are kept. Other objects of the Graph API (ads, creatives, audiences, leads,
/// webhooks) have nothing covered, and other people's data.
///
/// # Errors
/// When the payload is no answer of the Graph API, or an error of Meta's own.
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
///
/// ```
/// use dynamoi_privacy::{processors::facebook_ads, vocabulary::SubjectId};
/// let page = br#"{"data": [{"spend": "30.9", "date_start": "2026-01-01", "date_stop": "2026-01-31"}]}"#;
/// let reading = facebook_ads::read_in_currency(SubjectId::random(), page, "EUR".parse()?)?;
/// assert_eq!(reading.kept().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    let mut insights = Insights { rows: Rows::new(), currency };
    match graph::answers_of_batch(&payload) {
        Some(answers) => insights.batch(&answers)?,
        None => insights.payload(&payload)?,
    }
    Ok(insights.rows.guard(subject, &FacebookAds::ID, &payload))
}

const ROW: &str = "an insights row with date_start and date_stop, or an object with its id and insights";

/// What stands above a row and says something of it.
#[derive(Clone, Copy, Default)]
struct Above<'p> {
    campaign: Option<CampaignAbove<'p>>,
    /// The currency of the account.
    currency: Option<&'p Node>,
}

#[derive(Clone, Copy)]
struct CampaignAbove<'p> {
    id: Option<&'p Node>,
    name: Option<&'p Node>,
}

impl<'p> Above<'p> {
    /// What stands above the parts of an object of the edge `edge`.
    fn and(self, object: &'p Node, edge: &str) -> Self {
        let of =
            |campaign: &'p Node| CampaignAbove { id: campaign.member("id"), name: campaign.member("name") };
        let campaign = if edge == "campaigns" || graph::is_campaign(object) {
            Some(of(object))
        } else if let Some(expanded) = object.member("campaign").filter(|c| c.is_object()) {
            Some(of(expanded))
        } else {
            object.member("campaign_id").map(|id| CampaignAbove { id: Some(id), name: None })
        };
        Self { campaign: campaign.or(self.campaign), currency: object.member("currency").or(self.currency) }
    }
}

/// The insights of one payload, as they are read.
struct Insights {
    rows: Rows<AdPerformanceData>,
    currency: Option<Currency>,
}

impl Insights {
    /// Reads the answers of a batch, each of which is a payload as text.
    fn batch(&mut self, answers: &[&Node]) -> Result<(), PayloadError> {
        let (mut read, mut failure) = (false, None);
        for body in answers {
            let mut inner = Self { rows: Rows::new(), currency: self.currency };
            let text = body.text().unwrap_or_default();
            match Node::read(NAME, text.as_bytes()).and_then(|payload| inner.payload(&payload)) {
                Ok(()) => {
                    read = true;
                    self.rows.add_of_text(body, inner.rows);
                }
                Err(PayloadError::NotOfSystem(error)) => self.rows.refuse(body, error.misfit().in_text(body)),
                Err(PayloadError::Vendor(error)) => {
                    let found = format!("{NAME}'s own error {}", error.code().unwrap_or("without a code"));
                    self.rows.refuse(body, Misfit::new(body.path().clone(), found, "data"));
                    failure.get_or_insert(error.in_text(body));
                }
            }
        }
        // Where there is nothing but errors, the first says more than that none could be read.
        failure.filter(|_| !read).map_or(Ok(()), |error| Err(PayloadError::Vendor(error)))
    }

    fn payload(&mut self, payload: &Node) -> Result<(), PayloadError> {
        if let Some(error) = graph::error(payload) {
            return Err(PayloadError::Vendor(VendorError::new(NAME, error, &["code", "error", "type"])));
        }
        self.answer(payload).map_err(|misfit| PayloadError::not_of(NAME, misfit))
    }

    fn answer(&mut self, payload: &Node) -> Result<(), Misfit> {
        let above = Above::default();
        let is_known =
            |nodes: &[Node]| nodes.iter().any(|node| is_row(node) || is_object(node) || is_estimate(node));
        let maps_ids = !payload.members().is_empty()
            && payload.members().iter().all(|m| graph::is_id(m.name()) && (is_page(m) || is_object(m)));
        if let Value::Array(nodes) = payload.value()
            && nodes.iter().any(|node| is_row(node) || graph::is_marked(node))
        {
            nodes.iter().try_for_each(|node| self.node(node, payload, above))
        } else if is_page(payload) {
            let nodes = payload.field("data", ROW)?.elements(ROW)?;
            match nodes.first().filter(|_| !is_known(nodes) && !graph::has_paging(payload)) {
                Some(first) => Err(first.misfit(ROW)),
                None => self.page(payload, above),
            }
        } else if maps_ids {
            payload.members().iter().try_for_each(|m| {
                if is_page(m) { self.page(m, above) } else { self.object(m, payload, above) }
            })
        } else if graph::is_row_alone(payload) {
            let row = self.row(payload, above);
            self.rows.add(payload, row)
        } else if graph::edges(payload).next().is_some() || graph::is_marked(payload) {
            self.object(payload, payload, above)
        } else if graph::is_other(payload) {
            Ok(())
        } else {
            let expected = "a page with data, an object or a map of objects with insights, or a report run";
            Err(payload.misfit(expected))
        }
    }

    /// Reads a page of rows or of objects.
    fn page(&mut self, page: &Node, above: Above<'_>) -> Result<(), Misfit> {
        page.field("data", ROW)?.elements(ROW)?.iter().try_for_each(|node| self.node(node, page, above))
    }

    fn node(&mut self, node: &Node, page: &Node, above: Above<'_>) -> Result<(), Misfit> {
        if is_row(node) {
            let row = self.row(node, above);
            return self.rows.add(node, row);
        }
        if is_object(node) {
            return self.object(node, page, above);
        }
        if !(is_estimate(node) || (graph::has_paging(page) && graph::is_uncovered(node))) {
            self.rows.refuse(node, node.misfit(ROW));
        }
        Ok(())
    }

    /// Reads the insights of an object, or those of its parts: they count the same.
    fn object(&mut self, object: &Node, page: &Node, above: Above<'_>) -> Result<(), Misfit> {
        let below = above.and(object, page.name());
        let (own, parts): (Vec<_>, Vec<_>) = graph::edges(object).partition(|edge| edge.name() == "insights");
        let has_rows = |edges: &[&Node]| edges.iter().any(|edge| graph::has_rows(edge));
        let prefer_own = below.campaign.is_some() && has_rows(&own);
        let read = if prefer_own || !has_rows(&parts) { [own, Vec::new()] } else { [Vec::new(), parts] };
        read.iter().flatten().try_for_each(|edge| self.page(edge, below))
    }

    fn row(&self, row: &Node, above: Above<'_>) -> Result<Option<AdPerformanceData>, Misfit> {
        let of_row = row.member("account_currency").filter(|c| !c.is_text(""));
        let of_account = above.currency.filter(|_| of_row.is_none());
        // Looked at here and taken at the end: of a row that is refused nothing above it may be marked as kept.
        let from_account = of_account.and_then(Node::text).and_then(|code| code.parse().ok());
        let currency = || of_row.map(take_currency).transpose().map(|c| c.or(from_account).or(self.currency));
        let numbers = AdPerformanceData {
            spend: row.optional("spend", |spend| take_spend(spend, currency()?))?,
            impressions: row.optional("impressions", Node::take_count)?,
            clicks: row.optional("clicks", Node::take_count)?,
            conversions: conversions::read(row)?,
            ..Default::default()
        };
        if numbers == AdPerformanceData::default() {
            return Ok(None);
        }
        let period = period(row)?;
        let campaign = campaign(row, above.campaign)?;
        if let (Some(Spend::Money(_)), Some(currency), Some(_)) = (numbers.spend, of_account, from_account) {
            currency.keep();
        }
        Ok(Some(AdPerformanceData { campaign, period, ..numbers }))
    }
}

/// The campaign that a row names, or the one above it.
fn campaign(row: &Node, above: Option<CampaignAbove<'_>>) -> Result<Option<Campaign>, Misfit> {
    let in_row = |name: &str| row.member(name).filter(|n| !n.is_text(""));
    let (mut id, mut name) = (in_row("campaign_id"), in_row("campaign_name"));
    if let (None, Some(campaign)) = (id, above) {
        (id, name) = (campaign.id, campaign.name.filter(|n| !n.is_text("")).or(name));
    }
    let taken = id.map(Node::take_id).transpose().and_then(|i| {
        let name = name.map(take_name).transpose()?.flatten();
        Ok(campaign_of(i, name))
    });
    // What is above cannot be taken for one row and not for another, so nobody's mark is taken back here.
    taken.inspect_err(|_| id.into_iter().chain(name).for_each(Node::unkeep))
}

/// The days of a row, where it has both the first and the last.
fn period(row: &Node) -> Result<Option<Period>, Misfit> {
    let day = |name: &str| row.member(name).filter(|day| !day.is_text(""));
    let (Some(start), Some(stop)) = (day("date_start"), day("date_stop")) else { return Ok(None) };
    let period = Period::new(start.take_date()?, stop.take_date()?);
    period.map(Some).map_err(|_| stop.misfit("a date that is not before date_start"))
}
