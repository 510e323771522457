//! Bodies for the Events API 2.0: `POST /open_api/v1.3/event/track/`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::TikTokAds;
use crate::{
    data::{AdPerformanceData, StreamingData, UserData},
    gate::Told,
    processors::{
        Body, EventId, Lacking, Takes,
        body::{hashed_email, sha256},
        content::Content as Music,
        send::sealed::Sealed,
    },
    vocabulary::Country,
};

/// What happened, as TikTok is told. `Debug` shows its name and its source alone, because the rest is about a person.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use dynamoi_privacy::processors::{EventId, tiktok_ads::{Event, Source}};
/// let at: DateTime<Utc> = "2026-01-05T09:00:00Z".parse()?;
/// let source = Source::Web { pixel: "COQDA8RC77U2TMR44LI0" };
/// let event = Event { id: EventId::random(), name: "CompleteRegistration", at, source };
/// assert!(format!("{event:?}").starts_with(r#"Event { name: "CompleteRegistration", source: Web "#));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each event")]
pub struct Event<'a> {
    /// By which TikTok counts an event that is sent again once.
    pub id: EventId,
    /// A standard event of TikTok's or one of the host's own, not empty. No personal data belongs in it.
    pub name: &'a str,
    /// When it happened, sent in whole seconds.
    pub at: DateTime<Utc>,
    /// Where it happened.
    pub source: Source<'a>,
}

/// Where an event happened. Apps and lead forms want more fields, which we could not confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source<'a> {
    /// On a website.
    Web {
        /// The id of the pixel.
        pixel: &'a str,
    },
    /// In a shop, or wherever the host alone knows of it.
    Offline {
        /// The id of the set of offline events.
        event_set: &'a str,
    },
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, source, .. } = self;
        f.debug_struct("Event").field("name", name).field("source", source).finish_non_exhaustive()
    }
}

impl Sealed for TikTokAds {}

/// An event of a person: what TikTok matches is the e-mail address, normalised and hashed.
///
/// The name is not sent, because TikTok wants first and last name apart, nor is the account. Without an e-mail
/// address there is nothing to match, and nothing is sent.
impl Takes<UserData> for TikTokAds {
    type With<'a> = Event<'a>;

    fn body(user: &UserData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        let email = user.email.as_ref().ok_or(Lacking::new("an e-mail address"))?;
        let user = User { email: Some(hashed_email(email)), external_id: None };
        body(event, told, user, None)
    }
}

/// An event about a campaign.
///
/// TikTok documents no field for the numbers of a campaign: `value` is what was sold. They stand in the
/// `description`, in the policy's own JSON. The event says nothing of a person, so it carries an id made for it
/// alone.
impl Takes<AdPerformanceData> for TikTokAds {
    type With<'a> = Event<'a>;

    fn body(data: &AdPerformanceData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        if *data == AdPerformanceData::default() {
            return Err(Lacking::new("a campaign or its numbers"));
        }
        let content = data.campaign.as_ref().map(|campaign| Content {
            content_id: campaign.id.as_ref().map(|id| id.as_str()),
            content_name: campaign.name.as_ref().map(|name| name.as_str()),
            content_category: "campaign",
        });
        let description = Some(Body::json(data).into_string());
        let properties = Properties { contents: content.into_iter().collect(), description };
        body(event, told, User::nobody(event.id), Some(properties))
    }
}

/// An event about a track or a playlist that a campaign is for: its id and its title.
///
/// When somebody played a track is not sent: a campaign is about the music. The event carries an id made for it
/// alone. Data obtained from Spotify and Apple Music is never cleared for an ad network (section 3: their terms).
impl Takes<StreamingData> for TikTokAds {
    type With<'a> = Event<'a>;

    fn body(data: &StreamingData, told: &Told<'_>, event: Event<'_>) -> Result<Body, Lacking> {
        let music = Music::of(data).filter(|music| music.id().is_some() || music.name().is_some());
        let music = music.ok_or(Lacking::new("a track or a playlist with an id or a title"))?;
        let content = Content {
            content_id: music.id().map(|id| id.as_str()),
            content_name: music.name().map(|name| name.as_str()),
            content_category: music.category(),
        };
        let properties = Properties { contents: vec![content], description: None };
        body(event, told, User::nobody(event.id), Some(properties))
    }
}

fn body(
    event: Event<'_>,
    told: &Told<'_>,
    user: User,
    properties: Option<Properties<'_>>,
) -> Result<Body, Lacking> {
    if event.name.is_empty() {
        return Err(Lacking::new("the name of an event"));
    }
    let (event_source, event_source_id) = match event.source {
        Source::Web { pixel } => ("web", pixel),
        Source::Offline { event_set } => ("offline", event_set),
    };
    Ok(Body::json(&Request {
        event_source,
        event_source_id,
        data: [ServerEvent {
            event: event.name,
            event_time: event.at.timestamp(),
            event_id: event.id,
            user,
            properties,
            limited_data_use: limited_data_use(told),
        }],
    }))
}

/// On for whoever lives in the USA or may live there: TikTok applies it where a law asks for it \[S\]. Which
/// states those are is unconfirmed, so none is left out.
fn limited_data_use(told: &Told<'_>) -> bool {
    told.home().map(Country::as_str).is_none_or(|home| home == "US")
}

#[derive(Serialize)]
struct Request<'a> {
    event_source: &'static str,
    event_source_id: &'a str,
    data: [ServerEvent<'a>; 1],
}

#[derive(Serialize)]
struct ServerEvent<'a> {
    event: &'a str,
    event_time: i64,
    event_id: EventId,
    user: User,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'a>>,
    limited_data_use: bool,
}

#[derive(Serialize)]
struct User {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
}

impl User {
    /// The id of the event, as nobody's.
    fn nobody(event: EventId) -> Self {
        Self { email: None, external_id: Some(sha256(&event.to_string())) }
    }
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    content_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_name: Option<&'a str>,
    content_category: &'static str,
}
