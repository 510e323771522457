//! How old the view is: what was said of it last, and when, by the wall clock and by the watch.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use super::Undecided;
use crate::clock::{Clock, SystemClock};

/// The moment at which somebody began to look at what feeds a gate. What they then find current was so at this
/// moment, however long they took to look.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    wall: DateTime<Utc>,
    watch: Duration,
}

/// For how long after it was known to be current checks may rest on a view, unless a host promises its users something
/// else: 5 seconds.
pub const MAX_STALENESS: TimeDelta = TimeDelta::seconds(5);

/// Until when checks can rest on the view.
pub(super) struct Freshness {
    clock: Arc<dyn Clock>,
    max_staleness: TimeDelta,
    /// The wall's nanosecond since 1970 at which the view was current; `FOR_EVER` where nothing feeds it, `NEVER`
    /// until somebody says so and once that is too long ago.
    current_at: AtomicI64,
    /// The watch's nanosecond at that moment, kept when the word is taken back; `UNSAID` until there is one.
    watched: AtomicU64,
    /// Taken by whoever says so.
    saying: Mutex<()>,
    /// Whether somebody feeds the view now.
    fed_now: AtomicBool,
}

const FOR_EVER: i64 = i64::MAX;
const NEVER: i64 = i64::MIN;
/// No watch runs for so long.
const UNSAID: u64 = u64::MAX;

impl Freshness {
    /// Of a view that nothing but the gate writes.
    pub(super) fn for_ever() -> Self {
        Self::new(TimeDelta::MAX, FOR_EVER)
    }

    /// Of a view that is fed, and of which nothing is known yet.
    pub(super) fn never_yet(max_staleness: TimeDelta) -> Self {
        Self::new(max_staleness, NEVER)
    }

    fn new(max_staleness: TimeDelta, current_at: i64) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            max_staleness,
            current_at: AtomicI64::new(current_at),
            watched: AtomicU64::new(UNSAID),
            saying: Mutex::new(()),
            fed_now: AtomicBool::new(false),
        }
    }

    pub(super) fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    pub(super) fn max_staleness(&self) -> TimeDelta {
        self.max_staleness
    }

    /// Where nothing feeds the view it is current for ever.
    pub(super) fn is_fed(&self) -> bool {
        self.current_at.load(Ordering::Relaxed) != FOR_EVER
    }

    pub(super) fn ask(&self) -> Asked {
        Asked { wall: self.clock.now(), watch: self.clock.watch() }
    }

    /// Takes the place of the one that feeds the view; whether it was free.
    pub(super) fn begin_feeding(&self) -> bool {
        !self.fed_now.swap(true, Ordering::AcqRel)
    }

    pub(super) fn end_feeding(&self) {
        self.fed_now.store(false, Ordering::Release);
    }

    /// The view held everything that was known elsewhere when it was asked. What was asked earlier never takes
    /// back what was asked later, and what was asked too long ago says nothing. Whether there was no word before.
    pub(super) fn confirm(&self, asked: Asked) -> bool {
        let _saying = self.saying.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, watch) = (self.current_at.load(Ordering::Relaxed), nanos(asked.watch));
        // A word that came late begins nothing anew: a wall clock that was set back meanwhile would prolong it.
        let in_time = self.within(self.clock.watch().saturating_sub(asked.watch));
        let later = in_time && (known == NEVER || watch >= self.watched.load(Ordering::Relaxed));
        // An instant that has no nanosecond of its own confirms nothing.
        if let Some(wall) = asked.wall.timestamp_nanos_opt().filter(|_| known != FOR_EVER && later) {
            self.watched.store(watch, Ordering::Release);
            self.current_at.store(wall, Ordering::Release);
        }
        known == NEVER
    }

    /// Takes the word back when it is too old by the watch: a wall clock that was set back cannot prolong it. Whether
    /// there is none now.
    pub(super) fn lapse(&self) -> bool {
        let _saying = self.saying.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_fed() && !self.holds_by_the_watch() {
            self.current_at.store(NEVER, Ordering::Release);
        }
        self.current_at.load(Ordering::Relaxed) == NEVER
    }

    /// How long checks can still rest on the view, by the watch; `None` when they cannot. Where nothing feeds it, that
    /// is for ever.
    pub(super) fn left(&self) -> Option<Duration> {
        let (age, most) = (self.age()?, self.max_staleness.to_std().ok()?);
        // At the last nanosecond it still holds.
        most.checked_sub(age).map(|left| left.saturating_add(Duration::from_nanos(1)))
    }

    /// How long ago the view was current, by the watch, whether or not checks can still rest on it; `None` when that was
    /// never said.
    pub(super) fn age(&self) -> Option<Duration> {
        if !self.is_fed() {
            return Some(Duration::ZERO);
        }
        (self.watched.load(Ordering::Acquire) != UNSAID).then(|| self.since())
    }

    /// Whether checks at an instant can rest on the view.
    #[inline]
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<(), Undecided> {
        let current_at = self.current_at.load(Ordering::Acquire);
        if current_at == FOR_EVER || self.reaches(current_at, now) {
            Ok(())
        } else {
            Err(Undecided::StaleView)
        }
    }

    #[inline]
    fn reaches(&self, current_at: i64, now: DateTime<Utc>) -> bool {
        if current_at == NEVER {
            return false;
        }
        let Some(since) = now.timestamp_nanos_opt().and_then(|now| now.checked_sub(current_at)) else {
            return false;
        };
        if since >= 0 {
            return TimeDelta::nanoseconds(since) <= self.max_staleness;
        }
        // Asked about an instant before: the host read its clock some time ago, or the clock was set back. Only the
        // watch can tell how old the view is now.
        self.holds_by_the_watch()
    }

    #[inline(never)]
    fn holds_by_the_watch(&self) -> bool {
        self.within(self.since())
    }

    fn within(&self, since: Duration) -> bool {
        TimeDelta::from_std(since).is_ok_and(|since| since <= self.max_staleness)
    }

    fn since(&self) -> Duration {
        self.clock.watch().saturating_sub(Duration::from_nanos(self.watched.load(Ordering::Acquire)))
    }
}

