//! The music in an answer of Pandora: tracks, stations and playlists, wherever they stand.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use crate::{
    data::{ExternalId, Playlist, StreamingData, Track, TrackPerformance},
    processors::{
        Misfit,
        payload::{Node, Value},
        reading::Rows,
        streaming::{add_playlist, add_track, names, places, text_within, words},
    },
};

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Track,
    Playlist,
    /// A station of a listener's.
    Station,
    /// An ad or a message between the tracks, with nothing in it.
    Interruption,
    /// Something else of Pandora's.
    Other,
    Unknown,
}

/// The type in an id such as `TR:10296263` or `ST:0:4363314726864390164`.
fn type_in(id: &str) -> Option<&str> {
    let (kind, rest) = id.split_once(':')?;
    let formed = kind.len() == 2 && kind.bytes().all(|b| b.is_ascii_uppercase()) && !rest.is_empty();
    formed.then_some(kind)
}

/// Whether an id is one of Pandora's for a track.
pub(super) fn is_track_id(id: &str) -> bool {
    type_in(id) == Some("TR")
}

/// Types that GraphQL has in `id` and `type`, where others may have something else.
const TYPES: [&str; 16] =
    ["AL", "AM", "AP", "AR", "AT", "CO", "CU", "GE", "HS", "LI", "PC", "PE", "PL", "SF", "ST", "TR"];

fn type_of(node: &Node) -> Option<&str> {
    let text = |name: &str| node.member(name).and_then(Node::text);
    let known = |kind: &&str| TYPES.contains(kind);
    text("pandoraId")
        .and_then(type_in)
        .or_else(|| text("pandoraType"))
        .or_else(|| type_in(node.name()))
        .or_else(|| text("id").and_then(type_in).filter(known))
        .or_else(|| text("type").filter(known))
        .or_else(|| match text("__typename")? {
            "Track" => Some("TR"),
            "Playlist" => Some("PL"),
            "Station" => Some("ST"),
            _ => Some("??"),
        })
}

/// Fields that nobody else has.
const MARKS: [&str; 9] = [
    "adToken",
    "bookmarkToken",
    "listenerPandoraId",
    "musicToken",
    "pandoraId",
    "stationFactoryPandoraId",
    "stationToken",
    "trackPandoraId",
    "trackToken",
];

/// Whether an object is Pandora's by a field of its own.
pub(super) fn is_marked(node: &Node) -> bool {
    node.members().iter().any(|m| match m.name() {
        "id" => m.text().and_then(type_in).is_some_and(|kind| TYPES.contains(&kind)),
        "musicId" => music_id(m).is_some(),
        "songName" | "songTitle" => node.has("artistName"),
        "webname" => node.has("listenerId"),
        name => MARKS.contains(&name) || (m.is_object() && type_in(name).is_some_and(|k| TYPES.contains(&k))),
    })
}

/// The letter of a music id such as `S10296263`: S a song, R an artist, L an album, G a genre.
fn music_id(id: &Node) -> Option<u8> {
    let (letter, digits) = id.text()?.as_bytes().split_first()?;
    let formed = letter.is_ascii_uppercase() && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    formed.then_some(*letter)
}

/// GraphQL need not say what something is, so there it is known by what it has.
pub(super) fn kind(node: &Node, graphql: bool) -> Kind {
    let is_song = node.member("songName").or_else(|| node.member("songTitle")).is_some();
    let is_other = |name: &str, kind: &str| node.member(name).is_some_and(|t| !t.is_text(kind));
    if is_other("trackType", "Track") || (node.has("adToken") && !is_song) {
        return Kind::Interruption;
    }
    match type_of(node) {
        Some("TR") => return Kind::Track,
        Some("PL") => return Kind::Playlist,
        Some("ST") => return Kind::Station,
        Some(_) => return Kind::Other,
        None if is_song => return Kind::Track,
        None if lists_ids(node) => return Kind::Playlist,
        None => {}
    }
    let of_song = |name: &str| node.member(name).and_then(music_id).map(|letter| letter == b'S');
    match of_song("musicId").or_else(|| of_song("musicToken")) {
        Some(true) => return Kind::Track,
        Some(false) => return Kind::Other,
        None => {}
    }
    let own = |name: &str| node.member(name).is_some_and(|id| digits(id).is_some());
    if node.has("stationName") && (own("stationId") || own("stationToken")) {
        return Kind::Station;
    }
    let within = |name: &str| node.member(name).is_some_and(Node::is_object);
    let of_album = ["releaseDate", "trackCount", "tracks"].iter().any(|name| node.has(name));
    if graphql
        && node.has("name")
        && within("artist")
        && (within("album") || node.name() == "track" || (node.has("duration") && !of_album))
    {
        return Kind::Track;
    }
    if is_marked(node) { Kind::Other } else { Kind::Unknown }
}

