//! Two services on one Postgres: `cargo run --release --features postgres --example two_services`.
//!
//! It starts a throw-away server from the installed binaries (Debian: `postgresql`) and two processes of itself, each a
//! service that follows the same ledger. Then it withdraws consents in one and sees when the other refuses; stops the
//! server and sees both refuse, because neither can tell any longer what was withdrawn; starts it again and sees both
//! recover by themselves. It prints the times.
//!
//! `service.rs` is the part to copy: how a service follows a ledger, records and asks.
//!
//! Exit status 0 when everything that is promised held, 1 when it did not or there is no server.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to its user")]

mod server;
mod service;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, ExitCode, Stdio},
    time::Duration,
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    SubjectId,
    clock::{Clock, SystemClock},
    gate::MAX_STALENESS,
};
use server::{Server, Stop};

/// How often something is withdrawn.
const ROUNDS: usize = 20;

/// What a busy machine may add to a time that is promised.
const SLACK: Duration = Duration::from_secs(1);

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ran = match arguments.as_slice() {
        [] => show().map(|held| if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        [role, url] if role == "service" => service::run(url).map(|()| ExitCode::SUCCESS),
        _ => Err("usage: two_services".into()),
    };
    ran.unwrap_or_else(|error| {
        eprintln!("two_services: {error}");
        ExitCode::FAILURE
    })
}

/// Shows it all; whether everything that is promised held.
fn show() -> Outcome<bool> {
    let promised = MAX_STALENESS.to_std()?;
    let server = Server::start()?;
    let mut services = [Service::start(&server.url())?, Service::start(&server.url())?];
    println!("a Postgres of our own, two services that follow it; max_staleness is {promised:.1?}");

    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let [here, there] = &mut services;
        let (here, there) = if round % 2 == 0 { (here, there) } else { (there, here) };
        let person = SubjectId::random();
        here.ask("grant", person)?;
        there.ask("permitted", person)?;
        // The other asks without a pause until it refuses.
        there.say("refused", person)?;
        let withdrawn = here.ask("withdraw", person)?;
        let refused = there.hear()?;
        times.push(refused.saturating_sub(withdrawn));
    }
    times.sort();
    let worst = times.last().copied().unwrap_or_default();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!(
        "withdrawn in one, refused in the other: {ROUNDS} times, median {median:.1?}, worst {worst:.1?}"
    );

    let person = SubjectId::random();
    let [here, _] = &mut services;
    here.ask("grant", person)?;
    for service in &mut services {
        service.ask("permitted", person)?;
    }
    let stopped = now();
    server.stop(Stop::Fast)?;
    for service in &mut services {
        service.say("undecided", person)?;
    }
    println!("the server is stopped");
    let mut blind = Vec::new();
    for (number, service) in (1..).zip(&mut services) {
        let after = service.hear()?.saturating_sub(stopped);
        println!("  service {number} refuses after {after:.2?}: cannot decide: stale view");
        blind.push(after);
    }

    server.start_again()?;
    let started = now();
    println!("the server is started again");
    let mut back = Vec::new();
    for (number, service) in (1..).zip(&mut services) {
        let after = service.ask("permitted", person)?.saturating_sub(started);
        println!("  service {number} permits again after {after:.2?}");
        back.push(after);
    }
    let held = worst <= promised
        && blind.iter().all(|after| *after <= promised + SLACK)
        && back.iter().all(|after| *after <= promised + SLACK);
    println!("{}", if held { "everything that is promised held" } else { "a promise was BROKEN" });
    Ok(held)
}

/// A process of the same program, which is told what to do on its standard input and answers with when it was done.
struct Service {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Service {
    fn start(url: &str) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child =
            command.args(["service", url]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = BufReader::new(child.stdout.take().ok_or("the service has no output")?);
        let mut service = Self { child, answers };
        service.hear()?;
        Ok(service)
    }

    fn say(&mut self, what: &str, person: SubjectId) -> Outcome<()> {
        let input = self.child.stdin.as_mut().ok_or("the service has no input")?;
        writeln!(input, "{what} {}", person.uuid())?;
        Ok(input.flush()?)
    }

    /// When it was done, since 1970.
    fn hear(&mut self) -> Outcome<Duration> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(Duration::from_nanos(line.trim().parse().map_err(|_| "the service has ended")?))
    }

    fn ask(&mut self, what: &str, person: SubjectId) -> Outcome<Duration> {
        self.say(what, person)?;
        self.hear()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn now() -> Duration {
    (SystemClock.now() - DateTime::<Utc>::UNIX_EPOCH).to_std().unwrap_or_default()
}
