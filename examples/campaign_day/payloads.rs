//! Payloads of your own: a folder laid out as `<system>/<name>.json`, each about somebody who agreed to all.

use std::{
    collections::BTreeSet,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::Event,
    gate::{Action, Flow, Request},
    processors::System,
    vocabulary::{DataCategory, LegalBasis, Purpose, SubjectId},
};
use uuid::Uuid;

use super::{
    Failure,
    backend::Backend,
    files::FileError,
    incoming,
    text::{Head, Subjects, TOLD, UNSENT, progress, system as system_name, verdict, words, wrapped},
};

/// The instant of the first payload; the next ones arrive a minute later each. Any would do that is in the time
/// of the policy: no clock is read.
const MORNING: &str = "2026-03-02T08:00:00Z";

/// Takes the payloads of a folder in, and stores, uses and shares what is kept of them.
///
/// # Errors
/// When the folder or a payload cannot be read, or the output not written. A payload that is not its system's
/// is listed and stops nothing.
pub(super) fn run(
    mut backend: Backend,
    dir: &Path,
    out: &mut dyn Write,
) -> Result<(Backend, Subjects), Failure> {
    let mut subjects = Subjects::default();
    let mut now: DateTime<Utc> = MORNING.parse().map_err(|error| FileError::new(dir, None, error))?;
    let folders = sorted(dir)?.into_iter().filter(|path| path.is_dir());
    let (known, unknown): (Vec<_>, Vec<_>) =
        folders.map(|path| (system(&path), path)).partition(|(system, _)| system.is_some());

    let about = "Payloads of a folder, each about a subject of its own who accepted the policy and consented to \
                 every purpose. Nothing is sent anywhere: the bodies of requests are built and thrown away.";
    wrapped(out, "", about)?;
    writeln!(out)?;
    for (system, folder) in &known {
        let Some(system) = *system else { continue };
        for path in sorted(folder)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "json")) {
            backend.at(now);
            let payload = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            let subject =
                agreeing(&mut backend, subjects.len(), now).map_err(|e| FileError::new(&path, None, e))?;
            subjects.meet(subject);
            let name = format!("{}/{}", system.id(), name(&path));
            progress(out, Head(Some((now, &subjects.name(subject)))), "", &name)?;
            one(&mut backend, system, subject, &payload, now, out)?;
            now += TimeDelta::minutes(1);
        }
    }
    if !unknown.is_empty() {
        let names: Vec<String> = unknown.iter().map(|(_, path)| name(path)).collect();
        writeln!(out)?;
        wrapped(out, "", &format!("Skipped, because their payloads are not read: {}", names.join(", ")))?;
    }
    if subjects.len() == 0 {
        let expected =
            "found no payload, expected files laid out as <system>/<name>.json, such as spotify/track.json";
        return Err(FileError::new(dir, None, expected).into());
    }
    Ok((backend, subjects))
}

/// One payload: it arrives, and what is kept of it goes wherever the policy has a use or a recipient for it.
fn one(
    backend: &mut Backend,
    system: System,
    subject: SubjectId,
    payload: &[u8],
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mark = backend.trail().mark();
    incoming::show(backend, system, subject, payload, now, Head(None), out)?;
    let Some(category) = backend.trail().since(mark).first().map(|entry| entry.asked.flow.category) else {
        return Ok(());
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for flow in flows(backend, category, now) {
        let request = Request::new(subject, flow.obtained_from(system.id()), now);
        let mark = backend.trail().mark();
        backend.serve(&request, false);
        let entries = backend.trail().since(mark).iter();
        for (verdict, why) in entries.filter_map(|entry| verdict(&entry.answer)).collect::<BTreeSet<_>>() {
            add(&mut outcomes, verdict, why, &request.flow);
        }
    }
    let data = words(category.as_str());
    for Outcome { verdict, why, shared_for, of } in outcomes {
        let of = of.join(", ");
        let what = match shared_for {
            _ if [TOLD, UNSENT].contains(&verdict) => of, // the line above says what was shared
            Some(purpose) => format!("share {data} data with {of} for {}", words(purpose.as_str())),
            None => format!("use {data} data for {of}"),
        };
        let why = if why.is_empty() { why } else { format!(": {why}") };
        progress(out, Head(None), verdict, &format!("{what}{why}"))?;
    }
    Ok(())
}

/// What came of several flows alike: those to share for one purpose, or our own use.
struct Outcome {
    verdict: &'static str,
    why: String,
    shared_for: Option<Purpose>,
    /// The recipients; the purposes of our own use.
    of: Vec<String>,
}

fn add(outcomes: &mut Vec<Outcome>, verdict: &'static str, why: String, flow: &Flow) {
    let (shared_for, of) = match &flow.action {
        Action::Share { processor, .. } => (Some(flow.purpose), system_name(processor)),
        _ => (None, words(flow.purpose.as_str())),
    };
    let alike =
        |known: &&mut Outcome| (known.verdict, &known.why, known.shared_for) == (verdict, &why, shared_for);
    match outcomes.iter_mut().find(alike) {
        Some(known) => known.of.push(of),
        None => outcomes.push(Outcome { verdict, why, shared_for, of: vec![of] }),
    }
}

/// What the version in force does with a category: our use of it, and the systems that it is shared with.
fn flows(backend: &Backend, category: DataCategory, now: DateTime<Utc>) -> Vec<Flow> {
    let Some(policy) = backend.gate().history().in_force(now) else { return Vec::new() };
    let used = Purpose::ALL.into_iter().filter(|purpose| policy.uses(*purpose, category));
    let mut flows: Vec<Flow> = used.map(|purpose| Flow::new(category, purpose, Action::Use)).collect();
    for purpose in Purpose::ALL {
        for id in System::ALL.map(System::id) {
            let kind = policy.processor(&id).map(|processor| processor.kind());
            if kind.is_some_and(|kind| policy.shares(purpose, category, kind)) {
                flows.push(Flow::new(category, purpose, Action::Share { processor: id, country: None }));
            }
        }
    }
    flows
}

/// Somebody who accepted the version in force and consented to whatever needs consent.
fn agreeing(backend: &mut Backend, number: usize, now: DateTime<Utc>) -> Result<SubjectId, String> {
    let subject = SubjectId::from(Uuid::from_u128(1 + number as u128));
    let policy = backend.gate().history().in_force(now).ok_or("no version of the policy is in force")?;
    let version = policy.version().to_string();
    let consented = Purpose::ALL.into_iter().filter(|purpose| policy.basis(*purpose) == LegalBasis::Consent);
    let mut events = vec![Event::accept(subject, &version, now)];
    events.extend(consented.map(|purpose| Event::grant(subject, purpose, &version, now)));
    for event in events {
        backend.record(event).map_err(|error| error.to_string())?;
    }
    Ok(subject)
}

/// The system whose id a folder has for a name.
fn system(folder: &Path) -> Option<System> {
    System::of(&folder.file_name()?.to_str()?.parse().ok()?)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What is in a folder, in the order of names.
fn sorted(dir: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = fs::read_dir(dir).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut paths: Vec<PathBuf> =
        entries.map_err(|error| unreadable(dir, &error))?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &io::Error) -> FileError {
    FileError::new(path, None, format!("cannot be read: {error}"))
}
