//! The sink of JSON lines: rotation, what a crash leaves, one writer, and a disk that has no room.

use std::{
    fs,
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use dynamoi_privacy::{
    audit::{Fault, Head, JsonLines, MemoryKeys, Settings, Sink, StoreErrorKind, Verification, VerifyError},
    vocabulary::SubjectId,
};
use tempfile::TempDir;

use crate::world::{ask, at, entries, fan, gate, trail};

/// Writes so many entries, each an append of its own, and gives the head after each.
fn write(folder: &Path, rotation: u64, count: u64) -> Vec<Head> {
    let sink = JsonLines::open(folder).unwrap().with_rotation(rotation);
    let trail = trail(sink, MemoryKeys::new(), Settings::required());
    let gate = gate(&trail);
    let subject = fan(&gate);
    let heads = (0..count).map(|nth| {
        assert!(ask(&gate, subject, at(nth)).is_ok());
        trail.head()
    });
    heads.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
}

fn all(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    JsonLines::reader(folder).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn verified(folder: &Path, kept: Head) -> Result<Head, VerifyError> {
    Verification::new().through(kept).read(JsonLines::reader(folder).unwrap())
}

#[test]
fn the_chain_goes_on_over_files_and_over_openings() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let mut kept = Vec::new();
    for _ in 0..3 {
        kept.extend(write(path, 2000, 40));
    }
    let files = files(path);
    assert!(files.len() > 10, "{}", files.len());
    assert_eq!(files[0].file_name().unwrap(), "audit-0000000000000001.jsonl");
    let in_order: Vec<u8> = files.iter().flat_map(|file| fs::read(file).unwrap()).collect();
    assert_eq!(all(path), in_order, "the order of the names is that of the trail");
    assert_eq!(entries(&in_order[..]).len(), 120);
    let through = kept.iter().fold(Verification::new(), |all, head| all.through(*head));
    assert_eq!(through.read(&in_order[..]).unwrap(), kept[119]);
    for file in &files[..files.len() - 1] {
        assert!(fs::metadata(file).unwrap().permissions().readonly());
        assert!(fs::metadata(file).unwrap().len() >= 2000);
    }

    // The oldest go when their time is over, and the rest is verified after the head before it.
    let begins: u64 = files[3].file_stem().unwrap().to_str().unwrap()[6..].parse().unwrap();
    files[..3].iter().for_each(|file| fs::remove_file(file).unwrap());
    let before = kept[usize::try_from(begins).unwrap() - 2];
    assert!(verified(path, kept[119]).is_err());
    let rest = Verification::after(before).through(kept[119]).read(JsonLines::reader(path).unwrap());
    assert_eq!(rest.unwrap(), kept[119]);
    write(path, 2000, 1);

    // One that goes from the middle is missed.
    fs::remove_file(&files[6]).unwrap();
    let rest = Verification::after(before).through(kept[119]).read(JsonLines::reader(path).unwrap());
    let Err(VerifyError::Broken(broken)) = rest else { panic!("a file is missing") };
    assert!(matches!(broken.fault(), Fault::OutOfSequence { .. }));
}

#[test]
fn a_second_writer_is_refused_while_there_is_a_first() {
    let folder = TempDir::new().unwrap();
    let first = JsonLines::open(folder.path()).unwrap();
    assert_eq!(JsonLines::open(folder.path()).unwrap_err().kind(), StoreErrorKind::OtherWriter);
    assert_eq!(all(folder.path()), b"", "reading is free");
    drop(first);
    assert!(JsonLines::open(folder.path()).is_ok());
}

/// A crash leaves any part of the last append: wherever it is cut, what was kept before is there and the chain goes on.
#[test]
fn whatever_a_crash_leaves_of_the_last_line_is_cut_off() {
    let folder = TempDir::new().unwrap();
    let heads = write(folder.path(), u64::MAX, 3);
    let file = files(folder.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    let begin = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in (0..begin).step_by(97).chain(begin..=whole.len()) {
        fs::write(&file, &whole[..cut]).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        let kept = lines.checked_sub(1).map_or(Head::START, |last| heads[last]);
        let sink = JsonLines::open(folder.path()).unwrap();
        assert_eq!(sink.head().unwrap(), kept);
        drop(sink);
        assert_eq!(verified(folder.path(), kept).unwrap(), kept);
        let next = write(folder.path(), u64::MAX, 1)[0];
        assert_eq!((next.sequence(), verified(folder.path(), kept).unwrap()), (lines as u64 + 1, next));
    }
}

#[test]
fn a_file_that_was_begun_and_not_written_is_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let heads = write(folder.path(), 1, 2);
    let next = folder.path().join("audit-0000000000000003.jsonl");
    for left in ["", "{\"at\":"] {
        fs::write(&next, left).unwrap();
        assert_eq!(JsonLines::open(folder.path()).unwrap().head().unwrap(), heads[1]);
    }
    let next = write(folder.path(), 1, 1)[0];
    assert_eq!(verified(folder.path(), heads[1]).unwrap(), next);
    // One that cannot follow is not.
    fs::write(folder.path().join("audit-0000000000000009.jsonl"), "").unwrap();
    assert_eq!(JsonLines::open(folder.path()).unwrap_err().kind(), StoreErrorKind::NotUnderstood);
}

#[test]
fn a_last_line_that_is_no_entry_is_not_repaired() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), u64::MAX, 2);
    let file = files(folder.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    for end in [&b"\n"[..], b"{}\n", b"\0\0\0\n"] {
        fs::write(&file, [&whole[..], end].concat()).unwrap();
        let error = JsonLines::open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NotUnderstood);
        assert!(!error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
        assert_eq!(fs::read(&file).unwrap().len(), whole.len() + end.len(), "it is left as it was");
    }
    let edited = String::from_utf8(whole).unwrap().replace("permit", "undecided");
    fs::write(&file, edited).unwrap();
    assert_eq!(JsonLines::open(folder.path()).unwrap_err().kind(), StoreErrorKind::NotUnderstood);
}

