//! Small spaces in full: all orders of a few events of three subjects come to the same, and to what is expected.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::{Event, Record},
    gate::{Action, Flow, Gate, Request},
    policy::History,
    script::Script,
    vocabulary::{DataCategory, Purpose, SubjectId},
};
use serde_json::{Value, json};

use crate::{plain::Plain, support::instant};

/// Every order of a few events, each made from the one before by one exchange (Heap's algorithm).
fn for_each_order(events: &mut [Event], see: &mut impl FnMut(&[Event])) {
    let mut counts = vec![0; events.len()];
    see(events);
    let mut at = 0;
    while at < events.len() {
        if counts[at] < at {
            events.swap(if at % 2 == 0 { 0 } else { counts[at] }, at);
            see(events);
            counts[at] += 1;
            at = 0;
        } else {
            counts[at] = 0;
            at += 1;
        }
    }
}

struct Space {
    history: Arc<History>,
    subjects: [SubjectId; 3],
    requests: Vec<Request>,
    orders: usize,
}

impl Space {
    fn new() -> Self {
        let subjects: [SubjectId; 3] = std::array::from_fn(|_| SubjectId::random());
        let flows = [
            Flow::new(DataCategory::Streaming, Purpose::Promotion, Action::Use),
            Flow::new(DataCategory::User, Purpose::PlatformOperation, Action::Use),
        ];
        let ask = |subject: &SubjectId| flows.clone().map(|flow| Request::new(*subject, flow, day(20)));
        let requests = subjects.iter().flat_map(ask).collect();
        Self { history: Arc::new(History::dynamoi()), subjects, requests, orders: 0 }
    }

    fn state(&self, gate: &Gate) -> Vec<Option<Record>> {
        self.subjects.iter().map(|subject| gate.record_of(*subject)).collect()
    }

    /// All orders of the events give one gate, with the answers of the plain reading.
    fn check(&mut self, events: &[Event]) {
        let mut events = events.to_vec();
        let mut first = None;
        let mut seen = 0;
        for_each_order(&mut events, &mut |order| {
            let gate = Gate::new(self.history.clone());
            order.iter().for_each(|event| gate.record(event.clone()).unwrap());
            let state = self.state(&gate);
            let first = first.get_or_insert_with(|| {
                self.agrees_with_the_plain_reading(&gate, order);
                state.clone()
            });
            assert!(state == *first, "an order of {} events came to something else", order.len());
            seen += 1;
        });
        self.orders += seen;
    }

    fn agrees_with_the_plain_reading(&self, gate: &Gate, events: &[Event]) {
        let mut plain = Plain::new();
        let policy: Value =
            serde_json::from_str(include_str!("../../src/policy/dynamoi-1.0.0.json")).unwrap();
        let tell = |plain: &mut Plain, line: Value| plain.line(0, &line.to_string());
        assert_eq!(tell(&mut plain, json!({ "policy": policy })), None);
        for event in events {
            assert_eq!(tell(&mut plain, json!({ "event": event })), None);
        }
        for request in &self.requests {
            let answer = tell(&mut plain, json!({ "request": request })).unwrap();
            let found = serde_json::to_value(gate.decide(request).unwrap()).unwrap();
            let shown: Vec<String> = events.iter().map(|event| json!(event).to_string()).collect();
            assert_eq!(found["reasons"], answer["decision"]["reasons"], "{shown:#?}");
        }
    }
}

fn day(day: u32) -> DateTime<Utc> {
    instant(&format!("2026-01-{day:02}T00:00:00Z"))
}

/// Every choice of so many of these.
fn some<T: Clone>(of: &[T], count: usize) -> Vec<Vec<T>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let Some((first, rest)) = of.split_first() else { return Vec::new() };
    let mut with = some(rest, count - 1);
    with.iter_mut().for_each(|chosen| chosen.push(first.clone()));
    with.extend(some(rest, count));
    with
}

/// Every link between the three, to themselves too.
fn links([a, b, c]: [SubjectId; 3]) -> Vec<Event> {
    let pairs = [a, b, c].into_iter().flat_map(|account| [a, b, c].map(|visitor| (account, visitor)));
    pairs.map(|(account, visitor)| Event::link(account, visitor, day(3))).collect()
}

fn minor(subject: SubjectId, until: &str, at: DateTime<Utc>) -> Event {
    Event::minor_until(subject, until.parse().unwrap(), at)
}

