//! Reads a payload of a system and prints what is kept of it and what is dropped: `ingest SYSTEM FILE`, or
//! `ingest SYSTEM -` for standard input.
//!
//! Prints one line of JSON, `{"kept":[…],"dropped":["JSON paths"]}`, with `"refused"` when rows could not be
//! read. Exit status 0 when the payload was read, 1 when it is not one of the system's or an error of the system's
//! own, 2 when the command cannot be understood or the file cannot be read.

use std::{
    ffi::OsStr,
    io::{self, Read, Write},
    process::ExitCode,
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::PersonalData,
    gate::{Gate, Guarded},
    policy::History,
    processors::{AnyReading, JsonPath, Misfit, Reading, System},
    vocabulary::{Purpose, SubjectId},
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

const USAGE: &str = "\
usage: ingest SYSTEM FILE, or ingest SYSTEM - for standard input
prints what is kept of the payload, with the JSON paths of what is dropped and of rows that cannot be read";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(system), Some(path), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return fail(2, &usage());
    };
    let Some(host) = system.to_str().and_then(Host::of) else {
        let found = system.display();
        return fail(
            2,
            &format!("ingest: found no system `{found}`, expected one of those below\n{}", usage()),
        );
    };
    match payload(&path) {
        Err(error) => fail(2, &format!("ingest: {}: {error}", path.display())),
        Ok(payload) => match host.ingest(&payload).and_then(|report| Ok(serde_json::to_string(&report)?)) {
            Ok(line) => print(&line),
            Err(error) => fail(1, &format!("ingest: {error}")),
        },
    }
}

fn usage() -> String {
    format!("{USAGE}\nsystems: {}", System::ALL.map(|system| system.id().to_string()).join(", "))
}

fn payload(path: &OsStr) -> io::Result<Vec<u8>> {
    if path == "-" {
        let mut payload = Vec::new();
        io::stdin().lock().read_to_end(&mut payload)?;
        return Ok(payload);
    }
    std::fs::read(path)
}

/// What came out.
#[derive(Serialize)]
struct Report {
    kept: Vec<Box<RawValue>>,
    dropped: Vec<JsonPath>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<Misfit>,
}

/// A service that reads the payloads of one system about one person.
struct Host {
    system: System,
    gate: Gate,
    subject: SubjectId,
    now: DateTime<Utc>,
}

impl Host {
    fn of(system: &str) -> Option<Self> {
        let system = System::of(&system.parse().ok()?)?;
        let subject = SubjectId::random();
        #[expect(clippy::disallowed_methods, reason = "a host has a clock")]
        let now = Utc::now();
        let gate = Gate::new(History::dynamoi());
        // The person accepted the policy, on which running the platform rests.
        gate.record(Event::accept(subject, "1.0.0", now)).ok()?;
        Some(Self { system, gate, subject, now })
    }

    fn ingest(&self, payload: &[u8]) -> Result<Report, Failure> {
        match self.system.read(self.subject, payload)? {
            AnyReading::AdPerformance(reading) => self.report(reading),
            AnyReading::Payment(reading) => self.report(reading),
            AnyReading::Analytics(reading) => self.report(reading),
            AnyReading::Streaming(reading) => self.report(reading),
            // The policy does not collect from the system, so there is nothing to take in.
            AnyReading::Nothing(nothing) => {
                Ok(Report { kept: Vec::new(), dropped: nothing.dropped().to_vec(), refused: Vec::new() })
            }
        }
    }

    fn report<T: PersonalData + Serialize>(&self, reading: Reading<T>) -> Result<Report, Failure> {
        let (dropped, refused) = (reading.dropped().to_vec(), reading.refused().to_vec());
        let kept = reading.into_kept().into_iter().map(|row| self.collect_and_use(row));
        Ok(Report { kept: kept.collect::<Result<_, _>>()?, dropped, refused })
    }

    /// Data leaves its guard only through the gate: once to be taken in, once to be looked at.
    fn collect_and_use<T: PersonalData + Serialize>(
        &self,
        row: Guarded<T>,
    ) -> Result<Box<RawValue>, Failure> {
        let (gate, now, purpose) = (&self.gate, self.now, Purpose::PlatformOperation);
        let collected = gate.collect(row, purpose, now).map_err(|refusal| refusal.to_string())?;
        let admitted = collected.admit(gate, now).map_err(|lapsed| lapsed.to_string())?;
        let cleared = gate.use_for(admitted, purpose, now).map_err(|refusal| refusal.to_string())?;
        let data = cleared.open(gate, now).map_err(|lapsed| lapsed.to_string())?;
        Ok(to_raw_value(&data)?)
    }
}

fn print(line: &str) -> ExitCode {
    say(io::stdout().lock(), line, 0)
}

fn fail(status: u8, message: &str) -> ExitCode {
    say(io::stderr().lock(), message, status)
}

/// Says it, unless whoever reads has gone away, as `head` does when it has enough.
fn say(mut to: impl Write, line: &str, status: u8) -> ExitCode {
    match writeln!(to, "{line}").and_then(|()| to.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(status),
    }
}
