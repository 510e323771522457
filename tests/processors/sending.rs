//! Every outgoing body, written out in full.

mod amazon_music;
mod apple_music;
mod deezer;
mod google_ads;
mod google_analytics;
mod pandora;
mod tiktok_ads;

use dynamoi_privacy::{
    consent::Event,
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Cleared, Gate, Guarded, Lapse, Recipient},
    policy::{History, VendorTerms},
    processors::{
        AppleMusic, Body, EventId, FacebookAds, FeatureFm, Listing, NotSent, PostHog, Spotify, Stripe, Takes,
        facebook_ads, feature_fm, posthog, spotify,
    },
    vocabulary::{ProcessorId, Purpose, SubjectId},
};
use serde::de::DeserializeOwned;

use crate::payloads::now;

/// Data of somebody at home there, cleared for a recipient.
pub(crate) fn cleared<T: PersonalData + DeserializeOwned, R: Recipient>(
    json: &str,
    purpose: Purpose,
    recipient: R,
    home: Option<&str>,
) -> (Gate, Cleared<T, R>) {
    let (gate, subject, now) = (Gate::new(History::dynamoi()), SubjectId::random(), now());
    gate.record(Event::accept(subject, "1.0.0", now)).unwrap();
    gate.record(Event::grant(subject, purpose, "1.0.0", now)).unwrap();
    if let Some(home) = home {
        gate.record(Event::home(subject, home.parse().unwrap(), now)).unwrap();
    }
    let data = Guarded::new(subject, serde_json::from_str(json).unwrap());
    let cleared = gate.share(data, purpose, recipient, now).unwrap();
    (gate, cleared)
}

#[track_caller]
pub(crate) fn assert_json(body: &Body, expected: &str) {
    assert_eq!(body.content_type(), "application/json");
    assert_eq!(body.as_str(), expected);
    assert_eq!(format!("{body:?}"), "Body(application/json)");
}

pub(crate) const USER: &str = r#"{"name": "Ada Lovelace", "email": "John_Smith@gmail.com",
    "account": {"id": "acc_7", "user_name": "ada", "created_at": "2025-12-01T00:00:00Z"}}"#;

pub(crate) const CAMPAIGN: &str = r#"{"campaign": {"id": "120210000000001", "name": "Summer EP"},
    "period": {"first": "2026-01-01", "last": "2026-01-31"}, "spend": {"minor_units": 3090, "currency": "EUR"},
    "impressions": 11893, "clicks": 549, "conversions": [{"action": "lead", "count": "2.5"}]}"#;

pub(crate) const TRACK: &str = r#"{"track": {"track": {"id": "3135556", "title": "Note G", "artists": ["Ada", "Grace"],
    "album": "Engines", "isrc": "ATA012600001"}, "plays": 12, "popularity": 73, "played_at": "2026-01-04T22:00:00Z"}}"#;

pub(crate) const PLAYLIST: &str = r#"{"playlist": {"id": "p1", "name": "Engines", "description": "Songs about engines",
    "track_count": 2, "tracks": [{"id": "3n3Ppam7vgaVa1iaRUc9Lp"}, {"id": "spotify:track:4i9sYtSIlR80bxje5B3rUb"},
    {"id": "3135556"}, {"title": "without id"}]}}"#;

const LINK: feature_fm::SmartLink<'static> = feature_fm::SmartLink {
    artist: "5f00",
    short_id: "note-g",
    domain: "https://ffm.to",
    stores: &[feature_fm::Store { id: "apple", url: "https://music.apple.com/us/song/900032829" }],
};

fn event(id: EventId) -> facebook_ads::Event<'static> {
    facebook_ads::Event { id, name: "CompleteRegistration", at: now(), state: None }
}

