//! A refusal stands until the same person grants the same scope later: no change of the policy and no other event
//! turns it into a permit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod plain;
mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, EventKind, Scope},
    gate::{Action, Decision, Flow, Gate, Reason, Reasons, Request, Signals},
    policy::{Document, History},
    script::Script,
    vocabulary::{DataCategory, LegalBasis, ProcessorId, Purpose, Source, SubjectId},
};
use plain::{rng::Rng, worlds};
use serde_json::Value;
use support::{DAY, NANO, dynamoi, gate_with, instant};

/// The latest refusal and the latest grant of a scope, as the events say; kept apart from the library's fold.
#[derive(Default, Clone, Copy)]
struct Stand {
    refused: Option<DateTime<Utc>>,
    granted: Option<DateTime<Utc>>,
}

/// Which refusals stand, by the events that were accepted and nothing else.
#[derive(Default)]
struct Stands {
    scopes: BTreeMap<(SubjectId, Scope), Stand>,
    erased: BTreeSet<SubjectId>,
    /// Accounts with their visitors.
    links: BTreeSet<(SubjectId, SubjectId)>,
}

impl Stands {
    fn note(&mut self, event: &Event) {
        match &event.kind {
            EventKind::ConsentDenied { scope } | EventKind::ConsentWithdrawn { scope } => {
                let stand = self.scopes.entry((event.subject, scope.clone())).or_default();
                stand.refused = stand.refused.max(Some(event.at));
            }
            EventKind::ConsentGranted { scope, .. } => {
                let stand = self.scopes.entry((event.subject, scope.clone())).or_default();
                stand.granted = stand.granted.max(Some(event.at));
            }
            EventKind::Erased => {
                self.erased.insert(event.subject);
            }
            EventKind::Linked { visitor } => {
                self.links.insert((event.subject, *visitor));
            }
            _ => {}
        }
        // Who is one person with somebody erased is erased as well.
        while let Some(other) = self.links.iter().find_map(|(account, visitor)| {
            match (self.erased.contains(account), self.erased.contains(visitor)) {
                (true, false) => Some(*visitor),
                (false, true) => Some(*account),
                _ => None,
            }
        }) {
            self.erased.insert(other);
        }
    }

    /// Each subject with every other on which it is judged.
    fn judged_on(&self) -> BTreeSet<(SubjectId, SubjectId)> {
        let mut pairs = self.links.clone();
        loop {
            let further = |(account, via): &(SubjectId, SubjectId)| {
                let (account, via) = (*account, *via);
                self.links.iter().filter(move |(from, _)| *from == via).map(move |(_, to)| (account, *to))
            };
            let before = pairs.len();
            pairs.extend(pairs.iter().flat_map(further).collect::<Vec<_>>());
            if pairs.len() == before {
                return pairs;
            }
        }
    }

    /// The refusals after which no grant of the same scope was given, with everybody against whom they stand.
    fn standing(&self) -> Vec<(SubjectId, &Scope)> {
        let standing = self.scopes.iter().filter(|(_, s)| s.refused.is_some() && s.granted <= s.refused);
        let own: Vec<_> = standing.map(|((subject, scope), _)| (*subject, scope)).collect();
        let linked = self.judged_on().into_iter().flat_map(|(account, other)| {
            own.iter().filter(move |(subject, _)| *subject == other).map(move |(_, scope)| (account, *scope))
        });
        linked.chain(own.iter().copied()).collect()
    }
}

/// A question that the scope covers, whatever else may speak for or against it.
fn covered(rng: &mut Rng, subject: SubjectId, scope: &Scope, at: DateTime<Utc>) -> Request {
    // Scopes show their parts in JSON.
    let json = serde_json::to_value(scope).unwrap();
    let category = json["category"].as_str().map(|id| id.parse().unwrap());
    let processor = json["processor"].as_str().map(|id| id.parse::<ProcessorId>().unwrap());
    let country = rng.chance(30).then(|| "DE".parse().unwrap());
    let any = || ProcessorId::NAMED.to_vec();
    let action = match (rng.below(6), &processor) {
        (0..2, None) => Action::Use,
        (2, None) => Action::Store { country, encrypted: rng.chance(90) },
        (3, None) => Action::Collect { source: Source::Subject },
        (0..4, Some(processor)) => Action::Share { processor: processor.clone(), country },
        (_, Some(processor)) => Action::Collect { source: Source::Processor(processor.clone()) },
        (_, None) => Action::Share { processor: any()[rng.below(ProcessorId::NAMED.len())].clone(), country },
    };
    let action = if rng.chance(3) { Action::Sell } else { action };
    let category = category.unwrap_or_else(|| DataCategory::ALL[rng.below(DataCategory::ALL.len())]);
    let mut flow = Flow::new(category, scope.purpose(), action);
    if rng.chance(15) {
        flow = flow.obtained_from(ProcessorId::SPOTIFY);
    }
    let signals = Signals { gpc: rng.chance(10), cookies_blocked: rng.chance(10) };
    Request { subject, flow, at, signals }
}

