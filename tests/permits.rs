//! The life of a permit: when it lapses, what it rests on, and that the data is never lost or shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::result_large_err,
    reason = "a refusal gives the data back, and the data of these tests is large"
)]

mod plain;
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    clock::{Clock, FakeClock},
    consent::{Event, Scope},
    gate::{Action, Flow, Gate, Lapse, NotPermitted, Request, Undecided},
    policy::{Document, History},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};
use support::{
    DAY, Draw, NANO, dynamoi, gate_with,
    held::{
        KEEPINGS, KINDS, Keeping, Kind, LIFETIME, clear, data_of, for_each_permit, guarded, lapse, now,
        plays, settle, unless_disclosed,
    },
    instant,
};

#[test]
fn a_permit_lapses_at_its_deadline_and_not_a_nanosecond_before() {
    let lifetimes = [NANO, TimeDelta::milliseconds(1), LIFETIME, TimeDelta::weeks(60)];
    for (kind, lifetime) in KINDS.into_iter().flat_map(|kind| lifetimes.map(|lifetime| (kind, lifetime))) {
        let gate = gate_with(&[dynamoi()]).with_permit_lifetime(lifetime);
        let subject = settle(&gate, Keeping::Line, None);
        let held = || clear(kind, gate.check(now()), guarded(subject)).unwrap();
        let deadline = now() + lifetime;
        assert_eq!(held().deadline(), deadline);
        assert_eq!(lapse(held(), &gate, now()), None);
        assert_eq!(lapse(held(), &gate, deadline - NANO), None);
        for late in [deadline, deadline + NANO, deadline + DAY] {
            assert_eq!(lapse(held(), &gate, late), Some(Lapse::Deadline), "{kind:?}");
        }
    }
    // Thirty seconds unless the host says otherwise; no lifetime at all, or less, opens nothing.
    for_each_permit(|_, _, _, held| assert_eq!(held.deadline(), now() + LIFETIME));
    for lifetime in [TimeDelta::zero(), -NANO] {
        let gate = gate_with(&[dynamoi()]).with_permit_lifetime(lifetime);
        let subject = settle(&gate, Keeping::Line, None);
        let held = clear(Kind::Use, gate.check(now()), guarded(subject)).unwrap();
        assert_eq!(lapse(held, &gate, now()), Some(Lapse::Deadline));
    }
    let for_ever = gate_with(&[dynamoi()]).with_permit_lifetime(TimeDelta::MAX);
    let subject = settle(&for_ever, Keeping::Line, None);
    let held = clear(Kind::Use, for_ever.check(now()), guarded(subject)).unwrap();
    assert_eq!(held.deadline(), DateTime::<Utc>::MAX_UTC);
}

#[test]
fn a_permit_is_worth_nothing_before_it_was_issued() {
    for_each_permit(|kind, gate, subject, held| {
        let held_again = clear(kind, gate.check(now()), guarded(subject)).unwrap();
        assert_eq!(lapse(held_again, gate, now()), None);
        assert_eq!(lapse(held, gate, now() - NANO), Some(Lapse::NotYetIssued), "{kind:?}");
    });
}

#[test]
fn a_permit_opens_nothing_at_another_gate() {
    let twin = gate_with(&[dynamoi()]);
    for_each_permit(|kind, _, subject, held| {
        for event in [
            Event::accept(subject, "1.0.0", now() - DAY),
            Event::grant(subject, Purpose::Promotion, "1.0.0", now() - DAY),
        ] {
            twin.record(event).unwrap();
        }
        clear(kind, twin.check(now()), guarded(subject)).unwrap();
        assert_eq!(lapse(held, &twin, now()), Some(Lapse::OtherGate), "{kind:?}");
    });
}

/// Events that change the record of a person who is settled.
fn changes(subject: SubjectId) -> Vec<Event> {
    let (old, at) = (now() - DAY * 300, now());
    let narrow = Scope::from(Purpose::EngagementAnalysis).category(DataCategory::Analytics);
    vec![
        Event::grant(subject, Purpose::Promotion, "1.0.0", at),
        Event::grant_until(subject, Purpose::Promotion, "1.0.0", at, at + DAY),
        Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", old),
        Event::deny(subject, Purpose::Promotion, at),
        Event::withdraw(subject, Purpose::LegalObligation, old),
        Event::withdraw(subject, narrow.clone(), at),
        Event::grant(subject, narrow.processor(ProcessorId::POSTHOG), "1.0.0", old),
        Event::accept(subject, "2.0.0", at),
        Event::of_age(subject, old),
        Event::minor_until(subject, "2001-01-01".parse().unwrap(), at),
        Event::home(subject, "DE".parse().unwrap(), old),
        Event::erase(subject, old),
    ]
}

