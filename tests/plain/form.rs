//! The form of a line, checked strictly: what is not exactly of the form is `None`, which becomes `invalid_line`.

use serde_json::{Map, Value};

use super::countries::COUNTRIES;
use super::strict::Strict;
use super::time::{Instant, date, instant};

pub const CATEGORIES: [&str; 5] = ["ad_performance", "user", "payment", "analytics", "streaming"];
pub const PURPOSES: [&str; 7] = [
    "platform_operation",
    "marketing_campaigns",
    "music_distribution",
    "engagement_analysis",
    "billing",
    "promotion",
    "legal_obligation",
];
pub const KINDS: [&str; 6] = [
    "ad_network",
    "payment_processor",
    "analytics_provider",
    "streaming_service",
    "promotion_provider",
    "service_provider",
];
const BASES: [&str; 3] = ["contract", "consent", "legal_obligation"];

pub enum Line {
    Policy(Policy),
    Event(Event),
    Request(Request),
}

pub struct Policy {
    pub version: String,
    pub effective_from: Instant,
    pub unknown_age: String,
    pub processors: Vec<Processor>,
    pub purposes: Vec<Purpose>,
    pub collection: Vec<Collection>,
    pub uses: Vec<Uses>,
    pub sharing: Vec<Sharing>,
    pub encrypted: Vec<String>,
    pub storage_safeguard: Option<String>,
}

pub struct Processor {
    pub id: String,
    pub kind: String,
    pub safeguard: Option<String>,
    pub no_onward_to: Vec<String>,
}

pub struct Purpose {
    pub id: String,
    pub basis: String,
}

pub struct Collection {
    pub category: String,
    pub sources: Vec<String>,
}

pub struct Uses {
    pub purpose: String,
    pub categories: Vec<String>,
}

pub struct Sharing {
    pub purpose: String,
    pub recipients: Vec<String>,
    pub categories: Vec<String>,
}

/// Two events have the same meaning when they are equal here: UUIDs are in lower case, instants are in UTC.
#[derive(PartialEq)]
pub struct Event {
    pub id: String,
    pub subject: String,
    pub at: Instant,
    pub what: What,
}

#[derive(PartialEq)]
pub enum What {
    Accepted { policy_version: String, manner: String },
    Granted { scope: Scope, policy_version: String, expires_at: Option<Instant> },
    Denied { scope: Scope },
    Withdrawn { scope: Scope },
    Age { minor_until: Option<i64> },
    Home { country: String },
    Linked { visitor: String },
    Erased,
}

#[derive(PartialEq)]
pub struct Scope {
    pub purpose: String,
    pub category: Option<String>,
    pub processor: Option<String>,
}

pub struct Request {
    pub subject: String,
    pub category: String,
    pub purpose: String,
    pub action: Action,
    pub at: Instant,
    pub origin: Option<String>,
    pub gpc: Option<bool>,
    pub cookies: Option<String>,
}

pub enum Action {
    Collect { source: String },
    Store { country: Option<String>, encrypted: Option<bool> },
    Use,
    Share { processor: String, country: Option<String> },
    Disclose { reference: String },
    Sell,
}

/// Reads one line that is not blank.
pub fn line(text: &str) -> Option<Line> {
    let Strict(value) = serde_json::from_str(text).ok()?;
    let map = value.as_object()?;
    if map.len() != 1 {
        return None;
    }
    let (key, value) = map.iter().next()?;
    match key.as_str() {
        "policy" => policy(value).map(Line::Policy),
        "event" => event(value).map(Line::Event),
        "request" => request(value).map(Line::Request),
        _ => None,
    }
}

