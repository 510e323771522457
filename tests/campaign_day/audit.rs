//! The day's audit trail: every decision is in it, it verifies, it knows what flowed on earlier days, and a change of it
//! shows.

use std::{fs, path::PathBuf};

use crate::{
    END_OF_THE_DAY, command,
    copy::{Copy, TempLedger},
};

/// A folder for a trail, and a ledger beside it.
struct Kept {
    ledger: TempLedger,
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { ledger: TempLedger::new(), folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap() }
    }

    fn run(&self) -> (u8, String, String) {
        command(&["--audit", self.folder.path().to_str().unwrap(), "--ledger", self.ledger.path()])
    }

    fn trail(&self) -> PathBuf {
        self.folder.path().join("trail/audit-0000000000000001.jsonl")
    }
}

/// What is owed, as it is printed.
fn owed(out: &str) -> &str {
    out.split("\nWhat is owed").nth(1).unwrap().split("\nRefusals in full").next().unwrap()
}

#[test]
fn every_decision_is_in_a_trail_that_verifies() {
    let kept = Kept::new();
    let (status, first, err) = kept.run();
    assert_eq!((status, err.as_str()), (0, ""));
    let (day, audit) = first.split_once("\nThe audit trail\n\n").unwrap();
    assert!(day.ends_with(END_OF_THE_DAY), "a trail changes no answer: {day}");
    assert!(
        audit.contains("184 decisions of today, 184 in all, each with the hash of the one before: verified.")
    );
    let head = audit.lines().last().unwrap();
    assert!(head.starts_with("184:"), "{audit}");
    let lines = fs::read_to_string(kept.trail()).unwrap();
    assert_eq!(lines.lines().count(), 184);
    for private in ["5ab1ec70", "c0115e07", "solberg", "AG Berlin"] {
        assert!(!lines.contains(private), "{private}");
    }

    let (status, second, err) = kept.run();
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(second.contains("174 decisions of today, 358 in all"), "{second}");
    // Refused all of the second day, and owed what flowed on the first one.
    for subject in
        ["subject 3, who refused at 12:00: user data sent there", "subject 4, who refused at 18:10"]
    {
        assert!(owed(&first).contains(subject) && owed(&second).contains(subject), "{second}");
    }
    // Whoever was erased on the first day is nobody on the second.
    assert!(owed(&first).contains("subject 10") && !owed(&second).contains("subject 10"));
}

#[test]
fn a_trail_that_somebody_changed_is_found_out() {
    let kept = Kept::new();
    assert_eq!(kept.run().0, 0);
    let lines = fs::read_to_string(kept.trail()).unwrap();
    fs::write(kept.trail(), lines.replacen(r#""effect":"deny""#, r#""effect":"permit""#, 1)).unwrap();
    let (status, out, err) = kept.run();
    assert_eq!(status, 1, "{out}");
    assert!(err.starts_with("campaign_day: the audit trail in "), "{err}");
    assert!(!out.contains("verified"));
}

#[test]
fn a_folder_that_cannot_be_a_trail_is_an_error_before_anything_is_done() {
    let dir = Copy::of_the_day("no-trail");
    let file = dir.0.join("timeline.jsonl");
    let ledger = TempLedger::new();
    let (status, out, err) = command(&["--audit", file.to_str().unwrap(), "--ledger", ledger.path()]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.starts_with(&format!("campaign_day: the audit trail in {}: ", file.display())), "{err}");
    assert!(!ledger.0.exists());
}

#[test]
fn a_trail_has_one_writer() {
    let kept = Kept::new();
    fs::create_dir(kept.folder.path().join("trail")).unwrap();
    let lock = fs::File::create(kept.folder.path().join("trail/lock")).unwrap();
    lock.lock().unwrap();
    let (status, out, err) = kept.run();
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("another"), "{err}");
    drop(lock);
    assert_eq!(kept.run().0, 0);
}
