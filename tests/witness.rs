//! Every check has its witness, and nobody is answered without the witness's word.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::{AnalyticsData, PaymentData, UserData},
    gate::{
        Action, ActionType, Decided, Flow, Gate, Guarded, NotPermitted, Outcome, Reason, Request, Signals,
        Undecided, Unrecorded, Witness,
    },
    policy::History,
    processors::{PostHog, Stripe},
    vocabulary::{DataCategory, PolicyVersion, ProcessorId, Purpose, Source, SubjectId},
};

/// Remembers what it is told, and refuses when it is told to.
#[derive(Default)]
struct Clerk {
    told: Mutex<Vec<(SubjectId, Flow, Signals, DateTime<Utc>, Outcome, Option<PolicyVersion>)>>,
    absent: Mutex<bool>,
}

impl Clerk {
    fn last(&self) -> (SubjectId, Flow, Signals, DateTime<Utc>, Outcome, Option<PolicyVersion>) {
        self.told.lock().unwrap().last().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.told.lock().unwrap().len()
    }
}

impl Witness for Clerk {
    fn witness(&self, decided: &Decided<'_>) -> Result<(), Unrecorded> {
        if *self.absent.lock().unwrap() {
            return Err(Unrecorded);
        }
        self.told.lock().unwrap().push((
            decided.subject(),
            decided.flow().clone(),
            decided.signals(),
            decided.at(),
            decided.outcome(),
            decided.policy_version().cloned(),
        ));
        Ok(())
    }
}

fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn world() -> (Arc<Clerk>, Gate, SubjectId) {
    let clerk = Arc::new(Clerk::default());
    let gate = Gate::new(History::dynamoi()).with_witness(clerk.clone());
    let subject = SubjectId::random();
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    gate.record(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now())).unwrap();
    (clerk, gate, subject)
}

#[test]
fn each_check_is_told_of_as_it_was_asked_and_answered() {
    let (clerk, gate, subject) = world();
    let account = || Guarded::new(subject, UserData::default());
    let views = || Guarded::obtained(subject, ProcessorId::POSTHOG, AnalyticsData::default());
    let signals = Signals { gpc: true, cookies_blocked: false };
    let check = gate.check(now()).signals(signals).country("DE".parse().unwrap()).encrypted(true);

    let answers = [
        check.collect(views(), Purpose::EngagementAnalysis).is_ok(),
        check.store(account(), Purpose::PlatformOperation).is_ok(),
        check.use_for(views(), Purpose::EngagementAnalysis).is_ok(),
        check.share(views(), Purpose::EngagementAnalysis, PostHog).is_ok(),
        check.disclose(account(), "order 12".to_owned()).is_ok(),
        // The short ways, which find nothing against it and nothing said beside the data.
        gate.share(views(), Purpose::EngagementAnalysis, PostHog, now()).is_ok(),
        gate.use_for(account(), Purpose::PlatformOperation, now()).is_ok(),
        // And refusals.
        gate.share(
            Guarded::new(subject, PaymentData::default()),
            Purpose::EngagementAnalysis,
            PostHog,
            now(),
        )
        .is_ok(),
        gate.disclose(account(), " ".to_owned(), now()).is_ok(),
    ];
    assert_eq!(answers, [true, true, true, true, true, true, true, false, false]);
    assert_eq!(clerk.count(), answers.len());

    let told = clerk.told.lock().unwrap().clone();
    let actions = [
        ActionType::Collect,
        ActionType::Store,
        ActionType::Use,
        ActionType::Share,
        ActionType::Disclose,
        ActionType::Share,
        ActionType::Use,
        ActionType::Share,
        ActionType::Disclose,
    ];
    for (nth, (who, flow, said, at, outcome, version)) in told.into_iter().enumerate() {
        assert_eq!((who, at), (subject, now()));
        assert_eq!(flow.action.action_type(), actions[nth]);
        assert_eq!(said, if nth < 5 { signals } else { Signals::default() });
        assert_eq!(matches!(outcome, Outcome::Permitted), answers[nth], "{nth}");
        assert_eq!(version, Some("1.0.0".into()));
        // What was told can be asked again, and is answered alike.
        let again = gate.decide(&Request { subject: who, flow, at, signals: said }).unwrap();
        match outcome {
            Outcome::Denied(reasons) => assert_eq!(again.reasons(), reasons),
            _ => assert!(again.is_permitted()),
        }
    }
}

/// Remembers what the last decision rested on.
#[derive(Default)]
struct Basis(Mutex<Vec<uuid::Uuid>>);

impl Witness for Basis {
    fn witness(&self, decided: &Decided<'_>) -> Result<(), Unrecorded> {
        *self.0.lock().unwrap() = decided.rests_on().to_vec();
        Ok(())
    }
}