/// The id of the track at a place of a playlist that says no more of it.
fn reference(place: &Node) -> Option<&Node> {
    place.member("trackPandoraId").or_else(|| place.member("pandoraId").filter(|_| !says_more(place)))
}

/// Whether there is more than an id.
fn says_more(node: &Node) -> bool {
    ["name", "song", "songName", "songTitle", "stationName", "tracks"].iter().any(|name| node.has(name))
}

fn tracks(node: &Node) -> &[Node] {
    node.member("tracks").and_then(|tracks| tracks.elements("").ok()).unwrap_or_default()
}

/// Whether it has the tracks of a playlist, by their ids.
fn lists_ids(node: &Node) -> bool {
    tracks(node).iter().find(|t| t.is_object()).is_some_and(|place| {
        place.has("trackPandoraId") || (node.has("totalTracks") && reference(place).is_some())
    })
}

/// The title of an album, which the tracks that it lists need not repeat.
fn album_title(node: &Node) -> Option<&Node> {
    let is_album =
        type_of(node) == Some("AL") || node.member("__typename").is_some_and(|t| t.is_text("Album"));
    node.member("albumTitle").or_else(|| node.member("name").filter(|_| is_album))
}

/// The digits of an id that is a number, written as one or as text.
fn digits(id: &Node) -> Option<&str> {
    let (Value::Number(text) | Value::Text(text)) = id.value() else { return None };
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// Lists of which every element is a row.
const LISTS: [&str; 5] = ["feedback", "items", "songs", "stations", "tracks"];

const ROW: &str = "a track, a station, a playlist or something else of Pandora's";

/// Whether a row is known by itself or by what it holds. A text is the id of something that stands elsewhere.
fn is_row(row: &Node) -> bool {
    let of_lists = |m: &Node| is_marked(m) || matches!(m.value(), Value::Array(_));
    match row.value() {
        Value::Null | Value::Text(_) => true,
        Value::Object(members) => kind(row, false) != Kind::Unknown || members.iter().any(of_lists),
        _ => false,
    }
}

/// The way through an answer, with what its annotations say of each id.
pub(super) struct Music<'a> {
    annotations: HashMap<&'a str, Annotation<'a>>,
    /// The ids that playlists list.
    listed: HashSet<&'a str>,
    graphql: bool,
}

/// What is known of a node from where it stands.
#[derive(Clone, Copy)]
struct Within<'a> {
    /// Whether a bare id is a row here.
    bare: bool,
    /// The title of the album that lists it.
    album: Option<&'a Node>,
}

impl<'a> Within<'a> {
    /// Where a member of a node stands. What merely carries a list on is where the list is.
    fn at(self, node: &'a Node, member: &Node) -> Self {
        let album = match member.name() {
            "tracks" => album_title(node),
            "edges" | "items" | "node" | "nodes" => self.album,
            _ => None,
        };
        Self { album, ..self }
    }
}

struct Annotation<'a> {
    node: &'a Node,
    /// The track, read once however often it is listed; none where it is something else.
    track: OnceCell<Result<Option<Track>, Misfit>>,
}

impl<'a> Music<'a> {
    pub(super) fn of(answer: &'a Node, graphql: bool) -> Self {
        let mut music = Self { annotations: HashMap::new(), listed: HashSet::new(), graphql };
        music.gather(answer);
        music
    }

    fn gather(&mut self, node: &'a Node) {
        if node.is_object() && type_in(node.name()).is_some() {
            let annotation = Annotation { node, track: OnceCell::new() };
            self.annotations.entry(node.name()).or_insert(annotation);
        }
        if kind(node, self.graphql) == Kind::Playlist {
            self.listed.extend(tracks(node).iter().filter_map(|place| reference(place)?.text()));
        }
        if let Value::Array(nodes) | Value::Object(nodes) = node.value() {
            nodes.iter().for_each(|n| self.gather(n));
        }
    }

