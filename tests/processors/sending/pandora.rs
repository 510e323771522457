//! What Pandora is sent, written out in full.

use dynamoi_privacy::{
    data::{StreamingData, UserData},
    processors::Pandora,
    vocabulary::Purpose,
};

use super::{PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const MUSIC: Purpose = Purpose::MusicDistribution;

#[test]
fn pandora_gets_music_without_numbers_and_who_delivers() {
    let send = |json: &str| {
        let (gate, data) = cleared::<StreamingData, _>(json, MUSIC, Pandora, None);
        data.send(&gate, now(), ()).unwrap()
    };
    assert_json(
        &send(TRACK),
        r#"{"track":{"track":{"title":"Note G","artists":["Ada","Grace"],"album":"Engines","isrc":"ATA012600001"}}}"#,
    );
    assert_json(
        &send(PLAYLIST),
        r#"{"playlist":{"name":"Engines","description":"Songs about engines","track_count":2,"tracks":[{"title":"without id"}]}}"#,
    );
    assert_json(
        &send(
            r#"{"track": {"track": {"id": "TR:10296263"}, "plays": 7, "played_at": "2026-01-04T22:00:00Z"}}"#,
        ),
        r#"{"track":{"track":{"id":"TR:10296263"}}}"#,
    );

    let (gate, user) = cleared::<UserData, _>(USER, MUSIC, Pandora, None);
    assert_json(
        &user.send(&gate, now(), ()).unwrap(),
        r#"{"name":"Ada Lovelace","email":"John_Smith@gmail.com"}"#,
    );
}

#[test]
fn what_pandora_demands_is_not_made_up() {
    let nothing = r#"{"track": {"track": {"id": "3135556"}, "plays": 7}, "playlist": {"id": "p1"}}"#;
    assert_eq!(
        lacking::<StreamingData, _>(nothing, MUSIC, Pandora, ()),
        "a track or a playlist of which something is known"
    );
    assert_eq!(lacking::<UserData, _>("{}", MUSIC, Pandora, ()), "a name or an e-mail address");
}
