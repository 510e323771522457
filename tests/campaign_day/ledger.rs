//! What the day keeps in its ledger: it starts from what was there, and says what is wrong with a file that is none.

use std::{fs, process::Command, thread};

use crate::{
    command,
    copy::{Copy, TempLedger},
    progress,
};

const BEFORE: &str = "It has 48 events of 17 people from before. Of those that arrive today they change nothing when \
                      they come again.";

/// What is printed in words, from the first line on.
fn words(out: &str) -> String {
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_second_run_starts_from_what_was_there() {
    let ledger = TempLedger::new();
    let [first, second, third] = [(); 3].map(|()| {
        let (status, out, err) = command(&["--ledger", ledger.path()]);
        assert_eq!((status, err.as_str()), (0, ""));
        let kept = format!("Consents are kept in the ledger {}\n", ledger.path());
        out.strip_prefix(&kept).unwrap_or_else(|| panic!("{out}")).to_owned()
    });
    assert!(first.starts_with("It is new.\n\n"), "{first}");
    assert!(words(&second).starts_with(BEFORE), "{second}");
    assert_eq!(second, third, "what comes again changes nothing");
    let (first, second) = (progress(&first), progress(&second));
    let share = "share user data with Facebook Ads for marketing campaigns";
    for (line, in_the_second) in [
        // Who withdrew at noon is refused before it; who was erased in the afternoon is from the morning on.
        (format!("11:59 subject 3 permitted {share}"), format!("11:59 subject 3 refused {share}: consent_withdrawn")),
        (
            "08:26 subject 10 permitted sign up".to_owned(),
            "08:26 subject 10 refused sign up: subject_erased".to_owned(),
        ),
        ("14:30 subject 10 is erased; 2 stored rows deleted".to_owned(), "14:30 subject 10 is erased".to_owned()),
        (
            "15:10 subject 12 refused use streaming data for engagement analysis (2 rows): consent_outdated, \
             not_permitted_by_accepted_version"
                .to_owned(),
            "15:26 subject 12 permitted use streaming data for engagement analysis (2 rows)".to_owned(),
        ),
    ] {
        assert!(first.contains(&line), "{line}\n{first:#?}");
        assert!(second.contains(&in_the_second), "{in_the_second}\n{second:#?}");
    }
}

#[test]
fn without_a_place_the_ledger_is_a_new_file_of_the_systems_temporary_folder() {
    let run = |what: &[&str]| {
        let (status, out, _) = command(what);
        let path =
            out.lines().next().unwrap().strip_prefix("Consents are kept in the ledger ").unwrap().to_owned();
        (status, path)
    };
    let [(_, one), (_, other)] = [run(&[]), run(&[])];
    assert_ne!(one, other);
    let (status, out, _) = command(&["--ledger", &one]);
    assert_eq!(status, 0);
    assert!(words(&out).contains(BEFORE), "{out}");
    for path in [one, other] {
        assert!(path.starts_with(std::env::temp_dir().to_str().unwrap()));
        drop(TempLedger(path.into()));
    }
}

#[test]
fn a_file_that_is_no_ledger_is_named_and_left_as_it_was() {
    let dir = Copy::of_the_day("no-ledger");
    let file = dir.0.join("timeline.jsonl");
    let before = fs::read(&file).unwrap();
    for (ledger, expected) in [
        (file.to_str().unwrap(), "the ledger holds something that is not understood"),
        (dir.path(), "found a folder, expected a file or nothing"),
        ("/no-such-folder/consents.sqlite", "the folder for the ledger does not exist"),
    ] {
        let (status, out, err) = command(&["--ledger", ledger]);
        assert_eq!((status, out.as_str()), (1, ""));
        assert!(err.starts_with(&format!("campaign_day: the ledger {ledger} cannot be used: ")), "{err}");
        assert!(err.contains(expected), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
    assert!(fs::read(&file).unwrap() == before);
}

#[test]
#[cfg(unix)]
fn a_ledger_that_may_not_be_written_is_an_error_before_anything_is_done() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Copy::of_the_day("read-only");
    let ledger = dir.0.join("consents.sqlite");
    let (status, ..) = command(&["--ledger", ledger.to_str().unwrap()]);
    assert_eq!(status, 0);
    let allow = |mode| {
        fs::set_permissions(&ledger, fs::Permissions::from_mode(mode)).unwrap();
        fs::set_permissions(&dir.0, fs::Permissions::from_mode(mode | 0o111)).unwrap();
    };
    allow(0o444);
    // Whoever may write everything, as the superuser does, is not stopped by this.
    let stopped = fs::File::options().append(true).open(&ledger).is_err();
    let (status, _, err) = command(&["--ledger", ledger.to_str().unwrap()]);
    allow(0o755);
    if stopped {
        assert_eq!(status, 1);
        assert!(err.contains("the ledger cannot be written"), "{err}");
    }
}

#[test]
fn two_runs_at_once_share_a_ledger() {
    let ledger = TempLedger::new();
    let run = || command(&["--ledger", ledger.path()]);
    let (one, other) = thread::scope(|scope| {
        let other = scope.spawn(run);
        (run(), other.join().unwrap())
    });
    assert_eq!((one.0, one.2.as_str(), other.0, other.2.as_str()), (0, "", 0, ""));
    let (_, out, _) = run();
    assert!(words(&out).contains(BEFORE), "every event is there once: {out}");
}

#[test]
fn two_processes_at_once_share_a_ledger() {
    // The example is built before the tests are run by whoever runs all of them; alone it may be missing.
    let program = std::env::current_exe().unwrap();
    let program = program.parent().and_then(|deps| deps.parent()).unwrap().join("examples/campaign_day");
    if !program.exists() {
        return;
    }
    let ledger = TempLedger::new();
    let mut running: Vec<_> = (0..2)
        .map(|_| {
            Command::new(&program)
                .args(["--ledger", ledger.path()])
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for process in &mut running {
        assert!(process.wait().unwrap().success());
    }
    let (_, out, _) = command(&["--ledger", ledger.path()]);
    assert!(words(&out).contains(BEFORE), "every event is there once: {out}");
}
