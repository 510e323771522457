//! Every flow of version 1.0.0, held against the policy written out by hand as a page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    gate::{Action, Flow, Gate, Request, Signals},
    policy::History,
    vocabulary::{DataCategory, ProcessorId, Purpose, Source, SubjectId},
};

/// Sections 2 and 3: who may get a category for a purpose. `own use` is Dynamoi's use and nobody else's, `-` is
/// no use at all. Nobody gets anything for `legal_obligation` but an authority that the law compels us to tell.
const SHARED: &str = "
                    | ad_performance      | user               | payment            | analytics           | streaming
platform_operation  | other providers     | other providers    | own use            | other providers     | other providers
marketing_campaigns | ad networks         | ad networks        | -                  | -                   | ad networks
music_distribution  | -                   | streaming services | -                  | -                   | streaming services
engagement_analysis | -                   | -                  | -                  | analytics providers | -
billing             | -                   | payment processors | payment processors | -                   | -
promotion           | promotion providers | own use            | -                  | -                   | promotion providers
legal_obligation    | -                   | -                  | -                  | -                   | -
";

/// Section 1: where a category is collected from.
const COLLECTED: &str = "
ad_performance | ad networks
user           | the person
payment        | the person, payment processors
analytics      | analytics providers
streaming      | streaming services
";

/// Sections 1 to 3: the systems that are meant. No other provider is registered yet.
const SYSTEMS: &str = "
ad networks         | facebook_ads, google_ads, tiktok_ads
payment processors  | stripe
analytics providers | google_analytics, posthog
streaming services  | spotify, apple_music, deezer, pandora, amazon_music
promotion providers | feature_fm
other providers     |
";

/// Section 3: data that comes from one of these goes to no ad network.
const BARRED_FROM_ADS: [&str; 2] = ["spotify", "apple_music"];

/// Section 2: the purposes that take consent. The others are the contract's, and accepting the policy is enough.
const ON_CONSENT: [&str; 3] = ["marketing_campaigns", "engagement_analysis", "promotion"];

/// Section 4: what is stored encrypted or not at all.
const ENCRYPTED: [&str; 2] = ["user", "payment"];

/// Section 5: to whom `Sec-GPC: 1` forbids sharing, and what blocked cookies forbid to track.
const OPTED_OUT_OF: [&str; 2] = ["ad networks", "promotion providers"];
const TRACKING: (&str, &str) = ("analytics", "engagement_analysis");

// Section 6: everybody whom the page names has a contractual safeguard, and so has the storage; a system that
// nobody registered has none.

const UNREGISTERED: &str = "nobody_knows_me";

/// Who is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Person {
    /// Accepted version 1.0.0 and consented to every purpose, with no end.
    AgreesToAll,
    /// Accepted version 1.0.0 and chose nothing.
    AcceptsOnly,
    /// Consented to every purpose and never accepted the policy.
    ConsentsOnly,
    /// Accepted, consented to all, then withdrew everything.
    Objects,
    /// Never heard of.
    Unknown,
}

const PEOPLE: [Person; 5] =
    [Person::AgreesToAll, Person::AcceptsOnly, Person::ConsentsOnly, Person::Objects, Person::Unknown];

/// What is done, in the words of the page.
#[derive(Clone, Copy, Debug)]
enum Act<'a> {
    /// From a system, or from the person.
    Collect(&'a str),
    Store {
        encrypted: bool,
    },
    Use,
    Share {
        to: &'a str,
        from: Option<&'a str>,
    },
    Disclose {
        reference: &'a str,
    },
    Sell,
}

/// The page, read once.
struct Page {
    /// Who may get what: by purpose and category.
    cells: HashMap<(&'static str, &'static str), &'static str>,
    sources: HashMap<&'static str, Vec<&'static str>>,
    /// The word of the page for a system; none is registered under an id that no row has.
    kinds: HashMap<&'static str, &'static str>,
}

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let categories = rows(SHARED).next().unwrap();
    let cells = rows(SHARED).skip(1).flat_map(|row| {
        let cell = |(category, cell): (&&'static str, &&'static str)| ((row[0], *category), *cell);
        categories.iter().zip(&row).skip(1).map(cell).collect::<Vec<_>>()
    });
    let kinds = rows(SYSTEMS).flat_map(|row| words(row[1]).into_iter().map(move |system| (system, row[0])));
    Page {
        cells: cells.collect(),
        sources: rows(COLLECTED).map(|row| (row[0], words(row[1]))).collect(),
        kinds: kinds.collect(),
    }
});

