//! What Apple Music is sent, written out in full.

use dynamoi_privacy::{
    data::{StreamingData, UserData},
    processors::{AppleMusic, Listing},
    vocabulary::Purpose,
};

use super::{PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const MUSIC: Purpose = Purpose::MusicDistribution;

#[test]
fn apple_music_gets_playlists_tracks_and_who_delivers() {
    let send = |json: &str, listing| {
        let (gate, data) = cleared::<StreamingData, _>(json, MUSIC, AppleMusic, None);
        data.send(&gate, now(), listing).unwrap()
    };
    assert_json(
        &send(PLAYLIST, Listing::Playlist),
        r#"{"attributes":{"name":"Engines","description":"Songs about engines"}}"#,
    );
    assert_json(
        &send(r#"{"playlist": {"name": "Engines"}}"#, Listing::Playlist),
        r#"{"attributes":{"name":"Engines"}}"#,
    );
    let tracks = r#"{"playlist": {"tracks": [{"id": "900032829"}, {"id": "i.vMXdDeVhKQWRAd"}, {"id": "i."},
        {"id": "pl.acc464c750b9"}, {"id": "-3135556"}, {"id": "spotify:track:4i9sYtSIlR80bxje5B3rUb"},
        {"title": "without id"}]}}"#;
    assert_json(
        &send(tracks, Listing::Tracks),
        r#"{"data":[{"id":"900032829","type":"songs"},{"id":"i.vMXdDeVhKQWRAd","type":"library-songs"}]}"#,
    );
    assert_json(&send(TRACK, Listing::Tracks), r#"{"data":[{"id":"3135556","type":"songs"}]}"#);

    let (gate, user) = cleared::<UserData, _>(USER, MUSIC, AppleMusic, None);
    assert_json(
        &user.send(&gate, now(), ()).unwrap(),
        r#"{"name":"Ada Lovelace","email":"John_Smith@gmail.com"}"#,
    );
}

#[test]
fn what_apple_music_demands_is_not_made_up() {
    let streaming = |json: &str, listing| lacking::<StreamingData, _>(json, MUSIC, AppleMusic, listing);
    assert_eq!(streaming(TRACK, Listing::Playlist), "a playlist with a name");
    let unnamed = r#"{"playlist": {"id": "p.1", "description": "Songs", "tracks": [{"title": "Note G"}]}}"#;
    assert_eq!(streaming(unnamed, Listing::Playlist), "a playlist with a name");
    assert_eq!(streaming(unnamed, Listing::Tracks), "a track with an id of Apple Music's");
    let nobody = r#"{"account": {"id": "acc_7"}}"#;
    assert_eq!(lacking::<UserData, _>(nobody, MUSIC, AppleMusic, ()), "a name or an e-mail address");
}
