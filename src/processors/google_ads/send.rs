//! Bodies for uploads of conversions: `POST /<API version>/customers/<customer id>:uploadClickConversions`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::GoogleAds;
use crate::{
    data::{AdPerformanceData, Email, StreamingData, Text, UserData},
    gate::Told,
    processors::{
        Body, EventId, Lacking, Takes, ad_report::money, body::sha256, content::Content, send::sealed::Sealed,
    },
};

/// What happened, as Google is told: a `ClickConversion`. `Debug` shows the action and the kind of the click alone.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use dynamoi_privacy::processors::{EventId, google_ads::{Click, Conversion}};
/// let at: DateTime<Utc> = "2026-01-05T09:00:00Z".parse()?;
/// let action = "customers/1234567890/conversionActions/987654321";
/// let conversion = Conversion { id: EventId::random(), action, at, click: Some(Click::Gclid("EAIaIQ")) };
/// assert!(format!("{conversion:?}").ends_with(r#"987654321", click: Some(Gclid), .. }"#));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each conversion")]
pub struct Conversion<'a> {
    /// By which Google counts a conversion that is uploaded again once; it is sent as the order id.
    pub id: EventId,
    /// The resource name of the conversion action, of the kind `UPLOAD_CLICKS`:
    /// `customers/1234567890/conversionActions/987654321`.
    pub action: &'a str,
    /// When it happened, which must be after the click.
    pub at: DateTime<Utc>,
    /// The click that led to it, by the same person. Google demands one where no e-mail address is sent.
    pub click: Option<Click<'a>>,
}

/// The id that Google put into the address of the page that an ad led to. It is of one person, so `Debug` shows
/// its kind alone.
///
/// ```
/// use dynamoi_privacy::processors::google_ads::Click;
/// assert_eq!(format!("{:?}", Click::Gclid("EAIaIQ")), "Gclid");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three of a ClickConversion, of which one is sent")]
pub enum Click<'a> {
    /// `gclid`: of a click.
    Gclid(&'a str),
    /// `gbraid`: of clicks that led to an app.
    Gbraid(&'a str),
    /// `wbraid`: of clicks that led to a website.
    Wbraid(&'a str),
}

/// A conversion with custom variables, which the host has made in the ad account for what they are to hold.
///
/// Google documents no field of a conversion for the numbers of a campaign or for music: its value is what the
/// conversion was worth to the advertiser, and is bid for. A custom variable holds any text that is no private
/// data of a customer \[P\].
///
/// ```
/// use dynamoi_privacy::processors::{EventId, google_ads::{Conversion, Figure, Upload, Variable}};
/// let conversion = Conversion {
///     id: EventId::random(),
///     action: "customers/1234567890/conversionActions/987654321",
///     at: "2026-01-05T09:00:00Z".parse()?,
///     click: None,
/// };
/// let name = "customers/1234567890/conversionCustomVariables/11";
/// let upload = Upload { conversion, variables: &[Variable { name, holds: Figure::Clicks }] };
/// # let _ = upload;
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each conversion")]
pub struct Upload<'a, V> {
    /// What happened, with the `gclid` of the click that led to it.
    ///
    /// Google demands a click where no e-mail address is sent, and takes no custom variables beside a `gbraid` or a
    /// `wbraid` \[S\]: <https://github.com/segmentio/action-destinations/pull/2940>.
    pub conversion: Conversion<'a>,
    /// The variables. One of which the data has nothing is left out.
    pub variables: &'a [Variable<'a, V>],
}

/// A custom variable of the ad account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each conversion")]
pub struct Variable<'a, V> {
    /// Its resource name: `customers/1234567890/conversionCustomVariables/11`.
    pub name: &'a str,
    /// What it is to hold.
    pub holds: V,
}

/// What a variable can hold of the numbers of a campaign. Conversions are no one number, and are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what the data has")]
pub enum Figure {
    /// The id of the campaign.
    CampaignId,
    /// The name of the campaign.
    CampaignName,
    /// The first day, such as `2026-01-01`.
    FirstDay,
    /// The last day.
    LastDay,
    /// What was spent, in major units of its currency; nothing when that is unknown.
    Spend,
    /// The currency of what was spent.
    Currency,
    /// How often an ad was shown.
    Impressions,
    /// How often an ad was clicked.
    Clicks,
}

