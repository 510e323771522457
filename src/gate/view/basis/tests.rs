//! The ids that stand are those of the events that a plain reading of the list names, in whatever order they came.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::*;
use crate::{
    consent::Event,
    gate::{
        Gate, Signals,
        decision::Question,
        request::{Action, Flow},
    },
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, Purpose},
};

const NOW: &str = "2026-02-01T00:00:00Z";

fn gate() -> Gate {
    let mut gate = Gate::new(History::dynamoi());
    gate.view.keep_basis();
    gate
}

fn at(day: u32) -> DateTime<Utc> {
    format!("2026-01-{day:02}T00:00:00Z").parse().unwrap()
}

fn promotion() -> Flow {
    let action = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
    Flow::new(DataCategory::Streaming, Purpose::Promotion, action)
}

/// The ids behind a decision, and whether it is a permit.
fn basis(gate: &Gate, subject: SubjectId, flow: &Flow) -> (Vec<Uuid>, bool) {
    let now = NOW.parse().unwrap();
    let in_force = gate.history.numbered_in_force(now);
    match Question::of(&gate.history, in_force, flow, now, Signals::default()) {
        Question::Answered(..) => panic!("a record is read"),
        Question::Open(terms) => {
            let (standing, _, ids) = gate.view.standing_with_basis(subject, &terms);
            (ids, terms.against(&standing).is_empty())
        }
    }
}

fn ids<const N: usize>(events: [&Event; N]) -> Vec<Uuid> {
    sorted(events.map(|event| event.id).to_vec())
}

/// Every order of a few events.
fn orders(events: &[Event]) -> Vec<Vec<Event>> {
    let Some((first, rest)) = events.split_first() else { return vec![Vec::new()] };
    let insert = |order: Vec<Event>| {
        (0..=order.len()).map(move |place| {
            let mut order = order.clone();
            order.insert(place, first.clone());
            order
        })
    };
    orders(rest).into_iter().flat_map(insert).collect()
}

fn in_every_order(events: &[Event], check: impl Fn(&Gate)) {
    for order in orders(events) {
        let gate = gate();
        for event in order.iter().chain(&order) {
            gate.record(event.clone()).unwrap();
        }
        check(&gate);
    }
}

#[test]
fn a_gate_that_nobody_asked_keeps_none() {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    gate.record(Event::accept(subject, "1.0.0", at(1))).unwrap();
    assert_eq!(basis(&gate, subject, &promotion()).0, ids([]));
}

#[test]
fn what_stands_is_named_and_nothing_else() {
    let subject = SubjectId::random();
    let accepted = Event::accept(subject, "1.0.0", at(1));
    let again = Event::continue_using(subject, "1.0.0", at(2));
    let replaced = Event::deny(subject, Purpose::Promotion, at(3));
    let granted = Event::grant(subject, Purpose::Promotion, "1.0.0", at(4));
    let narrow = Event::grant(
        subject,
        Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM),
        "1.0.0",
        at(2),
    );
    let beside = Event::deny(subject, Purpose::MarketingCampaigns, at(4));
    let age = Event::of_age(subject, at(5));
    in_every_order(
        &[accepted.clone(), again, replaced, granted.clone(), narrow.clone(), age.clone()],
        |gate| {
            gate.record(beside.clone()).unwrap();
            let (found, permitted) = basis(gate, subject, &promotion());
            assert!(permitted);
            assert_eq!(found, ids([&accepted, &granted, &narrow, &age]));
        },
    );
}

#[test]
fn of_those_that_say_the_same_the_smallest_id_stands() {
    let subject = SubjectId::random();
    let mut events = Vec::new();
    for _ in 0..2 {
        events.push(Event::accept(subject, "1.0.0", at(1)));
        events.push(Event::deny(subject, Purpose::Promotion, at(1)));
        events.push(Event::of_age(subject, at(1)));
    }
    let smallest = |nth: usize| events[nth].id.min(events[nth + 3].id);
    let expected = sorted((0..3).map(smallest).collect());
    in_every_order(&events, |gate| assert_eq!(basis(gate, subject, &promotion()).0, expected));
}

/// A version under which data may not leave a country.
fn without_safeguard() -> Document {
    let mut document = Document::dynamoi();
    document.version = "2".into();
    document.effective_from = at(1);
    document.storage.safeguard = None;
    document
}

