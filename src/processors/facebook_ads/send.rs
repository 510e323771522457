//! Bodies for Meta's Conversions API: `POST /<API version>/<dataset id>/events`.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use super::FacebookAds;
use crate::{
    data::{AdPerformanceData, StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, EventId, Lacking, Takes,
        ad_report::money,
        body::{hashed_email, number, sha256},
        content::Content,
        send::sealed::Sealed,
    },
    vocabulary::Country,
};

/// What happened, as Meta is told. `Debug` shows its name alone, because the rest is about a person.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use dynamoi_privacy::processors::{EventId, facebook_ads::Event};
/// let at: DateTime<Utc> = "2026-01-05T09:00:00Z".parse()?;
/// let event = Event { id: EventId::random(), name: "CompleteRegistration", at, state: None };
/// assert_eq!(format!("{event:?}"), r#"Event { name: "CompleteRegistration", .. }"#);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each event")]
pub struct Event<'a> {
    /// By which Meta counts an event that is sent again once.
    pub id: EventId,
    /// A standard event of Meta's but `Purchase`, or one of the host's own, of 1 to 50 characters \[C\]. No personal
    /// data belongs in it.
    ///
    /// A purchase wants its value and its currency \[C\], and no category of section 1 has what somebody bought.
    pub name: &'a str,
    /// When it happened, at most seven days before it is sent \[P\].
    pub at: DateTime<Utc>,
    /// The state of the USA that the person lives in, as far as the host knows it: two capital letters, such as `CA`.
    /// Limited Data Use is on with it, wherever the person says that they live. Meta finds out which state it is
    /// where its list does not have this one, or there is none.
    pub state: Option<&'a str>,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Sealed for FacebookAds {}

/// An event of a person: what Meta matches is the e-mail address, normalised and hashed.
///
/// The name is not sent, because Meta wants first and last name apart, nor is the account. Without an e-mail
/// address there is nothing to match, and nothing is sent.
impl Takes<UserData> for FacebookAds {
    type With<'a> = Event<'a>;

    fn body(user: &UserData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        let email = user.email.as_ref().ok_or(Lacking::new("an e-mail address"))?;
        let person = Person { em: vec![hashed_email(email)], external_id: Vec::new() };
        body(event, told, person, None::<()>)
    }
}

/// An event with the numbers of a campaign.
///
/// It says nothing of a person, so it carries an id made for it alone. Spend is sent in its currency, and not
/// at all when the currency is unknown; when nothing else is known, there is no event.
impl Takes<AdPerformanceData> for FacebookAds {
    type With<'a> = Event<'a>;

    fn body(data: &AdPerformanceData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        let campaign = data.campaign.as_ref();
        let money = money(data.spend);
        let numbers = Numbers {
            campaign_id: campaign.and_then(|c| Some(c.id.as_ref()?.as_str())),
            campaign_name: campaign.and_then(|c| Some(c.name.as_ref()?.as_str())),
            date_start: data.period.map(|p| p.first().to_string()),
            date_stop: data.period.map(|p| p.last().to_string()),
            spend: money.and_then(|m| number(m.decimal())),
            currency: money.map(|m| m.currency().as_str()),
            impressions: data.impressions,
            clicks: data.clicks,
            conversions: data.conversions.iter().map(Count::of).collect(),
        };
        if numbers.say_nothing() {
            return Err(Lacking::new("a campaign or its numbers"));
        }
        body(event, told, Person::nobody(event.id), Some(numbers))
    }
}

/// An event about a track or a playlist that a campaign is for.
///
/// When somebody played a track is not sent: a campaign is about the music. The event carries an id made for it
/// alone. Data obtained from Spotify and Apple Music is never cleared for an ad network (section 3: their terms).
impl Takes<StreamingData> for FacebookAds {
    type With<'a> = Event<'a>;

    fn body(data: &StreamingData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        let known = Lacking::new("a track or a playlist of which something is known");
        let content = Content::of(data).ok_or(known)?;
        let performance = content.performance();
        let track = performance.map(|performance| &performance.track);
        let music = Music {
            content_ids: content.id().into_iter().map(|id| id.as_str()).collect(),
            content_name: content.name().map(Text::as_str),
            content_category: content.category(),
            artists: track.iter().flat_map(|t| &t.artists).map(Text::as_str).collect(),
            album: track.and_then(|t| t.album.as_ref()).map(Text::as_str),
            isrc: track.and_then(|t| t.isrc.as_ref()).map(Text::as_str),
            plays: performance.and_then(|p| p.plays),
            popularity: performance.and_then(|p| p.popularity).map(|p| p.get()),
        };
        body(event, told, Person::nobody(event.id), Some(music))
    }
}

