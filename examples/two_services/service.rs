//! A service that keeps the policy: it follows the ledger, records choices, and asks before it shares.

use std::{
    io::{BufRead, Write, stdin, stdout},
    sync::Arc,
};

use dynamoi_privacy::{
    Event, Gate, Guarded, History, Purpose, SubjectId,
    clock::{Clock, SystemClock},
    data::AnalyticsData,
    gate::{MAX_STALENESS, NotPermitted},
    ledger::{Following, Postgres},
    processors::PostHog,
};

use super::{Outcome, now};

/// Does what each line of the standard input says, and answers with the nanosecond since 1970 at which it was done.
#[tokio::main]
pub(super) async fn run(url: &str) -> Outcome<()> {
    let history = Arc::new(History::dynamoi());
    let ledger = Postgres::connect(url, history.clone()).await?;
    let gate = Arc::new(Gate::fed(history, MAX_STALENESS));
    let following = Following::start(ledger, gate.clone()).await?;
    answer()?;

    for line in stdin().lock().lines() {
        let line = line?;
        let (what, person) = line.split_once(' ').ok_or("expected a word and a person")?;
        let person: SubjectId = person.parse()?;
        match what {
            "grant" => {
                let accepted = Event::accept(person, "1.0.0", SystemClock.now());
                let granted = Event::grant(person, Purpose::EngagementAnalysis, "1.0.0", SystemClock.now());
                following.record_all(&[accepted, granted]).await?;
            }
            "withdraw" => {
                following
                    .record(Event::withdraw(person, Purpose::EngagementAnalysis, SystemClock.now()))
                    .await?;
            }
            "permitted" => until(|| share(&gate, person) == Answer::Permitted).await,
            "refused" => until(|| share(&gate, person) == Answer::Refused).await,
            "undecided" => until(|| share(&gate, person) == Answer::Undecided).await,
            _ => return Err(format!("there is no {what}").into()),
        }
        answer()?;
    }
    Ok(())
}

#[derive(PartialEq)]
enum Answer {
    Permitted,
    Refused,
    Undecided,
}

/// Asks whether a page view of the person may go to PostHog.
fn share(gate: &Gate, person: SubjectId) -> Answer {
    let view = Guarded::new(person, AnalyticsData::default());
    match gate.share(view, Purpose::EngagementAnalysis, PostHog, SystemClock.now()) {
        Ok(_cleared) => Answer::Permitted,
        Err(refusal) => match refusal.why() {
            NotPermitted::Denied(_) => Answer::Refused,
            NotPermitted::Undecided(_) => Answer::Undecided,
        },
    }
}

/// Asks again and again; the following goes on meanwhile on the runtime's other threads.
async fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        tokio::time::sleep(std::time::Duration::from_micros(200)).await;
    }
}

fn answer() -> Outcome<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", now().as_nanos())?;
    Ok(out.flush()?)
}