/// What a variable can hold of a track or a playlist that a campaign is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what the data has of music, and nothing of who heard it when")]
pub enum Music {
    /// The streaming service's id of the track or the playlist.
    Id,
    /// The title of the track or the name of the playlist.
    Title,
    /// Who made the track, with commas between them.
    Artists,
    /// The album.
    Album,
    /// The International Standard Recording Code of the track.
    Isrc,
}

impl Sealed for GoogleAds {}

/// A conversion of a person: what Google matches is the e-mail address, normalised and hashed, and the `gclid` of a
/// click if there is one.
///
/// Beside a `gbraid` or a `wbraid` Google takes no address (`VALUE_MUST_BE_UNSET` \[C\]:
/// <https://developers.google.com/google-ads/api/docs/conversions/upload-clicks>): none is sent, and the click
/// stands for the person. Name and account are not sent: a conversion takes e-mail addresses and telephone numbers
/// alone \[P\].
impl Takes<UserData> for GoogleAds {
    type With<'a> = Conversion<'a>;

    fn body(user: &UserData, told: &Told<'_>, conversion: Conversion<'_>) -> Result<Body, Lacking> {
        let user_identifiers = match conversion.click {
            Some(Click::Gbraid(_) | Click::Wbraid(_)) => Vec::new(),
            Some(Click::Gclid(_)) | None => {
                let email = user.email.as_ref().ok_or(Lacking::new("an e-mail address"))?;
                vec![UserIdentifier { hashed_email: hashed_email(email) }]
            }
        };
        body(conversion, told, Vec::new(), user_identifiers)
    }
}

/// A conversion with the numbers of a campaign in custom variables.
///
/// It says nothing of a person but the click, which Google demands.
impl Takes<AdPerformanceData> for GoogleAds {
    type With<'a> = Upload<'a, Figure>;

    fn body(data: &AdPerformanceData, told: &Told<'_>, upload: Upload<'_, Figure>) -> Result<Body, Lacking> {
        with_variables(upload, told, |figure| {
            let campaign = data.campaign.as_ref();
            let money = money(data.spend);
            match figure {
                Figure::CampaignId => Some(campaign?.id.as_ref()?.as_str().to_owned()),
                Figure::CampaignName => Some(campaign?.name.as_ref()?.as_str().to_owned()),
                Figure::FirstDay => Some(data.period?.first().to_string()),
                Figure::LastDay => Some(data.period?.last().to_string()),
                Figure::Spend => Some(money?.decimal().to_string()),
                Figure::Currency => Some(money?.currency().to_string()),
                Figure::Impressions => Some(data.impressions?.to_string()),
                Figure::Clicks => Some(data.clicks?.to_string()),
            }
        })
    }
}

/// A conversion about a track or a playlist that a campaign is for, in custom variables.
///
/// When somebody played a track is not sent: a campaign is about the music. Data obtained from Spotify and Apple
/// Music is never cleared for an ad network (section 3: their terms).
impl Takes<StreamingData> for GoogleAds {
    type With<'a> = Upload<'a, Music>;

    fn body(data: &StreamingData, told: &Told<'_>, upload: Upload<'_, Music>) -> Result<Body, Lacking> {
        let content = Content::of(data);
        let content = content.as_ref();
        let track = content.and_then(Content::performance).map(|performance| &performance.track);
        with_variables(upload, told, |music| match music {
            Music::Id => Some(content?.id()?.as_str().to_owned()),
            Music::Title => Some(content?.name()?.as_str().to_owned()),
            Music::Artists => {
                let artists: Vec<&str> = track?.artists.iter().map(Text::as_str).collect();
                (!artists.is_empty()).then(|| artists.join(", "))
            }
            Music::Album => Some(track?.album.as_ref()?.as_str().to_owned()),
            Music::Isrc => Some(track?.isrc.as_ref()?.as_str().to_owned()),
        })
    }
}

