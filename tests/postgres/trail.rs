//! The audit trail in the database of a ledger, also over a stop of the server.

use std::sync::Arc;

use dynamoi_privacy::{
    Gate, Guarded, History, Purpose, SubjectId,
    audit::{Settings, Trail, Verification},
    data::UserData,
    gate::NotPermitted,
};

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
}
