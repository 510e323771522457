//! What a trail in a ledger's database must hold, whichever database that is.
#![allow(unreachable_pub, reason = "two suites use it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    audit::{Effect, Entry, Keys, Settings, Sink, StoreErrorKind, Trail, Verification},
    consent::Event,
    data::AnalyticsData,
    gate::{Gate, Guarded, NotPermitted, Undecided},
    ledger::Ledger,
    policy::History,
    processors::PostHog,
    vocabulary::{Purpose, SubjectId},
};

/// Makes a sink for a trail of a name.
pub type MakeSink = Box<dyn Fn(&str) -> Arc<dyn Sink>>;

/// A database with its ledger.
pub struct Place<L> {
    pub ledger: L,
    pub sink: MakeSink,
    pub keys: Box<dyn Fn() -> Arc<dyn Keys>>,
}

fn now() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn at(nth: i64) -> DateTime<Utc> {
    now() + TimeDelta::microseconds(nth)
}

fn start(sink: Arc<dyn Sink>, keys: Arc<dyn Keys>) -> (Arc<Trail>, Gate) {
    let trail = Arc::new(Trail::start(sink, keys, Settings::required()).unwrap());
    let gate = Gate::new(History::dynamoi()).with_witness(trail.clone());
    (trail, gate)
}

fn ask(gate: &Gate, subject: SubjectId, at: DateTime<Utc>) -> Result<(), NotPermitted> {
    let views = Guarded::new(subject, AnalyticsData::default());
    let answer = gate.share(views, Purpose::EngagementAnalysis, PostHog, at);
    answer.map(drop).map_err(|refusal| refusal.why().clone())
}

fn entries(trail: &Trail) -> Vec<Entry> {
    use std::io::BufRead;
    let mut verification = Verification::new().through(trail.head());
    let lines = trail.read().unwrap().split(b'\n');
    let entries = lines.map(|line| verification.line(&line.unwrap()).unwrap()).collect();
    verification.end().unwrap();
    entries
}

impl<L: Ledger> Place<L> {
    pub async fn holds(&self) {
        self.the_chain_goes_on_over_openings().await;
        self.of_two_writers_one_goes_on();
        self.who_is_erased_is_tied_to_no_entry().await;
        self.nobody_gets_a_key_again_who_was_forgotten();
        self.no_key_is_made_beside_an_erasure().await;
    }

    fn trail(&self, name: &str) -> (Arc<Trail>, Gate) {
        start((self.sink)(name), (self.keys)())
    }

