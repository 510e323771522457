//! No room, and no right to write: a clear error, nothing acknowledged that is not there, and on with it afterwards.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use dynamoi_privacy::{
    Event, History, Purpose, SubjectId,
    ledger::{AppendError, Cursor, Ledger, LedgerError, LedgerErrorKind, Sqlite},
};

use crate::scratch::Scratch;

const PATH: &str = "DYNAMOI_PRIVACY_SMALL_FILE";

fn events(count: usize) -> Vec<Event> {
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    (0..count).map(|_| Event::grant(SubjectId::random(), Purpose::Promotion, "1.0.0", at)).collect()
}

async fn open(path: &Path) -> Result<Sqlite, LedgerError> {
    Sqlite::open(path, History::dynamoi()).await
}

/// Appends until it fails: single events and batches in turn. What was acknowledged, and the error.
async fn fill(ledger: &Sqlite) -> (Vec<Event>, LedgerError) {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let batch = events(if n % 2 == 0 { 1 } else { 200 });
        match ledger.append(&batch).await {
            Ok(()) => acknowledged.extend(batch),
            Err(AppendError::Unavailable(error)) => return (acknowledged, error),
            Err(error) => panic!("{error}"),
        }
    }
    unreachable!()
}

/// Whether exactly this is there.
async fn holds(ledger: &Sqlite, acknowledged: &[Event]) {
    let found = ledger.read(&Cursor::start(), usize::MAX).await.unwrap().events;
    assert!(found == acknowledged, "{} are there of {} acknowledged", found.len(), acknowledged.len());
}

/// A small file system in memory, where this process may mount one.
struct Small(PathBuf);

impl Small {
    fn mount(scratch: &Scratch) -> Option<Self> {
        let folder = scratch.path().join("small");
        std::fs::create_dir(&folder).unwrap();
        let small = Self(folder);
        if small.tell(&["-t", "tmpfs", "-o", "size=600k", "tmpfs"]) {
            return Some(small);
        }
        println!("left out: this process may mount no file system");
        None
    }

