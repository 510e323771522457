//! Packing loses nothing, refuses what its words cannot hold, and reads as the whole record does.

use std::{cell::Cell, sync::LazyLock};

use proptest::{collection, option, prelude::*, sample::select};

use super::*;
use crate::{
    consent::Scope,
    gate::{Action, Flow, Signals, decision::Question},
    policy::Document,
    vocabulary::{DataCategory, ProcessorId},
};

/// More versions than a record can pack, one for each minute, the last of them first to take effect.
static HISTORY: LazyLock<History> = LazyLock::new(|| {
    let (history, first) = (History::new(), Document::dynamoi());
    for number in 0..VERSIONS {
        let mut document = first.clone();
        document.version = format!("v{number}").as_str().into();
        document.effective_from -= chrono::TimeDelta::minutes(number.into());
        history.add(document).unwrap();
    }
    history
});

const VERSIONS: u32 = 70;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Instants that a stamp can hold, the first and the last among them, and one in a leap second.
fn fitting() -> impl Strategy<Value = DateTime<Utc>> {
    let edges = ["1970-01-01T00:00:00Z", "2097-12-31T23:59:59.999999999Z", "2016-12-31T23:59:60.999999999Z"];
    let inside = (0..4_039_372_800i64, 0..1_000_000_000u32)
        .prop_filter_map("an instant", |(seconds, nanos)| DateTime::from_timestamp(seconds, nanos));
    prop_oneof![1 => select(edges.map(instant).to_vec()), 4 => inside]
}

/// Now and then one that it cannot.
fn instants(strange: u32) -> BoxedStrategy<DateTime<Utc>> {
    let never = [
        "1969-12-31T23:59:59.999999999Z",
        "2098-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ];
    if strange == 0 {
        return fitting().boxed();
    }
    prop_oneof![40 => fitting(), strange => select(never.map(instant).to_vec())].boxed()
}

fn choices(versions: u32, strange: u32) -> impl Strategy<Value = Choice> {
    let expires_at = option::weighted(0.4, instants(strange));
    let first = Document::dynamoi().effective_from;
    (0..5u8, instants(strange), 0..versions, expires_at).prop_map(move |(state, at, version, expires_at)| {
        // As the fold does: a grant knows when its version takes effect.
        let shown_from = first - chrono::TimeDelta::minutes(version.into());
        let state = match state {
            0 => State::Denied,
            1 => State::Withdrawn,
            _ => State::Granted(Grant { version, shown_from, expires_at }),
        };
        Choice { at, state }
    })
}

/// Records of which some do not fit: `strange` is the weight of what no packed record has.
fn records(strange: u32) -> impl Strategy<Value = Record> {
    let versions = if strange == 0 { 64 } else { 66 };
    let date = (-365_000_000..365_000_000i32)
        .prop_filter_map("a date", |days| NaiveDate::from_num_days_from_ce_opt(days / 4));
    let country = select(Country::all().collect::<Vec<_>>());
    let age = option::of((instants(strange), option::of(date)));
    let home = option::of((instants(strange), option::weighted(0.8, country)));
    let accepted = collection::vec(0..versions, 0..4);
    let whole = collection::vec(option::of(choices(versions, strange)), Purpose::ALL.len());
    let narrow = option::weighted(0.1, choices(64, 0));
    (accepted, age, home, whole, narrow).prop_map(move |(accepted, age, home, whole, narrow)| {
        let mut record = Record {
            age: age.map(|(at, what)| Declared { at, what }),
            home: home.map(|(at, what)| Declared { at, what }),
            whole: whole.try_into().unwrap_or_default(),
            ..Record::default()
        };
        accepted.into_iter().for_each(|number| {
            record.accepted.insert(number);
        });
        let scope = || Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM);
        record.narrow.extend(narrow.filter(|_| strange > 0).map(|choice| (scope(), choice)));
        record
    })
}

/// Every instant that a record has.
fn instants_of(record: &Record) -> Vec<DateTime<Utc>> {
    let ends = record.whole.iter().flatten().filter_map(Choice::expires_at);
    let chosen = record.whole.iter().flatten().map(|choice| choice.at);
    ends.chain(chosen).chain(record.age.map(|age| age.at)).chain(record.home.map(|home| home.at)).collect()
}

/// What the head of this file says of a record that fits.
fn fits(record: &Record) -> bool {
    let (first, end) = (instant("1970-01-01T00:00:00Z"), instant("2098-01-01T00:00:00Z"));
    let shown = record.whole.iter().flatten().filter_map(|choice| match choice.state {
        State::Granted(grant) => Some(grant.version),
        _ => None,
    });
    let instants = instants_of(record);
    record.narrow.is_empty()
        && instants.len() <= 10
        && record.accepted.iter().chain(shown).all(|version| version < 64)
        && instants.into_iter().all(|at| first <= at && at < end)
}