#[test]
fn of_two_who_are_one_person_the_one_is_named_whose_word_counts() {
    let kept = Action::Store { country: "DE".parse().ok(), encrypted: true };
    let kept = Flow::new(DataCategory::User, Purpose::Promotion, kept);
    // Ids are drawn anew each time, so that none is named because it happens to be small.
    for _ in 0..8 {
        let [account, visitor, earlier] = std::array::from_fn(|_| SubjectId::random());
        let [link, further] = [Event::link(account, visitor, at(1)), Event::link(visitor, earlier, at(1))];
        let refused = Event::withdraw(account, Purpose::Promotion, at(2));
        let near = Event::home(visitor, "DE".parse().unwrap(), at(1));
        let events = [
            link.clone(),
            further,
            refused.clone(),
            Event::deny(visitor, Purpose::Promotion, at(9)),
            near.clone(),
            Event::home(earlier, "US".parse().unwrap(), at(9)),
        ];
        let gate = gate();
        gate.adopt(without_safeguard()).unwrap();
        events.iter().for_each(|event| gate.record(event.clone()).unwrap());
        assert_eq!(basis(&gate, account, &kept).0, ids([&link, &refused, &near]));
    }
}

#[test]
fn the_home_is_named_where_it_matters() {
    let document = without_safeguard();
    let subject = SubjectId::random();
    let home = |id: &str| Event::home(subject, id.parse().unwrap(), at(2));
    let (one, other, before) = (home("DE"), home("US"), Event::home(subject, "SE".parse().unwrap(), at(1)));
    let (kept, used) = (Action::Store { country: "DE".parse().ok(), encrypted: true }, Action::Use);
    let [kept, used] = [kept, used].map(|action| Flow::new(DataCategory::User, Purpose::Billing, action));
    in_every_order(&[one.clone(), other.clone(), before], |gate| {
        gate.adopt(document.clone()).unwrap();
        // Two at one instant contradict each other, whichever of them is named.
        let smallest = if one.id < other.id { &one } else { &other };
        assert_eq!(basis(gate, subject, &kept).0, ids([smallest]));
        assert_eq!(basis(gate, subject, &used).0, ids([]));
    });
}

#[test]
fn nothing_is_left_of_an_erased_subject_but_the_erasure() {
    let subject = SubjectId::random();
    let (erased, again) = (Event::erase(subject, at(3)), Event::erase(subject, at(3)));
    let later = Event::erase(subject, at(4));
    let accepted = Event::accept(subject, "1.0.0", at(1));
    let denied = Event::deny(subject, Purpose::Promotion, at(9));
    let smallest = if erased.id < again.id { &erased } else { &again };
    in_every_order(&[erased.clone(), again.clone(), later, accepted, denied], |gate| {
        assert_eq!(basis(gate, subject, &promotion()), (ids([smallest]), false));
    });
}

#[test]
fn links_lead_to_what_stands_and_are_named_themselves() {
    // Ids are drawn anew each time, so that none of them stands because it happens to be small.
    (0..4).for_each(|_| links_lead_to_what_stands());
}

fn links_lead_to_what_stands() {
    let [account, visitor, earlier] = std::array::from_fn(|_| SubjectId::random());
    let accepted = Event::accept(account, "1.0.0", at(1));
    let granted = Event::grant(account, Purpose::Promotion, "1.0.0", at(9));
    let refused = Event::withdraw(earlier, Purpose::Promotion, at(2));
    let age = Event::of_age(visitor, at(5));
    let [first, second] = [Event::link(account, visitor, at(6)), Event::link(visitor, earlier, at(7))];
    let events = [accepted, granted, refused, age, first, second];
    let [accepted, granted, refused, age, first, second] = &events;
    in_every_order(&events, |gate| {
        let flow = promotion();
        assert_eq!(basis(gate, account, &flow), (ids([accepted, refused, age, first, second]), false));
        assert_eq!(basis(gate, visitor, &flow).0, ids([refused, age, second]));
        assert_eq!(basis(gate, earlier, &flow).0, ids([refused]));
    });
    // Without the second link it rests on the account's own grant.
    let gate = gate();
    for event in [accepted, granted, refused, age, first] {
        gate.record(event.clone()).unwrap();
    }
    assert_eq!(basis(&gate, account, &promotion()), (ids([accepted, granted, age, first]), true));
}

