//! Damage to one line of a script: one change of its form, of a value, or of its text.

use serde_json::Value;

use super::json::{Node, quote};
use super::rng::Rng;

/// Damages a line in one way. Some ways leave it well formed, with another meaning or, rarely, with the same.
pub fn mutate(seed: u64, line: &str) -> String {
    let mut rng = Rng::new(seed ^ 0x5DEE_CE66);
    let rng = &mut rng;
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return spoil_text(rng, line);
    };
    if rng.chance(15) {
        return spoil_text(rng, line);
    }
    let mut root = Node::new(&value);
    for _ in 0..50 {
        let index = rng.below(root.count());
        let Some((key, node)) = root.nth(index) else { continue };
        let changed = match node {
            Node::Object(fields) if rng.chance(60) => spoil_fields(rng, fields),
            Node::List(items) if rng.chance(60) => spoil_items(rng, items),
            Node::Scalar(text) if rng.chance(75) => spoil_scalar(rng, key.trim_matches('"'), text),
            _ => {
                let other = other_type(rng, node);
                *node = other;
                true
            }
        };
        if changed {
            break;
        }
    }
    root.write()
}

fn spoil_fields(rng: &mut Rng, fields: &mut Vec<(String, Node)>) -> bool {
    // Names that are right somewhere, and optional ones that are right nowhere with this value.
    const NAMES: [&str; 16] = [
        "country",
        "encrypted",
        "origin",
        "signals",
        "gpc",
        "expires_at",
        "category",
        "processor",
        "minor_until",
        "no_onward_to",
        "at",
        "type",
        "version",
        "comment",
        "",
        "__proto__",
    ];
    let place = rng.below(fields.len());
    let known = fields.get(place).cloned();
    match (rng.below(9), known) {
        (0 | 1, Some(_)) => {
            fields.remove(place);
        }
        (2, Some(field)) => fields.push(field),
        (3, Some((key, _))) => {
            let other = if rng.chance(50) { Node::Scalar("null".into()) } else { fields[0].1.clone() };
            fields.insert(0, (key, other));
        }
        (4, Some((key, value))) => {
            // The same field, though its name is written with an escape.
            let Some(first) = key.chars().nth(1).filter(|c| *c != '"') else { return false };
            let rest: String = key.chars().skip(2).collect();
            let escaped = format!("\"\\u{:04x}{rest}", u32::from(first));
            if rng.chance(50) { fields.push((escaped, value)) } else { fields[place].0 = escaped }
        }
        (5, Some((key, _))) => {
            let bare = key.trim_matches('"');
            let renamed = match rng.below(5) {
                0 => bare.to_uppercase(),
                1 => bare.replace('_', "-"),
                2 => format!("{bare}s"),
                3 => format!(" {bare}"),
                _ => bare.split('_').map(capital).collect(),
            };
            fields[place].0 = quote(&renamed);
        }
        (6, Some(_)) => fields[place].0 = quote(rng.pick(&NAMES)),
        (7, _) => {
            let value = rng.pick(&["null", "true", "\"DE\"", "{}", "[]", "0", "\"google_ads\"", "\"user\""]);
            fields.push((quote(rng.pick(&NAMES)), Node::Scalar(value.to_owned())));
        }
        (_, Some(_)) => fields[place].1 = Node::Scalar("null".into()),
        _ => return false,
    }
    true
}

fn spoil_items(rng: &mut Rng, items: &mut Vec<Node>) -> bool {
    let place = rng.below(items.len());
    match (rng.below(4), items.get(place).cloned()) {
        (0, Some(_)) => {
            items.remove(place);
        }
        (1, Some(item)) => items.push(item),
        (2, Some(item)) => items[place] = Node::List(vec![item]),
        (3, _) => {
            items.push(Node::Scalar(rng.pick(&["null", "\"user\"", "\"ad_network\"", "{}", "1"]).to_owned()))
        }
        _ => return false,
    }
    true
}

