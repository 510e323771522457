//! What Deezer is sent, written out in full.

use dynamoi_privacy::{
    data::{StreamingData, UserData},
    processors::{Deezer, Listing},
    vocabulary::Purpose,
};

use super::{PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const MUSIC: Purpose = Purpose::MusicDistribution;

#[test]
fn deezer_gets_playlists_tracks_and_who_delivers() {
    let send = |json: &str, listing| {
        let (gate, data) = cleared::<StreamingData, _>(json, MUSIC, Deezer, None);
        let body = data.send(&gate, now(), listing).unwrap();
        assert_eq!(body.content_type(), "application/x-www-form-urlencoded");
        body.into_string()
    };
    assert_eq!(send(PLAYLIST, Listing::Playlist), "title=Engines");
    assert_eq!(
        send(r#"{"playlist": {"name": "Été & co"}}"#, Listing::Playlist),
        "title=%C3%89t%C3%A9+%26+co"
    );
    let tracks = r#"{"playlist": {"tracks": [{"id": "3135556"}, {"id": "-7"}, {"id": "i.vMXdDeVhKQWRAd"},
        {"title": "without id"}, {"id": "9919591"}]}}"#;
    assert_eq!(send(tracks, Listing::Tracks), "songs=3135556%2C9919591");
    assert_eq!(send(TRACK, Listing::Tracks), "songs=3135556");

    let (gate, user) = cleared::<UserData, _>(USER, MUSIC, Deezer, None);
    assert_json(
        &user.send(&gate, now(), ()).unwrap(),
        r#"{"name":"Ada Lovelace","email":"John_Smith@gmail.com"}"#,
    );
}

#[test]
fn what_deezer_demands_is_not_made_up() {
    let streaming = |json: &str, listing| lacking::<StreamingData, _>(json, MUSIC, Deezer, listing);
    assert_eq!(streaming(TRACK, Listing::Playlist), "a playlist with a name");
    let unnamed = r#"{"playlist": {"id": "7", "description": "Songs", "tracks": [{"id": "-7"}]}}"#;
    assert_eq!(streaming(unnamed, Listing::Playlist), "a playlist with a name");
    assert_eq!(streaming(unnamed, Listing::Tracks), "a track with an id of Deezer's");
    let nobody = r#"{"account": {"id": "acc_7"}}"#;
    assert_eq!(lacking::<UserData, _>(nobody, MUSIC, Deezer, ()), "a name or an e-mail address");
}