/// Whether a refusal was heard in the answer to a question that it covers.
fn heard(decision: &Decision, erased: bool) -> bool {
    let reasons = decision.reasons();
    if reasons.contains(Reason::NoPolicyInForce) || reasons.contains(Reason::SaleProhibited) {
        return reasons.len() == 1;
    }
    if erased {
        return reasons.contains(Reason::SubjectErased);
    }
    reasons.contains(Reason::ConsentDenied) || reasons.contains(Reason::ConsentWithdrawn)
}

#[test]
fn no_random_world_turns_a_refusal_into_a_permit() {
    let (mut asked, mut lifted) = (0, 0);
    for seed in 0..100 {
        let mut rng = Rng::new(seed ^ 0x5eed);
        let (mut script, mut stands) = (Script::new(), Stands::default());
        let mut at = instant("2025-02-01T00:00:00Z");
        for line in worlds::world(seed, 250) {
            let refused = script.line(line.as_bytes()).is_some();
            let json: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(event) = json.get("event").filter(|_| !refused) {
                let event = Event::from_json(&event.to_string()).unwrap();
                at = event.at;
                stands.note(&event);
            } else if json.get("policy").is_none() {
                // A question or a refused line: no record and no version changed.
                continue;
            }
            lifted += ask_all(script.gate(), &stands, &mut rng, at, seed, &mut asked);
        }
    }
    assert!(asked > 30_000, "only {asked} questions were asked");
    assert!(lifted > 100, "only {lifted} grants lifted a refusal: the worlds say little");
}

/// Asks about every standing refusal, around `at` and far from it. Returns how many permits came after a
/// refusal that a later grant had lifted, so that the test is known to tell the two apart.
fn ask_all(
    gate: &Gate,
    stands: &Stands,
    rng: &mut Rng,
    at: DateTime<Utc>,
    seed: u64,
    asked: &mut usize,
) -> usize {
    let some_instant = |rng: &mut Rng| match rng.below(4) {
        0 => at,
        1 => at.checked_sub_signed(TimeDelta::hours(1)).unwrap_or(at),
        2 => at.checked_add_signed(DAY * rng.below(90) as i32).unwrap_or(at),
        _ => instant("2025-01-01T00:00:00Z") + DAY * rng.below(400) as i32,
    };
    for (subject, scope) in stands.standing() {
        let at = some_instant(rng);
        let request = covered(rng, subject, scope, at);
        let decision = gate.decide(&request).unwrap();
        let erased = stands.erased.contains(&subject);
        let found = decision.reasons();
        assert!(heard(&decision, erased), "world {seed}: {scope:?} is refused, {request:?}: {found}");
        let mut audience = gate.audience(&request.flow, request.at).unwrap();
        assert!(audience.all(|other| other != subject), "world {seed}: {scope:?} is refused");
        *asked += 1;
    }
    let mut lifted = 0;
    for ((subject, scope), stand) in &stands.scopes {
        if stand.refused.is_some() && stand.granted > stand.refused {
            let at = some_instant(rng);
            let request = covered(rng, *subject, scope, at);
            lifted += usize::from(gate.decide(&request).unwrap().is_permitted());
        }
    }
    lifted
}

// The same without chance: every sequence of three attempts against every shape of scope.

const T: &str = "2026-01-05T09:00:00Z";
const NOW: &str = "2026-02-01T00:00:00Z";

/// Somebody's attempt to get round a refusal.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    /// A version that rests the purpose on the contract, so that no consent is needed, from after the refusal.
    NoConsentNeeded,
    /// The same, arriving now with a date before everything.
    NoConsentNeededSinceEver,
    /// A version that uses and shares everything for the purpose with everybody.
    Widened,
    /// A version that neither uses nor shares anything for the purpose.
    Narrowed,
    /// The newest version is accepted, explicitly and by going on.
    AcceptNewest,
    /// A grant of another scope that covers the flow as well.
    GrantBroader,
    GrantNarrower,
    /// A grant of the same scope from before, and one from the instant of the refusal.
    GrantBefore,
    GrantAtOnce,
    /// A later grant that is refused: under a version that nobody knows, expired when given, or under the id
    /// of the refusal.
    GrantUnderUnknownVersion,
    GrantExpired,
    GrantUnderItsId,
    /// The later grant of the same scope, by somebody else.
    GrantByAnother,
    /// The same, and one of the two is linked to the other.
    GrantByVisitor,
    GrantByAccount,
    /// The first grant and the refusal once more.
    Repeat,
}