fn spoil_scalar(rng: &mut Rng, key: &str, text: &mut String) -> bool {
    const INSTANTS: [&str; 34] = [
        "2025-06-01T00:00:00",
        "2025-06-01",
        "2025-06-01T00:00Z",
        "2025-06-01 00:00:00Z",
        "2025-06-01T00:00:00z",
        "2025-06-01t00:00:00Z",
        "2025-06-01T00:00:00.Z",
        "2025-06-01T00:00:00,5Z",
        "2025-06-01T00:00:00+0200",
        "2025-06-01T00:00:00+02",
        "2025-06-01T00:00:00 +02:00",
        "2025-06-01T00:00:00\u{2212}02:00",
        "2025-06-01T00:00:00-00:00",
        "2025-06-01T00:00:00+24:00",
        "2025-06-01T00:00:00+23:60",
        "2025-06-01T00:00:00+23:59",
        "2025-06-01T24:00:00Z",
        "2025-06-01T23:60:00Z",
        "2025-06-01T23:59:61Z",
        "2025-06-01T12:30:60Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T15:59:60-08:00",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-10T00:00:00Z",
        "2025-06-31T00:00:00Z",
        "+2025-06-01T00:00:00Z",
        "12025-06-01T00:00:00Z",
        "-001-06-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        " 2025-06-01T00:00:00Z",
        "2025-06-01T00:00:00Z ",
        "2025-06-01T00:00:00.0000000009Z",
        "2025-6-1T0:0:0Z",
    ];
    const DATES: [&str; 12] = [
        "2025-02-29",
        "2024-02-29",
        "1900-02-29",
        "2000-02-29",
        "2025-6-1",
        "20250601",
        "+2025-06-01",
        "2025-06-01Z",
        "2025-06-01T00:00:00Z",
        " 2025-06-01",
        "10000-01-01",
        "0000-01-01",
    ];
    const COUNTRIES: [&str; 12] =
        ["de", "De", "DEU", "D", "", "UK", "EU", "XK", "ZZ", "276", "DE ", "\u{ff24}\u{ff25}"];
    const PROCESSORS: [&str; 11] = [
        "subject",
        "Spotify",
        "_x",
        "9x",
        "",
        "apple-music",
        "apple music",
        "\u{455}potify",
        "x",
        "x__0_",
        "a1234567890123456789012345678901234567890123456789012345678901234",
    ];
    const UUIDS: [&str; 8] = [
        "0b8c7d1f5a3e4c2d9b8a7f6e5d4c3b2a",
        "{0b8c7d1f-5a3e-4c2d-9b8a-7f6e5d4c3b2a}",
        "urn:uuid:0b8c7d1f-5a3e-4c2d-9b8a-7f6e5d4c3b2a",
        "0b8c7d1f-5a3e-4c2d-9b8a-7f6e5d4c3b2",
        "",
        "0b8c7d1f-5a3e-4c2d-9b8a-7f6e5d4c3b2g",
        "0b8c7d1f5-a3e-4c2d-9b8a-7f6e5d4c3b2a",
        "00000000-0000-0000-0000-000000000000",
    ];
    const NUMBERS: [&str; 22] = [
        "-1",
        "-0",
        "0",
        "1",
        "9",
        "10",
        "13.0",
        "1.3e1",
        "13e0",
        "13E-0",
        "0.5",
        "150",
        "151",
        "255",
        "256",
        "269",
        "4294967309",
        "18446744073709551616",
        "1e999",
        "013",
        "+13",
        "\"13\"",
    ];
    const WORDS: [&str; 14] = [
        "user",
        "billing",
        "consent",
        "ad_network",
        "contractual",
        "allow",
        "deny",
        "subject",
        "use",
        "sell",
        "erased",
        "explicit",
        "never_heard_of",
        "",
    ];
    let before = text.clone();
    let bare: Option<String> = serde_json::from_str(text).ok();
    let choice = rng.below(10);
    *text = match (key, bare) {
        ("minimum_age" | "section", _) => rng.pick(&NUMBERS).to_owned(),
        ("at" | "effective_from" | "expires_at", _) if choice < 7 => quote(rng.pick(&INSTANTS)),
        ("minor_until", _) if choice < 7 => quote(rng.pick(&DATES)),
        ("country", _) if choice < 7 => quote(rng.pick(&COUNTRIES)),
        ("processor" | "source" | "origin", _) if choice < 7 => quote(rng.pick(&PROCESSORS)),
        ("id", Some(bare)) if choice < 7 && !bare.contains('-') => quote(rng.pick(&PROCESSORS)),
        ("id" | "subject", _) if choice < 7 => quote(rng.pick(&UUIDS)),
        ("version" | "policy_version", _) if choice < 7 => {
            let length = *rng.pick(&[&0, &1, &33, &64, &65]);
            quote(&rng.pick(&["v", "\u{e9}", "\u{1F3B5}", " "]).repeat(length))
        }
        (_, Some(bare)) => match rng.below(9) {
            0 => quote(&bare.to_uppercase()),
            1 => quote(&capital(&bare)),
            2 => quote(&format!("{bare} ")),
            3 => quote(&bare.replace('_', "-")),
            4 => quote(&format!("{bare}\0")),
            5 => format!("\"\\ud800{bare}\""),
            6 => "\"\\ud83c\\udfb5\"".to_owned(),
            7 => quote(&bare.chars().skip(1).collect::<String>()),
            _ => quote(rng.pick(&WORDS)),
        },
        (_, None) => {
            rng.pick(&["true", "false", "null", "0", "1", "\"true\"", "True", "\"\"", "[]"]).to_owned()
        }
    };
    *text != before
}