pub fn policy(value: &Value) -> Option<Policy> {
    const REQUIRED: [&str; 12] = [
        "version",
        "effective_from",
        "organisation",
        "contact",
        "minimum_age",
        "unknown_age",
        "processors",
        "purposes",
        "collection",
        "uses",
        "sharing",
        "storage",
    ];
    let map = object(value, &REQUIRED, &[])?;
    text(&map["organisation"])?;
    text(&map["contact"])?;
    whole_number(&map["minimum_age"], 0, 150)?;
    let version = text(&map["version"])?;
    if !(1..=64).contains(&version.chars().count()) {
        return None;
    }
    let storage = object(&map["storage"], &["encrypted", "safeguard"], &[])?;
    Some(Policy {
        version,
        effective_from: at(&map["effective_from"])?,
        unknown_age: word(&map["unknown_age"], &["allow", "deny"])?,
        processors: list(&map["processors"], processor)?,
        purposes: list(&map["purposes"], |row| {
            let map = object(row, &["id", "basis", "section"], &[])?;
            whole_number(&map["section"], 1, 9)?;
            Some(Purpose { id: word(&map["id"], &PURPOSES)?, basis: word(&map["basis"], &BASES)? })
        })?,
        collection: list(&map["collection"], |row| {
            let map = object(row, &["category", "sources"], &[])?;
            let source = |v: &Value| word(v, &["subject"]).or_else(|| word(v, &KINDS));
            Some(Collection {
                category: word(&map["category"], &CATEGORIES)?,
                sources: list(&map["sources"], source)?,
            })
        })?,
        uses: list(&map["uses"], |row| {
            let map = object(row, &["purpose", "categories"], &[])?;
            Some(Uses {
                purpose: word(&map["purpose"], &PURPOSES)?,
                categories: words(&map["categories"], &CATEGORIES)?,
            })
        })?,
        sharing: list(&map["sharing"], |row| {
            let map = object(row, &["purpose", "recipients", "categories"], &[])?;
            Some(Sharing {
                purpose: word(&map["purpose"], &PURPOSES)?,
                recipients: words(&map["recipients"], &KINDS)?,
                categories: words(&map["categories"], &CATEGORIES)?,
            })
        })?,
        encrypted: words(&storage["encrypted"], &CATEGORIES)?,
        storage_safeguard: safeguard(&storage["safeguard"])?,
    })
}

fn processor(row: &Value) -> Option<Processor> {
    let map = object(row, &["id", "kind", "name", "safeguard"], &["no_onward_to"])?;
    text(&map["name"])?;
    // `subject` has the letters of an id; that it is registered is the contradiction `invalid_policy`.
    let id = word(&map["id"], &["subject"]).or_else(|| processor_id(&map["id"]))?;
    Some(Processor {
        id,
        kind: word(&map["kind"], &KINDS)?,
        safeguard: safeguard(&map["safeguard"])?,
        no_onward_to: optional(map, "no_onward_to", |v| words(v, &KINDS))?.unwrap_or_default(),
    })
}

fn event(value: &Value) -> Option<Event> {
    let common = |own: &[&'static str], optional: &[&str]| {
        object(value, &[&["id", "subject", "at", "type"], own].concat(), optional)
    };
    let what = match value.get("type")?.as_str()? {
        "policy_accepted" => {
            let map = common(&["policy_version", "manner"], &[])?;
            What::Accepted {
                policy_version: text(&map["policy_version"])?,
                manner: word(&map["manner"], &["explicit", "continued_use"])?,
            }
        }
        "consent_granted" => {
            let map = common(&["scope", "policy_version"], &["expires_at"])?;
            What::Granted {
                scope: scope(&map["scope"])?,
                policy_version: text(&map["policy_version"])?,
                expires_at: optional(map, "expires_at", at)?,
            }
        }
        "consent_denied" => What::Denied { scope: scope(&common(&["scope"], &[])?["scope"])? },
        "consent_withdrawn" => What::Withdrawn { scope: scope(&common(&["scope"], &[])?["scope"])? },
        "age_declared" => {
            let map = common(&[], &["minor_until"])?;
            What::Age { minor_until: optional(map, "minor_until", |v| date(v.as_str()?))? }
        }
        "home_declared" => What::Home { country: country(&common(&["country"], &[])?["country"])? },
        "linked" => What::Linked { visitor: uuid(&common(&["visitor"], &[])?["visitor"])? },
        "erased" => {
            common(&[], &[])?;
            What::Erased
        }
        _ => return None,
    };
    Some(Event { id: uuid(&value["id"])?, subject: uuid(&value["subject"])?, at: at(&value["at"])?, what })
}

