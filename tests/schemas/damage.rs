//! Documents with something wrong, somewhere, in most cases.

use serde_json::Value;

use super::{
    node::Node,
    pools::{LONG, NAMES, NUMBERS, OTHERS, TEXTS},
    rng::Rng,
};

/// The document with one to three changes.
pub(crate) fn damaged(document: &Value, rng: &mut Rng) -> String {
    let mut node = Node::from(document);
    for _ in 0..1 + rng.below(10) / 4 {
        let places = node.places();
        let place = &places[rng.below(places.len())];
        change(node.at(place), rng);
    }
    node.text()
}

/// The document with each piece of it replaced by a scalar: every place, and `share` of a hundred of what could be put there;
/// where a number stands, every number.
pub(crate) fn replaced(document: &Value, share: usize, rng: &mut Rng, mut each: impl FnMut(String)) {
    let whole = Node::from(document);
    for place in whole.places() {
        let mut changed = whole.clone();
        let is_number = matches!(changed.at(&place), Node::Scalar(text) if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()));
        let texts = TEXTS.iter().map(|text| (format!("\"{text}\""), false));
        let numbers = NUMBERS.iter().map(|text| ((*text).to_owned(), is_number));
        let others = OTHERS.iter().map(|text| ((*text).to_owned(), false));
        for (scalar, always) in texts.chain(numbers).chain(others) {
            if always || rng.chance(share) {
                *changed.at(&place) = Node::Scalar(scalar);
                each(changed.text());
            }
        }
    }
}

fn change(node: &mut Node, rng: &mut Rng) {
    match node {
        Node::Scalar(text) => *text = scalar(text, rng),
        Node::Array(items) => match rng.below(6) {
            0 if !items.is_empty() => drop(items.remove(rng.below(items.len()))),
            1 if !items.is_empty() => items.push(items[rng.below(items.len())].clone()),
            2 => items.push(Node::Scalar(any(rng))),
            3 => items.clear(),
            4 => *node = items.first().cloned().unwrap_or(Node::Scalar("null".to_owned())),
            _ => *node = Node::Scalar(any(rng)),
        },
        Node::Object(fields) => object(fields, rng).unwrap_or_else(|| *node = Node::Scalar(any(rng))),
    }
}

/// Changes an object's fields; `None` when there is nothing to change so.
fn object(fields: &mut Vec<(String, Node)>, rng: &mut Rng) -> Option<()> {
    let place = (!fields.is_empty()).then(|| rng.below(fields.len()));
    match rng.below(9) {
        0 => drop(fields.remove(place?)),
        1 => fields.push((rng.pick(NAMES).to_owned(), Node::Scalar(any(rng)))),
        2 => fields.push(fields[place?].clone()),
        3 => fields.push((fields[place?].0.clone(), Node::Scalar(any(rng)))),
        4 => fields[place?].0 = rng.pick(NAMES).to_owned(),
        5 => {
            let name = &mut fields[place?].0;
            *name = if rng.chance(50) { name.to_uppercase() } else { format!("{name} ") };
        }
        6 => {
            let other = rng.below(fields.len());
            let value = fields[place?].1.clone();
            fields[place?].1 = fields[other].1.clone();
            fields[other].1 = value;
        }
        7 => {
            let value = fields[place?].1.clone();
            fields[place?].1 = Node::Array(vec![value]);
        }
        _ => return None,
    }
    Some(())
}

/// Something else that is written where a scalar stood.
fn scalar(text: &str, rng: &mut Rng) -> String {
    let Ok(Value::String(was)) = serde_json::from_str(text) else {
        return if rng.chance(60) { rng.pick(NUMBERS).to_owned() } else { any(rng) };
    };
    let changed = match rng.below(12) {
        0 => was.to_uppercase(),
        1 => was.to_lowercase(),
        2 => format!("{was}\n"),
        3 => format!(" {was}"),
        4 => format!("{was}\u{200b}"),
        5 => was.chars().skip(1).collect(),
        6 => was.chars().rev().collect(),
        7 => format!("{was}{was}"),
        8 => was.replace('_', "-"),
        _ => return any(rng),
    };
    Value::from(changed).to_string()
}

/// Any scalar.
fn any(rng: &mut Rng) -> String {
    match rng.below(8) {
        0 => rng.pick(OTHERS).to_owned(),
        1 => rng.pick(NUMBERS).to_owned(),
        2 => {
            let (text, times) = LONG[rng.below(LONG.len())];
            format!("\"{}\"", text.repeat(times))
        }
        _ => format!("\"{}\"", rng.pick(TEXTS)),
    }
}
