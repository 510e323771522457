//! The packed record: a record without narrow scopes in a few words, and back.
//!
//! What a check reads lies in five words, which share a cache line with the subject's id. Instants lie in a
//! pool of which only those take part that the record has: two beside those words, eight more in a second
//! line. A record that does not fit (narrow scopes, more than ten instants, a version beyond the 64th, an
//! instant before 1970, after 2554 or within a leap second) is kept whole elsewhere.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    consent::{Choice, Declared, Grant, Record, State, Versions},
    gate::decision::{Age, Choices, Facts, Standing, Terms},
    policy::History,
    vocabulary::{Country, Purpose},
};

const PURPOSES: u32 = Purpose::ALL.len() as u32;
/// How many instants lie in the first line, and how many more in the second.
const NEAR: usize = 2;
pub(super) const FAR: usize = 8;

// The word `choices`: six bits of version for each purpose, then two bits of state, then flags.
const VERSION_BITS: u32 = 6;
const STATES: u32 = PURPOSES * VERSION_BITS;
const ERASED: u64 = 1 << 56;
/// Not packed: the record is kept whole, under the number in the line's handle.
const WHOLE: u64 = 1 << 57;
const MINOR: u64 = 1 << 58;
const AGE_DECLARED: u64 = 1 << 59;

const NONE: u64 = 0;
const GRANTED: u64 = 1;
const DENIED: u64 = 2;
const WITHDRAWN: u64 = 3;

// The word `dates`: the day of majority, which instants there are, the home.
const HAS: u32 = 32;
const HOME: u32 = 48;

// Which instant a bit of `HAS` stands for: each purpose's expiry, each purpose's choice, age, home. Expiries
// come first, so that the one that a check needs lies in the first line whenever it can.
const CHOSEN: u32 = PURPOSES;
const AGE: u32 = 2 * PURPOSES;
const HOMED: u32 = AGE + 1;

/// The words of the first line behind the subject's id and the sequence.
pub(super) const WORDS: usize = 5;

/// A record in words.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Packed {
    accepted: u64,
    choices: u64,
    dates: u64,
    near: [u64; NEAR],
}

/// What the first line says of its record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Packed,
    Erased,
    Whole,
}

impl Packed {
    #[inline]
    pub(super) fn from_words([accepted, choices, dates, first, second]: [u64; WORDS]) -> Self {
        Self { accepted, choices, dates, near: [first, second] }
    }

    pub(super) fn to_words(self) -> [u64; WORDS] {
        let [first, second] = self.near;
        [self.accepted, self.choices, self.dates, first, second]
    }

    /// The words of a record that is kept whole elsewhere.
    pub(super) fn whole() -> Self {
        Self { choices: WHOLE, ..Self::default() }
    }

    #[inline]
    pub(super) fn form(self) -> Form {
        if self.choices & (ERASED | WHOLE) == 0 {
            Form::Packed
        } else if self.choices & ERASED != 0 {
            Form::Erased
        } else {
            Form::Whole
        }
    }

    /// How many instants lie in the second line.
    pub(super) fn far_len(self) -> usize {
        (self.has().count_ones() as usize).saturating_sub(NEAR)
    }

    #[inline]
    fn has(self) -> u16 {
        (self.dates >> HAS) as u16
    }

    /// The place of an instant in the pool, if the record has it.
    #[inline]
    fn place(self, which: u32) -> Option<usize> {
        let has = self.has();
        let bit = 1u16.checked_shl(which)?;
        (has & bit != 0).then(|| (has & (bit - 1)).count_ones() as usize)
    }

    #[inline]
    fn state(self, purpose: u32) -> u64 {
        (self.choices >> (STATES + 2 * purpose)) & 3
    }

    #[inline]
    fn version(self, purpose: u32) -> u32 {
        ((self.choices >> (VERSION_BITS * purpose)) & 63) as u32
    }

    #[inline]
    fn home(self) -> Option<Country> {
        Country::from_index(((self.dates >> HOME) as u8).checked_sub(1)?)
    }

    #[inline]
    fn majority(self) -> i32 {
        self.dates as u32 as i32
    }

    #[inline]
    fn instant(self, which: u32, far: impl Fn(usize) -> u64) -> Option<u64> {
        let place = self.place(which)?;
        Some(match self.near.get(place) {
            Some(near) => *near,
            None => far(place - NEAR),
        })
    }

    /// What a check reads; `far` gives an instant of the second line.
    #[inline]
    pub(super) fn standing(self, terms: &Terms<'_>, far: impl Fn(usize) -> u64) -> Standing {
        let purpose = terms.flow().purpose.index() as u32;
        let mut choices = Choices::default();
        match self.state(purpose) {
            NONE => {}
            DENIED => choices.deny(),
            WITHDRAWN => choices.withdraw(),
            _ => match self.instant(purpose, far).map(from_nanos) {
                Some(until) if until <= terms.at() => choices.grant_expired(),
                until => choices.grant(self.version(purpose), until),
            },
        }
        let age = if self.choices & MINOR != 0 && days(terms.at().date_naive()) < self.majority() {
            Age::BelowMinimum
        } else if self.choices & AGE_DECLARED != 0 {
            Age::OfAge
        } else {
            Age::Undeclared
        };
        let accepted = terms.accepted_of(self.accepted);
        Standing::Known(Facts { age, home: self.home(), accepted, choices })
    }

