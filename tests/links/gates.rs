//! What a link means to a host of a gate: permits, unknown visitors, ids, versions that come late.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, EventKind, Scope},
    data::StreamingData,
    gate::{Action, Cleared, Flow, Gate, Guarded, Lapse, OwnUse, Request},
    policy::{Document, History},
    vocabulary::{DataCategory, Purpose, SubjectId},
};

use crate::support::{DAY, dynamoi, gate_with, instant};

fn now() -> DateTime<Utc> {
    instant("2026-02-01T00:00:00Z")
}

fn before() -> DateTime<Utc> {
    now() - DAY
}

fn promotion() -> Flow {
    Flow::new(DataCategory::Streaming, Purpose::Promotion, Action::Use)
}

fn reasons(gate: &Gate, subject: SubjectId) -> String {
    gate.decide(&Request::new(subject, promotion(), now())).unwrap().reasons().to_string()
}

fn record(gate: &Gate, events: impl IntoIterator<Item = Event>) {
    events.into_iter().for_each(|event| gate.record(event).unwrap());
}

/// An account that accepted and consented, and somebody who did nothing yet.
fn linked(gate: &Gate) -> (SubjectId, SubjectId) {
    let [account, visitor] = [SubjectId::random(), SubjectId::random()];
    record(
        gate,
        [
            Event::accept(account, "1.0.0", before()),
            Event::grant(account, Purpose::Promotion, "1.0.0", before()),
            Event::link(account, visitor, before()),
        ],
    );
    (account, visitor)
}

fn permit(gate: &Gate, subject: SubjectId) -> Cleared<StreamingData, OwnUse> {
    gate.use_for(Guarded::new(subject, StreamingData::default()), Purpose::Promotion, now()).unwrap()
}

#[test]
fn what_a_visitor_says_kills_the_permits_of_its_accounts_and_what_changes_nothing_does_not() {
    let gate = gate_with(&[dynamoi()]);
    let (account, visitor) = linked(&gate);
    let dies = |event: Event, dies: bool| {
        let held = permit(&gate, account);
        record(&gate, [event]);
        let lapse = held.open(&gate, now()).err().map(|lapsed| lapsed.lapse());
        assert_eq!(lapse, dies.then_some(Lapse::RecordChanged));
    };
    dies(Event::accept(visitor, "1.0.0", before()), false);
    dies(Event::grant(visitor, Purpose::Promotion, "1.0.0", now()), false);
    dies(Event::home(visitor, "DE".parse().unwrap(), before()), true);
    dies(Event::home(account, "US".parse().unwrap(), before()), true);
    dies(Event::home(visitor, "SE".parse().unwrap(), now()), false);
    dies(Event::link(account, visitor, now()), false);
    dies(Event::link(account, account, now()), false);
    dies(Event::link(account, SubjectId::random(), now()), false);
    dies(Event::link(SubjectId::random(), account, now()), false);
    dies(Event::deny(visitor, Purpose::Billing, before()), true);
    dies(Event::deny(visitor, Purpose::Promotion, now() + DAY), true);
    assert_eq!(reasons(&gate, account), "consent_denied");
}

#[test]
fn another_erasure_kills_the_permit_as_well() {
    let gate = gate_with(&[dynamoi()]);
    let (account, visitor) = linked(&gate);
    let held = permit(&gate, account);
    record(&gate, [Event::erase(visitor, now())]);
    assert_eq!(held.open(&gate, now()).unwrap_err().lapse(), Lapse::RecordChanged);
    assert_eq!(reasons(&gate, account), "subject_erased");
}

#[test]
fn a_visitor_without_events_stays_unknown_unless_it_is_erased() {
    let gate = gate_with(&[dynamoi()]);
    let (account, visitor) = linked(&gate);
    assert!(gate.record_of(visitor).is_none() && !gate.knows(visitor));
    assert_eq!(reasons(&gate, visitor), "subject_unknown");
    let disclosed = Flow::new(
        DataCategory::User,
        Purpose::LegalObligation,
        Action::Disclose { reference: "12 O 345/25".to_owned() },
    );
    let audience = |gate: &Gate| gate.audience(&disclosed, now()).unwrap().collect::<Vec<_>>();
    assert_eq!(audience(&gate), [account]);

    let alone = SubjectId::random();
    record(&gate, [Event::link(alone, alone, before())]);
    assert_eq!(reasons(&gate, alone), "consent_missing, policy_not_accepted");

    record(&gate, [Event::erase(account, now())]);
    assert_eq!(reasons(&gate, visitor), "subject_erased");
    assert_eq!(audience(&gate), [account, alone, visitor]);
}

