//! The audit trail in the file of a ledger.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::{fs, sync::Arc};

use dynamoi_privacy::{
    History, SubjectId,
    audit::{Keys, StoreErrorKind},
    ledger::Sqlite,
};

use crate::{scratch::Scratch, trails::Place};

async fn place(scratch: &Scratch) -> Place<Sqlite> {
    let ledger = Sqlite::open(scratch.new_path(), History::dynamoi()).await.unwrap();
    let (one, other) = (ledger.clone(), ledger.clone());
    Place {
        ledger,
        sink: Box::new(move |name| Arc::new(one.audit_sink(name).unwrap())),
        keys: Box::new(move || Arc::new(other.audit_keys().unwrap())),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_in_sqlite_holds_what_trails_must() {
    let scratch = Scratch::new("trail");
    place(&scratch).await.holds().await;
}

#[tokio::test]
async fn it_goes_on_when_the_ledger_is_closed_and_not_in_another_file() {
    let scratch = Scratch::new("trail-moved");
    let place = place(&scratch).await;
    let (sink, keys) = ((place.sink)("one"), (place.keys)());
    let path = place.ledger.path().to_owned();
    place.ledger.close().await;
    assert_eq!(sink.head().unwrap().sequence(), 0);
    let subject = SubjectId::random();
    assert!(keys.keys(&[subject]).unwrap()[0].is_some());
    fs::rename(&path, path.with_extension("moved")).unwrap();
    assert_eq!(keys.keys(&[SubjectId::random()]).unwrap_err().kind(), StoreErrorKind::Unreachable);
}

#[tokio::test]
async fn a_key_that_is_forgotten_is_in_no_byte_of_the_file() {
    let scratch = Scratch::new("trail-forgotten");
    let place = place(&scratch).await;
    let keys = (place.keys)();
    let subjects: Vec<SubjectId> = (0..500).map(|_| SubjectId::random()).collect();
    let made = keys.keys(&subjects).unwrap();
    let found = || {
        let folder = fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().path());
        let bytes: Vec<u8> = folder.flat_map(|path| fs::read(path).unwrap()).collect();
        let sought: std::collections::HashSet<[u8; 32]> =
            made.iter().take(100).map(|key| *key.as_ref().unwrap().as_bytes()).collect();
        bytes.windows(32).filter(|window| sought.contains::<[u8]>(window)).count()
    };
    assert!(found() >= 100);
    subjects[..100].iter().for_each(|subject| keys.forget(*subject).unwrap());
    assert_eq!(found(), 0);
    assert_eq!(keys.keys(&subjects).unwrap()[100..], made[100..]);
}

#[tokio::test]
async fn a_trail_has_a_name() {
    let scratch = Scratch::new("trail-name");
    let ledger = Sqlite::open(scratch.new_path(), History::dynamoi()).await.unwrap();
    for name in ["", &"x".repeat(201)] {
        assert!(ledger.audit_sink(name).is_err());
    }
    assert!(ledger.audit_sink(&"\u{e9}".repeat(200)).is_ok());
}
