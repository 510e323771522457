//! The example day prints what its files say, shows nobody's data, and says what is wrong with a bad file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, ffi::OsString, fs, path::Path};

use copy::{Copy, TempLedger, files};
use dynamoi_privacy::processors::System;
use serde_json::Value;

#[path = "campaign_day/audit.rs"]
mod audit;
#[path = "campaign_day/bad_files.rs"]
mod bad_files;
#[path = "../examples/campaign_day/main.rs"]
#[allow(dead_code, reason = "the tests call what `main` calls")]
mod campaign_day;
#[path = "campaign_day/copy.rs"]
mod copy;
#[path = "campaign_day/ledger.rs"]
mod ledger;

const DAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/campaign_day");

/// The tables, what is owed and the refusals, by hand checked against the files.
const END_OF_THE_DAY: &str = include_str!("campaign_day/end_of_the_day.txt");

/// Runs the command on a new ledger: its exit status, what it prints but for where the ledger is, and what it complains
/// about.
fn run(arguments: &[&str]) -> (u8, String, String) {
    let ledger = TempLedger::new();
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--ledger", ledger.path()]).collect();
    let (status, out, err) = command(&arguments);
    let introduced = format!("Consents are kept in the ledger {}\nIt is new.\n\n", ledger.path());
    (status, out.strip_prefix(&introduced).unwrap_or(&out).to_owned(), err)
}