#[test]
fn an_erasure_of_either_is_what_is_left_of_both() {
    let [account, visitor, other] = std::array::from_fn(|_| SubjectId::random());
    let link = Event::link(account, visitor, at(2));
    let [of_account, of_visitor] = [Event::erase(account, at(5)), Event::erase(visitor, at(5))];
    let later = Event::erase(other, at(6));
    let events = [
        Event::accept(account, "1.0.0", at(1)),
        link,
        of_account.clone(),
        of_visitor.clone(),
        Event::link(visitor, other, at(3)),
        later,
    ];
    let smallest = if of_account.id < of_visitor.id { &of_account } else { &of_visitor };
    in_every_order(&events, |gate| {
        assert_eq!(basis(gate, account, &promotion()).0, ids([&of_account]));
        assert_eq!(basis(gate, visitor, &promotion()).0, ids([&of_visitor]));
        // Its own is later than the one that counts.
        assert_eq!(basis(gate, other, &promotion()).0, ids([smallest]));
    });
}

#[test]
fn a_decision_and_its_basis_are_of_one_moment() {
    let [account, visitor] = std::array::from_fn(|_| SubjectId::random());
    let gate = gate();
    gate.record(Event::accept(account, "1.0.0", at(1))).unwrap();
    gate.record(Event::grant(account, Purpose::Promotion, "1.0.0", at(1))).unwrap();
    let link = Event::link(account, visitor, at(1));
    // First the account changes its mind again and again, then the visitor does.
    const WRITES: i64 = 40_000;
    let writes: Vec<_> = (0..WRITES)
        .map(|nth| {
            let now = at(2) + chrono::TimeDelta::seconds(nth);
            let subject = if nth > WRITES / 2 { visitor } else { account };
            match nth % 2 {
                0 => Event::grant(subject, Purpose::Promotion, "1.0.0", now),
                _ => Event::deny(subject, Purpose::Promotion, now),
            }
        })
        .collect();
    let is_refusal = |event: &&Event| matches!(event.kind, EventKind::ConsentDenied { .. });
    let refusals: HashSet<Uuid> = writes.iter().filter(is_refusal).map(|event| event.id).collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for (nth, event) in (0..).zip(&writes) {
                if nth == WRITES / 2 {
                    gate.record(link.clone()).unwrap();
                }
                gate.record(event.clone()).unwrap();
            }
            done.store(true, Relaxed);
        });
        while !done.load(Relaxed) {
            let (found, permitted) = basis(&gate, account, &promotion());
            assert_eq!(permitted, !found.iter().any(|id| refusals.contains(id)));
        }
    });
}

#[test]
fn an_erasure_is_behind_a_record_as_soon_as_it_is_erased_and_not_before() {
    let gate = gate();
    let people: Vec<_> = (0..20_000).map(|_| [SubjectId::random(), SubjectId::random()]).collect();
    for (nth, [account, visitor]) in (0..).zip(&people) {
        gate.record(Event::deny(*account, Purpose::Promotion, at(1))).unwrap();
        if nth % 2 == 0 {
            gate.record(Event::link(*account, *visitor, at(1))).unwrap();
        }
    }
    let erasures: Vec<_> = people.iter().map(|[account, _]| Event::erase(*account, at(2))).collect();
    let ids: HashSet<Uuid> = erasures.iter().map(|event| event.id).collect();
    let at_work = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for (nth, event) in erasures.iter().enumerate() {
                at_work.store(nth, Relaxed);
                gate.record(event.clone()).unwrap();
            }
            at_work.store(people.len(), Relaxed);
        });
        while let Some([account, _]) = people.get(at_work.load(Relaxed)) {
            let question = gate.history.numbered_in_force(at(3));
            let flow = promotion();
            let Question::Open(terms) =
                Question::of(&gate.history, question, &flow, at(3), Signals::default())
            else {
                panic!("a record is read")
            };
            let (standing, _, found) = gate.view.standing_with_basis(*account, &terms);
            let erased = matches!(standing, Standing::Erased);
            assert_eq!(erased, found.iter().any(|id| ids.contains(id)));
        }
    });
}
