//! Keys in a file: kept over a crash, gone from the file when forgotten, and never made again.

use std::fs;

use dynamoi_privacy::{
    audit::{Key, KeyFile, Keys, StoreErrorKind},
    vocabulary::SubjectId,
};
use tempfile::TempDir;

fn contains(bytes: &[u8], sought: &[u8]) -> bool {
    bytes.windows(sought.len()).any(|window| window == sought)
}

#[test]
fn keys_are_made_once_and_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let subjects: Vec<SubjectId> = (0..100).map(|_| SubjectId::random()).collect();
    let keys = KeyFile::open(&path).unwrap();
    assert_eq!(keys.known(subjects[0]).unwrap(), None, "asking makes none");
    let twice = keys.keys(&[subjects[0], subjects[0]]).unwrap();
    assert!(twice[0].is_some() && twice[0] == twice[1]);
    let made = keys.keys(&subjects).unwrap();
    assert_eq!(made[0], twice[0]);
    let mut different: Vec<[u8; 32]> = made.iter().map(|key| *key.as_ref().unwrap().as_bytes()).collect();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 100);

    assert_eq!(KeyFile::open(&path).unwrap_err().kind(), StoreErrorKind::OtherWriter);
    drop(keys);
    let keys = KeyFile::open(&path).unwrap();
    assert_eq!(keys.keys(&subjects).unwrap(), made);
    assert_eq!(keys.known(subjects[7]).unwrap(), made[7]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_is_forgotten_is_gone_from_the_file_and_never_comes_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let [one, other, unknown] = [SubjectId::random(), SubjectId::random(), SubjectId::random()];
    let keys = KeyFile::open(&path).unwrap();
    let made = keys.keys(&[one, other]).unwrap();
    let key = made[0].clone().unwrap();
    assert!(contains(&fs::read(&path).unwrap(), key.as_bytes()));
    keys.forget(one).unwrap();
    keys.forget(one).unwrap();
    keys.forget(unknown).unwrap();
    let look = |keys: &KeyFile| {
        assert!(!contains(&fs::read(&path).unwrap(), key.as_bytes()));
        assert_eq!(keys.keys(&[one, other, unknown]).unwrap(), [None, made[1].clone(), None]);
        assert_eq!(keys.known(one).unwrap(), None);
    };
    look(&keys);
    drop(keys);
    look(&KeyFile::open(&path).unwrap());
}

/// Power goes between the two writes of a forgetting: the key is written over when the file is opened again.
#[test]
fn a_forgetting_that_a_crash_cut_short_is_finished() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let subject = SubjectId::random();
    let keys = KeyFile::open(&path).unwrap();
    let key = keys.keys(&[subject]).unwrap().remove(0).unwrap();
    let before = fs::read(&path).unwrap();
    keys.forget(subject).unwrap();
    drop(keys);
    let mut between = fs::read(&path).unwrap();
    between[..before.len()].copy_from_slice(&before);
    fs::write(&path, &between).unwrap();
    let keys = KeyFile::open(&path).unwrap();
    assert_eq!(keys.keys(&[subject]).unwrap(), [None]);
    assert!(!contains(&fs::read(&path).unwrap(), key.as_bytes()));
}

#[test]
fn whatever_a_crash_leaves_at_the_end_costs_nothing_that_was_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let subjects: Vec<SubjectId> = (0..4).map(|_| SubjectId::random()).collect();
    let keys = KeyFile::open(&path).unwrap();
    let made = keys.keys(&subjects).unwrap();
    drop(keys);
    let whole = fs::read(&path).unwrap();
    for cut in 0..=whole.len() {
        for zeros in [0, 1, 64, 200] {
            // Cut short, and perhaps longer again with nothing in it.
            let left = [&whole[..cut], &vec![0; zeros]].concat();
            fs::write(&path, &left).unwrap();
            let keys = KeyFile::open(&path).unwrap();
            for (nth, subject) in subjects.iter().enumerate() {
                let there = keys.known(*subject).unwrap();
                // Where zeros were cut off, zeros make it whole again.
                let end = (nth + 2) * 64;
                let is_whole = left.len() >= end && left[..end] == whole[..end];
                assert_eq!(there, made[nth].clone().filter(|_| is_whole), "{cut} and {zeros}");
            }
            let again = keys.keys(&subjects).unwrap();
            drop(keys);
            assert_eq!(KeyFile::open(&path).unwrap().keys(&subjects).unwrap(), again);
        }
    }
}

#[test]
fn a_file_that_holds_something_else_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys");
    let keys = KeyFile::open(&path).unwrap();
    keys.keys(&[SubjectId::random(), SubjectId::random(), SubjectId::random()]).unwrap();
    drop(keys);
    let whole = fs::read(&path).unwrap();
    let other = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        bytes
    };
    let others =
        [b"hello".to_vec(), vec![b'x'; 200], other(&|bytes| bytes[3] ^= 1), other(&|bytes| bytes[130] ^= 1)];
    for bytes in others {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(KeyFile::open(&path).unwrap_err().kind(), StoreErrorKind::NotUnderstood);
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_key_is_not_shown() {
    let folder = TempDir::new().unwrap();
    let keys = KeyFile::open(folder.path().join("keys")).unwrap();
    assert_eq!(format!("{keys:?} {:?}", Key::from_bytes([65; 32])), "KeyFile Key");
}
