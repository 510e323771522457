//! The clock: the only place of the crate that reads the time.

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};

/// What time it is, on the wall and on a watch.
///
/// The two are apart because they answer apart questions. The wall's time is compared with what others wrote
/// down, and can be set back; the watch runs on and tells how long something took.
///
/// ```
/// use dynamoi_privacy::clock::{Clock, SystemClock};
/// let before = SystemClock.watch();
/// assert!(SystemClock.watch() >= before);
/// ```
pub trait Clock: Send + Sync {
    /// The instant, as the host's wall clock has it.
    fn now(&self) -> DateTime<Utc>;

    /// How long the clock has run: never less than what it said before, whatever happens to the wall clock.
    fn watch(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> DateTime<Utc> {
        std::time::SystemTime::now().into()
    }

    #[inline]
    fn watch(&self) -> Duration {
        static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGUN.elapsed()
    }
}

/// A clock that moves when it is told to: for tests, and for hosts that replay what was. Its clones share the time.
///
/// ```
/// use chrono::TimeDelta;
/// use dynamoi_privacy::clock::{Clock, FakeClock};
/// let clock = FakeClock::at("2026-01-05T09:00:00Z".parse()?);
/// clock.advance(TimeDelta::seconds(90));
/// assert_eq!(clock.now(), "2026-01-05T09:01:30Z".parse::<chrono::DateTime<chrono::Utc>>()?);
/// assert_eq!(clock.watch().as_secs(), 90);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FakeClock(Arc<Fake>);

struct Fake {
    /// Nanoseconds since 1970.
    wall: AtomicI64,
    /// Nanoseconds.
    watch: AtomicU64,
}

impl FakeClock {
    /// A clock that stands at an instant, between the years 1677 and 2262; its watch at nothing.
    pub fn at(now: DateTime<Utc>) -> Self {
        let clock = Self(Arc::new(Fake { wall: AtomicI64::new(0), watch: AtomicU64::new(0) }));
        clock.set(now);
        clock
    }

    /// Both wall and watch go on.
    pub fn advance(&self, by: TimeDelta) {
        let nanos = by.num_nanoseconds().unwrap_or(i64::MAX).max(0);
        self.0.wall.fetch_add(nanos, Ordering::AcqRel);
        self.0.watch.fetch_add(nanos.unsigned_abs(), Ordering::AcqRel);
    }

    /// The wall clock is set, forwards or back; the watch does not notice.
    pub fn set(&self, now: DateTime<Utc>) {
        self.0.wall.store(now.timestamp_nanos_opt().unwrap_or(i64::MAX), Ordering::Release);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(self.0.wall.load(Ordering::Acquire))
    }

    fn watch(&self) -> Duration {
        Duration::from_nanos(self.0.watch.load(Ordering::Acquire))
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FakeClock").field(&self.now()).finish()
    }
}