const ATTEMPTS: [Attempt; 16] = [
    Attempt::NoConsentNeeded,
    Attempt::NoConsentNeededSinceEver,
    Attempt::Widened,
    Attempt::Narrowed,
    Attempt::AcceptNewest,
    Attempt::GrantBroader,
    Attempt::GrantNarrower,
    Attempt::GrantBefore,
    Attempt::GrantAtOnce,
    Attempt::GrantUnderUnknownVersion,
    Attempt::GrantExpired,
    Attempt::GrantUnderItsId,
    Attempt::GrantByAnother,
    Attempt::GrantByVisitor,
    Attempt::GrantByAccount,
    Attempt::Repeat,
];

/// The four shapes of a scope that covers sharing streaming data with Feature.fm for promotion.
fn shapes() -> [Scope; 4] {
    let purpose = || Scope::from(Purpose::Promotion);
    [
        purpose(),
        purpose().category(DataCategory::Streaming),
        purpose().processor(ProcessorId::FEATURE_FM),
        purpose().category(DataCategory::Streaming).processor(ProcessorId::FEATURE_FM),
    ]
}

struct Case {
    gate: Gate,
    subject: SubjectId,
    scope: Scope,
    grant: Event,
    refusal: Event,
    versions: usize,
}

impl Case {
    /// A person who accepted, granted and then refused.
    fn new(scope: &Scope, denied: bool) -> Self {
        let (gate, subject) = (gate_with(&[dynamoi()]), SubjectId::random());
        let before = instant("2026-01-03T00:00:00Z");
        gate.record(Event::accept(subject, "1.0.0", before)).unwrap();
        let grant = Event::grant(subject, scope.clone(), "1.0.0", before);
        let refuse = if denied { Event::deny } else { Event::withdraw };
        let refusal = refuse(subject, scope.clone(), instant(T));
        gate.record(grant.clone()).unwrap();
        let case = Self { gate, subject, scope: scope.clone(), grant, refusal, versions: 1 };
        assert!(case.reasons().is_empty(), "before the refusal the flow is permitted");
        case.gate.record(case.refusal.clone()).unwrap();
        case
    }

    fn reasons(&self) -> Reasons {
        let share = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
        let flow = Flow::new(DataCategory::Streaming, Purpose::Promotion, share);
        self.gate.decide(&Request::new(self.subject, flow, instant(NOW))).unwrap().reasons()
    }

    /// Adds a version and has it accepted.
    fn adopt(&mut self, from: DateTime<Utc>, revise: impl FnOnce(&mut Document)) {
        let mut document = dynamoi();
        document.version = format!("{}", self.versions).as_str().into();
        document.effective_from = from + TimeDelta::seconds(self.versions as i64);
        revise(&mut document);
        self.gate.adopt(document).unwrap();
        self.versions += 1;
    }

    fn newest(&self) -> String {
        self.gate.history().versions().next().unwrap().version().as_str().to_owned()
    }

    fn grant(&self, subject: SubjectId, scope: &Scope, at: DateTime<Utc>) {
        self.gate.record(Event::grant(subject, scope.clone(), &self.newest(), at)).unwrap();
    }