#[test]
fn the_ids_of_events_of_the_erased_stay_known() {
    let gate = gate_with(&[dynamoi()]);
    let (account, visitor) = linked(&gate);
    let denied = Event::deny(visitor, Purpose::Billing, before());
    let link = Event::link(account, SubjectId::random(), before());
    record(&gate, [denied.clone(), link.clone(), Event::erase(account, now())]);
    record(&gate, [denied.clone(), link.clone()]);
    let EventKind::Linked { visitor: other } = link.kind else { panic!("it links") };
    for changed in [
        Event { at: now(), ..denied },
        Event { at: now(), ..link.clone() },
        Event { kind: EventKind::Linked { visitor }, ..link.clone() },
        Event { subject: other, ..link },
    ] {
        assert_eq!(gate.record(changed).unwrap_err().code(), "conflicting_event");
    }
}

#[test]
fn a_refused_event_of_somebody_linked_changes_nothing() {
    let gate = gate_with(&[dynamoi()]);
    let (account, visitor) = linked(&gate);
    let known = [account, visitor].map(|subject| gate.record_of(subject));
    let unknown = Event::accept(visitor, "9.9.9", before());
    assert_eq!(gate.record(unknown).unwrap_err().code(), "unknown_policy_version");
    let expired = Event::grant_until(visitor, Purpose::Promotion, "1.0.0", now(), now());
    assert_eq!(gate.record(expired).unwrap_err().code(), "expires_before_granted");
    assert!(known == [account, visitor].map(|subject| gate.record_of(subject)));
}

/// A version that does not have the purpose, and a later one that does.
fn versions() -> [Document; 2] {
    let (mut narrow, mut wide) = (dynamoi(), dynamoi());
    narrow.version = "narrow".into();
    narrow.effective_from = instant("2026-01-02T00:00:00Z");
    narrow.uses.retain(|row| row.purpose != Purpose::Promotion);
    narrow.sharing.retain(|row| row.purpose != Purpose::Promotion);
    wide.version = "wide".into();
    wide.effective_from = instant("2026-01-03T00:00:00Z");
    [narrow, wide]
}

#[test]
fn which_of_two_grants_is_the_older_is_settled_when_their_versions_come() {
    let [narrow, wide] = versions();
    for [of_account, of_visitor] in [["narrow", "wide"], ["wide", "narrow"]] {
        is_settled(&narrow, &wide, of_account, of_visitor);
    }
}

fn is_settled(narrow: &Document, wide: &Document, of_account: &str, of_visitor: &str) {
    let [account, visitor] = [SubjectId::random(), SubjectId::random()];
    let grant = |subject, version| Event::grant(subject, Purpose::Promotion, version, before());
    let events = [
        Event::accept(account, "wide", before()),
        grant(account, of_account),
        grant(visitor, of_visitor),
        Event::link(account, visitor, before()),
    ];
    // All versions are known beforehand: the older of the two says nothing of the purpose.
    let known = gate_with(&[narrow.clone(), wide.clone()]);
    record(&known, events.clone());
    assert_eq!(reasons(&known, account), "consent_outdated");

    // A choice for less than a purpose beside them, which says nothing here, and is kept in another way.
    let narrow_scope = || Scope::from(Purpose::Billing).category(DataCategory::Payment);
    let beside = [account, visitor].map(|subject| Event::deny(subject, narrow_scope(), before()));
    let ways = [(false, 0), (false, 2), (true, 0), (true, 2)];
    for (by_the_history, kept) in ways {
        let events = [&beside[..kept], &events[..]].concat();
        let history = Arc::new(History::new());
        history.add(narrow.clone()).unwrap();
        let gate = Gate::fed(history.clone(), TimeDelta::weeks(1000));
        gate.confirm_current(gate.ask());
        record(&gate, events.clone());
        // What is not known yet permits nothing.
        assert!(!gate.decide(&Request::new(account, promotion(), now())).unwrap().is_permitted());
        if by_the_history {
            history.add(wide.clone()).unwrap();
            gate.confirm_current(gate.ask());
        } else {
            gate.adopt(wide.clone()).unwrap();
        }
        assert_eq!(reasons(&gate, account), "consent_outdated");
        // And once more, when the narrow one is the unknown one.
        let gate = Gate::fed(History::new(), TimeDelta::weeks(1000));
        gate.confirm_current(gate.ask());
        gate.adopt(wide.clone()).unwrap();
        record(&gate, events.clone());
        assert_eq!(reasons(&gate, account), "consent_outdated");
        gate.adopt(narrow.clone()).unwrap();
        assert_eq!(reasons(&gate, account), "consent_outdated");
    }
}
