//! Feature.fm: a promotion provider; a recipient alone, the policy does not name it as a source.
//!
//! Which company runs it and where is unconfirmed, and so is where its privacy policy stands: what it says of personal
//! data is known from its help pages \[P\]. Policy: section 3 (sharing for promotion, which needs consent).
//! Its API has no field for consent that we could find, and no deletion (both unconfirmed): a refusal means that
//! nothing is sent. It asks fans for consent on its own pages and gives out neither name nor e-mail address of
//! those who did not agree \[P\]. What a request must carry is known from people who tried it \[S\].
//! - <https://developers.feature.fm/>
//! - <https://github.com/Precise-Digital-Developers/featurefm-api-test>, `docs` (requests and answers)
//! - <https://help.feature.fm/articles/360042764691-GDPR-Feature-fm>

use std::{convert::Infallible, fmt};

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    Body, Deletion, Identity, Lacking, PayloadError, Reading, Takes, VendorError,
    payload::{Node, Value},
    reading,
    send::sealed::Sealed,
};
use crate::{
    data::{AdPerformanceData, StreamingData},
    gate::{Recipient, Told},
    vocabulary::{ProcessorId, ProcessorKind, SubjectId},
};

/// Feature.fm as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct FeatureFm;

impl Recipient for FeatureFm {
    const ID: ProcessorId = ProcessorId::FEATURE_FM;
}

const NAME: &str = "Feature.fm";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::FEATURE_FM,
    kind: ProcessorKind::PromotionProvider,
    name: NAME,
    legal_name: None,
    privacy_terms: "https://help.feature.fm/articles/360042764691-GDPR-Feature-fm",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::NoneDocumented;

/// Recognises an answer of the API and keeps nothing of it: section 1 does not collect from Feature.fm.
///
/// # Errors
/// When the payload is no answer of Feature.fm's, or an error of its own.
///
/// ```
/// use dynamoi_privacy::{processors::feature_fm, vocabulary::SubjectId};
/// let reading = feature_fm::read(SubjectId::random(), br#"[{"id": "5f1", "name": "Ada"}]"#)?;
/// assert!(reading.kept().is_empty());
/// assert_eq!(reading.dropped()[1].to_string(), "$[0].name");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<Infallible>, PayloadError> {
    let error =
        |payload: &Node| is_error(payload).then(|| VendorError::new(NAME, payload, &["code", "status"]));
    reading::read(&IDENTITY, subject, payload, error, |payload, _| {
        let answer = is_answer(payload);
        answer.then_some(()).ok_or_else(|| payload.misfit("an artist, a smart link, or a list of them"))
    })
}

/// What Feature.fm wants to know of a smart link, all of it \[S\]. `Debug` shows neither artist nor music.
///
/// ```
/// use dynamoi_privacy::processors::feature_fm::{SmartLink, Store};
/// let url = "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp";
/// let stores = [Store { id: "spotify", url }];
/// let link = SmartLink { artist: "5f00", short_id: "note-g", domain: "https://ffm.to", stores: &stores };
/// # let _ = link;
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each link")]
pub struct SmartLink<'a> {
    /// Feature.fm's id of the artist, a setting of the host's.
    pub artist: &'a str,
    /// What the address of the link ends in, which no other link on the domain has.
    pub short_id: &'a str,
    /// The domain of the link as a URL, such as `https://ffm.to`.
    pub domain: &'a str,
    /// Where the music is to be heard or bought, at least one.
    pub stores: &'a [Store<'a>],
}

/// A place at which the music of a smart link is. `Debug` does not show the address, which leads to an artist.
///
/// ```
/// use dynamoi_privacy::processors::feature_fm::Store;
/// let store = Store { id: "apple", url: "https://music.apple.com/us/song/900032829" };
/// assert_eq!(format!("{store:?}"), r#"Store { id: "apple", .. }"#);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written out by the host for each link")]
pub struct Store<'a> {
    /// Feature.fm's id of the service, such as `spotify`, `apple` or `youtube`.
    pub id: &'a str,
    /// The address of the music there.
    pub url: &'a str,
}

impl fmt::Debug for SmartLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmartLink").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Sealed for FeatureFm {}

/// The body of `POST /manage/v1/smartlink` for a track or a playlist: its title, and what the host knows of the link.
impl Takes<StreamingData> for FeatureFm {
    type With<'a> = SmartLink<'a>;