    fn tell(&self, arguments: &[&str]) -> bool {
        let told = Command::new("mount").args(arguments).arg(&self.0).output();
        told.is_ok_and(|told| told.status.success())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_until_there_is_room() {
    let scratch = Scratch::new("full");
    let Some(small) = Small::mount(&scratch) else { return };
    let path = small.0.join("ledger.db");
    let ledger = open(&path).await.unwrap();
    let (mut acknowledged, error) = fill(&ledger).await;
    assert_eq!(error.kind(), LedgerErrorKind::Full, "{error}");
    assert!(acknowledged.len() > 200);
    holds(&ledger, &acknowledged).await;
    // It stays full, for single events, batches and erasures, and who opens it reads what is there.
    for _ in 0..3 {
        for batch in [events(100), events(200)] {
            let AppendError::Unavailable(error) = ledger.append(&batch).await.unwrap_err() else { panic!() };
            assert_eq!(error.kind(), LedgerErrorKind::Full, "{error}");
        }
    }
    holds(&ledger, &acknowledged).await;

    assert!(small.tell(&["-o", "remount,size=16m"]));
    for count in [1, 500] {
        let more = events(count);
        ledger.append(&more).await.unwrap();
        acknowledged.extend(more);
    }
    holds(&ledger, &acknowledged).await;
    ledger.close().await;
    let ledger = open(&path).await.unwrap();
    holds(&ledger, &acknowledged).await;
    ledger.close().await;

    // Nothing may be written at all, and then again.
    assert!(small.tell(&["-o", "remount,ro"]));
    for path in [path.clone(), small.0.join("new.db")] {
        let error = open(&path).await.unwrap_err();
        assert_eq!(error.kind(), LedgerErrorKind::ReadOnly, "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    assert!(small.tell(&["-o", "remount,rw"]));
    let ledger = open(&path).await.unwrap();
    holds(&ledger, &acknowledged).await;
    ledger.append(&events(1)).await.unwrap();
    ledger.close().await;
}

#[tokio::test]
async fn a_disk_without_room_for_a_ledger_gets_none() {
    let scratch = Scratch::new("no-room");
    let Some(small) = Small::mount(&scratch) else { return };
    std::fs::write(small.0.join("other"), vec![1; 500_000]).unwrap();
    let _ = std::fs::write(small.0.join("more"), vec![1; 200_000]);
    let path = small.0.join("ledger.db");
    let error = open(&path).await.unwrap_err();
    assert_eq!(error.kind(), LedgerErrorKind::Full, "{error}");
    std::fs::remove_file(small.0.join("other")).unwrap();
    open(&path).await.unwrap().append(&events(1)).await.unwrap();
}

/// Writes until its file may grow no more, when this test is run with its variable; nothing otherwise.
#[tokio::test]
async fn writer() {
    let Ok(path) = std::env::var(PATH) else { return };
    let ledger = open(Path::new(&path)).await.unwrap();
    // The log may begin anew after an error, so that there is room again for a while.
    for _ in 0..3 {
        let (acknowledged, error) = fill(&ledger).await;
        for event in acknowledged {
            println!("acknowledged {}", event.id);
        }
        println!("error {:?} {error}", error.kind());
    }
}

/// The limit of the shell on the size of a file needs no rights. Its error is another than that of a full disk.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_not_grow_is_an_error() {
    let scratch = Scratch::new("limit");
    let path = scratch.new_path();
    let mut command = Command::new("sh");
    // Without the trap the system would end the process; with it, writing fails.
    command.args(["-c", r#"trap '' XFSZ; ulimit -f 600; exec "$0" --exact full::writer --nocapture"#]);
    let told = command.arg(std::env::current_exe().unwrap()).env(PATH, &path).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).unwrap();
    let said = |what: &str| {
        told.lines().filter_map(|line| line.split_once(what)).map(|(_, rest)| rest).collect::<Vec<_>>()
    };
    let (acknowledged, errors) = (said("acknowledged "), said("error "));
    assert!(acknowledged.len() > 200 && errors.len() == 3, "{told}");
    assert!(
        errors.iter().all(|error| error.starts_with("Full") || error.starts_with("Unreachable")),
        "{errors:?}"
    );

    let ledger = open(&path).await.unwrap();
    let found = ledger.read(&Cursor::start(), usize::MAX).await.unwrap().events;
    let ids: Vec<String> = found.iter().map(|event| event.id.to_string()).collect();
    assert_eq!(ids, acknowledged, "another number is there than was acknowledged");
    ledger.append(&events(500)).await.unwrap();
}

/// Rights stop nobody who is root; the file system that is read-only above stops everybody.
#[cfg(unix)]
#[tokio::test]
async fn a_file_and_a_folder_that_may_not_be_written_are_errors() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("rights");
    let path = scratch.new_path();
    let ledger = open(&path).await.unwrap();
    let acknowledged = events(3);
    ledger.append(&acknowledged).await.unwrap();
    ledger.close().await;
    let allow =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for (what, without, with) in
        [(&path, 0o444, 0o644), (&path, 0o000, 0o644), (&scratch.path().to_owned(), 0o555, 0o755)]
    {
        allow(what, without);
        let stopped = std::fs::OpenOptions::new().append(true).open(scratch.path().join("probe")).is_err()
            && std::fs::OpenOptions::new().append(true).open(&path).is_err();
        let outcome = open(&path).await;
        allow(what, with);
        match outcome {
            Ok(ledger) => ledger.close().await,
            Err(error) => {
                assert!(
                    matches!(error.kind(), LedgerErrorKind::ReadOnly | LedgerErrorKind::Unreachable),
                    "{error}"
                );
                assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
                continue;
            }
        }
        assert!(!stopped, "a file that may not be written was opened");
    }
    let ledger = open(&path).await.unwrap();
    holds(&ledger, &acknowledged).await;
}
