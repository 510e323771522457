//! The packed record: a record without narrow scopes in a few words, and back.
//!
//! What a check reads lies in five words, which share a cache line with the subject's id. Instants lie in a
//! pool of which only those take part that the record has: two beside those words, eight more in a second
//! line. A record that does not fit (narrow scopes, more than ten instants, a version beyond the 64th, an
//! instant before 1970 or after 2097) is kept whole elsewhere. Of an erased one the instant is all there is.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    consent::{Choice, Declared, Grant, Record, State, Versions},
    gate::{
        decision::{Age, Choices, Facts, Glance, Sight, Standing, Terms},
        stamp::Stamp,
    },
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

/// How many of seven bits are set.
static EXPIRIES_BEFORE: [u8; 1 << PURPOSES] = {
    let mut counts = [0; 1 << PURPOSES];
    let mut rest: &mut [u8] = &mut counts;
    let mut bits = 0u8;
    while let [count, others @ ..] = rest {
        *count = bits.count_ones() as u8;
        bits = bits.wrapping_add(1);
        rest = others;
    }
    counts
};

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
    pub(super) fn whole(record: &Record) -> Self {
        Self { choices: if record.is_erased() { WHOLE | ERASED } else { WHOLE }, ..Self::default() }
    }

    #[inline]
    pub(super) fn form(self) -> Form {
        if self.choices & (ERASED | WHOLE) == 0 {
            Form::Packed
        } else if self.choices & WHOLE != 0 {
            Form::Whole
        } else {
            Form::Erased
        }
    }

    /// Whether the word of the choices is an erased record's.
    #[inline]
    pub(super) fn is_erased_in(choices: u64) -> bool {
        choices & ERASED != 0
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
        if has & bit == 0 {
            return None;
        }
        let before = has & (bit - 1);
        // A processor that counts bits is not a given; for the expiries, which checks ask for, a table is.
        let counted = EXPIRIES_BEFORE.get(usize::from(before)).copied().map(usize::from);
        Some(counted.unwrap_or_else(|| before.count_ones() as usize))
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
    fn instant(self, which: u32, far: impl Fn(usize) -> u64) -> Option<Stamp> {
        let place = self.place(which)?;
        Some(Stamp::from_word(match self.near.get(place) {
            Some(near) => *near,
            None => far(place - NEAR),
        }))
    }

    /// What a check reads; `far` gives an instant of the second line.
    #[inline(always)]
    pub(super) fn standing(self, terms: &Terms<'_>, far: impl Fn(usize) -> u64) -> Standing {
        let purpose = terms.flow().purpose.index() as u32;
        let mut choices = Choices::default();
        match self.state(purpose) {
            NONE => {}
            DENIED => choices.deny(),
            WITHDRAWN => choices.withdraw(),
            _ => match self.instant(purpose, far) {
                Some(until) if until <= terms.stamp() => choices.grant_expired(),
                until => {
                    let fits = terms.permits(self.version(purpose));
                    choices.grant(fits, until.map(Stamp::instant));
                }
            },
        }
        let age = if self.choices & MINOR != 0 && days(terms.at().date_naive()) < self.majority() {
            Age::BelowMinimum
        } else if self.choices & AGE_DECLARED != 0 {
            Age::Reached
        } else {
            Age::Undeclared
        };
        let accepted = terms.accepted_of(self.accepted);
        Standing::Known(Facts { age, home: self.home(), accepted, choices })
    }

    /// The short way through what most checks find; it never differs from judging the whole standing. `now`
    /// gives the stamp of the question, which only a grant that expires asks for.
    #[inline(always)]
    pub(super) fn glance(self, sight: &Sight, now: impl FnOnce() -> Stamp) -> Glance {
        let unclear = ERASED | WHOLE | MINOR;
        if self.choices & unclear != 0 || (sight.needs_age && self.choices & AGE_DECLARED == 0) {
            return Glance::Unclear;
        }
        let purpose = sight.purpose.index() as u32;
        let until = match self.state(purpose) {
            NONE if sight.needs_consent => return Glance::No,
            NONE => None,
            GRANTED if sight.permitting >> self.version(purpose) & 1 != 0 => match self.place(purpose) {
                None => None,
                Some(place) => match self.near.get(place).copied().map(Stamp::from_word) {
                    Some(until) if until > now() => Some(until),
                    // It has expired, or it stands in the second line.
                    _ => return Glance::Unclear,
                },
            },
            GRANTED => return Glance::Unclear,
            _ => return Glance::No,
        };
        if self.accepted & sight.in_force == 0 {
            return if self.accepted == 0 { Glance::No } else { Glance::Unclear };
        }
        Glance::Yes { until, home: self.home() }
    }

    /// Packs a record together with the instants of its second line; `None` when it does not fit.
    pub(super) fn pack(record: &Record) -> Option<(Self, [u64; FAR])> {
        let mut packed = Self::default();
        let mut far = [0; FAR];
        if let Some(at) = record.erased {
            packed.choices = ERASED;
            packed.near = [Stamp::exact(at)?.word(), 0];
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
            self.instant(which, |place| far.get(place).copied().unwrap_or_default()).map(Stamp::instant)
        };
        let mut record = Record {
            erased: (self.form() == Form::Erased).then(|| Stamp::from_word(self.near[0]).instant()),
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
            Declared {
                at,
                what: minor.then(|| NaiveDate::from_num_days_from_ce_opt(self.majority())).flatten(),
            }
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
        *place? = Stamp::exact(at)?.word();
        self.packed.dates |= 1 << (HAS + which);
        self.len += 1;
        Some(())
    }
}

fn days(date: NaiveDate) -> i32 {
    chrono::Datelike::num_days_from_ce(&date)
}

#[cfg(test)]
mod tests;