#[test]
fn three_links_of_three_and_any_other_events_in_all_orders() {
    let mut space = Space::new();
    let [a, b, c] = space.subjects;
    let promotion = Purpose::Promotion;
    let home = |subject, id: &str, at| Event::home(subject, id.parse().unwrap(), at);
    let others = [
        vec![Event::deny(c, promotion, day(1)), Event::grant(a, promotion, "1.0.0", day(2))],
        vec![home(b, "DE", day(1)), home(c, "US", day(2))],
        vec![Event::erase(b, day(4)), Event::accept(c, "1.0.0", day(5))],
        vec![Event::erase(a, day(4)), Event::erase(c, day(2))],
        vec![minor(c, "2026-01-21", day(1)), Event::of_age(a, day(2))],
    ];
    for three in some(&links(space.subjects), 3) {
        for others in &others {
            space.check(&[&three[..], &others[..]].concat());
        }
    }
    assert_eq!(space.orders, 84 * 5 * 120);
}

#[test]
fn any_four_of_what_can_happen_in_all_orders() {
    let mut space = Space::new();
    let [a, b, c] = space.subjects;
    let promotion = Purpose::Promotion;
    let home = |subject, id: &str, at| Event::home(subject, id.parse().unwrap(), at);
    let happens = [
        Event::link(a, b, day(3)),
        Event::link(b, a, day(3)),
        Event::link(b, c, day(3)),
        Event::link(c, a, day(3)),
        Event::link(a, c, day(3)),
        Event::accept(b, "1.0.0", day(1)),
        Event::accept(a, "1.0.0", day(2)),
        Event::grant(a, promotion, "1.0.0", day(5)),
        Event::grant_until(c, promotion, "1.0.0", day(5), day(12)),
        Event::withdraw(b, promotion, day(2)),
        Event::grant(b, promotion, "1.0.0", day(6)),
        minor(b, "2026-01-21", day(1)),
        Event::of_age(b, day(2)),
        home(a, "DE", day(1)),
        home(a, "US", day(1)),
        home(c, "SE", day(9)),
        Event::erase(c, day(6)),
        Event::erase(a, day(7)),
    ];
    for four in some(&happens, 4) {
        space.check(&four);
    }
    assert_eq!(space.orders, 3060 * 24);
}

#[test]
fn six_events_of_a_circle_in_all_orders() {
    let mut space = Space::new();
    let [a, b, c] = space.subjects;
    let circle = [Event::link(a, b, day(3)), Event::link(b, c, day(3)), Event::link(c, a, day(3))];
    let home = |subject, id: &str| Event::home(subject, id.parse().unwrap(), day(1));
    for others in [
        [
            Event::grant(a, Purpose::Promotion, "1.0.0", day(9)),
            Event::withdraw(b, Purpose::Promotion, day(1)),
            Event::deny(c, Purpose::Promotion, day(2)),
        ],
        [home(a, "DE"), home(b, "US"), home(b, "SE")],
        [Event::accept(a, "1.0.0", day(1)), minor(b, "2026-02-01", day(2)), minor(c, "2026-03-01", day(1))],
        [Event::erase(a, day(9)), Event::erase(b, day(8)), Event::accept(c, "1.0.0", day(1))],
    ] {
        space.check(&[&circle[..], &others[..]].concat());
    }
    assert_eq!(space.orders, 4 * 720);
}

#[test]
fn a_script_and_its_lines_backwards_come_to_the_same() {
    let mut scripts = [Script::new(), Script::new()];
    let policy: Value = serde_json::from_str(include_str!("../../src/policy/dynamoi-1.0.0.json")).unwrap();
    let [a, b, c] = std::array::from_fn(|_| SubjectId::random());
    let events = [
        Event::accept(c, "1.0.0", day(1)),
        Event::link(a, b, day(3)),
        Event::link(b, c, day(3)),
        Event::grant(c, Purpose::Promotion, "1.0.0", day(4)),
    ];
    let lines: Vec<String> = events.iter().map(|event| json!({ "event": event }).to_string()).collect();
    for script in &mut scripts {
        assert!(script.line(json!({ "policy": policy }).to_string().as_bytes()).is_none());
    }
    let [forwards, backwards] = &mut scripts;
    assert!(lines.iter().all(|line| forwards.line(line.as_bytes()).is_none()));
    assert!(lines.iter().rev().all(|line| backwards.line(line.as_bytes()).is_none()));
    let promotion = Flow::new(DataCategory::Streaming, Purpose::Promotion, Action::Use);
    for (subject, permitted) in [(a, true), (b, true), (c, true), (SubjectId::random(), false)] {
        let request = Request::new(subject, promotion.clone(), day(20));
        for script in [&*forwards, &*backwards] {
            assert_eq!(script.gate().decide(&request).unwrap().is_permitted(), permitted);
        }
    }
}
