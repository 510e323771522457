//! A version that comes while a ledger is followed.

use std::sync::Arc;

use dynamoi_privacy::{
    Event, Gate, History, Purpose, SubjectId,
    ledger::{Following, Ledger, Memory},
    policy::Document,
};

use crate::doubles::{SHORT, now, permitted, until};

fn second() -> Document {
    let mut document = Document::dynamoi();
    document.version = "2.0.0".into();
    document.effective_from = "2026-01-01T00:00:00Z".parse().unwrap();
    document
}

#[tokio::test]
async fn an_old_process_keeps_what_it_does_not_know_and_decides_like_the_others_once_it_does() {
    let new = Arc::new(History::dynamoi());
    new.add(second()).unwrap();
    let ledger = Memory::new(new);
    // The old process shares its history between gate and ledger, and adds to it behind the gate's back.
    let old = Arc::new(History::dynamoi());
    let gate = Arc::new(Gate::fed(old.clone(), SHORT));
    let following = Following::start(ledger.clone(), gate.clone()).await.unwrap();
    let (subject, at) = (SubjectId::random(), now());
    // At one instant under two versions: of these the older one stands, and the old process cannot tell which it is.
    let grants = ["2.0.0", "1.0.0"].map(|version| Event::grant(subject, Purpose::Promotion, version, at));
    ledger.append(&grants).await.unwrap();
    ledger.append(&[Event::accept(subject, "2.0.0", at)]).await.unwrap();
    until("it is read", || following.progress().events == 3).await;
    until("it is in step", || permitted(&gate, subject).is_some()).await;
    assert_eq!(permitted(&gate, subject), Some(false));
    old.add(second()).unwrap();
    until("it is permitted", || permitted(&gate, subject) == Some(true)).await;
    let choice = |gate: &Gate| gate.record_of(subject).unwrap().choice(&Purpose::Promotion.into()).copied();
    let knowing = Gate::new(old);
    for event in ledger.events_of(subject).await.unwrap() {
        knowing.record(event).unwrap();
    }
    until("the same grant stands", || choice(&gate) == choice(&knowing)).await;
}