fn nanos(watch: Duration) -> u64 {
    u64::try_from(watch.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Freshness").field("age", &self.age()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FakeClock;

    const SECOND: TimeDelta = TimeDelta::seconds(1);

    fn fed() -> (FakeClock, Freshness) {
        let clock = FakeClock::at("2026-01-05T09:00:00Z".parse().unwrap());
        (clock.clone(), Freshness::never_yet(SECOND * 5).with_clock(Arc::new(clock)))
    }

    #[test]
    fn a_view_is_current_for_as_long_as_is_promised() {
        let (clock, view) = fed();
        assert!(view.at(clock.now()).is_err() && view.age().is_none());
        let asked = view.ask();
        clock.advance(SECOND);
        view.confirm(asked);
        assert_eq!(view.age(), Some(Duration::from_secs(1)));
        clock.advance(SECOND * 4);
        assert!(view.at(clock.now()).is_ok());
        assert!(view.at(clock.now() + TimeDelta::nanoseconds(1)).is_err());
        clock.advance(SECOND);
        assert!(view.at(clock.now()).is_err());
        view.confirm(view.ask());
        assert!(view.at(clock.now()).is_ok());
    }

    #[test]
    fn an_earlier_word_takes_back_no_later_one() {
        let (clock, view) = fed();
        let earlier = view.ask();
        clock.advance(SECOND * 5);
        view.confirm(view.ask());
        view.confirm(earlier);
        assert_eq!(view.age(), Some(Duration::ZERO));
    }

    #[test]
    fn an_instant_of_the_past_gets_no_answer_from_a_stale_view() {
        let (clock, view) = fed();
        let long_ago = clock.now() - SECOND * 60;
        view.confirm(view.ask());
        assert!(view.at(long_ago).is_ok());
        clock.advance(SECOND * 6);
        assert!(view.at(long_ago).is_err());
    }

    #[test]
    fn a_wall_clock_that_is_set_back_prolongs_nothing() {
        let (clock, view) = fed();
        view.confirm(view.ask());
        let begun = clock.now();
        clock.advance(SECOND * 6);
        clock.set(begun - SECOND);
        assert!(view.at(clock.now()).is_err(), "before the word: the watch decides");
        clock.set(begun + SECOND);
        view.lapse();
        assert!(view.at(clock.now()).is_err(), "after it: whoever feeds the view takes the word back");
        view.confirm(view.ask());
        assert!(view.at(clock.now()).is_ok());
        view.lapse();
        assert!(view.at(clock.now()).is_ok());
    }

    #[test]
    fn a_word_that_comes_too_late_says_nothing() {
        let (clock, view) = fed();
        let (begun, asked) = (clock.now(), view.ask());
        clock.advance(SECOND * 6);
        clock.set(begun);
        view.confirm(asked);
        assert!(view.at(clock.now()).is_err() && view.age().is_none() && view.left().is_none());
    }

    #[test]
    fn what_is_left_is_told_by_the_watch() {
        let (clock, view) = fed();
        view.confirm(view.ask());
        clock.advance(SECOND * 4);
        clock.set(clock.now() - SECOND * 60);
        assert_eq!(view.left(), Some(Duration::from_secs(1) + Duration::from_nanos(1)));
        clock.advance(SECOND);
        assert_eq!(view.left(), Some(Duration::from_nanos(1)));
        view.lapse();
        assert!(view.at(clock.now() + SECOND * 60).is_ok(), "it still holds");
        clock.advance(TimeDelta::nanoseconds(1));
        assert_eq!(view.left(), None);
        assert!(view.at(clock.now() + SECOND * 59).is_ok(), "the wall clock was set back");
        assert!(view.lapse() && view.at(clock.now() + SECOND * 59).is_err());
        assert_eq!(view.age(), Some(Duration::from_secs(5) + Duration::from_nanos(1)), "it is still told");
    }

    #[test]
    fn a_view_that_nothing_feeds_is_never_stale() {
        let view = Freshness::for_ever();
        view.confirm(view.ask());
        view.lapse();
        assert!(view.at(DateTime::<Utc>::MAX_UTC).is_ok() && view.at(DateTime::<Utc>::MIN_UTC).is_ok());
        assert_eq!(view.age(), Some(Duration::ZERO));
    }
}