fn assert_unpacks(record: &Record) {
    let (packed, far) = Packed::pack(record).unwrap();
    let instants = instants_of(record).len();
    assert_eq!(packed.far_len(), instants.saturating_sub(2));
    let packed = Packed::from_words(packed.to_words());
    assert!(packed.form() == Form::Packed);
    assert!(packed.unpack(&far, &HISTORY) == *record, "{:x?} {far:x?}", packed.to_words());
}

#[test]
fn packing_refuses_what_does_not_fit_and_nothing_else() {
    let (packed, refused) = (Cell::new(0), Cell::new(0));
    proptest!(ProptestConfig::with_cases(1500), |(record in records(1))| {
        let fits = fits(&record);
        prop_assert_eq!(Packed::pack(&record).is_some(), fits);
        if fits {
            assert_unpacks(&record);
        }
        let seen = if fits { &packed } else { &refused };
        seen.set(seen.get() + 1);
    });
    assert!(packed.get() > 100 && refused.get() > 100, "{packed:?} packed, {refused:?} refused");
}

#[test]
fn one_thing_that_does_not_fit_is_enough() {
    let at = instant("2026-01-05T09:00:00Z");
    let grant = |version, expires_at| {
        Some(Choice { at, state: State::Granted(Grant { version, shown_from: at, expires_at }) })
    };
    let full = || {
        let mut record = Record { whole: [grant(63, None); _], ..Record::default() };
        for (choice, until) in record.whole.iter_mut().zip([at; 3]) {
            *choice = grant(0, Some(until));
        }
        record.accepted.insert(63);
        record
    };
    let spoil = |spoil: fn(&mut Record, DateTime<Utc>)| {
        let mut record = full();
        spoil(&mut record, at);
        Packed::pack(&record).is_some()
    };
    // Ten instants, and the last version that fits.
    assert!(spoil(|_, _| {}) && fits(&full()));
    assert!(spoil(|record, _| record.accepted.low = u64::MAX));
    assert!(!spoil(|record, at| record.age = Some(Declared { at, what: None })));
    assert!(!spoil(|record, at| record.home = Some(Declared { at, what: None })));
    assert!(!spoil(|record, _| {
        record.accepted.insert(64);
    }));
    assert!(!spoil(|record, at| {
        record.whole[6] = Some(Choice {
            at,
            state: State::Granted(Grant { version: 64, shown_from: at, expires_at: None }),
        });
    }));
    assert!(!spoil(|record, at| {
        let scope = Scope::from(Purpose::Billing).category(DataCategory::User);
        record.narrow.push((scope, Choice { at, state: State::Denied }));
    }));
    // Of an erased subject nothing is held but when.
    let erased = |at: &str| Record { erased: Some(instant(at)), ..Record::default() };
    let (packed, far) = Packed::pack(&erased("2026-01-05T09:00:00Z")).unwrap();
    assert!(packed.form() == Form::Erased && far == [0; FAR]);
    assert!(packed.unpack(&far, &History::new()) == erased("2026-01-05T09:00:00Z"));
    let long_ago = erased("1950-01-05T09:00:00Z");
    assert!(Packed::pack(&long_ago).is_none());
    for (record, is_erased) in [(&long_ago, true), (&Record::default(), false)] {
        let whole = Packed::whole(record);
        assert!(whole.form() == Form::Whole && Packed::is_erased_in(whole.choices) == is_erased);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_check_reads_the_same_of_a_packed_record_as_of_a_whole_one(
        record in records(0).prop_filter("it fits", fits),
        purpose in select(Purpose::ALL.to_vec()),
        which in any::<prop::sample::Index>(),
        beside in -1i64..=1,
    ) {
        // Around an instant that means something to the record, if it has one.
        let mut moments = instants_of(&record);
        moments.push(instant("2026-01-05T09:00:00Z"));
        let at = moments[which.index(moments.len())] + chrono::TimeDelta::nanoseconds(beside);
        let flow = Flow::new(DataCategory::Streaming, purpose, Action::Use);
        let in_force = HISTORY.numbered_in_force(at);
        let Question::Open(terms) = Question::of(&HISTORY, in_force, &flow, at, Signals::default()) else {
            return Ok(());
        };
        let (packed, far) = Packed::pack(&record).unwrap();
        let read = packed.standing(&terms, |place| far[place]);
        let whole = terms.standing(&record);
        prop_assert_eq!(terms.against(&read), terms.against(&whole));
        match terms.sight().map(|sight| packed.glance(&sight, || terms.stamp())) {
            Some(Glance::Yes { until, home }) => {
                prop_assert!(terms.against(&whole).is_empty());
                let Standing::Known(facts) = whole else { return Err(TestCaseError::fail("known")) };
                prop_assert_eq!((until.map(Stamp::instant), home), (facts.choices.until, facts.home));
            }
            Some(Glance::No) => prop_assert!(!terms.against(&whole).is_empty()),
            Some(Glance::Unclear) | None => {}
        }
        let (Standing::Known(read), Standing::Known(whole)) = (read, whole) else {
            return Err(TestCaseError::fail("the subject is known"));
        };
        prop_assert!(read.age == whole.age && read.home == whole.home);
        prop_assert_eq!(read.choices.until, whole.choices.until);
    }
}
