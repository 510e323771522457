//! The house holds: no room imports one above it or beside it, and every file keeps the rules of the house.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod paths;
mod tokens;

use std::{fs, path::Path};

use paths::paths;
use tokens::{Token, tokens};

/// The rooms and their floors. A room imports from the floors below it and from itself, and from no neighbour.
const FLOORS: [(&str, u8); 14] = [
    ("append", 1),
    ("clock", 1),
    ("vocabulary", 1),
    ("data", 2),
    ("policy", 2),
    ("terms", 2),
    ("consent", 3),
    ("gate", 4),
    ("processors", 5),
    ("audit", 5),
    ("ledger", 6),
    ("rights", 7),
    ("script", 7),
    ("schema", 8),
];

/// A longer file is about more than one thing.
const LONGEST: usize = 500;

/// Where Rust sources are, and the folder that may be longer: a second reading of the rules in one piece.
const SOURCES: [&str; 4] = ["src", "tests", "examples", "benches"];
const LONGER: &str = "tests/plain/";

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// What is wrong with a file under `src`; `name` is its path from there, `gate/view.rs`.
fn wrong_in_source(name: &str, source: &str) -> Vec<String> {
    let mut module: Vec<&str> = name.strip_suffix(".rs").unwrap().split('/').collect();
    if module == ["lib"] || module.last() == Some(&"mod") {
        module.pop();
    }
    let mut wrong = Vec::new();
    match module.first() {
        // The root puts the rooms together: it may name each of them, and has no other.
        None => wrong.extend(unknown_modules(source)),
        Some(room) => match floor(room) {
            None => wrong.push(format!("the room `{room}` has no floor")),
            Some(own) => wrong.extend(wrong_imports(source, &module, own)),
        },
    }
    wrong.extend(wrong_tokens(&tokens(source), module.first().copied().unwrap_or_default()));
    wrong.iter().map(|what| format!("src/{name}: {what}")).collect()
}

fn unknown_modules(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let declared = tokens.iter().zip(tokens.iter().skip(1)).filter(|(first, _)| first.is("mod"));
    let names = declared.filter_map(|(_, name)| name.word());
    names.filter(|name| floor(name).is_none()).map(|name| format!("the room `{name}` has no floor")).collect()
}

fn wrong_imports(source: &str, module: &[&str], own: u8) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in paths(source, module) {
        let line = path.line;
        match path.segments.first().map(String::as_str) {
            None => wrong.push(format!("line {line} names the whole crate")),
            Some(room) if room == module[0] => {}
            Some(room) => match floor(room) {
                None => wrong.push(format!("line {line} imports `{room}`, which has no floor")),
                Some(other) if other >= own => {
                    wrong.push(format!("line {line} imports `{room}` of floor {other} into floor {own}"));
                }
                Some(_) => {}
            },
        }
    }
    wrong
}

/// What no path shows: files from elsewhere, the clock, and what waits.
fn wrong_tokens(tokens: &[Token], room: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let line = token.line;
        let after = |texts: &[&str]| {
            texts.iter().enumerate().all(|(n, text)| tokens.get(at + 1 + n).is_some_and(|next| next.is(text)))
        };
        if (token.is("#") && after(&["[", "path"])) || token.is("include") {
            wrong.push(format!("line {line} takes a module from another place"));
        }
        if (token.is("extern") && after(&["crate"])) || token.is("macro_use") {
            wrong.push(format!("line {line} gives the crate another name, or macros none"));
        }
        // Also under another name, or handed on uncalled.
        let asks_our_own = at > 0 && tokens[at - 1].is("clock");
        let reads_the_clock =
            (token.is("::") && after(&["now"]) && !asks_our_own) || (token.is(".") && after(&["elapsed"]));
        if room != "clock" && reads_the_clock {
            wrong.push(format!("line {line} reads the clock"));
        }
        let waits = token.is("async") || (token.is(".") && after(&["await"]));
        if room != "ledger" && waits {
            wrong.push(format!("line {line} is async"));
        }
    }
    wrong
}

/// What is wrong with any file: its first line and its length.
fn wrong_in_file(name: &str, source: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let first = source.lines().next().unwrap_or_default();
    // The crate's page is the README.
    let is_page = name == "src/lib.rs" && first == r##"#![doc = include_str!("../README.md")]"##;
    if !is_page && first.strip_prefix("//! ").is_none_or(|about| about.len() <= 10) {
        wrong.push(format!("{name}: the first line does not say what the file is about"));
    }
    let lines = source.lines().count();
    if lines > LONGEST && !name.starts_with(LONGER) {
        wrong.push(format!("{name}: {lines} lines, more than {LONGEST}"));
    }
    wrong
}