#[test]
fn other_files_of_the_folder_are_none_of_the_trails() {
    let folder = TempDir::new().unwrap();
    for name in
        ["audit-1.jsonl", "audit-000000000000000x.jsonl", "notes.txt", "audit-0000000000000001.jsonl~"]
    {
        fs::write(folder.path().join(name), "mine\n").unwrap();
    }
    let heads = write(folder.path(), 1, 3);
    assert_eq!(verified(folder.path(), heads[2]).unwrap(), heads[2]);
}

#[test]
fn what_is_read_while_the_trail_is_written_is_whole() {
    let folder = TempDir::new().unwrap();
    let sink = JsonLines::open(folder.path()).unwrap().with_rotation(3000);
    let trail = trail(sink, MemoryKeys::new(), Settings::queued());
    let gate = gate(&trail);
    let subject = fan(&gate);
    std::thread::scope(|scope| {
        scope.spawn(|| (0..3000).for_each(|nth| assert!(ask(&gate, subject, at(nth)).is_ok())));
        for _ in 0..20 {
            let kept = trail.head();
            let read = Verification::new().through(kept).read(trail.read().unwrap()).unwrap();
            assert!(read.sequence() >= kept.sequence());
        }
    });
    assert_eq!(trail.decisions_of(subject).unwrap().len(), 3000);
    assert_eq!(trail.decisions_of(SubjectId::random()).unwrap().len(), 0);
}

#[test]
fn a_folder_that_cannot_be_used_is_named_by_kind_and_not_by_name() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = JsonLines::open(file.join("trail")).unwrap_err().to_string();
    assert!(error.starts_with("the store cannot be") && !error.contains("trail"), "{error}");
    assert!(JsonLines::reader(folder.path().join("none")).is_err());
    assert_eq!(JsonLines::reader(folder.path()).unwrap().lines().count(), 0);
}