/// The rows of a page: the name and what stands beside it.
fn rows(page: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    page.lines().filter(|line| !line.is_empty()).map(|line| line.split('|').map(str::trim).collect())
}

fn words(list: &'static str) -> Vec<&'static str> {
    list.split(", ").filter(|word| !word.is_empty()).collect()
}

fn kind(system: &str) -> Option<&'static str> {
    PAGE.kinds.get(system).copied()
}

/// The reasons that the page gives against a flow.
fn reasons(person: Person, category: &str, purpose: &str, act: Act<'_>, signals: Signals) -> String {
    let mut reasons = BTreeSet::new();
    let mut add = |applies: bool, reason: &'static str| {
        if applies {
            reasons.insert(reason);
        }
    };
    let cell = PAGE.cells[&(purpose, category)];
    let used = cell != "-";
    match act {
        Act::Sell => return "sale_prohibited".to_owned(),
        Act::Disclose { reference } => {
            add(purpose != "legal_obligation", "purpose_not_permitted");
            add(reference.trim().is_empty(), "legal_reference_missing");
            return Vec::from_iter(reasons).join(", ");
        }
        Act::Use => add(!used, "purpose_not_permitted"),
        Act::Store { encrypted } => {
            add(!used, "purpose_not_permitted");
            add(ENCRYPTED.contains(&category) && !encrypted, "encryption_required");
        }
        Act::Collect(from) => {
            add(!used, "purpose_not_permitted");
            add(
                !PAGE.sources[category].iter().any(|s| *s == from || Some(*s) == kind(from)),
                "source_not_permitted",
            );
        }
        Act::Share { to, from } => {
            let barred = from.is_some_and(|from| {
                kind(from).is_none() || BARRED_FROM_ADS.contains(&from) && kind(to) == Some("ad networks")
            });
            if !used {
                add(true, "purpose_not_permitted");
            } else if kind(to) != Some(cell) {
                add(true, "recipient_not_permitted");
            } else {
                add(barred, "origin_forbids_recipient");
            }
            let opted_out = kind(to).is_some_and(|kind| OPTED_OUT_OF.contains(&kind));
            add(signals.gpc && opted_out, "opt_out_signal");
            add(kind(to).is_none(), "transfer_without_safeguard");
        }
    }
    if let Act::Collect(_) | Act::Share { .. } = act {
        add(signals.cookies_blocked && (category, purpose) == TRACKING, "tracking_blocked");
    }
    match person {
        Person::AgreesToAll => {}
        Person::AcceptsOnly => add(ON_CONSENT.contains(&purpose), "consent_missing"),
        Person::ConsentsOnly => add(true, "policy_not_accepted"),
        Person::Objects => add(true, "consent_withdrawn"),
        Person::Unknown => add(true, "subject_unknown"),
    }
    Vec::from_iter(reasons).join(", ")
}

fn systems() -> impl Iterator<Item = &'static str> {
    rows(SYSTEMS).flat_map(|row| words(row[1]))
}

/// Everything that can be asked about a category and a purpose.
fn acts() -> Vec<Act<'static>> {
    let systems: Vec<&str> = systems().chain([UNREGISTERED]).collect();
    let origins = || [None].into_iter().chain(systems.iter().copied().map(Some));
    let mut acts = vec![
        Act::Collect("the person"),
        Act::Store { encrypted: true },
        Act::Store { encrypted: false },
        Act::Use,
        Act::Disclose { reference: "12 O 345/25" },
        Act::Disclose { reference: " \t" },
        Act::Sell,
    ];
    acts.extend(systems.iter().map(|system| Act::Collect(system)));
    for to in &systems {
        acts.extend(origins().map(|from| Act::Share { to, from }));
    }
    acts
}

