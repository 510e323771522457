//! The survey: what would be refused, counted by where it is asked, before anything is enforced.

use std::{
    collections::BTreeMap,
    fmt,
    panic::Location,
    sync::{Mutex, MutexGuard, PoisonError},
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::gate::{Gate, Reason, Request};

/// Asks a gate what it would answer and counts the answers by call site: for a team that wants to know what enforcement
/// would stop, before it enforces.
///
/// **It enforces nothing.** It takes no data, and [`ask`](Self::ask) gives no answer that code could act on: whoever
/// wants one asks the [`Gate`]. Nothing that it does is in the audit trail.
///
/// ```
/// use dynamoi_privacy::audit::Survey;
/// use dynamoi_privacy::gate::{Action, Flow, Gate, Request};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};
///
/// let (gate, survey) = (Gate::new(History::dynamoi()), Survey::new());
/// let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
/// let flow = Flow::new(DataCategory::Analytics, Purpose::EngagementAnalysis, share);
/// for _ in 0..3 {
///     // Where data is sent today, unasked:
///     survey.ask(&gate, &Request::new(SubjectId::random(), flow.clone(), "2026-01-05T09:00:00Z".parse()?));
/// }
/// let report = survey.report();
/// assert_eq!((report.total.checks, report.total.would_deny), (3, 3));
/// println!("{report}"); // a table
/// let json = serde_json::to_value(&report)?;
/// assert_eq!(json["sites"][0]["reasons"]["subject_unknown"], 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Survey(Mutex<BTreeMap<Place, Counts>>);

/// A place in the host's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: &'static str,
    line: u32,
    column: u32,
}

/// What a survey has counted so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SurveyReport {
    /// Always false: a survey stops nothing.
    pub enforced: bool,
    /// Every call site together.
    pub total: Counts,
    /// Each call site, in the order of files and lines.
    pub sites: Vec<Site>,
}

/// What was counted at one call site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Site {
    /// The source file, as the compiler names it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What was counted.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How many checks there were and what would have come of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Counts {
    /// How many there were.
    pub checks: u64,
    /// How many would be permitted.
    pub would_permit: u64,
    /// How many would be denied.
    pub would_deny: u64,
    /// How many could not be decided.
    pub cannot_decide: u64,
    /// How many would be denied for each reason; a check that several apply to counts for each.
    #[schemars(with = "BTreeMap<String, u64>")]
    pub reasons: BTreeMap<Reason, u64>,
}

impl Survey {
    /// A survey that has counted nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts what the gate would answer, under the place in the code that calls this.
    #[track_caller]
    pub fn ask(&self, gate: &Gate, request: &Request) {
        let caller = Location::caller();
        let place = Place { file: caller.file(), line: caller.line(), column: caller.column() };
        let answer = gate.decide(request);
        let mut counted = self.counted();
        let counts = counted.entry(place).or_default();
        counts.checks += 1;
        match answer {
            Err(_) => counts.cannot_decide += 1,
            Ok(decision) if decision.is_permitted() => counts.would_permit += 1,
            Ok(decision) => {
                counts.would_deny += 1;
                decision.reasons().iter().for_each(|reason| *counts.reasons.entry(reason).or_default() += 1);
            }
        }
    }

    /// What was counted so far.
    pub fn report(&self) -> SurveyReport {
        let mut total = Counts::default();
        let counted = self.counted();
        let site = |(place, counts): (&Place, &Counts)| {
            total.add(counts);
            let Place { file, line, column } = *place;
            Site { file, line, column, counts: counts.clone() }
        };
        let sites = counted.iter().map(site).collect();
        SurveyReport { enforced: false, total, sites }
    }

    fn counted(&self) -> MutexGuard<'_, BTreeMap<Place, Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.checks += other.checks;
        self.would_permit += other.would_permit;
        self.would_deny += other.would_deny;
        self.cannot_decide += other.cannot_decide;
        other.reasons.iter().for_each(|(reason, count)| *self.reasons.entry(*reason).or_default() += count);
    }
}

impl fmt::Debug for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Survey").field("sites", &self.counted().len()).finish()
    }
}

/// A table: a line for each call site, under it one for each reason.
impl fmt::Display for SurveyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>10} {:>12} {:>10} {:>13}  where (nothing was enforced)",
            "checks", "would permit", "would deny", "cannot decide"
        )?;
        for Site { file, line, column, counts } in &self.sites {
            counts.row(f, format_args!("{file}:{line}:{column}"))?;
        }
        self.total.row(f, format_args!("all together"))
    }
}

impl Counts {
    fn row(&self, f: &mut fmt::Formatter<'_>, place: fmt::Arguments<'_>) -> fmt::Result {
        let Self { checks, would_permit, would_deny, cannot_decide, reasons } = self;
        writeln!(f, "{checks:>10} {would_permit:>12} {would_deny:>10} {cannot_decide:>13}  {place}")?;
        for (reason, count) in reasons {
            writeln!(f, "{:>10} {:>12} {count:>10} {:>13}    {reason}", "", "", "")?;
        }
        Ok(())
    }
}
