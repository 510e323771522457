//! A working day of a music-marketing backend, on files: `cargo run --release --example campaign_day`.
//!
//! ```text
//! campaign_day                  the day that lies beside this file
//! campaign_day --day DIR        another day: DIR/consents.jsonl, DIR/timeline.jsonl and what they name
//! campaign_day --payloads DIR   payloads of your own instead: DIR/<system>/<name>.json
//! campaign_day --ledger FILE    the ledger in this file; unless it is said, a new one in the system's temporary folder
//! campaign_day --audit DIR      every decision is kept in a trail in this folder before it is answered
//! ```
//!
//! All twelve systems of the policy give or get something in the course of the day, and one that only the policy of
//! the afternoon registers. It shows what happens as it happens, with what each system is told of the person's
//! choices; then tables of what was asked of the gate and of what arrived, what is owed to those who refused or were
//! erased, and refusals in full. Nothing is sent anywhere: the bodies of requests to the systems are built and
//! thrown away. The clock is the files' own instants, so every run prints the same. No personal data is printed:
//! people are numbers.
//!
//! `consents.jsonl` has consent events in the wire's form, in the order in which they arrive: one that stands below
//! a later one is late. `timeline.jsonl` says what is done when, and names policy documents and payloads:
//!
//! ```json
//! {"sign_up": {"at": "2026-03-02T08:05:00Z", "subject": "…", "user": {"name": "…", "email": "…"}}}
//! {"payload": {"at": "2026-03-02T08:40:00Z", "system": "stripe", "subject": "…", "file": "stripe/customer.json"}}
//! {"request": {"subject": "…", "category": "user", "purpose": "billing", "action": {…}, "at": "…"}}
//! {"browser": {"headers": [["Sec-GPC", "1"]], "probe_set": false, "request": {…}}}
//! {"delayed": {"request": {…}, "sent_at": "2026-03-02T12:00:10Z"}}
//! {"policy": {"at": "2026-03-02T08:00:00Z", "file": "policy-1.1.0.json"}}
//! ```
//!
//! Read `backend.rs` first, the part to copy: data is collected, stored, used and shared there, and what is owed is
//! settled. `outgoing.rs` is the only way out, a line for each category that a system takes; `incoming.rs` is the way
//! in, `database.rs` where data rests, `trail.rs` the record of what was asked and done. The others read files and
//! print.
//!
//! Exit status 0 when the day ran, 1 when a file cannot be read or is malformed, the ledger or the trail cannot be used, or
//! the output cannot be written, 2 when the command cannot be understood.

mod audit;
mod backend;
mod consents;
mod database;
mod day;
mod explain;
mod files;
mod incoming;
mod outgoing;
mod owed;
mod payloads;
mod table;
mod text;
mod trail;

use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use self::{
    audit::{Audit, AuditFault},
    backend::Backend,
    consents::{Consents, LedgerFault},
    files::FileError,
    text::Subjects,
};

const USAGE: &str = "usage: campaign_day [--day DIR | --payloads DIR] [--ledger FILE] [--audit DIR]";

/// The day that comes with the example.
const BUILT_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/campaign_day");

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    ExitCode::from(run(&arguments, &mut io::stdout().lock(), &mut io::stderr().lock()))
}

/// Why a day did not end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    #[error(transparent)]
    Audit(#[from] AuditFault),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// The command: what it prints goes to `out` and `err`, and its exit status is returned.
pub(crate) fn run(arguments: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let Some(options) = Options::of(arguments) else { return complain(err, USAGE, 2) };
    match play(&options, out) {
        Ok(()) => 0,
        // A reader that has seen enough closes the pipe; that is no fault of the day.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(failure) => complain(err, &format!("campaign_day: {failure}"), 1),
    }
}

/// What the command asks for.
#[derive(Default)]
struct Options<'a> {
    day: Option<&'a Path>,
    payloads: Option<&'a Path>,
    ledger: Option<&'a Path>,
    audit: Option<&'a Path>,
}

impl<'a> Options<'a> {
    /// Reads options, each with its value and at most once; `None` for whatever is no such command.
    fn of(arguments: &'a [OsString]) -> Option<Self> {
        let mut options = Self::default();
        let (pairs, []) = arguments.as_chunks() else { return None };
        for [option, value] in pairs {
            let place = match option.to_str()? {
                "--day" => &mut options.day,
                "--payloads" => &mut options.payloads,
                "--ledger" => &mut options.ledger,
                "--audit" => &mut options.audit,
                _ => return None,
            };
            if value.is_empty() || place.replace(Path::new(value)).is_some() {
                return None;
            }
        }
        (options.day.is_none() || options.payloads.is_none()).then_some(options)
    }
}

/// Plays the day, or takes the payloads in, on a ledger.
fn play(options: &Options<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let audit = options.audit.map(Audit::begin).transpose()?;
    let consents = Consents::open(options.ledger, audit.as_ref())?;
    consents.introduce(out)?;
    let backend = Backend::new(consents, audit);
    let (backend, subjects) = match options.payloads {
        Some(dir) => payloads::run(backend, dir, out)?,
        None => day::run(backend, options.day.unwrap_or(Path::new(BUILT_IN)), out)?,
    };
    close(backend, &subjects, out)
}

/// What is printed at the end of either kind of day.
fn close(mut backend: Backend, subjects: &Subjects, out: &mut dyn Write) -> Result<(), Failure> {
    table::write(&backend, out)?;
    owed::write(&mut backend, subjects, out)?;
    explain::write(backend.trail(), subjects, out)?;
    if let Some(audit) = backend.close() {
        audit.end(out)?;
    }
    Ok(out.flush()?)
}

fn complain(err: &mut dyn Write, message: &str, status: u8) -> u8 {
    // Where even this cannot be written, the exit status still tells.
    let _ = writeln!(err, "{message}");
    status
}
