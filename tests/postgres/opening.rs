//! Opening: many at once on nothing, an interrupted first start, and a schema that is newer. And hints.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    Event, History, SubjectId,
    ledger::{Cursor, Ledger, LedgerErrorKind, Postgres},
};
use sqlx::Executor;

use crate::place::{Place, at_once, everything};

fn event() -> Event {
    let at: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
    Event::of_age(SubjectId::random(), at)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_number_may_start_first_at_the_same_time() {
    let history = Arc::new(History::dynamoi());
    for _ in 0..4 {
        let place = Place::new().await;
        let first = (0..8).map(|_| {
            let (place, history) = (place.clone(), history.clone());
            async move {
                let ledger = Postgres::connect(&place.url, history).await.unwrap();
                let events = [event(), event()];
                ledger.append(&events).await.unwrap();
                ledger.append(&[Event::erase(events[0].subject, events[0].at)]).await.unwrap();
                (ledger, events)
            }
        });
        let opened = at_once(first.collect::<Vec<_>>()).await;
        for (ledger, _) in &opened {
            assert_eq!(everything(ledger).await.len(), 16);
            // All use one key: what one of them erased, the others know again.
            for (_, events) in &opened {
                ledger.append(events).await.unwrap();
            }
        }
        assert_eq!(everything(&opened[0].0).await.len(), 16);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_that_was_cut_off_is_finished_by_the_next() {
    let place = Place::new().await;
    let mut connection = place.connection().await;
    let ledger = place.ledger().await;
    ledger.append(&[event()]).await.unwrap();
    // As if it had come so far: some of the tables, some of the lanes, and not the word that all is there.
    for statement in [
        "DELETE FROM privacy_meta",
        "DELETE FROM privacy_lane WHERE last = 0 AND lane > 3",
        "DROP TABLE privacy_link",
        "DROP INDEX privacy_event_subject",
    ] {
        connection.execute(statement).await.unwrap();
    }
    let ledger = place.ledger().await;
    ledger
        .append(&[event(), Event::link(SubjectId::random(), SubjectId::random(), event().at)])
        .await
        .unwrap();
    assert_eq!(everything(&ledger).await.len(), 3);
    let index = "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'privacy_event_subject'";
    assert_eq!(connection.fetch_all(index).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_and_left_alone() {
    let place = Place::new().await;
    place.ledger().await.append(&[event()]).await.unwrap();
    let mut connection = place.connection().await;
    for format in [2, 0, i32::MAX] {
        connection.execute(format!("UPDATE privacy_meta SET format = {format}").as_str()).await.unwrap();
        let error = Postgres::connect(&place.url, History::dynamoi()).await.unwrap_err();
        assert_eq!(error.kind(), LedgerErrorKind::NotUnderstood);
        assert!(error.to_string().contains(&format!("format {format}")), "{error}");
    }
    connection.execute("UPDATE privacy_meta SET format = 1").await.unwrap();
    assert_eq!(everything(&place.ledger().await).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_brings_reading_to_a_halt() {
    for damage in [
        "UPDATE privacy_event SET body = '{\"at\":\"2026-01-05T09:00:00Z\",\"type\":\"frozen\"}'",
        "DELETE FROM privacy_lane WHERE lane = 7",
        "ALTER TABLE privacy_event RENAME COLUMN body TO content",
        "INSERT INTO privacy_lane (lane, last, erasures) VALUES (16, 0, 0)",
    ] {
        let place = Place::new().await;
        let ledger = place.ledger().await;
        ledger.append(&[event()]).await.unwrap();
        place.connection().await.execute(damage).await.unwrap();
        let error = ledger.read(&Cursor::start(), 10).await.unwrap_err();
        assert_eq!(error.kind(), LedgerErrorKind::NotUnderstood, "{damage}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_hears_that_another_has_appended() {
    let place = Place::new().await;
    let (writer, reader) = (place.ledger().await, place.ledger().await);
    let listens = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()";
    let mut watch = place.connection().await;
    let mut cursor = Cursor::start();
    for round in 0..6 {
        // Whoever begins to listen is told to look once, for what came before.
        let page = reader.read(&cursor, 100).await.unwrap();
        cursor = page.cursor;
        if round == 3 {
            // The connection is cut off, and comes back by itself.
            let cut = format!("SELECT pg_terminate_backend(pid) FROM ({listens}) AS listeners");
            watch.execute(cut.as_str()).await.unwrap();
        }
        writer.append(&[event()]).await.unwrap();
        loop {
            let told = tokio::time::timeout(Duration::from_secs(20), reader.changed()).await;
            told.expect("nobody hears of an append");
            let page = reader.read(&cursor, 100).await.unwrap();
            cursor = page.cursor;
            if !page.events.is_empty() {
                break;
            }
        }
    }
}