    /// Adds the rows of an answer.
    ///
    /// A bare id is a row where the answer lists what it is about; elsewhere it points at something.
    ///
    /// # Errors
    /// When the whole payload is one row and cannot be read.
    pub(super) fn rows(&self, answer: &Node, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
        let within = Within { bare: self.graphql, album: None };
        match kind(answer, self.graphql) {
            Kind::Other | Kind::Unknown if answer.is_object() => {
                answer.members().iter().try_for_each(|m| match m.value() {
                    Value::Array(list) if !self.graphql && LISTS.contains(&m.name()) => {
                        let within = Within { bare: true, ..within.at(answer, m) };
                        list.iter().try_for_each(|row| match is_row(row) {
                            true => self.below(row, within, rows),
                            false => rows.add(row, Err(row.misfit(ROW))),
                        })
                    }
                    _ => self.below(m, within.at(answer, m), rows),
                })
            }
            _ => self.below(answer, within, rows),
        }
    }

    /// Adds the rows of this node and of what is below it.
    fn below(&self, node: &Node, within: Within<'_>, rows: &mut Rows<StreamingData>) -> Result<(), Misfit> {
        let Value::Object(members) = node.value() else {
            let elements = node.elements("").unwrap_or_default();
            return elements.iter().try_for_each(|n| self.below(n, within, rows));
        };
        if self.is_told_elsewhere(node, within.bare) {
            return Ok(());
        }
        match kind(node, self.graphql) {
            Kind::Track => return add_track(rows, node, performance(node, within.album)),
            // GraphQL need not say more of an album's tracks than their names.
            Kind::Unknown if within.album.is_some() && node.has("name") => {
                return add_track(rows, node, performance(node, within.album));
            }
            Kind::Interruption => return Ok(()),
            Kind::Playlist => {
                let playlist = self.playlist(node, rows);
                add_playlist(rows, node, playlist)?;
                // Annotations of tracks that it does not list are rows of their own.
                let within = Within { bare: false, album: None };
                return node.member("annotations").map_or(Ok(()), |a| self.below(a, within, rows));
            }
            Kind::Station => add_playlist(rows, node, station(node))?,
            Kind::Other | Kind::Unknown => {}
        }
        let within = Within { bare: self.graphql, ..within };
        members.iter().try_for_each(|m| self.below(m, within.at(node, m), rows))
    }

    /// An annotation belongs to the playlist that lists it, and a bare id to its annotation.
    fn is_told_elsewhere(&self, node: &Node, bare: bool) -> bool {
        if type_in(node.name()).is_some() {
            return self.listed.contains(node.name());
        }
        let id = node.member("pandoraId").and_then(Node::text);
        let elsewhere = id.is_some_and(|id| !bare || self.annotations.contains_key(id));
        elsewhere && !says_more(node)
    }

    fn playlist(&self, node: &Node, rows: &mut Rows<StreamingData>) -> Result<Playlist, Misfit> {
        let count = node.member("totalTracks").or_else(|| node.member("trackCount"));
        let playlist = Playlist {
            id: id(node)?,
            name: node.optional("name", words)?.flatten(),
            description: node.optional("description", words)?.flatten(),
            track_count: count.map(Node::take_count).transpose()?,
            tracks: Vec::new(),
        };
        let list = node.member("tracks").map(|tracks| {
            ["items", "edges", "nodes"].iter().find_map(|name| tracks.member(name)).unwrap_or(tracks)
        });
        Ok(Playlist { tracks: places(list, rows, |place| self.place(place))?, ..playlist })
    }

    /// The track at a place of a playlist: by its id and what is said of that elsewhere, or in full.
    fn place(&self, place: &Node) -> Result<Option<Track>, Misfit> {
        if let Some(reference) = reference(place) {
            let told = reference.text().and_then(|id| self.annotations.get(id));
            let told = match told.map(Annotation::track) {
                Some(Ok(Some(track))) => track.clone(),
                Some(Ok(None)) => return Ok(None),
                Some(Err(misfit)) => return Err(misfit.clone()),
                None if reference.text().and_then(type_in).is_some_and(|kind| kind != "TR") => {
                    return Ok(None);
                }
                None => Track::default(),
            };
            return Ok(Some(Track { id: take_id(reference)?, ..told }));
        }
        let inner = ["track", "node", "item"].iter().find_map(|name| place.member(name)).unwrap_or(place);
        match kind(inner, self.graphql) {
            Kind::Track => track(inner).map(Some),
            Kind::Unknown if !matches!(inner.value(), Value::Text(_)) => Err(inner.misfit("a track")),
            _ => Ok(None),
        }
    }
}