/// Runs the command as it is.
fn command(arguments: &[&str]) -> (u8, String, String) {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = campaign_day::run(&arguments, &mut out, &mut err);
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// The lines of progress, each in one piece, with single spaces.
fn progress(out: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in out.split("\nWhat was asked").next().unwrap().lines() {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        match lines.last_mut() {
            Some(last) if line.starts_with(&" ".repeat(30)) => last.push_str(&format!(" {words}")),
            _ => lines.push(words),
        }
    }
    lines
}

#[test]
fn the_day_ends_with_its_tables_what_is_owed_and_three_refusals_in_full() {
    let (status, out, err) = run(&[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.ends_with(END_OF_THE_DAY), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 100 && line.trim_end() == line));
    assert_eq!(run(&["--day", DAY]).1, out, "no clock and no chance: every run prints the same");
}

#[test]
fn the_table_adds_up() {
    let (_, out, _) = run(&[]);
    let rows = out.split("commonest reasons\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut sum = [0; 3];
    let mut all = [0; 3];
    for row in rows.lines().filter(|row| !row.starts_with(' ')) {
        let numbers: Vec<usize> =
            row.get(16..).unwrap().split_whitespace().take(3).map(|n| n.parse().unwrap()).collect();
        assert_eq!(numbers[0], numbers[1] + numbers[2], "{row}");
        let into = if row.starts_with("all") { &mut all } else { &mut sum };
        into.iter_mut().zip(numbers).for_each(|(total, number)| *total += number);
    }
    assert!(all[0] > 100);
    assert_eq!(sum, all);
}

#[test]
fn what_changes_in_the_course_of_the_day_changes_the_answers() {
    let lines = progress(&run(&[]).1);
    let share = "share user data with Facebook Ads for marketing campaigns";
    let ask = "use streaming data for engagement analysis (2 rows)";
    let link = "share streaming data obtained from Spotify with Feature.fm for promotion";
    let place = |beginning: &str| lines.iter().position(|line| line.starts_with(beginning)).unwrap();
    for expected in [
        format!("11:59 subject 3 permitted {share}"),
        "12:00:10 subject 3 lapsed send what was cleared at 11:59:50: the subject's consent record changed \
         since the permit was issued"
            .to_owned(),
        "refused send what was cleared at 11:59:50: consent_withdrawn".to_owned(),
        format!("12:01 subject 3 refused {share}: consent_withdrawn"),
        // A grant of the morning that arrives in the afternoon does not undo the withdrawal at noon.
        format!("13:41 subject 3 refused {share}: consent_withdrawn"),
        "08:15 subject 5 refused sign up: policy_not_accepted".to_owned(),
        "08:18 subject 7 refused sign up: below_minimum_age".to_owned(),
        "08:20 subject 8 permitted sign up".to_owned(),
        format!("09:50 subject 9 permitted {link}"),
        format!("10:10 subject 9 refused {link}: consent_expired"),
        "12:35 subject 6 permitted use user data for platform operation".to_owned(),
        "14:20 subject 10 permitted share user data with Stripe for billing".to_owned(),
        "14:30 subject 10 is erased; 2 stored rows deleted".to_owned(),
        "14:35 subject 10 refused share user data with Stripe for billing: subject_erased".to_owned(),
        format!("14:50 subject 12 refused {ask}: purpose_not_permitted"),
        format!("15:10 subject 12 refused {ask}: consent_outdated, not_permitted_by_accepted_version"),
        format!("15:21 subject 12 refused {ask}: consent_outdated"),
        format!("15:26 subject 12 permitted {ask}"),
    ] {
        assert!(lines.contains(&expected), "{expected}\n{lines:#?}");
    }
    assert!(place("13:30 subject 3 consents") < place("13:41 subject 3"));
    assert!(lines[place("13:30 subject 3 consents")].ends_with("(arrives late: it is of 09:30)"));
}

#[test]
fn each_system_is_told_of_the_persons_choices() {
    let lines = progress(&run(&[]).1);
    let after = |line: &str| {
        let place = lines.iter().position(|known| known == line);
        &lines[place.unwrap_or_else(|| panic!("{line}\n{lines:#?}")) + 1]
    };
    let page =
        "share analytics data obtained from Google Analytics with Google Analytics for engagement analysis";
    let numbers = |system: &str| {
        format!(
            "share ad performance data obtained from {system} with {system} for marketing campaigns (2 rows)"
        )
    };
    let person = |system: &str| format!("share user data with {system} for marketing campaigns");
    let denied = r#"told consent {"ad_personalization":"DENIED","ad_user_data":"DENIED"}"#;
    let granted = r#"told consent {"ad_personalization":"GRANTED","ad_user_data":"GRANTED"}"#;
    for (line, told) in [
        // At home in Germany, and at a place that nobody knows.
        (format!("09:15 subject 1 permitted {}", numbers("Facebook Ads")), "told data_processing_options []"),
        (
            format!("11:21 subject 13 permitted {}", person("Facebook Ads")),
            r#"told data_processing_options ["LDU"]"#,
        ),
        (format!("09:19:30 subject 1 permitted {}", numbers("TikTok Ads")), "told limited_data_use false"),
        (
            "11:13 subject 16 permitted share streaming data obtained from Deezer with TikTok Ads for marketing \
             campaigns (2 rows)"
                .to_owned(),
            "told limited_data_use true",
        ),
        (
            format!("11:31 subject 14 permitted {}", person("Google Ads")),
            r#"told consent {"adUserData":"GRANTED"}"#,
        ),
        (
            "09:30 subject 12 permitted share analytics data obtained from PostHog with PostHog for engagement \
             analysis (2 rows)"
                .to_owned(),
            "told $process_person_profile false, $geoip_disable true",
        ),
        // Without consent to ads, with it, with it and a browser that says no, and after it was withdrawn.
        (format!("09:58 subject 14 permitted {page}"), denied),
        (format!("11:33 subject 14 permitted {page}"), granted),
        (format!("11:34 subject 14 permitted {page}, with the browser signal Sec-GPC"), denied),
        (format!("16:42 subject 14 permitted {page}"), denied),
    ] {
        assert_eq!(after(&line), told, "{line}");
    }
    for refused in [
        format!("09:59 subject 14 refused {}: consent_missing", person("Google Ads")),
        format!("11:32 subject 14 refused {}: consent_missing", person("TikTok Ads")),
        format!("16:41 subject 14 refused {}: consent_withdrawn", person("Google Ads")),
        format!("unsent {}: nothing to send: found none, expected an e-mail address", person("TikTok Ads")),
    ] {
        assert!(lines.contains(&refused), "{refused}\n{lines:#?}");
    }
}

#[test]
fn each_of_the_twelve_gives_what_it_may_and_gets_something() {
    let (_, out, _) = run(&[]);
    let table = out.split("bodies built\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 12 + 1, "the twelve, and the one that the policy of the afternoon registers");
    for (row, system) in rows.iter().zip(System::ALL) {
        let numbers: Vec<usize> =
            row.strip_prefix(system.name()).unwrap().split_whitespace().map(|n| n.parse().unwrap()).collect();
        let [payloads, _, read, _, dropped, bodies] = numbers[..] else { panic!("{row}") };
        assert_eq!(read > 0, system != System::FeatureFm, "{row}");
        assert!(payloads > 0 && dropped > 0 && bodies > 0, "{row}");
    }
}

#[test]
fn nobodys_data_is_printed() {
    let (status, out, _) = run(&[]);
    let (payloads_status, payloads, _) = run(&["--payloads", DAY]);
    assert_eq!((status, payloads_status), (0, 0));
    let mut told = BTreeSet::new();
    for file in files(Path::new(DAY)) {
        let text = fs::read_to_string(&file).unwrap();
        let of_person = |path: &Path| path.parent().is_some_and(|parent| parent != Path::new(DAY));
        if file.extension().is_some_and(|e| e == "jsonl") {
            for line in text.lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                subjects(&line, &mut told);
                texts(&line["sign_up"]["user"], &mut told);
                let headers = line["browser"]["headers"].as_array();
                headers.into_iter().flatten().for_each(|header| texts(&header[1], &mut told));
            }
        } else if of_person(&file) {
            texts(&serde_json::from_str(&text).unwrap(), &mut told);
        }
    }
    // What is no person's: the words of the vendors that are also the output's, and kinds of things.
    let words =
        ["card_declined", "visa", "spotify", "active", "track", "user", "card", "customer", "playlist"];
    told.retain(|text| text.chars().count() > 3 && !words.contains(&text.to_lowercase().as_str()));
    assert!(told.len() > 150, "{}", told.len());
    told.retain(|text| out.contains(text) || payloads.contains(text));
    assert!(told.is_empty(), "printed: {told:?}");
}

#[test]
fn payloads_of_ones_own_go_the_same_way() {
    let dir = Copy::of_the_day("payloads");
    fs::create_dir(dir.0.join("adform")).unwrap();
    fs::write(dir.0.join("adform/report.json"), "{}").unwrap();
    fs::write(dir.0.join("spotify/broken.json"), "{\"type\": \"track\", ").unwrap();
    fs::write(dir.0.join("spotify/notes.txt"), "no payload").unwrap();
    let (status, out, err) = run(&["--payloads", dir.path()]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(!out.contains("notes.txt"), "{out}");
    let lines = progress(&out);
    for expected in [
        "unread payload from Spotify: not a Spotify payload: at $, found ",
        "unread row of the payload: at $.data[2].impressions, found a text of 4 characters, expected a count",
        "unread payload from Stripe: Stripe answered with its own error card_declined at $.error",
        "permitted use payment data for platform operation, billing",
        "permitted share ad performance data with Facebook Ads, Google Ads, TikTok Ads for marketing campaigns",
        "told Google Ads: consent {\"adUserData\":\"GRANTED\"}",
        "permitted share ad performance data with Feature.fm for promotion",
        "permitted share analytics data with Google Analytics, PostHog for engagement analysis",
        "permitted share payment data with Stripe for billing",
        "permitted share streaming data with Spotify, Apple Music, Deezer, Pandora, Amazon Music for music \
         distribution",
        "unsent Spotify: nothing to send: found none, expected 1 to 100 tracks with ids of Spotify's",
        "refused share streaming data with Facebook Ads, Google Ads, TikTok Ads for marketing campaigns: \
         origin_forbids_recipient",
        "Skipped, because their payloads are not read: adform",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{expected}\n{out}");
    }
    assert!(out.contains("Spotify                 3       1          3"), "{out}");
    assert!(out.contains("\n   origin_forbids_recipient\n     Section 3 (sharing): "), "{out}");
}

#[test]
fn a_folder_that_is_not_there_is_status_1_and_a_wrong_command_2() {
    for option in ["--day", "--payloads"] {
        let (status, _, err) = run(&[option, "no-such-folder"]);
        assert_eq!(status, 1);
        assert!(err.contains("cannot be read: "), "{err}");
    }
    let dir = Copy::of_the_day("empty");
    let (status, _, err) = run(&["--payloads", dir.0.join("spotify").to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(err.contains("found no payload, expected files laid out as <system>/<name>.json"), "{err}");
    for wrong in [
        &["--payloads"][..],
        &["--help"],
        &["--day", DAY, "more"],
        &["campaign"],
        &["--day", DAY, "--payloads", DAY],
        &["--ledger"],
        &["--ledger", ""],
        &["--audit"],
        &["--ledger", "a", "--ledger", "b"],
        &["--day", "--ledger", "a"],
    ] {
        let (status, out, err) = command(wrong);
        assert_eq!((status, out.as_str()), (2, ""));
        assert!(err.starts_with("usage: campaign_day"), "{err}");
    }
}

/// Every text in a value.
fn texts(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(into.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

/// The subjects and the ids of events.
fn subjects(value: &Value, into: &mut BTreeSet<String>) {
    if let Value::Object(fields) = value {
        for (name, value) in fields {
            if let (true, Some(text)) = (["subject", "id"].contains(&name.as_str()), value.as_str()) {
                into.insert(text.to_owned());
            }
            subjects(value, into);
        }
    }
}