/// The act as the crate has it.
fn flow(category: DataCategory, purpose: Purpose, act: Act<'_>) -> Flow {
    let id = |id: &str| id.parse::<ProcessorId>().unwrap();
    let action = match act {
        Act::Collect("the person") => Action::Collect { source: Source::Subject },
        Act::Collect(system) => Action::Collect { source: Source::Processor(id(system)) },
        Act::Store { encrypted } => Action::Store { country: None, encrypted },
        Act::Use => Action::Use,
        Act::Share { to, .. } => Action::Share { processor: id(to), country: None },
        Act::Disclose { reference } => Action::Disclose { reference: reference.to_owned() },
        Act::Sell => Action::Sell,
    };
    let flow = Flow::new(category, purpose, action);
    match act {
        Act::Share { from: Some(from), .. } => flow.obtained_from(id(from)),
        _ => flow,
    }
}

/// Asks everything about a person and counts the permits.
fn compare(gate: &Gate, subject: SubjectId, person: Person, signals: Signals, at: DateTime<Utc>) -> usize {
    let (acts, mut permits) = (acts(), 0);
    for category in DataCategory::ALL {
        for purpose in Purpose::ALL {
            for act in &acts {
                let expected = reasons(person, category.as_str(), purpose.as_str(), *act, signals);
                let flow = flow(category, purpose, *act);
                let decision = gate.decide(&Request { subject, flow, at, signals }).unwrap();
                let found = decision.reasons().to_string();
                assert_eq!(found, expected, "{person:?}, {category} for {purpose}, {act:?}, {signals:?}");
                assert_eq!(decision.is_permitted(), expected.is_empty());
                permits += usize::from(decision.is_permitted());
            }
        }
    }
    permits
}

fn gate_and_subject(person: Person, at: DateTime<Utc>) -> (Gate, SubjectId) {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    let has = |people: &[Person]| people.contains(&person);
    if has(&[Person::AgreesToAll, Person::AcceptsOnly, Person::Objects]) {
        gate.record(Event::accept(subject, "1.0.0", at)).unwrap();
    }
    for purpose in Purpose::ALL {
        if has(&[Person::AgreesToAll, Person::ConsentsOnly, Person::Objects]) {
            gate.record(Event::grant(subject, purpose, "1.0.0", at)).unwrap();
        }
        if has(&[Person::Objects]) {
            gate.record(Event::withdraw(subject, purpose, at)).unwrap();
        }
    }
    (gate, subject)
}

#[test]
fn every_flow_of_version_1_is_answered_as_the_page_says() {
    let at = "2026-01-05T09:00:00Z".parse().unwrap();
    // The permits counted on the page: no signal, Sec-GPC, cookies blocked, both. Whoever agrees to all has
    // 16 uses, 16 encrypted and 9 plain ways to store, 42 sources, 307 pairs of origin and recipient, and 5
    // disclosures; Sec-GPC takes 125 of the pairs, blocked cookies 26 and 2 sources.
    let counted = |person| match person {
        Person::AgreesToAll => [395, 270, 367, 242],
        // Platform, music and billing: 9 uses, 9 + 4 stores, 22 sources, 156 pairs; and the 5.
        Person::AcceptsOnly => [205, 205, 205, 205],
        Person::ConsentsOnly | Person::Objects | Person::Unknown => [5, 5, 5, 5],
    };
    for person in PEOPLE {
        let (gate, subject) = gate_and_subject(person, at);
        let permits = [(false, false), (true, false), (false, true), (true, true)]
            .map(|(gpc, cookies_blocked)| Signals { gpc, cookies_blocked })
            .map(|signals| compare(&gate, subject, person, signals, at));
        assert_eq!(permits, counted(person), "{person:?}");
    }
}

#[test]
fn the_page_names_every_word_of_the_policy_once() {
    let ids =
        |page: &'static str| rows(page).map(|row| row[0]).filter(|id| !id.is_empty()).collect::<Vec<_>>();
    assert_eq!(ids(SHARED), Purpose::ALL.map(Purpose::as_str));
    assert_eq!(ids(COLLECTED), DataCategory::ALL.map(DataCategory::as_str));
    let mut systems: Vec<&str> = systems().collect();
    let mut named: Vec<String> = ProcessorId::NAMED.iter().map(ToString::to_string).collect();
    systems.sort_unstable();
    named.sort_unstable();
    assert_eq!(systems, named);
    let kinds = ids(SYSTEMS);
    for row in rows(SHARED).skip(1) {
        assert!(
            row[1..].iter().all(|cell| ["-", "own use"].contains(cell) || kinds.contains(cell)),
            "{row:?}"
        );
    }
}
