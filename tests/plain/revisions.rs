//! Revisions of a policy document: some that hold together, some that contradict themselves.

use serde_json::{Value, json};

use super::form::{CATEGORIES, KINDS};
use super::rng::Rng;

/// The processors that only revisions register, and one that nothing registers.
pub const EXTRA: [&str; 5] = [
    "host_one",
    "host_two",
    "x",
    "network_2",
    "a_processor_with_sixty_four_characters_in_its_identifier_0123456",
];
pub const NEVER: &str = "never_registered";

/// Changes a document in one way that keeps it consistent: it widens, narrows or exchanges something.
pub fn revise(rng: &mut Rng, document: &mut Value) {
    match rng.below(16) {
        0 | 1 => register(rng, document),
        2 => {
            remove(rng, &mut document["processors"]);
        }
        3 | 4 => {
            let row = any(rng, &mut document["uses"]);
            toggle(rng, &mut row["categories"], &CATEGORIES);
        }
        5 => widen_sharing(rng, document),
        6 => {
            remove(rng, &mut document["sharing"]);
        }
        7 => {
            let row = any(rng, &mut document["sharing"]);
            toggle(rng, &mut row["categories"], &CATEGORIES);
        }
        8 => {
            let row = any(rng, &mut document["collection"]);
            let mut sources = KINDS.to_vec();
            sources.push("subject");
            toggle(rng, &mut row["sources"], &sources);
        }
        9 => {
            let row = any(rng, &mut document["purposes"]);
            if row["id"] != "legal_obligation" {
                let other = if row["basis"] == "consent" { "contract" } else { "consent" };
                row["basis"] = json!(other);
            }
        }
        10 => document["unknown_age"] = json!(rng.pick(&["allow", "deny", "deny"])),
        11 => {
            let row = any(rng, &mut document["processors"]);
            row["safeguard"] = if row["safeguard"].is_null() { json!("contractual") } else { Value::Null };
        }
        12 => {
            let row = any(rng, &mut document["processors"]);
            if row.get("no_onward_to").is_none() {
                row["no_onward_to"] = json!([]);
            }
            toggle(rng, &mut row["no_onward_to"], &KINDS);
        }
        13 => {
            let storage = &mut document["storage"];
            if rng.chance(40) {
                storage["safeguard"] =
                    if storage["safeguard"].is_null() { json!("contractual") } else { Value::Null };
            } else {
                toggle(rng, &mut storage["encrypted"], &CATEGORIES);
            }
        }
        14 => {
            let kind = rng.pick(&KINDS);
            any(rng, &mut document["processors"])["kind"] = json!(kind);
        }
        _ => {
            document["minimum_age"] = json!(rng.below(151));
            document["organisation"] =
                json!(rng.pick(&["Dynamoi", "Dynamoi \"Ltd\"", "", "Дінамо\u{1F3B5}"]));
        }
    }
    // What is no longer used is no longer shared, and a kind stands once for each purpose.
    let uses = document["uses"].clone();
    for row in rows(&mut document["sharing"]) {
        let purpose = row["purpose"].clone();
        let used = rows_of(&uses).iter().find(|u| u["purpose"] == purpose).map(|u| u["categories"].clone());
        let used = used.unwrap_or_else(|| json!([]));
        rows(&mut row["categories"]).retain(|category| rows_of(&used).contains(category));
    }
}

