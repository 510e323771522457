//! Erasure against appends at the same time, also of another process that knows nothing of it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, Purpose, SubjectId,
    ledger::{AppendError, Ledger},
};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::place::{Place, at_once, until_somebody_waits};

fn at(second: i64) -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(second)
}

/// The tables in which a subject's id is found, each as often as it is.
async fn traces(connection: &mut PgConnection, subject: SubjectId) -> Vec<String> {
    let tables = "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = current_schema() ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.unwrap();
    assert!(tables.len() >= 8, "the tables are gone");
    let mut found = Vec::new();
    for table in tables {
        let count = format!("SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%' || $1::text || '%'");
        let count: i64 = sqlx::query_scalar(&count)
            .bind(subject.uuid().to_string())
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        found.extend((0..count).map(|_| table.clone()));
    }
    found
}

const TOMBSTONE: [&str; 2] = ["privacy_event", "privacy_tomb"];

/// What an erasure does, step by step, in a transaction that the caller ends.
async fn erase_by_hand(open: &mut PgConnection, subject: SubjectId) {
    let erased = Event::erase(subject, at(0));
    for statement in [
        "SELECT lane FROM privacy_lane ORDER BY lane FOR UPDATE",
        "UPDATE privacy_lane SET last = last + 1, erasures = erasures + 1",
    ] {
        sqlx::query(statement).execute(&mut *open).await.unwrap();
    }
    let tomb = sqlx::query("INSERT INTO privacy_tomb (subject, person) VALUES ($1, $2)");
    tomb.bind(subject.uuid()).bind(Uuid::new_v4()).execute(&mut *open).await.unwrap();
    let event = sqlx::query(
        "INSERT INTO privacy_event (lane, position, id, subject, body)
         SELECT 0, last, $1, $2, $3 FROM privacy_lane WHERE lane = 0",
    );
    let body = r#"{"at":"2026-01-05T09:00:00Z","type":"erased"}"#;
    event.bind(erased.id).bind(subject.uuid()).bind(body).execute(&mut *open).await.unwrap();
}