#[test]
fn facebook_ads_gets_a_hashed_address_and_limited_data_use_by_home_and_state() {
    let id = EventId::random();
    let send = |home, state, terms: Option<VendorTerms>| {
        let (gate, user) = cleared::<UserData, _>(USER, Purpose::MarketingCampaigns, FacebookAds, home);
        let gate = match terms {
            Some(terms) => gate.with_vendor_terms(terms),
            None => gate,
        };
        user.send(&gate, now(), facebook_ads::Event { state, ..event(id) }).unwrap()
    };
    for (home, state, on, country, number) in [
        (Some("US"), None, true, 1, 0),
        (Some("US"), Some("CA"), true, 1, 1000),
        (Some("US"), Some("RI"), true, 1, 1013),
        // Where no law asks for it Meta is asked all the same, and finds out.
        (Some("US"), Some("AK"), true, 1, 0),
        (Some("US"), Some("ca"), true, 1, 0),
        (None, None, true, 0, 0),
        (None, Some("CA"), true, 1, 1000),
        (None, Some("AK"), true, 0, 0),
        (Some("AT"), None, false, 0, 0),
        // The person and the host say different things, so the person may live in the USA.
        (Some("AT"), Some("CA"), true, 1, 1000),
        (Some("AT"), Some("AK"), true, 0, 0),
    ] {
        let options = if on { r#"["LDU"]"# } else { "[]" };
        let expected = format!(
            r#"{{"data":[{{"event_name":"CompleteRegistration","event_time":1767603600,"event_id":"{id}","action_source":"other","user_data":{{"em":["62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"]}},"data_processing_options":{options},"data_processing_options_country":{country},"data_processing_options_state":{number}}}]}}"#
        );
        assert_json(&send(home, state, None), &expected);
    }
    let mut newer = VendorTerms::shipped().clone();
    newer.limited_data_use.states[0].state = "AK".to_owned();
    let told = send(Some("US"), Some("AK"), Some(newer));
    assert!(told.as_str().contains(r#""data_processing_options_state":1000"#));
}

/// Sends what there is nothing to send of: says what is lacking, and the data comes back.
pub(crate) fn lacking<T: PersonalData + DeserializeOwned, R: Takes<T> + Copy>(
    json: &str,
    purpose: Purpose,
    recipient: R,
    with: R::With<'_>,
) -> String {
    let (gate, cleared) = cleared::<T, R>(json, purpose, recipient, None);
    let unsent = cleared.send(&gate, now(), with).unwrap_err();
    let NotSent::Lacking(lacking) = *unsent.why() else { panic!("{unsent}") };
    assert!(gate.share(unsent.into_guarded(), purpose, recipient, now()).is_ok());
    lacking.expected().to_owned()
}

#[test]
fn what_a_system_demands_and_the_data_lacks_is_not_made_up() {
    let (ads, bills) = (Purpose::MarketingCampaigns, Purpose::Billing);
    let music = Purpose::MusicDistribution;
    let event = event(EventId::random());
    assert_eq!(lacking::<UserData, _>(r#"{"name": "Ada"}"#, ads, FacebookAds, event), "an e-mail address");
    assert_eq!(lacking::<UserData, _>("{}", bills, Stripe, ()), "a name or an e-mail address");
    assert_eq!(lacking::<PaymentData, _>("{}", bills, Stripe, ()), "a billing address");
    let empty = r#"{"billing_address": {}, "card": {"last4": "4242"}}"#;
    assert_eq!(lacking::<PaymentData, _>(empty, bills, Stripe, ()), "a billing address");
    assert_eq!(
        lacking::<StreamingData, _>(TRACK, music, Spotify, Listing::Playlist),
        "a playlist with a name of at most 100 characters"
    );
    let some = "1 to 100 tracks with ids of Spotify's";
    assert_eq!(lacking::<StreamingData, _>(TRACK, music, Spotify, Listing::Tracks), some);
    let track = r#"{"id": "3n3Ppam7vgaVa1iaRUc9Lp"}"#;
    let many = format!(r#"{{"playlist": {{"tracks": [{}]}}}}"#, [track; 101].join(","));
    assert_eq!(lacking::<StreamingData, _>(&many, music, Spotify, Listing::Tracks), some);
    let promotion = Purpose::Promotion;
    assert_eq!(
        lacking::<StreamingData, _>("{}", promotion, FeatureFm, LINK),
        "the title of a track or the name of a playlist"
    );
    let no_stores = feature_fm::SmartLink { stores: &[], ..LINK };
    assert_eq!(
        lacking::<StreamingData, _>(TRACK, promotion, FeatureFm, no_stores),
        "a store at which the music is"
    );
    let numbers = "a campaign or its numbers";
    assert_eq!(lacking::<AdPerformanceData, _>("{}", promotion, FeatureFm, ()), numbers);

    let nothing = r#"{"campaign": {}, "spend": {"amount": "30.9"}}"#;
    assert_eq!(lacking::<AdPerformanceData, _>(nothing, ads, FacebookAds, event), numbers);
    let unknown = r#"{"track": {"track": {}, "rank": 1}, "playlist": {"track_count": 3}}"#;
    assert_eq!(
        lacking::<StreamingData, _>(unknown, ads, FacebookAds, event),
        "a track or a playlist of which something is known"
    );
    let post_hog = posthog::Event { project: "phc_1", id: event.id };
    assert_eq!(
        lacking::<AnalyticsData, _>("{}", Purpose::EngagementAnalysis, PostHog, post_hog),
        "a page view or the numbers of a period"
    );
    let long = format!(r#"{{"name": "{}", "email": "a@b.example"}}"#, "ä".repeat(257));
    assert_eq!(lacking::<UserData, _>(&long, bills, Stripe, ()), "a name of at most 256 characters");
    let long = format!(r#"{{"playlist": {{"name": "{}"}}}}"#, "ä".repeat(101));
    assert_eq!(
        lacking::<StreamingData, _>(&long, music, Spotify, Listing::Playlist),
        "a playlist with a name of at most 100 characters"
    );
}

#[test]
fn an_event_that_meta_would_refuse_is_not_built() {
    let at = |at| facebook_ads::Event { at, ..event(EventId::random()) };
    let named = |name| facebook_ads::Event { name, ..event(EventId::random()) };
    let refused = |event| lacking::<UserData, _>(USER, Purpose::MarketingCampaigns, FacebookAds, event);
    let old = now() - chrono::TimeDelta::days(7) - chrono::TimeDelta::nanoseconds(1);
    assert_eq!(refused(at(old)), "an event of the last seven days");
    assert_eq!(refused(named("")), "a name of the event of 1 to 50 characters");
    let fifty: &'static str = "é".repeat(50).leak();
    let more: &'static str = format!("{fifty}é").leak();
    assert_eq!(refused(named(more)), "a name of the event of 1 to 50 characters");
    assert_eq!(refused(named("Purchase")), "an event other than a purchase, which wants a value");
    for good in [at(now() - chrono::TimeDelta::days(7)), named(fifty), named("purchase")] {
        let (gate, user) = cleared::<UserData, _>(USER, Purpose::MarketingCampaigns, FacebookAds, None);
        assert!(user.send(&gate, now(), good).is_ok());
    }
}

#[test]
fn facebook_ads_gets_numbers_and_music_without_a_person() {
    use sha2::{Digest, Sha256};
    let id = EventId::random();
    let nobody: String = Sha256::digest(id.to_string()).iter().map(|b| format!("{b:02x}")).collect();
    let head = format!(
        "{}{id}{}{nobody}{}",
        r#"{"data":[{"event_name":"CompleteRegistration","event_time":1767603600,"event_id":""#,
        r#"","action_source":"other","user_data":{"external_id":[""#,
        r#""]},"#,
    );
    let tail = r#","data_processing_options":["LDU"],"data_processing_options_country":0,"data_processing_options_state":0}]}"#;

    let (gate, campaign) =
        cleared::<AdPerformanceData, _>(CAMPAIGN, Purpose::MarketingCampaigns, FacebookAds, None);
    assert_json(
        &campaign.send(&gate, now(), event(id)).unwrap(),
        &format!(
            "{head}{}{tail}",
            r#""custom_data":{"campaign_id":"120210000000001","campaign_name":"Summer EP","date_start":"2026-01-01","date_stop":"2026-01-31","spend":30.90,"currency":"EUR","impressions":11893,"clicks":549,"conversions":[{"action_type":"lead","value":2.5}]}"#
        ),
    );

    let unknown = r#"{"spend": {"amount": "30.9"}, "clicks": 1}"#;
    let (gate, campaign) =
        cleared::<AdPerformanceData, _>(unknown, Purpose::MarketingCampaigns, FacebookAds, None);
    assert_json(
        &campaign.send(&gate, now(), event(id)).unwrap(),
        &format!("{head}{}{tail}", r#""custom_data":{"clicks":1}"#),
    );

    let (gate, track) = cleared::<StreamingData, _>(TRACK, Purpose::MarketingCampaigns, FacebookAds, None);
    assert_json(
        &track.send(&gate, now(), event(id)).unwrap(),
        &format!(
            "{head}{}{tail}",
            r#""custom_data":{"content_ids":["3135556"],"content_name":"Note G","content_category":"track","artists":["Ada","Grace"],"album":"Engines","isrc":"ATA012600001","plays":12,"popularity":73}"#
        ),
    );
}

/// What is told is of one thing alone, and the category is that of the one.
#[test]
fn of_a_track_and_a_playlist_an_ad_network_is_told_one() {
    for (json, expected) in [
        (
            r#"{"track": {"track": {"title": "Note G"}}, "playlist": {"id": "p1", "name": "Engines"}}"#,
            r#"{"content_name":"Note G","content_category":"track"}"#,
        ),
        (
            r#"{"track": {"track": {"album": "Engines"}, "plays": 3}, "playlist": {"id": "p1"}}"#,
            r#"{"content_category":"track","album":"Engines","plays":3}"#,
        ),
        (
            r#"{"track": {"track": {}, "plays": 3}, "playlist": {"id": "p1"}}"#,
            r#"{"content_ids":["p1"],"content_category":"playlist"}"#,
        ),
    ] {
        let (gate, music) = cleared::<StreamingData, _>(json, Purpose::MarketingCampaigns, FacebookAds, None);
        let body = music.send(&gate, now(), event(EventId::random())).unwrap();
        assert!(body.as_str().contains(&format!(r#""custom_data":{expected}"#)), "{}", body.as_str());
    }
}

#[test]
fn stripe_gets_a_customer_and_nothing_of_the_card() {
    let (gate, user) = cleared::<UserData, _>(USER, Purpose::Billing, Stripe, None);
    let body = user.send(&gate, now(), ()).unwrap();
    assert_eq!(body.content_type(), "application/x-www-form-urlencoded");
    assert_eq!(body.as_str(), "email=John_Smith%40gmail.com&name=Ada+Lovelace");

    let payment = r#"{"billing_address": {"line1": "Hauptplatz 1", "city": "Linz", "region": "OÖ",
        "postal_code": "4020", "country": "AT"}, "card": {"brand": "visa", "last4": "4242"}}"#;
    let (gate, payment) = cleared::<PaymentData, _>(payment, Purpose::Billing, Stripe, None);
    assert_eq!(
        payment.send(&gate, now(), ()).unwrap().into_string(),
        "address%5Bcity%5D=Linz&address%5Bcountry%5D=AT&address%5Bline1%5D=Hauptplatz+1\
         &address%5Bpostal_code%5D=4020&address%5Bstate%5D=O%C3%96"
    );
}

#[test]
fn posthog_gets_events_of_nobody() {
    let id = EventId::random();
    let head =
        |event: &str| format!(r#"{{"api_key":"phc_1","event":"{event}","distinct_id":"{id}","uuid":"{id}""#);
    let send = |json: &str| {
        let (gate, data) = cleared::<AnalyticsData, _>(json, Purpose::EngagementAnalysis, PostHog, None);
        data.send(&gate, now(), posthog::Event { project: "phc_1", id }).unwrap()
    };
    assert_json(
        &send(r#"{"page_view": {"page": "https://dynamoi.com/pricing", "at": "2026-01-05T08:00:00.5Z"}}"#),
        &format!(
            "{}{}",
            head("$pageview"),
            r#","timestamp":"2026-01-05T08:00:00.500Z","properties":{"$current_url":"https://dynamoi.com/pricing","$process_person_profile":false,"$geoip_disable":true}}"#
        ),
    );
    assert_json(
        &send(r#"{"page_view": {"page": "/pricing"}}"#),
        &format!(
            "{}{}",
            head("$pageview"),
            r#","properties":{"$pathname":"/pricing","$process_person_profile":false,"$geoip_disable":true}}"#
        ),
    );
    assert_json(
        &send(
            r#"{"period": {"first": "2026-01-01", "last": "2026-01-31"}, "page_views": 40, "sessions": 9,
            "session_length_ms": 93250, "conversion_rate": "0.031"}"#,
        ),
        &format!(
            "{}{}",
            head("usage"),
            r#","properties":{"date_from":"2026-01-01","date_to":"2026-01-31","page_views":40,"sessions":9,"session_length_ms":93250,"conversion_rate":0.031,"$process_person_profile":false,"$geoip_disable":true}}"#
        ),
    );
}

#[test]
fn spotify_gets_playlists_tracks_and_who_delivers() {
    let streaming = |json| cleared::<StreamingData, _>(json, Purpose::MusicDistribution, Spotify, None);
    let (gate, playlist) = streaming(PLAYLIST);
    assert_json(
        &playlist.send(&gate, now(), Listing::Playlist).unwrap(),
        r#"{"name":"Engines","description":"Songs about engines","public":false}"#,
    );
    let (gate, playlist) = streaming(PLAYLIST);
    assert_json(
        &playlist.send(&gate, now(), Listing::Tracks).unwrap(),
        r#"{"uris":["spotify:track:3n3Ppam7vgaVa1iaRUc9Lp","spotify:track:4i9sYtSIlR80bxje5B3rUb"]}"#,
    );
    let long = format!(r#"{{"playlist": {{"name": "Engines", "description": "{}"}}}}"#, "ä".repeat(301));
    let (gate, playlist) = streaming(&long);
    assert_json(
        &playlist.send(&gate, now(), Listing::Playlist).unwrap(),
        r#"{"name":"Engines","public":false}"#,
    );
    let (gate, track) = streaming(r#"{"track": {"track": {"id": "3n3Ppam7vgaVa1iaRUc9Lp"}, "plays": 3}}"#);
    assert_json(
        &track.send(&gate, now(), Listing::Tracks).unwrap(),
        r#"{"uris":["spotify:track:3n3Ppam7vgaVa1iaRUc9Lp"]}"#,
    );
    // The one track comes before those of the playlist, which keep their order.
    let both = PLAYLIST.replacen('{', r#"{"track": {"track": {"id": "0000000000000000000001"}}, "#, 1);
    let (gate, both) = streaming(&both);
    let body = both.send(&gate, now(), Listing::Tracks).unwrap().into_string();
    let ids: Vec<&str> = body.split("spotify:track:").skip(1).filter_map(|rest| rest.get(..22)).collect();
    assert_eq!(ids, ["0000000000000000000001", "3n3Ppam7vgaVa1iaRUc9Lp", "4i9sYtSIlR80bxje5B3rUb"]);
    let (gate, user) = cleared::<UserData, _>(USER, Purpose::MusicDistribution, Spotify, None);
    assert_json(
        &user.send(&gate, now(), ()).unwrap(),
        r#"{"name":"Ada Lovelace","email":"John_Smith@gmail.com"}"#,
    );
}

#[test]
fn feature_fm_gets_a_smart_link_and_numbers() {
    let (gate, track) = cleared::<StreamingData, _>(TRACK, Purpose::Promotion, FeatureFm, None);
    assert_json(
        &track.send(&gate, now(), LINK).unwrap(),
        r#"{"artistId":"5f00","shortId":"note-g","domain":"https://ffm.to","title":"Note G","stores":[{"storeId":"apple","url":"https://music.apple.com/us/song/900032829"}]}"#,
    );
    let (gate, playlist) = cleared::<StreamingData, _>(PLAYLIST, Purpose::Promotion, FeatureFm, None);
    assert_json(
        &playlist.send(&gate, now(), LINK).unwrap(),
        r#"{"artistId":"5f00","shortId":"note-g","domain":"https://ffm.to","title":"Engines","stores":[{"storeId":"apple","url":"https://music.apple.com/us/song/900032829"}]}"#,
    );
    let (gate, campaign) = cleared::<AdPerformanceData, _>(CAMPAIGN, Purpose::Promotion, FeatureFm, None);
    assert_json(
        &campaign.send(&gate, now(), ()).unwrap(),
        r#"{"campaign":{"id":"120210000000001","name":"Summer EP"},"period":{"first":"2026-01-01","last":"2026-01-31"},"spend":{"minor_units":3090,"currency":"EUR"},"impressions":11893,"clicks":549,"conversions":[{"action":"lead","count":"2.5"}]}"#,
    );
}

#[test]
fn nothing_is_sent_once_the_permit_has_lapsed_and_the_data_comes_back() {
    let (gate, user) = cleared::<UserData, _>(USER, Purpose::Billing, Stripe, None);
    let later = now() + chrono::TimeDelta::hours(1);
    let unsent = user.send(&gate, later, ()).unwrap_err();
    assert_eq!(unsent.why(), &NotSent::Lapsed(Lapse::Deadline));
    assert!(gate.share(unsent.into_guarded(), Purpose::Billing, Stripe, later).is_ok());
}

#[test]
fn what_spotify_gave_is_not_cleared_for_an_ad_network() {
    let (gate, subject, now) = (Gate::new(History::dynamoi()), SubjectId::random(), now());
    gate.record(Event::accept(subject, "1.0.0", now)).unwrap();
    gate.record(Event::grant(subject, Purpose::MarketingCampaigns, "1.0.0", now)).unwrap();
    let payload = br#"{"type": "track", "name": "Note G", "artists": []}"#;
    let track = spotify::read(subject, payload).unwrap().into_kept().pop().unwrap();
    assert_eq!(track.origin(), Some(&ProcessorId::SPOTIFY));
    let refusal = gate.share(track, Purpose::MarketingCampaigns, FacebookAds, now).unwrap_err();
    assert_eq!(refusal.reasons().to_string(), "origin_forbids_recipient");
}

#[test]
fn ids_that_another_service_gave_are_not_sent() {
    let (subject, now) = (SubjectId::random(), now());
    let gate = Gate::new(History::dynamoi());
    gate.record(Event::accept(subject, "1.0.0", now)).unwrap();
    let send = |origin: ProcessorId| {
        // Digits are an id of Apple Music's and of Deezer's.
        let track: StreamingData = serde_json::from_str(TRACK).unwrap();
        let track = Guarded::obtained(subject, origin, track);
        let cleared = gate.share(track, Purpose::MusicDistribution, AppleMusic, now).unwrap();
        cleared.send(&gate, now, Listing::Tracks).map(Body::into_string).map_err(|unsent| *unsent.why())
    };
    let body = send(ProcessorId::APPLE_MUSIC).unwrap();
    assert_eq!(body, r#"{"data":[{"id":"3135556","type":"songs"}]}"#);
    assert!(matches!(send(ProcessorId::DEEZER), Err(NotSent::Lacking(_))));
}