    /// Packs a record together with the instants of its second line; `None` when it does not fit.
    pub(super) fn pack(record: &Record) -> Option<(Self, [u64; FAR])> {
        let mut packed = Self::default();
        let mut far = [0; FAR];
        if record.erased {
            packed.choices = ERASED;
            return Some((packed, far));
        }
        if !record.narrow.is_empty() || !record.accepted.high.is_empty() {
            return None;
        }
        packed.accepted = record.accepted.low;
        let mut pool = Pool { packed: &mut packed, far: &mut far, len: 0 };
        // In the order of the bits of `HAS`.
        for (purpose, choice) in (0..).zip(&record.whole) {
            if let Some(Choice { state: State::Granted(Grant { expires_at: Some(at), .. }), .. }) = choice {
                pool.push(purpose, *at)?;
            }
        }
        for (purpose, choice) in (0..).zip(&record.whole) {
            if let Some(choice) = choice {
                pool.push(CHOSEN + purpose, choice.at)?;
            }
        }
        if let Some(age) = record.age {
            pool.push(AGE, age.at)?;
        }
        if let Some(home) = record.home {
            pool.push(HOMED, home.at)?;
        }
        for (purpose, choice) in (0u32..).zip(&record.whole) {
            let (state, version) = match choice.map(|choice| choice.state) {
                None => (NONE, 0),
                Some(State::Denied) => (DENIED, 0),
                Some(State::Withdrawn) => (WITHDRAWN, 0),
                Some(State::Granted(grant)) if grant.version < u64::BITS => {
                    (GRANTED, u64::from(grant.version))
                }
                Some(State::Granted(_)) => return None,
            };
            packed.choices |= state << (STATES + 2 * purpose) | version << (VERSION_BITS * purpose);
        }
        if let Some(age) = record.age {
            packed.choices |= AGE_DECLARED;
            if let Some(date) = age.what {
                packed.choices |= MINOR;
                packed.dates |= u64::from(days(date) as u32);
            }
        }
        if let Some(country) = record.home() {
            packed.dates |= (u64::from(country.index()) + 1) << HOME;
        }
        Some((packed, far))
    }

    /// The record that was packed.
    pub(super) fn unpack(self, far: &[u64; FAR], history: &History) -> Record {
        let instant = |which| {
            self.instant(which, |place| far.get(place).copied().unwrap_or_default()).map(from_nanos)
        };
        let mut record = Record {
            erased: self.form() == Form::Erased,
            accepted: Versions { low: self.accepted, high: Vec::new() },
            ..Record::default()
        };
        for (purpose, choice) in (0u32..).zip(&mut record.whole) {
            let version = self.version(purpose);
            let state = match self.state(purpose) {
                NONE => continue,
                DENIED => State::Denied,
                WITHDRAWN => State::Withdrawn,
                _ => State::Granted(Grant {
                    version,
                    shown_from: history
                        .numbered(version)
                        .map_or(DateTime::<Utc>::MIN_UTC, |shown| shown.policy.effective_from()),
                    expires_at: instant(purpose),
                }),
            };
            *choice = instant(CHOSEN + purpose).map(|at| Choice { at, state });
        }
        record.age = instant(AGE).map(|at| {
            let minor = self.choices & MINOR != 0;
            Declared { at, what: minor.then(|| NaiveDate::from_num_days_from_ce_opt(self.majority())).flatten() }
        });
        record.home = instant(HOMED).map(|at| Declared { at, what: self.home() });
        record
    }
}

/// The pool of instants while it is filled.
struct Pool<'a> {
    packed: &'a mut Packed,
    far: &'a mut [u64; FAR],
    len: usize,
}

impl Pool<'_> {
    fn push(&mut self, which: u32, at: DateTime<Utc>) -> Option<()> {
        let place = match self.len.checked_sub(NEAR) {
            None => self.packed.near.get_mut(self.len),
            Some(far) => self.far.get_mut(far),
        };
        *place? = to_nanos(at)?;
        self.packed.dates |= 1 << (HAS + which);
        self.len += 1;
        Some(())
    }
}

fn days(date: NaiveDate) -> i32 {
    chrono::Datelike::num_days_from_ce(&date)
}

/// Nanoseconds since 1970, for the instants that a word of them can hold.
fn to_nanos(at: DateTime<Utc>) -> Option<u64> {
    let nanos = at.timestamp_subsec_nanos();
    let seconds = u64::try_from(at.timestamp()).ok()?;
    if nanos >= 1_000_000_000 {
        return None;
    }
    seconds.checked_mul(1_000_000_000)?.checked_add(u64::from(nanos))
}