    async fn the_chain_goes_on_over_openings(&self) {
        let subject = SubjectId::random();
        for run in 0..3 {
            let (trail, gate) = self.trail("goes on");
            assert_eq!(trail.head().sequence(), run * 800);
            // More than one page of them, written together.
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| (0..100).for_each(|nth| assert!(ask(&gate, subject, at(nth)).is_err())));
                }
            });
            assert_eq!(entries(&trail).len() as u64, (run + 1) * 800);
            assert_eq!(trail.decisions_of(subject).unwrap(), entries(&trail), "the key is kept");
            assert_eq!(trail.decisions_of(SubjectId::random()).unwrap(), []);
            assert_eq!(trail.close().unwrap().sequence(), (run + 1) * 800);
        }
        let (other, gate) = self.trail("another");
        assert!(ask(&gate, subject, now()).is_err());
        assert_eq!(entries(&other).len(), 1, "trails of other names are other trails");
        let key = (self.keys)().known(subject).unwrap().unwrap();
        assert_eq!(entries(&other)[0].subject(), key.pseudonym(subject), "and share the keys");
    }

    fn of_two_writers_one_goes_on(&self) {
        let ((one, gate), (other, other_gate)) = (self.trail("two"), self.trail("two"));
        assert!(matches!(ask(&gate, SubjectId::random(), now()), Err(NotPermitted::Denied(_))));
        let unrecorded = Err(NotPermitted::Undecided(Undecided::Unrecorded));
        assert_eq!(ask(&other_gate, SubjectId::random(), now()), unrecorded);
        assert_eq!(other.health().trouble.unwrap().kind(), StoreErrorKind::OtherWriter);
        assert!(matches!(ask(&gate, SubjectId::random(), now()), Err(NotPermitted::Denied(_))));
        assert_eq!(entries(&one).len(), 2);
    }

    async fn who_is_erased_is_tied_to_no_entry(&self) {
        let (trail, gate) = self.trail("erased");
        let (account, visitor, other) = (SubjectId::random(), SubjectId::random(), SubjectId::random());
        let mut events = vec![Event::link(account, visitor, now())];
        for subject in [account, visitor, other] {
            events.push(Event::accept(subject, "1.0.0", now()));
            events.push(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now()));
        }
        self.ledger.append(&events).await.unwrap();
        events.iter().for_each(|event| gate.record(event.clone()).unwrap());
        for nth in 0..30 {
            let subject = [account, visitor, other][usize::try_from(nth % 3).unwrap()];
            ask(&gate, subject, at(nth)).unwrap();
        }
        let keys = (self.keys)();
        assert!([account, visitor, other].iter().all(|subject| keys.known(*subject).unwrap().is_some()));
        let kept = trail.flush().unwrap();
        let before = entries(&trail);

        // The ledger erases; nobody tells the trail.
        let erased = Event::erase(visitor, now());
        self.ledger.append(std::slice::from_ref(&erased)).await.unwrap();
        for subject in [account, visitor] {
            assert_eq!(keys.known(subject).unwrap(), None);
            assert_eq!(keys.keys(&[subject, other]).unwrap()[0], None, "no other is made");
            assert_eq!(trail.decisions_of(subject).unwrap(), []);
        }
        let left = keys.known(other).unwrap().unwrap();
        let tied = |entry: &&Entry| entry.subject() == left.pseudonym(other);
        assert_eq!(before.iter().filter(tied).count(), 10);
        assert_eq!(trail.decisions_of(other).unwrap().len(), 10);

        // A trail that is begun now has nothing to hold, nor one whose gate knows of it.
        let (again, late) = self.trail("after the erasure");
        gate.record(erased).unwrap();
        for nth in 0..4 {
            assert!(ask(&late, visitor, at(nth)).is_err());
            assert!(ask(&gate, visitor, at(nth)).is_err());
        }
        let alone: std::collections::BTreeSet<_> =
            entries(&again).iter().chain(&entries(&trail)[30..]).map(Entry::subject).collect();
        assert_eq!(alone.len(), 8);
        assert_eq!(entries(&trail)[..30], before[..]);
        Verification::new().through(kept).read(trail.read().unwrap()).unwrap();
        assert!(entries(&trail).iter().take(30).all(|entry| entry.effect() == Effect::Permit));
    }

    fn nobody_gets_a_key_again_who_was_forgotten(&self) {
        let keys = (self.keys)();
        let [one, other] = [SubjectId::random(), SubjectId::random()];
        let made = keys.keys(&[one, other, one]).unwrap();
        assert!(made[0].is_some() && made[0] == made[2] && made[0] != made[1]);
        keys.forget(one).unwrap();
        keys.forget(one).unwrap();
        assert_eq!(keys.known(one).unwrap(), None);
        assert_eq!((self.keys)().keys(&[one, other]).unwrap(), [None, made[1].clone()]);
    }

    /// Erasures and new keys for the same people at the same time: whoever wins, no key is left.
    async fn no_key_is_made_beside_an_erasure(&self) {
        let people: Vec<SubjectId> = (0..40).map(|_| SubjectId::random()).collect();
        let over = Arc::new(AtomicBool::new(false));
        let makers: Vec<_> = (0..2)
            .map(|_| {
                let (keys, people, over) = ((self.keys)(), people.clone(), over.clone());
                std::thread::spawn(move || {
                    while !over.load(Ordering::Acquire) {
                        for pair in people.chunks(2) {
                            let _ = keys.keys(pair);
                        }
                    }
                })
            })
            .collect();
        for person in &people {
            self.ledger.append(&[Event::erase(*person, now())]).await.unwrap();
        }
        over.store(true, Ordering::Release);
        makers.into_iter().for_each(|maker| maker.join().unwrap());
        let keys = (self.keys)();
        assert!(people.iter().all(|person| keys.known(*person).unwrap().is_none()));
        assert!(keys.keys(&people).unwrap().iter().all(Option::is_none));
    }
}
