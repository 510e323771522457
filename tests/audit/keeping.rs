//! What is kept of a check, and that nothing of it is lost between the check and the sink.

use std::{collections::BTreeMap, thread};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    audit::{Effect, Keys, MemoryKeys, MemorySink, Settings, Verification},
    consent::Event,
    data::{AnalyticsData, PaymentData, UserData},
    gate::{Action, Gate, Guarded, NotPermitted, Signals, Undecided},
    policy::History,
    processors::Stripe,
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};

use crate::world::{ask, at, entries, fan, gate, now, trail};

#[test]
fn an_entry_says_what_was_asked_and_what_was_decided() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required());
    let gate = gate(&trail);
    let subject = fan(&gate);
    let signals = Signals { gpc: false, cookies_blocked: true };
    let check = gate.check(now()).signals(signals).country("DE".parse().unwrap()).encrypted(true);
    let views = Guarded::obtained(subject, ProcessorId::POSTHOG, AnalyticsData::default());
    let refusal = check.collect(views, Purpose::EngagementAnalysis).unwrap_err();
    let _ = check.store(Guarded::new(subject, UserData::default()), Purpose::PlatformOperation).unwrap();
    let _ = gate
        .disclose(Guarded::new(subject, PaymentData::default()), "court of X, 12".to_owned(), at(3))
        .unwrap();
    let _ =
        gate.share(Guarded::new(subject, PaymentData::default()), Purpose::Billing, Stripe, at(4)).unwrap();

    let entries = entries(&sink.bytes()[..]);
    let effects: Vec<Effect> = entries.iter().map(|entry| entry.effect()).collect();
    assert_eq!(effects, [Effect::Deny, Effect::Permit, Effect::Permit, Effect::Permit]);
    assert_eq!(entries[0].reasons(), refusal.reasons());
    assert_eq!(entries[0].signals(), signals);
    assert_eq!(entries[0].flow().origin, Some(ProcessorId::POSTHOG));
    let stored = Action::Store { country: "DE".parse().ok(), encrypted: true };
    assert_eq!(entries[1].flow().action, stored);
    assert_eq!((entries[2].at(), entries[3].at()), (at(3), at(4)));
    assert_eq!(entries[3].flow().category, DataCategory::Payment);
    for entry in &entries {
        assert_eq!(entry.policy_version().unwrap().as_str(), "1.0.0");
        assert_eq!(entry.subject(), entries[0].subject());
    }

    // Nothing that names the person, in whatever form, nor what the disclosure referred to.
    let text = String::from_utf8(sink.bytes()).unwrap();
    let id = subject.uuid();
    for name in [id.hyphenated().to_string(), id.simple().to_string(), "court".to_owned()] {
        assert!(!text.to_lowercase().contains(&name), "{name}");
    }
    assert_eq!(trail.decisions_of(subject).unwrap(), entries);
    assert_eq!(trail.decisions_of(SubjectId::random()).unwrap(), []);
}

#[test]
fn who_has_the_key_finds_the_events_that_a_decision_rested_on() {
    let keys = MemoryKeys::new();
    let trail = trail(MemorySink::new(), keys.clone(), Settings::required());
    let gate = gate(&trail);
    let subject = SubjectId::random();
    let events = [
        Event::accept(subject, "1.0.0", now()),
        Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now()),
    ];
    events.iter().for_each(|event| gate.record(event.clone()).unwrap());
    assert!(ask(&gate, subject, now()).is_ok());
    let entry = trail.decisions_of(subject).unwrap().remove(0);
    let key = keys.known(subject).unwrap().unwrap();
    let mut found: Vec<_> = events.iter().map(|event| key.pseudonym_of_event(event.id)).collect();
    let mut said = entry.rests_on().to_vec();
    found.sort();
    said.sort();
    assert_eq!(said, found);
    let text = serde_json::to_string(&entry).unwrap();
    assert!(events.iter().all(|event| !text.contains(&event.id.simple().to_string()[..8])));
}

#[test]
fn where_entries_are_required_the_answer_comes_after_the_entry() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required());
    let gate = gate(&trail);
    let subject = fan(&gate);
    for nth in 1..200 {
        assert!(ask(&gate, subject, at(nth)).is_ok());
        let entries = entries(&sink.bytes()[..]);
        assert_eq!((entries.len() as u64, entries.last().unwrap().at()), (nth, at(nth)));
    }
}

#[test]
fn eight_threads_make_one_chain_and_nothing_is_missing() {
    for settings in [Settings::required(), Settings::queued(), Settings::queued().capacity(1)] {
        let sink = MemorySink::new();
        let trail = trail(sink.clone(), MemoryKeys::new(), settings);
        let gate = gate(&trail);
        let people: Vec<SubjectId> = (0..8).map(|_| fan(&gate)).collect();
        thread::scope(|scope| {
            for thread in 0..8u64 {
                let (gate, people) = (&gate, &people);
                scope.spawn(move || {
                    for nth in 0..250 {
                        let subject = people[usize::try_from(nth % 8).unwrap()];
                        let permitted = ask(gate, subject, at(thread * 1000 + nth)).is_ok();
                        assert!(permitted);
                    }
                });
            }
        });
        let head = trail.close().unwrap();
        assert_eq!(head.sequence(), 2000);
        let entries = entries(&sink.bytes()[..]);
        let mut instants: Vec<_> = entries.iter().map(|entry| entry.at()).collect();
        // Of each thread in the order in which it asked.
        for thread in 0..8u64 {
            let own = instants
                .iter()
                .filter(|instant| (at(thread * 1000)..at(thread * 1000 + 1000)).contains(instant));
            assert!(own.is_sorted());
        }
        instants.sort();
        instants.dedup();
        assert_eq!(instants.len(), 2000);
        let mut per_person = BTreeMap::<_, u32>::new();
        entries.iter().for_each(|entry| *per_person.entry(entry.subject()).or_default() += 1);
        // 250 is 31 times 8 and two more, which the first two people got of each thread.
        assert_eq!(per_person.len(), 8);
        assert_eq!(per_person.values().sum::<u32>(), 2000);
        assert!(per_person.values().all(|count| [248, 256].contains(count)));
    }
}