/// Every Rust file of a folder of the repository, by its path from the root.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let parts: Vec<&str> =
                    path.strip_prefix(root).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
                found.push((parts.join("/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

#[test]
fn no_room_imports_one_above_it_or_beside_it() {
    let sources = files("src");
    assert!(sources.len() > 40, "the sources are gone");
    let wrong: Vec<String> = sources
        .iter()
        .flat_map(|(name, source)| wrong_in_source(name.strip_prefix("src/").unwrap(), source))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_about_and_is_about_one_thing() {
    let wrong: Vec<String> = SOURCES
        .iter()
        .flat_map(|folder| files(folder))
        .flat_map(|(name, source)| wrong_in_file(&name, &source))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the check says of a snippet in a file, without the file's name.
fn said(name: &str, source: &str) -> Vec<String> {
    wrong_in_source(name, source).iter().map(|what| what.split_once(": ").unwrap().1.to_owned()).collect()
}

#[test]
fn an_import_from_above_or_beside_is_found() {
    assert_eq!(said("policy/history.rs", "use crate::{append::Append, vocabulary::PolicyVersion};"), [""; 0]);
    assert_eq!(said("gate/view/line.rs", "use crate::{consent, data, policy}; use super::*;"), [""; 0]);
    assert_eq!(
        said("data/text.rs", "use crate::{vocabulary::Country,\n policy::Policy};"),
        ["line 2 imports `policy` of floor 2 into floor 2"]
    );
    assert_eq!(
        said("policy.rs", "fn f() -> crate::gate::Gate { todo() }"),
        ["line 1 imports `gate` of floor 4 into floor 2"]
    );
    assert_eq!(
        said("vocabulary/ids.rs", "use super::super::append::Append;"),
        ["line 1 imports `append` of floor 1 into floor 1"]
    );
    assert_eq!(
        said("consent.rs", "macro_rules! m { () => { $crate::script::Script }; }"),
        ["line 1 imports `script` of floor 7 into floor 3"]
    );
    assert_eq!(
        said("gate.rs", "use crate as all; use crate::*; use crate::Gate;"),
        [
            "line 1 names the whole crate",
            "line 1 imports `*`, which has no floor",
            "line 1 imports `Gate`, which has no floor",
        ]
    );
}

#[test]
fn a_room_that_the_table_does_not_know_is_found() {
    assert_eq!(said("attic.rs", ""), ["the room `attic` has no floor"]);
    assert_eq!(said("attic/mod.rs", ""), ["the room `attic` has no floor"]);
    assert_eq!(said("main.rs", ""), ["the room `main` has no floor"]);
    assert_eq!(said("lib.rs", "mod append; pub mod gate; pub use gate::Gate;"), [""; 0]);
    assert_eq!(said("lib.rs", "pub mod gate { } mod attic;"), ["the room `attic` has no floor"]);
}

#[test]
fn what_goes_round_the_paths_is_found() {
    assert_eq!(
        said("data.rs", "#[path = \"../gate/check.rs\"]\nmod check;"),
        ["line 1 takes a module from another place"]
    );
    assert_eq!(
        said("data.rs", "include!(\"x.rs\"); const A: &str = include_str!(\"a.json\");"),
        ["line 1 takes a module from another place"]
    );
    assert_eq!(
        said("data.rs", "fn now() {} let a = now; f(Utc::now);\nlet b = SystemTime :: now();"),
        ["line 1 reads the clock", "line 2 reads the clock"]
    );
    assert_eq!(said("data.rs", "UNIX_EPOCH.elapsed()"), ["line 1 reads the clock"]);
    assert_eq!(said("clock.rs", "chrono::Utc::now()"), [""; 0]);
    assert_eq!(said("ledger.rs", "crate::clock::now()"), [""; 0]);
    assert_eq!(
        said("lib.rs", "#[macro_use]\nmod gate;\nextern crate self as dynamoi_privacy;"),
        [
            "line 1 gives the crate another name, or macros none",
            "line 3 gives the crate another name, or macros none",
        ]
    );
    assert_eq!(said("gate.rs", "async fn f() {}\nf().await"), ["line 1 is async", "line 2 is async"]);
    assert_eq!(said("ledger/memory.rs", "async fn f() { g().await }"), [""; 0]);
    assert_eq!(said("gate.rs", "// async\nlet a = \"x.await\";"), [""; 0]);
}

#[test]
fn a_file_without_a_first_line_or_of_two_things_is_found() {
    let long = format!("//! About something.\n{}", "\n".repeat(LONGEST));
    assert_eq!(wrong_in_file("src/a.rs", &long), ["src/a.rs: 501 lines, more than 500"]);
    assert!(wrong_in_file("tests/plain/a.rs", &long).is_empty());
    assert!(wrong_in_file("src/a.rs", "//! About something.\n").is_empty());
    for bad in ["", "use x;", "// About something.", "//!", "\n//! About something.", "/// About something."]
    {
        assert_eq!(wrong_in_file("src/a.rs", bad).len(), 1, "{bad}");
    }
}