/// The most characters of an event's name.
const MOST_CHARACTERS: usize = 50;

/// One event that is older makes Meta refuse the whole request.
const OLDEST: TimeDelta = TimeDelta::days(7);

fn body(
    event: Event<'_>,
    told: &Told<'_>,
    user_data: Person,
    custom_data: Option<impl Serialize>,
) -> Result<Body, Lacking> {
    if !(1..=MOST_CHARACTERS).contains(&event.name.chars().count()) {
        return Err(Lacking::new("a name of the event of 1 to 50 characters"));
    }
    if event.name == "Purchase" {
        return Err(Lacking::new("an event other than a purchase, which wants a value"));
    }
    if told.now().signed_duration_since(event.at) > OLDEST {
        return Err(Lacking::new("an event of the last seven days"));
    }
    let LimitedDataUse { options, country, state } = LimitedDataUse::of(told, event.state);
    Ok(Body::json(&Request {
        data: [ServerEvent {
            event_name: event.name,
            event_time: event.at.timestamp(),
            event_id: event.id,
            action_source: "other",
            user_data,
            custom_data,
            data_processing_options: options,
            data_processing_options_country: country,
            data_processing_options_state: state,
        }],
    }))
}

/// Limited Data Use and the place that it is tied to: country 1 is the USA, and 0 leaves country or state to
/// Meta to find out \[C\].
///
/// Meta's example for 0 and 0 also sends the address of the client, which no category of section 1 has; what it
/// does without one is unconfirmed, and the restriction is asked for all the same.
struct LimitedDataUse {
    options: &'static [&'static str],
    country: u8,
    state: u16,
}

impl LimitedDataUse {
    /// On for whoever lives in the USA or may live there: also where the host names a state of it and the person
    /// another country.
    fn of(told: &Told<'_>, state: Option<&str>) -> Self {
        let listed = state.and_then(|state| told.vendor_terms().limited_data_use(state));
        match (told.home().map(Country::as_str), listed) {
            (Some("US"), state) => Self { options: &["LDU"], country: 1, state: state.unwrap_or(0) },
            (_, Some(state)) => Self { options: &["LDU"], country: 1, state },
            (Some(_), None) if state.is_none() => Self { options: &[], country: 0, state: 0 },
            (_, None) => Self { options: &["LDU"], country: 0, state: 0 },
        }
    }
}

#[derive(Serialize)]
struct Request<'a, C> {
    data: [ServerEvent<'a, C>; 1],
}

#[derive(Serialize)]
struct ServerEvent<'a, C> {
    event_name: &'a str,
    event_time: i64,
    event_id: EventId,
    action_source: &'static str,
    user_data: Person,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_data: Option<C>,
    data_processing_options: &'static [&'static str],
    data_processing_options_country: u8,
    data_processing_options_state: u16,
}

#[derive(Serialize)]
struct Person {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    em: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_id: Vec<String>,
}

impl Person {
    /// Nobody: an event carries at least one parameter of a person, so it gets an id made for it alone.
    fn nobody(event: EventId) -> Self {
        Self { em: Vec::new(), external_id: vec![sha256(&event.to_string())] }
    }
}

#[derive(Serialize)]
struct Numbers<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_stop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spend: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impressions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clicks: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conversions: Vec<Count<'a>>,
}

impl Numbers<'_> {
    fn say_nothing(&self) -> bool {
        let Self { campaign_id, campaign_name, date_start, date_stop, spend, currency, .. } = self;
        let Self { impressions, clicks, conversions, .. } = self;
        let texts = [campaign_id, campaign_name, currency].into_iter().all(Option::is_none);
        let days = date_start.is_none() && date_stop.is_none();
        let counts = impressions.is_none() && clicks.is_none() && conversions.is_empty();
        texts && days && counts && spend.is_none()
    }
}

#[derive(Serialize)]
struct Count<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    action_type: Option<&'a str>,
    value: Option<Box<RawValue>>,
}

impl<'a> Count<'a> {
    fn of(conversion: &'a crate::data::Conversion) -> Self {
        let action_type = conversion.action.as_ref().map(Text::as_str);
        Self { action_type, value: number(conversion.count.decimal()) }
    }
}

#[derive(Serialize)]
struct Music<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_name: Option<&'a str>,
    content_category: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    artists: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    isrc: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plays: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<u8>,
}