/// Something of another type, or the same value wrapped.
fn other_type(rng: &mut Rng, node: &Node) -> Node {
    let deep = *rng.pick(&[&100, &130, &3000]);
    match rng.below(8) {
        0 => Node::Scalar("null".into()),
        1 => Node::Scalar(rng.pick(&["0", "13", "-7", "1.5", "1e400"]).to_owned()),
        2 => Node::Scalar(rng.pick(&["true", "false"]).to_owned()),
        3 => Node::Scalar(quote(rng.pick(&["", "user", "null", "{}"]))),
        4 => Node::List(vec![node.clone()]),
        5 => Node::Object(vec![]),
        6 => Node::Object(vec![("\"value\"".into(), node.clone())]),
        _ if rng.chance(50) => Node::Scalar("[".repeat(deep) + &"]".repeat(deep)),
        _ => Node::Scalar("{\"a\":".repeat(deep) + "1" + &"}".repeat(deep)),
    }
}

fn spoil_text(rng: &mut Rng, line: &str) -> String {
    let mut letters: Vec<char> = line.chars().collect();
    let place = rng.below(letters.len());
    match rng.below(12) {
        0 | 1 => letters.truncate(place),
        2 => letters.insert(
            place,
            *rng.pick(&[&'\0', &'\u{7f}', &'\u{a0}', &'\u{feff}', &'\u{1}', &'"', &'\\', &'{', &',']),
        ),
        3 if !letters.is_empty() => {
            letters.remove(place);
        }
        4 if !letters.is_empty() => {
            letters[place] = *rng.pick(&[&'\0', &'\'', &'9', &'x', &']', &'\u{fffd}'])
        }
        5 => letters.extend(line.chars()),
        6 => letters.insert(0, '\u{feff}'),
        7 => letters = line.replace('"', "'").chars().collect(),
        8 => letters = line.replacen('}', ",}", 1).chars().collect(),
        9 => letters.extend(" // checked".chars()),
        10 => letters = format!("[{line}]").chars().collect(),
        _ => letters = format!(" \t{line}\t ").chars().collect(),
    }
    letters.into_iter().collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
