//! Copies of the day's files, which a test may spoil, and ledgers that are gone after it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::DAY;

/// A copy of the day's files, which a test may spoil.
pub(crate) struct Copy(pub(crate) PathBuf);

impl Copy {
    pub(crate) fn of_the_day(name: &str) -> Self {
        static COPIES: AtomicUsize = AtomicUsize::new(0);
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("campaign-day-{}-{name}-{number}", std::process::id());
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        for file in files(Path::new(DAY)) {
            let to = dir.join(file.strip_prefix(DAY).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&file, to).unwrap();
        }
        Self(dir)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A place for a ledger of one test.
pub(crate) struct TempLedger(pub(crate) PathBuf);

impl TempLedger {
    pub(crate) fn new() -> Self {
        let name = format!("campaign-day-{}.sqlite", uuid::Uuid::new_v4());
        Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name))
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempLedger {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(format!("{}{end}", self.path()));
        }
    }
}

/// The files of a folder and of those in it, but for the program.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|e| e != "rs") {
            found.push(path);
        }
    }
    found
}
