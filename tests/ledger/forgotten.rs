//! After an erasure the bytes on the disk hold nothing of the subject: not the file, not the log, not what lies beside.

use std::{collections::HashSet, fs, path::Path};

use dynamoi_privacy::{
    Event, History, Purpose, SubjectId,
    consent::Scope,
    ledger::{Cursor, Ledger, Sqlite},
    vocabulary::ProcessorId,
};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use crate::scratch::Scratch;

/// Enough that tables have many pages and pages split and shrink.
const SUBJECTS: usize = 1200;

type Needles = HashSet<[u8; 16]>;

/// The bytes of the file and of all that lies beside it under its name.
fn bytes(path: &Path) -> Vec<(String, Vec<u8>)> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let entries = fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap);
    let own = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    own.filter(|(found, _)| found.starts_with(name))
        .map(|(found, path)| (found, fs::read(path).unwrap()))
        .collect()
}

/// How often any of the needles is in a haystack.
fn count(haystack: &[u8], needles: &Needles) -> usize {
    haystack.windows(16).filter(|window| needles.contains::<[u8]>(window)).count()
}

/// The word by which what is said of a subject can be searched for.
fn word(number: usize) -> String {
    format!("theirs_{number:08}_")
}

/// Events about a processor that only this subject has.
fn events_of(subject: SubjectId, number: usize, count: usize) -> Vec<Event> {
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    let only: ProcessorId = format!("{}{}", word(number), "x".repeat(number % 40)).parse().unwrap();
    let scope = Scope::from(Purpose::Promotion).processor(only);
    (0..count).map(|_| Event::grant(subject, scope.clone(), "1.0.0", at)).collect()
}

