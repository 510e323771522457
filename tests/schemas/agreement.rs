//! What serde takes and refuses the schemas take and refuse, but for what is written down here.
//!
//! Every case goes into a file as well, by which the validators of other languages are judged (`tests/languages`).

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use dynamoi_privacy::schema::{self, Name};
use serde_json::{Value, json};

use super::{
    damage::{damaged, replaced},
    forms::{generate, has_its_hash, read, sealed},
    rng::Rng,
    strict::Strict,
};

/// What a schema cannot say, by a part of the reader's message: such a document is valid by the schema and refused when it
/// is read. `docs/schemas.md` says why each cannot be said.
const LIMITS: &[(&str, &str)] = &[
    ("repeated_field", ""),
    ("card_number", "found what may be a full payment card number"),
    ("person_in_page", "found a text with an e-mail address"),
    ("person_in_page", "found a text with a telephone number"),
    ("days_in_order", "two dates in order"),
    ("leap_second", "an instant of RFC 3339"),
    ("leap_second", "an instant in UTC"),
    ("decimal_of_29_digits", "more digits than"),
    ("email_beyond_ascii", "an e-mail address"),
    ("entry_hash", "the entry was edited: it has another hash"),
    ("reasons_in_order", "reasons out of their order"),
    ("signals_of_nothing", "signals that signal nothing"),
    ("least_of_64_bits", "a whole number of 64 bits"),
    ("scope_once", "found a scope twice"),
    ("expires_after_grant", "expires at or before the instant"),
];

/// The limit that a document meets; `None` where the schema should have refused it.
fn limit(message: &str, text: &str) -> Option<&'static str> {
    let holds = |name: &str| match name {
        "repeated_field" => serde_json::from_str::<Strict>(text).is_err(),
        "leap_second" => text.contains(":60"),
        "email_beyond_ascii" => !text.is_ascii(),
        // An entry that has its own hash is refused for something that the schema should have seen.
        "entry_hash" => serde_json::from_str::<Value>(text).is_ok_and(|document| !has_its_hash(&document)),
        "least_of_64_bits" => text.contains("-9223372036854775808.0"),
        _ => true,
    };
    LIMITS.iter().find(|(name, part)| message.contains(part) && holds(name)).map(|(name, _)| *name)
}

/// The documents that are tried of a form, each once.
fn documents(name: Name, schema: &Value) -> Vec<String> {
    let mut rng = Rng::new(name.as_str().len() as u64);
    let mut texts: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |text: String| {
        if seen.insert(text.clone()) {
            texts.push(text);
        }
    };
    // Documents of these are long, and their parts are tried by themselves.
    let (valid, damages, share) = match name {
        Name::POLICY | Name::SCRIPT_LINE | Name::EXPORT => (410, 2, 1),
        Name::RECEIPT => (400, 2, 10),
        Name::AUDIT_ENTRY => (600, 3, 30),
        Name::EVENT | Name::REQUEST => (1000, 2, 40),
        Name::DECISION | Name::ANSWER => (600, 2, 20),
        _ => (600, 2, 70),
    };
    for example in schema["examples"].as_array().unwrap() {
        add(example.to_string());
        replaced(example, share, &mut rng, &mut add);
    }
    for _ in 0..valid {
        let mut document = generate(schema, schema, &mut rng);
        if name == Name::AUDIT_ENTRY {
            document = sealed(document);
        }
        add(document.to_string());
        for _ in 0..damages {
            add(damaged(&document, &mut rng));
        }
    }
    texts
}

#[test]
fn serde_and_the_schemas_take_and_refuse_the_same() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas-corpus.jsonl");
    let mut corpus = BufWriter::new(File::create(path).unwrap());
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, schema) in schema::all() {
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let (mut taken, mut refused) = (0, 0);
        for text in documents(name, &schema) {
            let read = read(name, &text);
            // Under their own names `serde_json` would take these objects for what is in them.
            let plain = text.replace("$serde_json::private::", "$other::private::");
            let value: Value = serde_json::from_str(&plain).unwrap_or_else(|error| panic!("{error}: {text}"));
            let is_valid = validator.is_valid(&value);
            match (&read, is_valid) {
                (Ok(_), true) => taken += 1,
                (Err(_), false) => refused += 1,
                (Err(message), true) => match limit(message, &text) {
                    Some(limit) => *met.entry(limit).or_default() += 1,
                    None => wrong.push(format!("{name}: only the schema takes {text}: {message}")),
                },
                (Ok(_), false) => {
                    let why: Vec<String> = validator.iter_errors(&value).map(|why| why.to_string()).collect();
                    wrong.push(format!("{name}: only the schema refuses {text}: {why:?}"));
                }
            }
            if let Ok(written) = &read
                && !validator.is_valid(written)
            {
                wrong.push(format!("{name}: what is written of {text} is not valid: {written}"));
            }
            let case =
                json!({ "form": name.as_str(), "text": text, "serde": read.is_ok(), "schema": is_valid });
            writeln!(corpus, "{case}").unwrap();
        }
        assert!(taken > 400 && refused > 400, "{name}: {taken} taken, {refused} refused");
    }
    corpus.flush().unwrap();
    let shown: Vec<String> = wrong.iter().take(40).map(|what| what.chars().take(1000).collect()).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), shown.join("\n"));
    let documented = include_str!("../../docs/schemas.md").lines();
    let documented =
        documented.filter_map(|line| line.strip_prefix("| `")?.split_once("` | ").map(|(name, _)| name));
    let documented: HashSet<&str> = documented.filter(|name| !name.contains(['.', '/'])).collect();
    assert_eq!(
        documented,
        LIMITS.iter().map(|(name, _)| *name).collect(),
        "docs/schemas.md lists other limits"
    );
    for (limit, _) in LIMITS {
        assert!(met.contains_key(limit), "nothing meets the limit {limit}: {met:?}");
    }
}
