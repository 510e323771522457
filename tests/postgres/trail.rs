//! The audit trail in the database of a ledger, also over a stop of the server.

use std::sync::Arc;

use dynamoi_privacy::{
    Gate, Guarded, History, Purpose, SubjectId,
    audit::{Keys, Settings, Trail, Verification},
    data::UserData,
    gate::NotPermitted,
};
use sqlx::{Connection, Execute};

use crate::{
    place::{self, started},
    trails::Place,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_in_postgres_holds_what_trails_must() {
    let ledger = place::Place::new().await.ledger().await;
    let (one, other) = (ledger.clone(), ledger.clone());
    let place = Place {
        ledger,
        sink: Box::new(move |name| Arc::new(one.audit_sink(name).unwrap())),
        keys: Box::new(move || Arc::new(other.audit_keys().unwrap())),
    };
    place.holds().await;
}

/// An erasure that is under way has forgotten the key, and nobody sees yet that the subject is erased.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_waits_for_an_erasure_that_is_under_way() {
    let place = place::Place::new().await;
    let keys = place.ledger().await.audit_keys().unwrap();
    let subject = SubjectId::random();
    let mut erasing = place.connection().await;
    let mut erasure = erasing.begin().await.unwrap();
    for statement in [
        "SELECT 1 FROM privacy_lane ORDER BY lane FOR UPDATE",
        "DELETE FROM privacy_audit_key WHERE subject = $1",
        "INSERT INTO privacy_tomb (subject, person) VALUES ($1, gen_random_uuid())",
    ] {
        let statement = sqlx::query(statement);
        let bound = if statement.sql().contains("$1") { statement.bind(subject.uuid()) } else { statement };
        bound.fetch_all(&mut *erasure).await.unwrap();
    }
    let asked = std::thread::spawn(move || keys.keys(&[subject]).unwrap());
    let mut looking = place.connection().await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%privacy_lane%'";
    while !asked.is_finished()
        && sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut looking).await.unwrap() == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(!asked.is_finished(), "a key was made for whoever is being erased");
    erasure.commit().await.unwrap();
    assert_eq!(asked.join().unwrap(), [None]);
}

/// The server is killed under a trail and comes back: nothing is lost or doubled, and it goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_outlives_its_server() {
    let server = started(&[]);
    let ledger = place::Place::on(&server).await.ledger().await;
    let settings = Settings::required().patience(std::time::Duration::from_secs(60));
    let trail =
        Trail::start(ledger.audit_sink("one").unwrap(), ledger.audit_keys().unwrap(), settings).unwrap();
    let trail = Arc::new(trail);
    let gate = Arc::new(Gate::new(History::dynamoi()).with_witness(trail.clone()));
    let asking: Vec<_> = (0..4)
        .map(|_| {
            let gate = gate.clone();
            std::thread::spawn(move || {
                let now = "2026-01-05T09:00:00Z".parse().unwrap();
                for _ in 0..250 {
                    let account = Guarded::new(SubjectId::random(), UserData::default());
                    let refusal = gate.use_for(account, Purpose::PlatformOperation, now).unwrap_err();
                    assert!(matches!(refusal.why(), NotPermitted::Denied(_)), "{refusal}");
                }
            })
        })
        .collect();
    for _ in 0..3 {
        std::thread::sleep(std::time::Duration::from_millis(300));
        server.kill().unwrap();
        server.start_again().unwrap();
    }
    asking.into_iter().for_each(|thread| thread.join().unwrap());
    let kept = trail.close().unwrap();
    assert_eq!(kept.sequence(), 1000);
    assert_eq!(Verification::new().through(kept).read(trail.read().unwrap()).unwrap(), kept);
    // Whoever reads notices nothing of a restart, though the connections were lost with it.
    server.kill().unwrap();
    server.start_again().unwrap();
    assert_eq!(Verification::new().through(kept).read(trail.read().unwrap()).unwrap(), kept);
}