/// An append that has begun before an erasure was committed, and waits for it, does not see it by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_append_that_waited_for_an_erasure_keeps_nothing() {
    let place = Place::new().await;
    let mut watch = place.connection().await;
    for round in 0..8 {
        let (subject, other) = (SubjectId::random(), SubjectId::random());
        let events = match round % 4 {
            0 => vec![Event::grant(subject, Purpose::Promotion, "1.0.0", at(1))],
            1 => vec![
                Event::grant(subject, Purpose::Promotion, "1.0.0", at(1)),
                Event::withdraw(subject, Purpose::Promotion, at(2)),
            ],
            2 => vec![Event::link(other, subject, at(1))],
            _ => vec![
                Event::of_age(subject, at(1)),
                Event::of_age(other, at(1)),
                Event::link(subject, other, at(2)),
            ],
        };
        // A process that has just started, and one that knows of all erasures so far.
        let ledger = place.ledger().await;
        if round >= 4 {
            ledger.append(&[Event::of_age(SubjectId::random(), at(0))]).await.unwrap();
        }
        let mut connection = place.connection().await;
        let mut open = connection.begin().await.unwrap();
        erase_by_hand(&mut open, subject).await;
        let appending = (ledger.clone(), events.clone());
        let append = tokio::spawn(async move { appending.0.append(&appending.1).await });
        until_somebody_waits(&mut watch).await;
        open.commit().await.unwrap();
        append.await.unwrap().unwrap();

        assert_eq!(traces(&mut watch, subject).await, TOMBSTONE, "round {round}");
        let kept = ledger.events_of(subject).await.unwrap();
        assert!(kept.len() == 1 && kept[0].event_type().as_str() == "erased");
        if round % 4 >= 2 {
            assert_eq!(traces(&mut watch, other).await, TOMBSTONE, "round {round}");
        }
        // The ids are taken all the same.
        ledger.append(&events).await.unwrap();
        let altered = Event { at: at(9), ..events[0].clone() };
        assert!(matches!(ledger.append(&[altered]).await, Err(AppendError::Refused(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_an_erasure_under_fire_nothing_is_left_but_tombstones() {
    let place = Place::new().await;
    // Processes: each with connections and a count of erasures of its own.
    let mut ledgers = Vec::new();
    for _ in 0..3 {
        ledgers.push(place.ledger().await);
    }
    let mut watch = place.connection().await;
    for round in 0..25_i64 {
        let people: Vec<SubjectId> = (0..4).map(|_| SubjectId::random()).collect();
        let (account, visitor, tablet, stranger) = (people[0], people[1], people[2], people[3]);
        let erasures =
            [Event::erase(people[usize::try_from(round % 3).unwrap()], at(50)), Event::erase(tablet, at(60))];
        let mut batches: Vec<Vec<Event>> = vec![
            vec![Event::link(account, visitor, at(1))],
            vec![Event::link(visitor, tablet, at(2)), Event::of_age(stranger, at(2))],
            vec![erasures[0].clone()],
            vec![erasures[1].clone(), Event::of_age(stranger, at(3))],
        ];
        for n in 0..8 {
            batches.push(vec![Event::grant(people[n % 3], Purpose::Promotion, "1.0.0", at(4))]);
            batches.push(
                people.iter().map(|subject| Event::deny(*subject, Purpose::Promotion, at(5))).collect(),
            );
        }
        // In another order each time, and each of them twice.
        let chance = usize::from(account.uuid().as_bytes()[0]) % batches.len();
        batches.rotate_left(chance);
        let all: BTreeSet<Uuid> = batches.iter().flatten().map(|event| event.id).collect();
        let strangers = batches.iter().flatten().filter(|event| event.subject == stranger).count();
        let appends = batches.iter().chain(&batches).cloned().enumerate().map(|(n, batch)| {
            let ledger = ledgers[n % ledgers.len()].clone();
            async move { ledger.append(&batch).await }
        });
        for outcome in at_once(appends.collect::<Vec<_>>()).await {
            outcome.unwrap();
        }
        for subject in [account, visitor, tablet] {
            assert_eq!(traces(&mut watch, subject).await, TOMBSTONE, "round {round}");
            let kept = ledgers[0].events_of(subject).await.unwrap();
            assert!(kept[0].at == at(50), "the earlier erasure does not count in round {round}");
        }
        assert_eq!(ledgers[1].events_of(stranger).await.unwrap().len(), strangers);
        // Each id is taken: there, or spent.
        let taken =
            "SELECT count(*) FROM (SELECT id FROM privacy_event UNION ALL SELECT id FROM privacy_spent) ids
             WHERE id = ANY($1)";
        let taken: i64 = sqlx::query_scalar(taken)
            .bind(all.iter().copied().collect::<Vec<_>>())
            .fetch_one(&mut watch)
            .await
            .unwrap();
        assert_eq!(usize::try_from(taken).unwrap(), all.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_the_audit_trail_go_with_the_erased() {
    let place = Place::new().await;
    let (ledger, mut connection) = (place.ledger().await, place.connection().await);
    let (account, visitor, other) = (SubjectId::random(), SubjectId::random(), SubjectId::random());
    for subject in [account, visitor, other] {
        let insert = sqlx::query("INSERT INTO privacy_audit_key (subject, key) VALUES ($1, '\\x00')");
        insert.bind(subject.uuid()).execute(&mut connection).await.unwrap();
    }
    ledger.append(&[Event::link(account, visitor, at(0))]).await.unwrap();
    ledger.append(&[Event::erase(visitor, at(1))]).await.unwrap();
    let left: Vec<Uuid> =
        sqlx::query_scalar("SELECT subject FROM privacy_audit_key").fetch_all(&mut connection).await.unwrap();
    assert_eq!(left, [other.uuid()]);
}