/// A version that is not yet in force.
fn future() -> Document {
    let mut document = dynamoi();
    document.version = "2.0.0".into();
    document.effective_from = now() + DAY;
    document
}

#[test]
fn every_change_of_the_record_kills_the_permit() {
    for kind in KINDS {
        for keeping in KEEPINGS {
            for nth in 0..changes(SubjectId::random()).len() {
                let gate = gate_with(&[dynamoi(), future()]);
                let subject = settle(&gate, keeping, None);
                let held = clear(kind, gate.check(now()), guarded(subject)).unwrap();
                gate.record(changes(subject).swap_remove(nth)).unwrap();
                let why = lapse(held, &gate, now());
                assert_eq!(why, unless_disclosed(kind, Lapse::RecordChanged), "{kind:?} {keeping:?} {nth}");
                // A permit for the record as it is now is another one, and it may well be given.
                let again = clear(kind, gate.check(now()), guarded(subject));
                if let Ok(held) = again {
                    assert_eq!(lapse(held, &gate, now()), None);
                }
            }
        }
    }
}

#[test]
fn what_changes_nothing_leaves_the_permit_alone() {
    for_each_permit(|kind, gate, subject, held| {
        gate.adopt(future()).unwrap();
        let (home, age) = (Event::home(subject, "DE".parse().unwrap(), now()), Event::of_age(subject, now()));
        let withdrawn = Event::withdraw(subject, Purpose::EngagementAnalysis, now());
        for event in [&home, &age, &withdrawn] {
            gate.record(event.clone()).unwrap();
        }
        drop(held);
        let held = clear(kind, gate.check(now()), guarded(subject)).unwrap();
        let earlier = now() - DAY;
        let nothing = [
            home,
            Event::home(subject, "US".parse().unwrap(), earlier),
            Event::home(subject, "DE".parse().unwrap(), now()),
            age,
            Event::minor_until(subject, "2040-01-01".parse().unwrap(), earlier),
            withdrawn,
            Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now()),
            Event::deny(subject, Purpose::EngagementAnalysis, now()),
            Event::withdraw(subject, Purpose::Promotion, now() - DAY),
            Event::accept(subject, "1.0.0", now()),
            Event::continue_using(subject, "1.0.0", now()),
        ];
        for event in nothing {
            gate.record(event).unwrap();
        }
        let conflict = Event::erase(subject, now());
        let other = SubjectId::random();
        gate.record(Event { id: conflict.id, ..Event::of_age(other, now()) }).unwrap();
        for refused in [
            conflict,
            Event::accept(subject, "9.9.9", now()),
            Event::grant_until(subject, Purpose::Promotion, "1.0.0", now(), now()),
        ] {
            gate.record(refused).unwrap_err();
        }
        // Another person's record changes in every way there is.
        for event in changes(other) {
            gate.record(event).unwrap();
        }
        assert_eq!(lapse(held, gate, now() + LIFETIME - NANO), None, "{kind:?}");
    });
}

#[test]
fn another_version_in_force_kills_the_permit() {
    let version = |from: DateTime<Utc>| {
        let mut document = dynamoi();
        document.version = "1.1.0".into();
        document.effective_from = from;
        document
    };
    let opened = now() + TimeDelta::seconds(10);
    for_each_permit(|kind, gate, subject, held| {
        let held_again = || clear(kind, gate.check(now()), guarded(subject)).unwrap();
        let (before, at) = (held_again(), held_again());
        // It comes into force between check and opening; that it changes nothing else makes no difference.
        gate.adopt(version(opened)).unwrap();
        assert_eq!(lapse(before, gate, opened - NANO), None);
        assert_eq!(lapse(at, gate, opened), Some(Lapse::PolicyChanged), "{kind:?}");
        assert_eq!(lapse(held, gate, opened + NANO), Some(Lapse::PolicyChanged), "{kind:?}");
    });
    for_each_permit(|kind, gate, _, held| {
        // It arrives late: it was in force already when the check was made.
        gate.adopt(version(now() - DAY)).unwrap();
        assert_eq!(lapse(held, gate, opened), Some(Lapse::PolicyChanged), "{kind:?}");
    });
    for_each_permit(|kind, gate, _, held| {
        // It arrives late, and another one has long taken its place.
        gate.adopt(version(instant("2020-01-01T00:00:00Z"))).unwrap();
        assert_eq!(lapse(held, gate, opened), None, "{kind:?}");
    });
}