fn scope(value: &Value) -> Option<Scope> {
    let map = object(value, &["purpose"], &["category", "processor"])?;
    Some(Scope {
        purpose: word(&map["purpose"], &PURPOSES)?,
        category: optional(map, "category", |v| word(v, &CATEGORIES))?,
        processor: optional(map, "processor", processor_id)?,
    })
}

fn request(value: &Value) -> Option<Request> {
    let map = object(value, &["subject", "category", "purpose", "action", "at"], &["origin", "signals"])?;
    let none = Map::new();
    let signals = match map.get("signals") {
        Some(signals) => object(signals, &[], &["gpc", "cookies"])?,
        None => &none,
    };
    Some(Request {
        subject: uuid(&map["subject"])?,
        category: word(&map["category"], &CATEGORIES)?,
        purpose: word(&map["purpose"], &PURPOSES)?,
        action: action(&map["action"])?,
        at: at(&map["at"])?,
        origin: optional(map, "origin", processor_id)?,
        gpc: optional(signals, "gpc", Value::as_bool)?,
        cookies: optional(signals, "cookies", |v| word(v, &["allowed", "blocked"]))?,
    })
}

fn action(value: &Value) -> Option<Action> {
    match value.get("type")?.as_str()? {
        "collect" => {
            let map = object(value, &["type", "source"], &[])?;
            let source = word(&map["source"], &["subject"]).or_else(|| processor_id(&map["source"]))?;
            Some(Action::Collect { source })
        }
        "store" => {
            let map = object(value, &["type"], &["country", "encrypted"])?;
            Some(Action::Store {
                country: optional(map, "country", country)?,
                encrypted: optional(map, "encrypted", Value::as_bool)?,
            })
        }
        "use" => object(value, &["type"], &[]).map(|_| Action::Use),
        "share" => {
            let map = object(value, &["type", "processor"], &["country"])?;
            Some(Action::Share {
                processor: processor_id(&map["processor"])?,
                country: optional(map, "country", country)?,
            })
        }
        "disclose" => {
            let map = object(value, &["type", "reference"], &[])?;
            Some(Action::Disclose { reference: text(&map["reference"])? })
        }
        "sell" => object(value, &["type"], &[]).map(|_| Action::Sell),
        _ => None,
    }
}

/// An object with every required field and no field that is neither required nor optional.
fn object<'a>(value: &'a Value, required: &[&str], optional: &[&str]) -> Option<&'a Map<String, Value>> {
    let map = value.as_object()?;
    let complete = required.iter().all(|field| map.contains_key(*field));
    let known = map.keys().all(|key| required.contains(&key.as_str()) || optional.contains(&key.as_str()));
    (complete && known).then_some(map)
}

/// The outer `None` is an ill-formed value, the inner one an absent field. Null is no absence: `read` refuses it.
fn optional<T>(
    map: &Map<String, Value>,
    field: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Option<T>> {
    match map.get(field) {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

fn words(value: &Value, known: &[&str]) -> Option<Vec<String>> {
    list(value, |v| word(v, known))
}

fn word(value: &Value, known: &[&str]) -> Option<String> {
    text(value).filter(|text| known.contains(&text.as_str()))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn at(value: &Value) -> Option<Instant> {
    instant(value.as_str()?)
}

fn country(value: &Value) -> Option<String> {
    word(value, &COUNTRIES)
}

fn safeguard(value: &Value) -> Option<Option<String>> {
    if value.is_null() { Some(None) } else { word(value, &["contractual"]).map(Some) }
}

/// A number written without fraction or exponent, within the bounds.
fn whole_number(value: &Value, least: u64, most: u64) -> Option<u64> {
    value.as_u64().filter(|number| (least..=most).contains(number))
}

fn processor_id(value: &Value) -> Option<String> {
    let id = value.as_str()?;
    let letters = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let first = id.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    (first && letters && id.len() <= 64 && id != "subject").then(|| id.to_owned())
}

/// Eight, four, four, four and twelve hexadecimal digits between hyphens; the case of the digits means nothing.
fn uuid(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hexadecimal = groups.iter().all(|group| group.chars().all(|c| c.is_ascii_hexdigit()));
    (lengths == [8, 4, 4, 4, 12] && hexadecimal).then(|| text.to_ascii_lowercase())
}