impl Annotation<'_> {
    fn track(&self) -> &Result<Option<Track>, Misfit> {
        self.track.get_or_init(|| {
            let track = (kind(self.node, false) == Kind::Track).then(|| described(self.node)).transpose();
            if track.is_err() {
                self.node.unkeep();
            }
            track
        })
    }
}

/// Reads a track; `album` is the title of the album that lists it.
fn performance(node: &Node, album: Option<&Node>) -> Result<Option<TrackPerformance>, Misfit> {
    let mut track = track(node)?;
    // Last, because it stands outside the row: of a row that is refused nothing is marked as kept.
    if track.album.is_none() && track != Track::default() {
        track.album = album.and_then(|title| title.take_text().ok());
    }
    Ok(Some(TrackPerformance { track, ..Default::default() }))
}

fn track(node: &Node) -> Result<Track, Misfit> {
    Ok(Track { id: id(node)?, ..described(node)? })
}

/// What is said of a track beside its id. The seed of a station says it in an object of its own.
fn described(node: &Node) -> Result<Track, Misfit> {
    let node = node.member("song").filter(|song| song.is_object()).unwrap_or(node);
    let text = |these: &[&str]| {
        let name = these.iter().find(|name| node.member(name).is_some());
        name.map_or(Ok(None), |name| node.optional(name, Node::take_text))
    };
    let mut artists: Vec<_> = text(&["artistName", "artistSummary"])?.into_iter().collect();
    if artists.is_empty() {
        artists = match node.member("artists") {
            Some(list) => names(list)?,
            None => text_within(node, "artist", "name")?.into_iter().collect(),
        };
    }
    let album = match text(&["albumName", "albumTitle"])? {
        None => text_within(node, "album", "name")?,
        album => album,
    };
    Ok(Track {
        id: None,
        title: text(&["songName", "songTitle", "name"])?,
        artists,
        album,
        isrc: text(&["isrc"])?,
    })
}

fn station(node: &Node) -> Result<Playlist, Misfit> {
    let name = node.member("stationName").map_or("name", Node::name);
    Ok(Playlist {
        id: id(node)?,
        name: node.optional(name, words)?.flatten(),
        description: node.optional("description", words)?.flatten(),
        ..Default::default()
    })
}

/// What Pandora calls it, by the best of its names; an annotation may say it in the name of its field alone.
fn id(node: &Node) -> Result<Option<ExternalId>, Misfit> {
    let names: &[&str] = match kind(node, true) {
        Kind::Station => &["pandoraId", "id", "stationId", "stationToken"],
        _ => &["pandoraId", "id", "musicId", "musicToken"],
    };
    match names.iter().find_map(|name| node.member(name)) {
        Some(id) => take_id(id),
        None => Ok(type_in(node.name()).and_then(|_| without_owner(node.name()).parse().ok())),
    }
}

/// Takes an id.
///
/// That of a playlist ends in the number of the listener who made it, which is cut off. Pandora's long numbers
/// may by chance pass for a payment card number: such an id is left where it is, so that the row is not lost
/// for it.
fn take_id(node: &Node) -> Result<Option<ExternalId>, Misfit> {
    let (Value::Number(id) | Value::Text(id)) = node.value() else { return node.take_id().map(Some) };
    let cut = without_owner(id);
    match cut.parse::<ExternalId>() {
        Err(error) if error.is_card_number() => Ok(None),
        Ok(id) if cut.len() < node.text().map_or(0, str::len) => Ok(Some(id)),
        _ => node.take_id().map(Some),
    }
}

/// `PL:139670964223872657:914753042` without the listener's number.
fn without_owner(id: &str) -> &str {
    let of_playlist = id.strip_prefix("PL:").and_then(|rest| rest.split_once(':'));
    of_playlist.and_then(|(_, owner)| id.strip_suffix(owner)?.strip_suffix(':')).unwrap_or(id)
}