#[test]
fn a_stale_gate_neither_gives_nor_takes_permits() {
    let stale = Undecided::StaleView;
    for kind in KINDS {
        let history = History::new();
        history.add(dynamoi()).unwrap();
        let clock = FakeClock::at(now() - DAY);
        let gate = Gate::fed(history, TimeDelta::seconds(5)).with_clock(clock.clone());
        let a_day_ago = gate.ask();
        let confirm_at = |at: DateTime<Utc>| {
            clock.advance(at - clock.now());
            gate.confirm_current(gate.ask());
        };
        let subject = settle(&gate, Keeping::Line, None);
        let ask = |at| clear(kind, gate.check(at), guarded(subject));
        let decided = |at| match ask(at) {
            Ok(_) => None,
            Err(refusal) => {
                assert!(refusal.reasons().is_empty());
                let why = refusal.why().clone();
                assert!(data_of(refusal.into_guarded()) == plays());
                Some(why)
            }
        };
        let undecided = (kind != Kind::Disclose).then_some(NotPermitted::Undecided(stale));
        assert_eq!(decided(now()), undecided, "nobody has said that the view is current");

        confirm_at(now());
        let fresh_until = now() + TimeDelta::seconds(5);
        let [fresh, late] = [(); 2].map(|()| ask(now()).unwrap());
        assert_eq!(decided(fresh_until), None);
        assert_eq!(decided(fresh_until + TimeDelta::milliseconds(1)), undecided);
        assert_eq!(lapse(fresh, &gate, fresh_until), None);
        let too_late = fresh_until + TimeDelta::milliseconds(1);
        let lapsed = unless_disclosed(kind, Lapse::Undecided(stale));
        assert_eq!(lapse(late, &gate, too_late), lapsed, "{kind:?}");

        // An earlier word takes nothing back; a later one makes it good.
        let held = ask(now()).unwrap();
        gate.confirm_current(a_day_ago);
        assert_eq!(decided(fresh_until), None);
        confirm_at(now() + TimeDelta::seconds(1));
        assert_eq!(lapse(held, &gate, too_late), None);
    }
}

#[test]
fn the_deadline_is_never_after_the_end_of_the_grant() {
    let ends = [NANO, TimeDelta::seconds(1), LIFETIME - NANO, LIFETIME, LIFETIME + NANO, DAY];
    for (kind, end) in KINDS.into_iter().flat_map(|kind| ends.map(|end| (kind, end))) {
        for keeping in KEEPINGS {
            let gate = gate_with(&[dynamoi()]);
            let subject = settle(&gate, keeping, Some(now() + end));
            let held = || clear(kind, gate.check(now()), guarded(subject)).unwrap();
            let lives = if kind == Kind::Disclose { LIFETIME } else { LIFETIME.min(end) };
            assert_eq!(held().deadline(), now() + lives, "{kind:?}, {keeping:?}, {end}");
            assert_eq!(lapse(held(), &gate, now() + lives - NANO), None);
            assert_eq!(lapse(held(), &gate, now() + lives), Some(Lapse::Deadline));
            if kind != Kind::Disclose {
                let expired = clear(kind, gate.check(now() + end), guarded(subject)).unwrap_err();
                assert_eq!(expired.reasons().to_string(), "consent_expired");
            }
        }
    }
}

#[test]
fn of_several_grants_the_first_to_end_ends_the_permit() {
    let seconds = [5, 6, 7, 8];
    let purpose = || Scope::from(Purpose::Promotion);
    let scopes = || {
        [
            purpose(),
            purpose().category(DataCategory::Streaming),
            purpose().processor(ProcessorId::FEATURE_FM),
            purpose().category(DataCategory::Streaming).processor(ProcessorId::FEATURE_FM),
        ]
    };
    for first in 0..4 {
        let (gate, subject) = (gate_with(&[dynamoi()]), SubjectId::random());
        gate.record(Event::accept(subject, "1.0.0", now() - DAY)).unwrap();
        for (nth, scope) in scopes().into_iter().enumerate() {
            let end = now() + TimeDelta::seconds(seconds[(nth + 4 - first) % 4]);
            gate.record(Event::grant_until(subject, scope, "1.0.0", now() - DAY, end)).unwrap();
        }
        let held = clear(Kind::Share, gate.check(now()), guarded(subject)).unwrap();
        assert_eq!(held.deadline(), now() + TimeDelta::seconds(5));
        // One that has ended already is nothing to rest on.
        let at = now() + TimeDelta::seconds(5);
        let held = clear(Kind::Share, gate.check(at), guarded(subject)).unwrap();
        assert_eq!(held.deadline(), now() + TimeDelta::seconds(6));
    }
}

