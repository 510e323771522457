//! What TikTok Ads is sent, written out in full.

use dynamoi_privacy::{
    data::{AdPerformanceData, StreamingData, UserData},
    processors::{
        EventId, TikTokAds,
        tiktok_ads::{Event, Source},
    },
    vocabulary::Purpose,
};
use sha2::{Digest, Sha256};

use super::{CAMPAIGN, PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const ADS: Purpose = Purpose::MarketingCampaigns;

fn event(id: EventId) -> Event<'static> {
    Event {
        id,
        name: "CompleteRegistration",
        at: now(),
        source: Source::Web { pixel: "COQDA8RC77U2TMR44LI0" },
    }
}

fn head(source: &str, id: EventId) -> String {
    format!(
        r#"{{{source},"data":[{{"event":"CompleteRegistration","event_time":1767603600,"event_id":"{id}","user":"#
    )
}

const WEB: &str = r#""event_source":"web","event_source_id":"COQDA8RC77U2TMR44LI0""#;

#[test]
fn an_event_of_a_person_has_a_hashed_address_and_limited_data_use_by_home() {
    let id = EventId::random();
    // SHA-256 of john_smith@gmail.com.
    let user = r#"{"email":"62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"}"#;
    for (home, limited) in [(Some("US"), true), (None, true), (Some("AT"), false)] {
        let (gate, cleared) = cleared::<UserData, _>(USER, ADS, TikTokAds, home);
        let body = cleared.send(&gate, now(), event(id)).unwrap();
        assert_json(&body, &format!(r#"{}{user},"limited_data_use":{limited}}}]}}"#, head(WEB, id)));
    }
    let source = Source::Offline { event_set: "7123" };
    let (gate, cleared) = cleared::<UserData, _>(USER, ADS, TikTokAds, Some("AT"));
    let body = cleared.send(&gate, now(), Event { source, ..event(id) }).unwrap();
    let offline = r#""event_source":"offline","event_source_id":"7123""#;
    assert_json(&body, &format!(r#"{}{user},"limited_data_use":false}}]}}"#, head(offline, id)));
}

#[test]
fn numbers_and_music_are_sent_without_a_person() {
    let id = EventId::random();
    let nobody: String = Sha256::digest(id.to_string()).iter().map(|b| format!("{b:02x}")).collect();
    let expected = |properties: &str| {
        let head = head(WEB, id);
        format!(
            r#"{head}{{"external_id":"{nobody}"}},"properties":{properties},"limited_data_use":true}}]}}"#
        )
    };

    let (gate, campaign) = cleared::<AdPerformanceData, _>(CAMPAIGN, ADS, TikTokAds, None);
    assert_json(
        &campaign.send(&gate, now(), event(id)).unwrap(),
        &expected(
            r#"{"contents":[{"content_id":"120210000000001","content_name":"Summer EP","content_category":"campaign"}],"description":"{\"campaign\":{\"id\":\"120210000000001\",\"name\":\"Summer EP\"},\"period\":{\"first\":\"2026-01-01\",\"last\":\"2026-01-31\"},\"spend\":{\"minor_units\":3090,\"currency\":\"EUR\"},\"impressions\":11893,\"clicks\":549,\"conversions\":[{\"action\":\"lead\",\"count\":\"2.5\"}]}"}"#,
        ),
    );
    let (gate, numbers) = cleared::<AdPerformanceData, _>(r#"{"clicks": 1}"#, ADS, TikTokAds, None);
    assert_json(
        &numbers.send(&gate, now(), event(id)).unwrap(),
        &expected(r#"{"description":"{\"clicks\":1}"}"#),
    );

    let (gate, track) = cleared::<StreamingData, _>(TRACK, ADS, TikTokAds, None);
    assert_json(
        &track.send(&gate, now(), event(id)).unwrap(),
        &expected(
            r#"{"contents":[{"content_id":"3135556","content_name":"Note G","content_category":"track"}]}"#,
        ),
    );
    let (gate, playlist) = cleared::<StreamingData, _>(PLAYLIST, ADS, TikTokAds, None);
    assert_json(
        &playlist.send(&gate, now(), event(id)).unwrap(),
        &expected(
            r#"{"contents":[{"content_id":"p1","content_name":"Engines","content_category":"playlist"}]}"#,
        ),
    );
}

#[test]
fn what_tiktok_demands_is_not_made_up() {
    let event = event(EventId::random());
    assert_eq!(lacking::<UserData, _>(r#"{"name": "Ada"}"#, ADS, TikTokAds, event), "an e-mail address");
    assert_eq!(lacking::<AdPerformanceData, _>("{}", ADS, TikTokAds, event), "a campaign or its numbers");
    let unnamed = r#"{"track": {"track": {"album": "Engines"}, "plays": 3}}"#;
    let expected = "a track or a playlist with an id or a title";
    assert_eq!(lacking::<StreamingData, _>(unnamed, ADS, TikTokAds, event), expected);
    let nameless = Event { name: "", ..event };
    assert_eq!(lacking::<UserData, _>(USER, ADS, TikTokAds, nameless), "the name of an event");
}