    fn body(data: &StreamingData, _: &Told<'_>, link: SmartLink<'_>) -> Result<Body, Lacking> {
        let title = data.track.as_ref().and_then(|t| t.track.title.as_ref());
        let title = title.or_else(|| data.playlist.as_ref()?.name.as_ref());
        let title = title.ok_or(Lacking::new("the title of a track or the name of a playlist"))?;
        if link.stores.is_empty() {
            return Err(Lacking::new("a store at which the music is"));
        }
        Ok(Body::json(&NewSmartLink {
            artist_id: link.artist,
            short_id: link.short_id,
            domain: link.domain,
            title: title.as_str(),
            stores: link.stores.iter().map(|store| NewStore { store_id: store.id, url: store.url }).collect(),
        }))
    }
}

/// The numbers of a campaign, in the policy's own JSON: Feature.fm documents no request for them.
impl Takes<AdPerformanceData> for FeatureFm {
    type With<'a> = ();

    fn body(data: &AdPerformanceData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        match *data == AdPerformanceData::default() {
            true => Err(Lacking::new("a campaign or its numbers")),
            false => Ok(Body::json(data)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewSmartLink<'a> {
    artist_id: &'a str,
    short_id: &'a str,
    domain: &'a str,
    title: &'a str,
    stores: Vec<NewStore<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewStore<'a> {
    store_id: &'a str,
    url: &'a str,
}

/// `{"code", "message"}` or `{"status", "message"}`, and what is wrong in detail; the status 0 is that all is well. The
/// code 0, and codes of five digits, are TikTok's.
fn is_error(payload: &Node) -> bool {
    let known = ["code", "status", "message", "error", "errors", "details"];
    let numbered = payload.has("code") != payload.has("status");
    let all_known = payload.members().iter().all(|m| known.contains(&m.name()));
    let code = payload.member("code").and_then(Node::decimal);
    let of_tiktok = code.is_some_and(|code| code.is_zero() || code >= Decimal::from(10_000));
    // An error object is another vendor's.
    let of_another = of_tiktok || payload.member("error").is_some_and(Node::is_object);
    numbered && payload.has("message") && all_known && !of_another && !is_well(payload)
}

fn is_well(payload: &Node) -> bool {
    payload.member("status").is_some_and(|status| status.decimal() == Some(Decimal::ZERO))
}

fn has(node: &Node, fields: &[&str]) -> bool {
    fields.iter().all(|name| node.has(name))
}

/// An artist, a smart link or an action page, as it is alone.
fn is_whole(node: &Node) -> bool {
    let link = node.member("url").and_then(Node::text).is_some_and(|url| url.starts_with("https://ffm.to/"));
    has(node, &["id", "artistName"]) || has(node, &["id", "artistId", "shortId"]) || (node.has("id") && link)
}

/// An artist in a list, who has a name and no more, or a whole one.
fn is_listed(node: &Node) -> bool {
    is_whole(node) || (node.members().len() == 2 && has(node, &["id", "name"]))
}

/// Whether these are rows of that kind, with nothing in some places.
fn all(list: &Node, is: fn(&Node) -> bool) -> bool {
    let Value::Array(rows) = list.value() else { return false };
    let there = || rows.iter().filter(|row| !matches!(row.value(), Value::Null));
    there().all(is) && (rows.is_empty() || there().count() > 0)
}

/// Alone, in an array, in a page of an array, or as `data` and nothing else; beside `data` an answer may say that
/// all is well, with the status 0 \[S\].
fn is_answer(payload: &Node) -> bool {
    let page = ["page", "pages"];
    let well = is_well(payload);
    let beside = |m: &Node| m.name() == "data" || (well && m.name() == "status");
    let Some(data) = payload.member("data").filter(|_| !is_whole(payload)) else {
        return is_whole(payload) || all(payload, is_listed);
    };
    let alone = payload.members().iter().all(beside);
    let of_page = |row: &Node| is_whole(row) || has(row, &["id", "name"]);
    let empty = matches!(data.value(), Value::Array(rows) if rows.is_empty());
    (has(payload, &page) && all(data, of_page))
        || (alone && well && (is_whole(data) || all(data, is_listed)))
        || (alone && (is_whole(data) || (!empty && all(data, is_whole))))
}
