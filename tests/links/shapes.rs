//! Hubs, chains and rings that are larger than anybody needs.

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::{Event, Scope},
    gate::Gate,
    policy::History,
    vocabulary::{ProcessorId, Purpose, SubjectId},
};

use crate::{plain::rng::Rng, support::instant};

const MANY: usize = 3_000;

fn now() -> DateTime<Utc> {
    instant("2026-01-05T09:00:00Z")
}

fn subjects() -> Vec<SubjectId> {
    (0..MANY).map(|_| SubjectId::random()).collect()
}

fn gate(links: &[(SubjectId, SubjectId)]) -> Gate {
    let gate = Gate::new(History::dynamoi());
    let mut order: Vec<usize> = (0..links.len()).collect();
    Rng::new(links.len() as u64).shuffle(&mut order);
    for at in order {
        let (account, visitor) = links[at];
        gate.record(Event::link(account, visitor, now())).unwrap();
    }
    gate
}

fn refuses(gate: &Gate, subject: SubjectId) -> bool {
    gate.record_of(subject).is_some_and(|record| record.refusals().next().is_some())
}

fn home(gate: &Gate, subject: SubjectId) -> Option<String> {
    Some(gate.record_of(subject)?.home()?.as_str().to_owned())
}

#[test]
fn a_visitor_of_many_accounts_speaks_to_all_of_them() {
    let (visitor, accounts) = (SubjectId::random(), subjects());
    let gate = gate(&accounts.iter().map(|account| (*account, visitor)).collect::<Vec<_>>());
    gate.record(Event::deny(visitor, Purpose::Promotion, now())).unwrap();
    assert!(accounts.iter().all(|account| refuses(&gate, *account)));
    gate.record(Event::grant(visitor, Purpose::Promotion, "1.0.0", now() + crate::support::DAY)).unwrap();
    assert!(!accounts.iter().any(|account| refuses(&gate, *account)));
    gate.record(Event::deny(accounts[7], Purpose::Promotion, now())).unwrap();
    assert!(refuses(&gate, accounts[7]) && !refuses(&gate, accounts[8]) && !refuses(&gate, visitor));

    gate.record(Event::erase(accounts[9], now())).unwrap();
    let erased = |subject: &SubjectId| gate.record_of(*subject).is_some_and(|record| record.is_erased());
    assert!(erased(&visitor) && accounts.iter().all(erased));
}

#[test]
fn an_account_of_many_visitors_hears_all_of_them() {
    let (account, visitors) = (SubjectId::random(), subjects());
    let gate = gate(&visitors.iter().map(|visitor| (account, *visitor)).collect::<Vec<_>>());
    for (nth, visitor) in visitors.iter().enumerate() {
        let processor: ProcessorId = format!("p{nth}").parse().unwrap();
        let scope = Scope::from(Purpose::Promotion).processor(processor);
        // Few of them, so that a record in full does not make this slow.
        if nth % 100 == 0 {
            gate.record(Event::deny(*visitor, scope, now())).unwrap();
        }
    }
    assert_eq!(gate.record_of(account).unwrap().refusals().count(), MANY / 100);
    assert!(!gate.knows(visitors[1]));
    gate.record(Event::erase(visitors[1], now())).unwrap();
    assert!(!gate.knows(account) && !gate.knows(visitors[0]));
    assert!(visitors.iter().all(|visitor| gate.record_of(*visitor).unwrap().erased_at() == Some(now())));
}

#[test]
fn what_is_said_at_the_end_of_a_chain_is_heard_at_its_beginning_and_not_the_other_way() {
    let chain = subjects();
    let gate = gate(&chain.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>());
    let (first, last) = (chain[0], chain[MANY - 1]);
    gate.record(Event::deny(last, Purpose::Promotion, now())).unwrap();
    gate.record(Event::home(last, "DE".parse().unwrap(), now())).unwrap();
    gate.record(Event::withdraw(first, Purpose::Billing, now())).unwrap();
    assert!(refuses(&gate, first) && home(&gate, first).as_deref() == Some("DE"));
    assert_eq!(gate.record_of(last).unwrap().refusals().count(), 1);
    // Somebody nearer says where they live.
    gate.record(Event::home(chain[5], "US".parse().unwrap(), now() - crate::support::DAY)).unwrap();
    let homes = [chain[0], chain[5], chain[6], last].map(|subject| home(&gate, subject));
    assert_eq!(homes, ["US", "US", "DE", "DE"].map(|id| Some(id.to_owned())));

    gate.record(Event::erase(chain[MANY / 2], now())).unwrap();
    assert!(!chain.iter().any(|subject| gate.knows(*subject)));
    // An earlier erasure that comes late reaches all of them.
    let earlier = now() - crate::support::DAY;
    gate.record(Event::erase(first, earlier)).unwrap();
    assert!(chain.iter().all(|subject| gate.record_of(*subject).unwrap().erased_at() == Some(earlier)));
}

#[test]
fn in_a_ring_everybody_hears_everybody_and_lives_where_the_next_does() {
    let ring = subjects();
    let mut links: Vec<_> = ring.windows(2).map(|pair| (pair[0], pair[1])).collect();
    links.push((ring[MANY - 1], ring[0]));
    let gate = gate(&links);
    gate.record(Event::deny(ring[MANY / 3], Purpose::Promotion, now())).unwrap();
    assert!(ring.iter().all(|subject| refuses(&gate, *subject)));
    gate.record(Event::home(ring[10], "DE".parse().unwrap(), now())).unwrap();
    gate.record(Event::home(ring[20], "US".parse().unwrap(), now())).unwrap();
    let homes = [5, 10, 11, 20, 21].map(|at| home(&gate, ring[at]));
    assert_eq!(homes, ["DE", "DE", "US", "US", "DE"].map(|id| Some(id.to_owned())));
}