#[test]
fn while_a_permit_lives_the_answer_stays_yes() {
    let mut ended_by_a_grant = 0;
    for seed in 0..400 {
        let mut draw = Draw::new(seed);
        let documents = draw.documents(1 + seed as usize % 4);
        let gate = gate_with(&documents).with_permit_lifetime(DAY * 3);
        for event in draw.events(60) {
            gate.record(event).unwrap();
        }
        for subject in draw.subjects.clone() {
            let at = draw.request().at;
            for kind in [Kind::Use, Kind::Share] {
                let Ok(held) = clear(kind, gate.check(at), guarded(subject)) else { continue };
                let deadline = held.deadline();
                ended_by_a_grant += usize::from(deadline < at + DAY * 3);
                for moment in [at, at + (deadline - at) / 2, deadline - NANO] {
                    let again = clear(kind, gate.check(at), guarded(subject)).unwrap();
                    // Of all that time alone can change, the permit answers for versions itself.
                    let answer = clear(kind, gate.check(moment), guarded(subject));
                    match lapse(again, &gate, moment) {
                        None => assert!(answer.is_ok(), "world {seed}: open at {moment}, {answer:?}"),
                        Some(why) => assert_eq!(why, Lapse::PolicyChanged),
                    }
                }
            }
        }
    }
    assert!(ended_by_a_grant > 20, "only {ended_by_a_grant} permits ended with a grant");
}

#[test]
fn the_data_comes_back_and_can_be_asked_with_again() {
    let gate = gate_with(&[dynamoi()]);
    let subject = settle(&gate, Keeping::Line, None);
    let mut data = guarded(subject);
    for kind in KINDS {
        // Refused: there is no policy so early. Lapsed: the permit is used too late. Then put back, unused.
        let refusal = clear(kind, gate.check(instant("2020-01-01T00:00:00Z")), data).unwrap_err();
        assert_eq!(refusal.reasons().to_string(), "no_policy_in_force");
        let held = clear(kind, gate.check(now()), refusal.into_guarded()).unwrap();
        let lapsed = held.open(&gate, now() + DAY).unwrap_err();
        let held = clear(kind, gate.check(now()), lapsed.into_guarded()).unwrap();
        data = held.guard();
        assert_eq!((data.subject(), data.origin()), (subject, Some(&ProcessorId::SPOTIFY)));
    }
    assert!(data_of(data) == plays());
}

#[test]
fn nothing_shows_the_person_or_the_data() {
    let gate = gate_with(&[dynamoi()]);
    let subject = settle(&gate, Keeping::Whole, None);
    let stranger = SubjectId::random();
    let mut texts: Vec<String> = vec![format!("{gate:?}"), format!("{:?}", gate.check(now()))];
    for kind in KINDS {
        let held = clear(kind, gate.check(now()), guarded(subject)).unwrap();
        texts.push(format!("{held:?}"));
        let lapsed = held.open(&gate, now() + DAY).unwrap_err();
        texts.extend([format!("{lapsed}"), format!("{lapsed:?} {:?}", lapsed.lapse())]);
        texts.push(format!("{:?}", lapsed.into_guarded()));
        let early = clear(kind, gate.check(instant("2020-01-01T00:00:00Z")), guarded(subject));
        for refusal in [clear(kind, gate.check(now()), guarded(stranger)), early] {
            // A disclosure takes no consent, and so refuses no stranger.
            let Err(refusal) = refusal else { continue };
            texts.extend([format!("{refusal}"), format!("{refusal:?}"), format!("{:?}", refusal.why())]);
            let NotPermitted::Denied(denied) = refusal.why() else { panic!("the gate is never stale") };
            texts.extend([format!("{denied}"), format!("{denied:?}")]);
            texts.extend(denied.explanations().map(|e| format!("{e} {e:?}")));
        }
    }
    let disclose = Action::Disclose { reference: "Zaphod's warrant".into() };
    let flow = Flow::new(DataCategory::User, Purpose::Billing, disclose);
    let request = Request::new(subject, flow, now());
    let decision = gate.decide(&request).unwrap();
    texts.extend([
        format!("{request:?}"),
        format!("{decision:?}"),
        serde_json::to_string(&decision).unwrap(),
    ]);
    let event = Event::erase(subject, now());
    let error = gate.record(Event::accept(subject, "9.9.9", now())).unwrap_err();
    texts.extend([format!("{event:?} {:?}", event.kind), format!("{error} {error:?}")]);
    let record = gate.record_of(subject).unwrap();
    texts.push(format!("{record:?} {:?}", record.choice(&Purpose::Promotion.into())));
    texts.push(format!("{subject:?} {:?}", plays()));

    for secret in [subject, stranger].map(|subject| subject.uuid().to_string()) {
        let halves = [secret.split('-').next().unwrap(), secret.rsplit('-').next().unwrap()];
        for text in &texts {
            let shown = text.to_lowercase();
            assert!(halves.iter().all(|half| !shown.contains(half)), "{text} shows a subject");
        }
    }
    for text in &texts {
        assert!(!text.contains("Zaphod") && !text.contains("424242"), "{text} shows data");
    }
    assert!(texts.len() > 40);
}