/// An e-mail address as Google matches it \[P\]: without spaces around it, in lower case, at `gmail.com` and
/// `googlemail.com` without dots and without what follows a plus, hashed. Elsewhere dots and plus stay.
///
/// Google's pages and examples did not always agree on the plus; since 2026 the formatting page of the Data
/// Manager API and the examples of the Ads API do (<https://github.com/googleads/google-ads-java/pull/900>).
pub(in crate::processors) fn hashed_email(email: &Email) -> String {
    let email = email.as_str().trim().to_lowercase();
    match email.split_once('@') {
        Some((local, domain @ ("gmail.com" | "googlemail.com"))) => {
            let local = local.split('+').next().unwrap_or(local).replace('.', "");
            sha256(&format!("{local}@{domain}"))
        }
        _ => sha256(&email),
    }
}

fn with_variables<V: Copy>(
    upload: Upload<'_, V>,
    told: &Told<'_>,
    value: impl Fn(V) -> Option<String>,
) -> Result<Body, Lacking> {
    let Upload { conversion, variables } = upload;
    let custom_variables: Vec<_> = variables
        .iter()
        .filter_map(|v| Some(CustomVariable { conversion_custom_variable: v.name, value: value(v.holds)? }))
        .collect();
    if custom_variables.is_empty() {
        return Err(Lacking::new("a custom variable, and something of the data that it is to hold"));
    }
    if !matches!(conversion.click, Some(Click::Gclid(_))) {
        return Err(Lacking::new("a gclid, the one click that Google takes with custom variables"));
    }
    body(conversion, told, custom_variables, Vec::new())
}

fn body(
    conversion: Conversion<'_>,
    told: &Told<'_>,
    custom_variables: Vec<CustomVariable<'_>>,
    user_identifiers: Vec<UserIdentifier>,
) -> Result<Body, Lacking> {
    // What `DENIED` does on a conversion is unconfirmed, and an absent consent counts as a missing one.
    if !told.consented() {
        return Err(Lacking::new("the person's consent, which Google takes with each conversion"));
    }
    let (mut gclid, mut gbraid, mut wbraid) = (None, None, None);
    match conversion.click {
        Some(Click::Gclid(id)) => gclid = Some(id),
        Some(Click::Gbraid(id)) => gbraid = Some(id),
        Some(Click::Wbraid(id)) => wbraid = Some(id),
        None => {}
    }
    Ok(Body::json(&Request {
        conversions: [ClickConversion {
            gclid,
            gbraid,
            wbraid,
            conversion_action: conversion.action,
            conversion_date_time: conversion.at.format("%Y-%m-%d %H:%M:%S%:z").to_string(),
            order_id: conversion.id,
            custom_variables,
            user_identifiers,
            consent: Consent { ad_user_data: "GRANTED" },
        }],
        partial_failure: true,
    }))
}

/// `UploadClickConversionsRequest`. `partial_failure` is required, and true is its one documented value \[P\].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    conversions: [ClickConversion<'a>; 1],
    partial_failure: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClickConversion<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    gclid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gbraid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wbraid: Option<&'a str>,
    conversion_action: &'a str,
    conversion_date_time: String,
    order_id: EventId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom_variables: Vec<CustomVariable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_identifiers: Vec<UserIdentifier>,
    consent: Consent,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomVariable<'a> {
    conversion_custom_variable: &'a str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentifier {
    hashed_email: String,
}

/// `Consent`: `ad_personalization` cannot be set for a conversion \[P\].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Consent {
    ad_user_data: &'static str,
}

impl fmt::Debug for Conversion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, click, .. } = self;
        f.debug_struct("Conversion").field("action", action).field("click", click).finish_non_exhaustive()
    }
}

impl fmt::Debug for Click<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gclid(_) => "Gclid",
            Self::Gbraid(_) => "Gbraid",
            Self::Wbraid(_) => "Wbraid",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised_as_google_documents() {
        for (address, normalised) in [
            ("cloudy.sanfrancisco+shopping@gmail.com", "cloudysanfrancisco@gmail.com"),
            ("Jane.Doe+Shopping@GoogleMail.com", "janedoe@googlemail.com"),
            ("user.name+NYC@Example.com", "user.name+nyc@example.com"),
            ("a.b@notgmail.com", "a.b@notgmail.com"),
            ("a.b@gmail.com.example", "a.b@gmail.com.example"),
        ] {
            assert_eq!(hashed_email(&address.parse().unwrap()), sha256(normalised), "{address}");
        }
    }
}