#[test]
fn a_trail_goes_on_where_it_ended() {
    let (sink, keys) = (MemorySink::new(), MemoryKeys::new());
    let subject = SubjectId::random();
    let mut heads = Vec::new();
    for run in 0..5u64 {
        let trail = trail(sink.clone(), keys.clone(), Settings::queued());
        heads.push(trail.head());
        let gate = gate(&trail);
        (0..10).for_each(|nth| assert!(ask(&gate, subject, at(run * 10 + nth)).is_err()));
        // The last owner goes, and everything is there.
        drop((gate, trail));
        assert_eq!(entries(&sink.bytes()[..]).len() as u64, (run + 1) * 10);
    }
    let all = heads.into_iter().fold(Verification::new(), Verification::through);
    assert_eq!(all.read(&sink.bytes()[..]).unwrap().sequence(), 50);
    let trail = trail(sink, keys, Settings::queued());
    assert_eq!(trail.decisions_of(subject).unwrap().len(), 50, "the same key, the same pseudonym");
}

#[test]
fn a_trail_that_is_closed_has_everything_and_takes_nothing_more() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::queued());
    let gate = gate(&trail);
    let subject = fan(&gate);
    (0..1000).for_each(|nth| assert!(ask(&gate, subject, at(nth)).is_ok()));
    let head = trail.close().unwrap();
    assert_eq!((head.sequence(), head), (1000, trail.head()));
    let refusal = ask(&gate, subject, at(1000)).unwrap_err();
    assert_eq!(refusal.why(), &NotPermitted::Undecided(Undecided::Unrecorded));
    assert_eq!(trail.close().unwrap(), head, "closing twice is closing");
    assert_eq!(entries(&sink.bytes()[..]).len(), 1000);
    assert_eq!((trail.health().unrecorded, trail.health().waiting), (1, 0));
}

#[test]
fn what_cannot_be_decided_is_kept_as_that() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required());
    let gate = Gate::fed(History::dynamoi(), chrono::TimeDelta::seconds(5)).with_witness(trail);
    let refusal = ask(&gate, SubjectId::random(), now()).unwrap_err();
    assert_eq!(refusal.why(), &NotPermitted::Undecided(Undecided::StaleView));
    let entries = entries(&sink.bytes()[..]);
    assert_eq!((entries.len(), entries[0].effect()), (1, Effect::Undecided));
    assert!(entries[0].reasons().is_empty());
}

#[test]
fn many_entries_are_written_and_verified() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::queued());
    let gate = gate(&trail);
    let people: Vec<SubjectId> = (0..100).map(|_| fan(&gate)).collect();
    gate.record(Event::withdraw(people[7], Purpose::EngagementAnalysis, now())).unwrap();
    for nth in 0..20_000u64 {
        let person = usize::try_from(nth % 100).unwrap();
        assert_eq!(ask(&gate, people[person], at(nth)).is_ok(), person != 7);
    }
    let head = trail.close().unwrap();
    assert_eq!(Verification::new().through(head).read(&sink.bytes()[..]).unwrap().sequence(), 20_000);
    let refused = trail.decisions_of(people[7]).unwrap();
    assert_eq!(refused.len(), 200);
    assert!(refused.iter().all(|entry| entry.reasons().to_string() == "consent_withdrawn"));
}

/// The hash is that of the digits in which an instant is written in UTC, and those go from year 0 to 9999.
#[test]
fn a_decision_at_an_instant_that_no_line_can_have_is_no_decision() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required());
    let gate = gate(&trail);
    let subject = fan(&gate);
    let is_unrecorded = |at| {
        let account = Guarded::new(subject, UserData::default());
        let asked = gate.use_for(account, Purpose::PlatformOperation, at);
        asked.is_err_and(|why| why.why() == &NotPermitted::Undecided(Undecided::Unrecorded))
    };
    let beyond = ["9999-12-31T23:59:59.999999999-00:01", "0000-01-01T00:00:00+00:01"];
    let beyond = beyond.map(|at| at.parse::<DateTime<Utc>>().unwrap());
    for at in beyond.into_iter().chain([DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]) {
        assert!(is_unrecorded(at), "{at}");
    }
    assert!(sink.bytes().is_empty());
    for at in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"] {
        assert!(!is_unrecorded(at.parse().unwrap()), "{at}");
    }
    assert_eq!(entries(&sink.bytes()[..]).len(), 2);
}