#[inline]
fn from_nanos(nanos: u64) -> DateTime<Utc> {
    let (seconds, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    // INVARIANT: 2⁶⁴ nanoseconds end in 2554, which chrono can hold; the default expires a grant.
    DateTime::from_timestamp(seconds as i64, nanos as u32).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

#[cfg(test)]
mod tests {
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

    /// Instants that a word of nanoseconds can hold, the first and the last among them.
    fn fitting() -> impl Strategy<Value = DateTime<Utc>> {
        let edges =
            ["1970-01-01T00:00:00Z", "2554-07-21T23:34:33.709551615Z", "2016-12-31T23:59:59.999999999Z"];
        prop_oneof![1 => select(edges.map(instant).to_vec()), 4 => any::<u64>().prop_map(from_nanos)]
    }

    /// Now and then one that it cannot.
    fn instants(strange: u32) -> BoxedStrategy<DateTime<Utc>> {
        let never = [
            "1969-12-31T23:59:59.999999999Z",
            "2554-07-21T23:34:33.709551616Z",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:60.999999999Z",
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
        (0..5u8, instants(strange), 0..versions, expires_at).prop_map(
            move |(state, at, version, expires_at)| {
                // As the fold does: a grant knows when its version takes effect.
                let shown_from = first - chrono::TimeDelta::minutes(version.into());
                let state = match state {
                    0 => State::Denied,
                    1 => State::Withdrawn,
                    _ => State::Granted(Grant { version, shown_from, expires_at }),
                };
                Choice { at, state }
            },
        )
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
            accepted.into_iter().for_each(|number| record.accepted.insert(number));
            let scope = || Scope::from(Purpose::Promotion).processor(ProcessorId::FEATURE_FM);
            record.narrow.extend(narrow.filter(|_| strange > 0).map(|choice| (scope(), choice)));
            record
        })
    }

    /// Every instant that a record has.
    fn instants_of(record: &Record) -> Vec<DateTime<Utc>> {
        let ends = record.whole.iter().flatten().filter_map(Choice::expires_at);
        let chosen = record.whole.iter().flatten().map(|choice| choice.at);
        ends.chain(chosen)
            .chain(record.age.map(|age| age.at))
            .chain(record.home.map(|home| home.at))
            .collect()
    }

    /// What the head of this file says of a record that fits.
    fn fits(record: &Record) -> bool {
        let (first, last) = (instant("1970-01-01T00:00:00Z"), instant("2554-07-21T23:34:33.709551615Z"));
        let leap = |at: DateTime<Utc>| at.timestamp_subsec_nanos() >= 1_000_000_000;
        let shown = record.whole.iter().flatten().filter_map(|choice| match choice.state {
            State::Granted(grant) => Some(grant.version),
            _ => None,
        });
        let instants = instants_of(record);
        record.narrow.is_empty()
            && instants.len() <= 10
            && record.accepted.iter().chain(shown).all(|version| version < 64)
            && instants.into_iter().all(|at| first <= at && at <= last && !leap(at))
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
        assert!(!spoil(|record, _| record.accepted.insert(64)));
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
        // An erased subject holds nothing, and that always fits.
        let erased = Record { erased: true, ..Record::default() };
        let (packed, far) = Packed::pack(&erased).unwrap();
        assert!(packed.form() == Form::Erased && far == [0; FAR]);
        assert!(packed.unpack(&far, &History::new()) == erased);
        assert!(Packed::whole().form() == Form::Whole);
    }

    #[test]
    fn the_edges_of_time_are_packed_to_the_nanosecond() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T00:00:00.000000001Z", Some(1)),
            ("2016-12-31T23:59:59.999999999Z", Some(1_483_228_799_999_999_999)),
            ("2017-01-01T00:00:00Z", Some(1_483_228_800_000_000_000)),
            ("2554-07-21T23:34:33.709551615Z", Some(u64::MAX)),
            ("2554-07-21T23:34:33.709551616Z", None),
            ("2554-07-21T23:34:34Z", None),
            ("1969-12-31T23:59:59.999999999Z", None),
            ("2016-12-31T23:59:60Z", None),
            ("2016-12-31T23:59:60.5Z", None),
        ] {
            let at = instant(text);
            assert_eq!(to_nanos(at), nanos, "{text}");
            assert!(nanos.is_none_or(|nanos| from_nanos(nanos) == at), "{text}");
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
            let Question::Open(terms) = Question::of(&HISTORY, &flow, at, Signals::default()) else {
                return Ok(());
            };
            let (packed, far) = Packed::pack(&record).unwrap();
            let read = packed.standing(&terms, |place| far[place]);
            let whole = terms.standing(&record);
            prop_assert_eq!(terms.against(&read), terms.against(&whole));
            let (Standing::Known(read), Standing::Known(whole)) = (read, whole) else {
                return Err(TestCaseError::fail("the subject is known"));
            };
            prop_assert!(read.age == whole.age && read.home == whole.home);
            prop_assert_eq!(read.choices.until, whole.choices.until);
        }
    }
}
