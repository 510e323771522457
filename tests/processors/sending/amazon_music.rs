//! What Amazon Music is sent, written out in full.

use dynamoi_privacy::{
    data::{StreamingData, UserData},
    processors::{AmazonMusic, Listing},
    vocabulary::Purpose,
};

use super::{PLAYLIST, TRACK, USER, assert_json, cleared, lacking};
use crate::payloads::now;

const MUSIC: Purpose = Purpose::MusicDistribution;

#[test]
fn amazon_music_gets_playlists_tracks_and_who_delivers() {
    let send = |json: &str, listing| {
        let (gate, data) = cleared::<StreamingData, _>(json, MUSIC, AmazonMusic, None);
        data.send(&gate, now(), listing).unwrap()
    };
    assert_json(
        &send(PLAYLIST, Listing::Playlist),
        r#"{"title":"Engines","description":"Songs about engines","visibility":"PRIVATE"}"#,
    );
    let tracks = r#"{"playlist": {"tracks": [{"id": "B076YT2CBT"}, {"id": "3135556"}, {"title": "without id"},
        {"id": "B08C5GH2P9"}, {"id": "b076yt2cbt"}]}}"#;
    assert_json(
        &send(tracks, Listing::Tracks),
        r#"{"trackIds":["B076YT2CBT","B08C5GH2P9"],"addDuplicateTracks":false}"#,
    );
    assert_json(
        &send(r#"{"track": {"track": {"id": "B076YT2CBT"}, "plays": 3}}"#, Listing::Tracks),
        r#"{"trackIds":["B076YT2CBT"],"addDuplicateTracks":false}"#,
    );

    let (gate, user) = cleared::<UserData, _>(USER, MUSIC, AmazonMusic, None);
    assert_json(
        &user.send(&gate, now(), ()).unwrap(),
        r#"{"name":"Ada Lovelace","email":"John_Smith@gmail.com"}"#,
    );
}

#[test]
fn what_amazon_music_demands_is_not_made_up() {
    let streaming = |json: &str, listing| lacking::<StreamingData, _>(json, MUSIC, AmazonMusic, listing);
    let demanded = "a playlist with a name and a description";
    assert_eq!(streaming(TRACK, Listing::Playlist), demanded);
    assert_eq!(streaming(r#"{"playlist": {"name": "Engines"}}"#, Listing::Playlist), demanded);
    assert_eq!(streaming(TRACK, Listing::Tracks), "1 to 100 tracks with ids of Amazon's");
    let many = vec![r#"{"id": "B076YT2CBT"}"#; 101].join(",");
    let many = format!(r#"{{"playlist": {{"tracks": [{many}]}}}}"#);
    assert_eq!(streaming(&many, Listing::Tracks), "1 to 100 tracks with ids of Amazon's");
    assert_eq!(lacking::<UserData, _>("{}", MUSIC, AmazonMusic, ()), "a name or an e-mail address");
}