#[test]
fn a_decision_rests_on_the_events_that_bear_on_it() {
    let basis = Arc::new(Basis::default());
    let gate = Gate::new(History::dynamoi()).with_witness(basis.clone());
    let subject = SubjectId::random();
    let accepted = Event::accept(subject, "1.0.0", now());
    let granted = Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now());
    let other = Event::grant(subject, Purpose::Promotion, "1.0.0", now());
    let withdrawn = Event::withdraw(subject, Purpose::EngagementAnalysis, now() + TimeDelta::seconds(1));
    let erased = Event::erase(subject, now() + TimeDelta::seconds(2));
    let ids = |events: &[&Event]| {
        let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
        ids.sort();
        ids
    };
    let asked = || {
        let views = Guarded::new(subject, AnalyticsData::default());
        let permitted = gate.share(views, Purpose::EngagementAnalysis, PostHog, now()).is_ok();
        (permitted, basis.0.lock().unwrap().clone())
    };
    assert_eq!(asked(), (false, vec![]));
    [&accepted, &other].into_iter().for_each(|event| gate.record(event.clone()).unwrap());
    assert_eq!(asked(), (false, ids(&[&accepted])));
    gate.record(granted.clone()).unwrap();
    assert_eq!(asked(), (true, ids(&[&accepted, &granted])));
    gate.record(withdrawn.clone()).unwrap();
    assert_eq!(asked(), (false, ids(&[&accepted, &withdrawn])));
    gate.disclose(Guarded::new(subject, UserData::default()), "order 12".to_owned(), now()).unwrap();
    assert!(basis.0.lock().unwrap().is_empty(), "the law asks nobody");
    gate.record(erased.clone()).unwrap();
    assert_eq!(asked(), (false, ids(&[&erased])));
}

#[test]
fn a_dry_run_has_no_witness() {
    let (clerk, gate, subject) = world();
    let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
    let flow = Flow::new(DataCategory::Analytics, Purpose::EngagementAnalysis, share);
    assert!(gate.decide(&Request::new(subject, flow.clone(), now())).unwrap().is_permitted());
    assert_eq!(gate.audience(&flow, now()).unwrap().count(), 1);
    let _ = gate.consent_mode(subject, now(), Signals::default());
    let _ = gate.removals(subject);
    assert_eq!(clerk.count(), 0);
}

#[test]
fn without_the_witness_there_is_no_answer_whatever_it_would_have_been() {
    let (clerk, gate, subject) = world();
    *clerk.absent.lock().unwrap() = true;
    let views = || Guarded::new(subject, AnalyticsData::default());
    let account = || Guarded::new(subject, UserData::default());
    let unrecorded = NotPermitted::Undecided(Undecided::Unrecorded);
    let (purpose, check) = (Purpose::EngagementAnalysis, gate.check(now()));
    assert_eq!(check.collect(views(), purpose).unwrap_err().why(), &unrecorded);
    assert_eq!(check.store(views(), purpose).unwrap_err().why(), &unrecorded);
    assert_eq!(check.use_for(views(), purpose).unwrap_err().why(), &unrecorded);
    assert_eq!(check.share(views(), purpose, PostHog).unwrap_err().why(), &unrecorded);
    assert_eq!(check.disclose(account(), "order 12".to_owned()).unwrap_err().why(), &unrecorded);
    let refusal = check.share(account(), purpose, Stripe).unwrap_err();
    assert_eq!(refusal.why(), &unrecorded);
    assert_eq!(refusal.to_string(), "cannot decide: the decision could not be recorded");

    *clerk.absent.lock().unwrap() = false;
    assert!(gate.share(views(), purpose, PostHog, now()).is_ok());
    assert_eq!(clerk.count(), 1);
}

#[test]
fn what_cannot_be_decided_is_told_of_too() {
    let clerk = Arc::new(Clerk::default());
    let gate = Gate::fed(History::dynamoi(), TimeDelta::seconds(5)).with_witness(clerk.clone());
    let account = Guarded::new(SubjectId::random(), UserData::default());
    let refusal = gate.use_for(account, Purpose::PlatformOperation, now()).unwrap_err();
    assert_eq!(refusal.why(), &NotPermitted::Undecided(Undecided::StaleView));
    assert_eq!(clerk.last().4, Outcome::Undecided(Undecided::StaleView));

    // Before any policy there is no version to name.
    let gate = Gate::new(History::new()).with_witness(clerk.clone());
    assert!(gate.collect(refusal.into_guarded(), Purpose::PlatformOperation, now()).is_err());
    let (_, flow, .., outcome, version) = clerk.last();
    assert_eq!(flow.action, Action::Collect { source: Source::Subject });
    assert_eq!(outcome, Outcome::Denied([Reason::NoPolicyInForce].into_iter().collect()));
    assert_eq!(version, None);
}
