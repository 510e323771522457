//! Two ways to do the same that take turns, and a promise about the one beside the other.

use std::time::{Duration, Instant};

/// How long each of several turns took, of both.
#[derive(Default)]
pub struct Turns(Vec<(Duration, Duration)>);

impl Turns {
    pub fn took(&mut self, ours: Duration, bare: Duration) {
        self.0.push((ours, bare));
    }

    /// Prints how many a second there were of each, and whether ours are so many of the bare driver's at least.
    /// 1 when they are not.
    pub fn say(&self, what: &str, events: usize, promised: f64) -> u32 {
        let median = |mut numbers: Vec<f64>| {
            numbers.sort_by(f64::total_cmp);
            numbers[numbers.len() / 2]
        };
        let rate = |took: &Duration| events as f64 / took.as_secs_f64();
        let ours = median(self.0.iter().map(|(ours, _)| rate(ours)).collect());
        let bare = median(self.0.iter().map(|(_, bare)| rate(bare)).collect());
        let ratio = median(self.0.iter().map(|(ours, bare)| rate(ours) / rate(bare)).collect());
        let kept = ratio >= promised;
        let verdict = if kept { "kept" } else { "BROKEN" };
        println!(
            "  {what}: {ours:.0} events a second, the driver {bare:.0}: {ratio:.2} x (at least {promised} x: {verdict})"
        );
        u32::from(!kept)
    }
}

/// How long something took.
pub async fn timed(what: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    what.await;
    begun.elapsed()
}