/// Makes a document of the right form contradict itself, in each of the ways that are listed.
pub fn contradict(rng: &mut Rng, document: &mut Value) {
    match rng.below(16) {
        0 => {
            // Twice, though the two say different things.
            let mut twin = any(rng, &mut document["processors"]).clone();
            twin["kind"] = json!(rng.pick(&KINDS));
            rows(&mut document["processors"]).push(twin);
        }
        1 => any(rng, &mut document["processors"])["id"] = json!("subject"),
        2 => {
            remove(rng, &mut document["purposes"]);
        }
        3 => repeat(rng, &mut document["purposes"]),
        4 => {
            let first = document["purposes"][0].clone();
            rows(&mut document["purposes"])[1] = first;
        }
        5 => {
            for row in rows(&mut document["purposes"]) {
                if row["id"] == "legal_obligation" {
                    row["basis"] = json!("contract");
                }
            }
        }
        6 => {
            let first = &mut rows(&mut document["purposes"])[0];
            let of_legal_obligation = first["id"] == "legal_obligation";
            first["basis"] = json!(if of_legal_obligation { "consent" } else { "legal_obligation" });
        }
        7 => repeat(rng, &mut document["collection"]),
        8 => repeat(rng, &mut document["uses"]),
        9 => {
            // A second row for one purpose and kind, whatever else it says.
            let purpose = any(rng, &mut document["uses"])["purpose"].clone();
            let kind = rng.pick(&KINDS);
            for _ in 0..2 {
                let row = json!({ "purpose": purpose, "recipients": [kind], "categories": [] });
                rows(&mut document["sharing"]).push(row);
            }
        }
        10 => {
            let row = json!({ "purpose": "legal_obligation", "categories": ["user"] });
            rows(&mut document["uses"]).push(row);
        }
        11 => {
            let row =
                json!({ "purpose": "legal_obligation", "recipients": [rng.pick(&KINDS)], "categories": [] });
            rows(&mut document["sharing"]).push(row);
        }
        12 => {
            let used = any(rng, &mut document["uses"]);
            used["categories"] = json!(["user"]);
            let purpose = used["purpose"].clone();
            rows(&mut document["sharing"]).retain(|row| row["purpose"] != purpose);
            let row = json!({ "purpose": purpose, "recipients": ["ad_network"], "categories": ["user", "payment"] });
            rows(&mut document["sharing"]).push(row);
        }
        13 => {
            let row = any(rng, &mut document["processors"]);
            row["no_onward_to"] = json!(["ad_network", "service_provider", "ad_network"]);
        }
        14 => document["storage"]["encrypted"] = json!(["user", "user"]),
        _ => {
            let (list, field) = rng.pick(&[
                &("collection", "sources"),
                &("uses", "categories"),
                &("sharing", "categories"),
                &("sharing", "recipients"),
            ]);
            let value = match *field {
                "sources" => "subject",
                "recipients" => "service_provider",
                _ => "streaming",
            };
            any(rng, &mut document[*list])[*field] = json!([value, value]);
        }
    }
}

fn register(rng: &mut Rng, document: &mut Value) {
    let id = rng.pick(&EXTRA);
    let processors = rows(&mut document["processors"]);
    processors.retain(|row| row["id"] != *id);
    let kind = if rng.chance(40) { "service_provider" } else { rng.pick(&KINDS) };
    let mut row = json!({ "id": id, "kind": kind, "name": id, "safeguard": "contractual" });
    if rng.chance(30) {
        row["safeguard"] = Value::Null;
    }
    if rng.chance(30) {
        row["no_onward_to"] = json!([rng.pick(&KINDS)]);
    }
    processors.insert(0, row);
}

fn widen_sharing(rng: &mut Rng, document: &mut Value) {
    let used = any(rng, &mut document["uses"]).clone();
    let (purpose, kind) = (&used["purpose"], rng.pick(&KINDS));
    let sharing = rows(&mut document["sharing"]);
    let taken = sharing
        .iter()
        .any(|row| row["purpose"] == *purpose && rows_of(&row["recipients"]).contains(&json!(kind)));
    if !taken {
        sharing.push(json!({ "purpose": purpose, "recipients": [kind], "categories": used["categories"] }));
    }
}

/// Puts a word into the list, or takes it out.
fn toggle(rng: &mut Rng, list: &mut Value, words: &[&str]) {
    let word = json!(rng.pick(words));
    let list = rows(list);
    if list.contains(&word) { list.retain(|known| *known != word) } else { list.push(word) }
}

fn repeat(rng: &mut Rng, list: &mut Value) {
    let row = any(rng, list).clone();
    let list = rows(list);
    let place = rng.below(list.len() + 1);
    list.insert(place, row);
}

fn remove(rng: &mut Rng, list: &mut Value) {
    let list = rows(list);
    if list.len() > 1 {
        let place = rng.below(list.len());
        list.remove(place);
    }
}

/// One row of the list; no revision empties a list of rows.
fn any<'a>(rng: &mut Rng, list: &'a mut Value) -> &'a mut Value {
    let list = rows(list);
    let place = rng.below(list.len());
    &mut list[place]
}

fn rows(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

fn rows_of(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}
