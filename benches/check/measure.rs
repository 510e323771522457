//! Measuring: candidates take turns, each figure is a median, and promises are held against ratios.

use std::{fs, time::Instant};

pub(crate) const TURNS: usize = 9;

/// Runs the candidates in turns and gives each one's median, in nanoseconds for each of `n` questions.
pub(crate) fn alternate<const N: usize>(n: usize, mut candidates: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for turn in 0..=TURNS {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            let begun = Instant::now();
            candidate();
            // The first turn warms up.
            if turn > 0 {
                times.push(begun.elapsed().as_nanos() as f64 / n as f64);
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(TURNS / 2).copied().unwrap_or(f64::NAN)
    })
}

/// A figure beside its baseline.
pub(crate) struct Ratio {
    what: &'static str,
    figure: f64,
    ratio: f64,
}

impl Ratio {
    pub(crate) fn new(what: &'static str, figure: f64, baseline: f64) -> Self {
        Self { what, figure, ratio: figure / baseline }
    }

    pub(crate) fn at_most(&self, limit: f64) -> u32 {
        self.print(&format!("at most {limit}"), self.ratio <= limit)
    }

    pub(crate) fn at_least(&self, limit: f64) -> u32 {
        self.print(&format!("at least {limit}"), self.ratio >= limit)
    }

    fn print(&self, promise: &str, kept: bool) -> u32 {
        let verdict = if kept { "kept" } else { "BROKEN" };
        println!("{} {:.1} ns, {:.2} × ({promise}: {verdict})", self.what, self.figure, self.ratio);
        u32::from(!kept)
    }
}

/// Bytes of memory that the process holds; 0 where the system does not say.
pub(crate) fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|pages| pages.split_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