    fn attempt(&mut self, attempt: Attempt) {
        let (t, later) = (instant(T), instant(T) + DAY);
        let (after, ever) = (later + DAY, instant("2001-01-01T00:00:00Z"));
        let (subject, scope) = (self.subject, self.scope.clone());
        match attempt {
            Attempt::NoConsentNeeded => self.adopt(after, on_contract),
            Attempt::NoConsentNeededSinceEver => self.adopt(ever, on_contract),
            Attempt::Widened => self.adopt(after, widen),
            Attempt::Narrowed => self.adopt(after, narrow),
            Attempt::AcceptNewest => {
                self.gate.record(Event::accept(subject, &self.newest(), after)).unwrap();
                self.gate.record(Event::continue_using(subject, &self.newest(), after)).unwrap();
            }
            Attempt::GrantBroader => {
                for other in shapes().iter().filter(|other| broader(other, &scope)) {
                    self.grant(subject, other, later);
                }
            }
            Attempt::GrantNarrower => {
                for other in shapes().iter().filter(|other| broader(&scope, other)) {
                    self.grant(subject, other, later);
                }
            }
            Attempt::GrantBefore => self.grant(subject, &scope, t - NANO),
            Attempt::GrantAtOnce => self.grant(subject, &scope, t),
            Attempt::GrantUnderUnknownVersion => {
                let grant = Event::grant(subject, scope, "9.9.9", later);
                self.gate.record(grant).unwrap_err();
            }
            Attempt::GrantExpired => {
                let grant = Event::grant_until(subject, scope, &self.newest(), later, later);
                self.gate.record(grant).unwrap_err();
            }
            Attempt::GrantUnderItsId => {
                let grant = Event::grant(subject, scope, &self.newest(), later);
                self.gate.record(Event { id: self.refusal.id, ..grant }).unwrap_err();
            }
            Attempt::GrantByAnother | Attempt::GrantByVisitor | Attempt::GrantByAccount => {
                let other = SubjectId::random();
                self.gate.record(Event::accept(other, &self.newest(), later)).unwrap();
                self.grant(other, &scope, later);
                match attempt {
                    Attempt::GrantByVisitor => self.gate.record(Event::link(subject, other, later)).unwrap(),
                    Attempt::GrantByAccount => self.gate.record(Event::link(other, subject, later)).unwrap(),
                    _ => {}
                }
            }
            Attempt::Repeat => {
                self.gate.record(self.refusal.clone()).unwrap();
                self.gate.record(self.grant.clone()).unwrap();
            }
        }
    }
}

/// Whether a scope covers all that another one does, and more.
fn broader(scope: &Scope, other: &Scope) -> bool {
    let [scope, other] = [scope, other].map(|scope| serde_json::to_value(scope).unwrap());
    let covers = |field: &str| scope.get(field).is_none() || scope.get(field) == other.get(field);
    scope != other && covers("category") && covers("processor")
}

fn on_contract(document: &mut Document) {
    let promotion = document.purposes.iter_mut().find(|purpose| purpose.id == Purpose::Promotion);
    promotion.unwrap().basis = LegalBasis::Contract;
}

fn widen(document: &mut Document) {
    let used = document.uses.iter_mut().find(|row| row.purpose == Purpose::Promotion);
    used.unwrap().categories = DataCategory::ALL.into();
    let shared = document.sharing.iter_mut().find(|row| row.purpose == Purpose::Promotion).unwrap();
    shared.categories = DataCategory::ALL.into();
    shared.recipients = dynamoi_privacy::vocabulary::ProcessorKind::ALL.into();
}

fn narrow(document: &mut Document) {
    document.uses.retain(|row| row.purpose != Purpose::Promotion);
    document.sharing.retain(|row| row.purpose != Purpose::Promotion);
}

#[test]
fn no_three_attempts_turn_a_refusal_into_a_permit() {
    for (scope, denied) in shapes().iter().flat_map(|scope| [(scope, true), (scope, false)]) {
        let reason = if denied { Reason::ConsentDenied } else { Reason::ConsentWithdrawn };
        for sequence in sequences() {
            let mut case = Case::new(scope, denied);
            for attempt in sequence {
                case.attempt(attempt);
                let reasons = case.reasons();
                assert!(reasons.contains(reason), "{scope:?}, {sequence:?}: {reasons}");
            }
        }
    }
}

fn sequences() -> impl Iterator<Item = [Attempt; 3]> {
    ATTEMPTS.into_iter().flat_map(|first| {
        ATTEMPTS
            .into_iter()
            .flat_map(move |second| ATTEMPTS.into_iter().map(move |third| [first, second, third]))
    })
}

#[test]
fn a_later_grant_of_the_same_scope_lifts_the_refusal() {
    for (scope, denied) in shapes().iter().flat_map(|scope| [(scope, true), (scope, false)]) {
        for attempt in ATTEMPTS {
            let mut case = Case::new(scope, denied);
            case.attempt(attempt);
            case.adopt(instant("2026-01-20T00:00:00Z"), |_| {});
            case.gate.record(Event::accept(case.subject, &case.newest(), instant(NOW))).unwrap();
            case.grant(case.subject, scope, instant(T) + NANO);
            assert!(case.reasons().is_empty(), "{scope:?}, {attempt:?}: {}", case.reasons());
        }
    }
}

#[test]
fn what_the_law_compels_is_disclosed_though_everything_is_refused() {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    for purpose in Purpose::ALL {
        gate.record(Event::withdraw(subject, purpose, instant(T))).unwrap();
    }
    let disclose = Action::Disclose { reference: "12 O 345/25".to_owned() };
    let flow = Flow::new(DataCategory::User, Purpose::LegalObligation, disclose);
    assert!(gate.decide(&Request::new(subject, flow, instant(NOW))).unwrap().is_permitted());
}