/// The audit trail's keys, as it keeps them beside the ledger.
async fn keep_keys(path: &Path, subjects: &[SubjectId]) -> Vec<[u8; 16]> {
    // As every connection that writes has it.
    let options = SqliteConnectOptions::new().filename(path).pragma("secure_delete", "ON");
    let mut connection = options.connect().await.unwrap();
    let keys: Vec<[u8; 16]> = subjects.iter().map(|_| Uuid::new_v4().into_bytes()).collect();
    let mut transaction = connection.begin().await.unwrap();
    for (subject, key) in subjects.iter().zip(&keys) {
        let insert = sqlx::query("INSERT INTO audit_key (subject, key) VALUES (?1, ?2)");
        insert.bind(subject.uuid()).bind(key.as_slice()).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    connection.close().await.unwrap();
    keys
}

#[tokio::test]
async fn no_byte_of_an_erased_subject_is_left_but_the_tombstone() {
    let scratch = Scratch::new("forgotten");
    let path = scratch.new_path();
    let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
    let subjects: Vec<SubjectId> = (0..SUBJECTS).map(|_| SubjectId::random()).collect();
    let keys = keep_keys(&path, &subjects).await;
    // Each round an event or more for each, so that a subject's rows lie far apart.
    for round in 0..5 {
        let numbered = subjects.iter().enumerate();
        let events: Vec<Event> = numbered
            .flat_map(|(number, subject)| events_of(*subject, number, 1 + (number + round) % 3))
            .collect();
        for batch in events.chunks(300) {
            ledger.append(batch).await.unwrap();
        }
    }
    // Of each three the first and the last are one person; the middle one is by itself.
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    let links: Vec<Event> = subjects.chunks(3).map(|three| Event::link(three[0], three[2], at)).collect();
    ledger.append(&links).await.unwrap();
    let before = ledger.read(&Cursor::start(), usize::MAX).await.unwrap().events;

    let mut erased = subjects[3..].to_vec();
    erased.sort_unstable();
    erased.truncate(SUBJECTS * 2 / 5);
    for (n, some) in erased.chunks(8).enumerate() {
        let erasures: Vec<Event> = some.iter().map(|subject| Event::erase(*subject, at)).collect();
        ledger.append(&erasures).await.unwrap();
        if n % 7 == 0 {
            // Life goes on meanwhile.
            ledger.append(&events_of(subjects[1], 1, 3)).await.unwrap();
        }
    }
    let erased: HashSet<SubjectId> = erased.into_iter().collect();
    let linked = |number: usize| match number % 3 {
        0 => erased.contains(&subjects[number + 2]),
        2 => erased.contains(&subjects[number - 2]),
        _ => false,
    };
    let gone: Vec<usize> =
        (0..SUBJECTS).filter(|number| erased.contains(&subjects[*number]) || linked(*number)).collect();
    assert!(gone.len() > erased.len() && gone.len() < SUBJECTS - 100);

    let needle = |text: &[u8]| <[u8; 16]>::try_from(&text[..16]).unwrap();
    let words: Needles = gone.iter().map(|number| needle(word(*number).as_bytes())).collect();
    // As JSON has them, in the bodies of links.
    let texts: Needles =
        gone.iter().map(|number| needle(subjects[*number].uuid().to_string().as_bytes())).collect();
    let secrets: Needles = gone.iter().map(|number| keys[*number]).collect();
    let ids: Needles = gone.iter().map(|number| *subjects[*number].uuid().as_bytes()).collect();
    let files = bytes(&path);
    assert!(
        files.iter().any(|(name, _)| name.ends_with("-wal"))
            && files.iter().any(|(_, bytes)| bytes.len() > 1 << 20)
    );
    let mut tombstones = 0;
    for (name, bytes) in files {
        assert_eq!(count(&bytes, &words), 0, "{name} holds what an erased subject chose");
        assert_eq!(count(&bytes, &texts), 0, "{name} holds whom an erased subject was linked with");
        assert_eq!(count(&bytes, &secrets), 0, "{name} holds a key of an erased subject");
        tombstones += count(&bytes, &ids);
    }
    // The table of tombstones and its index, the `erased` event and its index; and of the indexes' pages, which hold ids
    // alone, SQLite leaves a copy here and there.
    assert!((4 * gone.len()..4 * gone.len() + 60).contains(&tombstones), "{tombstones} of {}", gone.len());

    // What can be found of the others is found, so the search is none for nothing.
    let others = |number: &usize| !gone.contains(number);
    let words: Needles = (0..SUBJECTS).filter(others).map(|number| needle(word(number).as_bytes())).collect();
    let secrets: Needles = (0..SUBJECTS).filter(others).map(|number| keys[number]).collect();
    let kept =
        before.iter().filter(|event| !gone.iter().any(|number| subjects[*number] == event.subject)).count();
    ledger.close().await;
    let file = fs::read(&path).unwrap();
    assert!(count(&file, &words) + links.len() >= kept && count(&file, &secrets) == secrets.len());
}

#[tokio::test]
async fn what_another_still_reads_is_forgotten_when_it_has_read() {
    let scratch = Scratch::new("still-read");
    for appends_again in [false, true] {
        let path = scratch.new_path();
        let ledger = Sqlite::open(&path, History::dynamoi()).await.unwrap();
        let subject = SubjectId::random();
        let events = events_of(subject, 7, 3);
        ledger.append(&events).await.unwrap();
        let needles = Needles::from([word(7).as_bytes()[..16].try_into().unwrap()]);
        let left = || bytes(&path).iter().map(|(_, bytes)| count(bytes, &needles)).sum::<usize>();

        let mut reader = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        let mut reading = reader.begin().await.unwrap();
        let _ = sqlx::query("SELECT count(*) FROM event").fetch_one(&mut *reading).await.unwrap();
        ledger.append(&[Event::erase(subject, events[0].at)]).await.unwrap();
        assert!(left() > 0, "the reader should have been in the way");
        assert_eq!(ledger.events_of(subject).await.unwrap().len(), 1);
        reading.rollback().await.unwrap();
        if appends_again {
            ledger.append(&events_of(SubjectId::random(), 8, 1)).await.unwrap();
        } else {
            ledger.read(&Cursor::start(), 1).await.unwrap();
        }
        assert_eq!(left(), 0);
    }
}
