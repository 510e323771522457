//! The files of a day: consent events and a timeline as JSON lines, and what the timeline names.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::Event,
    data::UserData,
    gate::{ProbeCookie, Request, Signals},
    policy::Document,
    processors::System,
    vocabulary::{ProcessorId, SubjectId},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

pub(super) const CONSENTS: &str = "consents.jsonl";
pub(super) const TIMELINE: &str = "timeline.jsonl";

/// A line of a file, by its number from 1.
pub(super) struct Line<T> {
    pub(super) number: usize,
    pub(super) item: T,
}

/// A line of the consent events, in the wire's own form. Lines stand in the order in which they arrive.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Consent {
    Event(Event),
}

/// A line of the timeline.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A version of the policy is announced.
    Policy(Announcement),
    /// A person gives their own data.
    SignUp(SignUp),
    /// A payload of a system arrives.
    Payload(Arrival),
    /// Stored data is to be used, shared, copied or disclosed: a request in the wire's own form.
    Request(Request),
    /// The same, but what is cleared is sent later.
    Delayed(Delayed),
    /// The same, asked by a person's browser: what it signals stands in its headers.
    Browser(Browser),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Announcement {
    #[serde(deserialize_with = "instant")]
    pub(super) at: DateTime<Utc>,
    pub(super) file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUp {
    #[serde(deserialize_with = "instant")]
    pub(super) at: DateTime<Utc>,
    pub(super) subject: SubjectId,
    pub(super) user: UserData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arrival {
    #[serde(deserialize_with = "instant")]
    pub(super) at: DateTime<Utc>,
    #[serde(deserialize_with = "system")]
    pub(super) system: System,
    pub(super) subject: SubjectId,
    pub(super) file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delayed {
    pub(super) request: Request,
    #[serde(deserialize_with = "instant")]
    pub(super) sent_at: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Browser {
    request: Request,
    /// The lines of the header: name and value.
    headers: Vec<(String, String)>,
    /// Whether the probe cookie was set earlier in this visit.
    probe_set: bool,
}

/// The cookie that is set to see whether it comes back.
static PROBE: ProbeCookie = ProbeCookie::from_static("visit");

impl Browser {
    /// The request, with what the browser signals.
    pub(super) fn into_request(self) -> Request {
        let probe = self.probe_set.then_some(&PROBE);
        Request { signals: Signals::from_headers(self.headers, probe), ..self.request }
    }
}

impl Step {
    /// When it is done.
    pub(super) fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Policy(Announcement { at, .. })
            | Self::SignUp(SignUp { at, .. })
            | Self::Payload(Arrival { at, .. })
            | Self::Request(Request { at, .. })
            | Self::Delayed(Delayed { request: Request { at, .. }, .. })
            | Self::Browser(Browser { request: Request { at, .. }, .. }) => *at,
        }
    }
}

/// What is wrong with a file: which, where in it, what was found and what was expected. It shows no value.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {problem}", .file.display(), InLine(*.line))]
pub(crate) struct FileError {
    file: PathBuf,
    line: Option<usize>,
    problem: String,
}

impl FileError {
    pub(super) fn new(file: impl Into<PathBuf>, line: Option<usize>, problem: impl fmt::Display) -> Self {
        Self { file: file.into(), line, problem: problem.to_string() }
    }
}

struct InLine(Option<usize>);

impl fmt::Display for InLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ", line {line}"))
    }
}

/// The consent events of a day, in the order in which they arrive.
pub(super) fn consents(dir: &Path) -> Result<Vec<Line<Event>>, FileError> {
    let lines = lines::<Consent>(dir, CONSENTS)?;
    Ok(lines.into_iter().map(|Line { number, item: Consent::Event(item) }| Line { number, item }).collect())
}

/// What is to be done in a day, in the order of time.
pub(super) fn timeline(dir: &Path) -> Result<Vec<Line<Step>>, FileError> {
    let steps = lines::<Step>(dir, TIMELINE)?;
    if steps.is_empty() {
        return Err(FileError::new(TIMELINE, None, "found nothing to be done, expected a line at least"));
    }
    let mut earlier = (0, DateTime::<Utc>::MIN_UTC);
    for Line { number, item } in &steps {
        let refused = |problem: String| Err(FileError::new(TIMELINE, Some(*number), problem));
        let (line, before) = earlier;
        if item.at() < before {
            return refused(format!(
                "found an instant before {before:?}, that of line {line}, expected a later one"
            ));
        }
        if let Step::Delayed(Delayed { request, sent_at }) = item
            && *sent_at < request.at
        {
            return refused(format!("found a `sent_at` before {:?}, that of its request", request.at));
        }
        if let Step::Browser(Browser { request, .. }) = item
            && request.signals != Signals::default()
        {
            return refused("found `signals` beside headers, expected headers alone".to_owned());
        }
        earlier = (*number, item.at());
    }
    Ok(steps)
}

/// A policy document that a line of the timeline names.
pub(super) fn policy(dir: &Path, file: &Path) -> Result<Document, FileError> {
    Document::from_json(&text(dir, file)?).map_err(|error| FileError::new(file, None, error))
}

/// A payload that a line of the timeline names; whether it is the system's own is for its reader to say.
pub(super) fn payload(dir: &Path, file: &Path, line: usize) -> Result<Vec<u8>, FileError> {
    fs::read(dir.join(file)).map_err(|error| {
        let problem = format!("the payload {} cannot be read: {error}", file.display());
        FileError::new(TIMELINE, Some(line), problem)
    })
}

fn text(dir: &Path, file: &Path) -> Result<String, FileError> {
    fs::read_to_string(dir.join(file))
        .map_err(|error| FileError::new(file, None, format!("the file cannot be read: {error}")))
}

fn lines<T: DeserializeOwned>(dir: &Path, file: &str) -> Result<Vec<Line<T>>, FileError> {
    let text = text(dir, Path::new(file))?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let item = read(line).map_err(|problem| FileError::new(file, Some(number), problem))?;
            Ok(Line { number, item })
        })
        .collect()
}

/// Reads one line and nothing behind it.
fn read<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    let mut from = serde_json::Deserializer::from_str(line);
    let item = serde_path_to_error::deserialize(&mut from)
        .map_err(|error| format!("{}{}", place(error.path()), problem(error.inner())))?;
    from.end().map_err(|error| problem(&error))?;
    Ok(item)
}

/// Where in the line; names that are not made like those of fields are left out, they may be anything.
fn place(path: &serde_path_to_error::Path) -> String {
    let is_name =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let steps: Vec<String> = path
        .iter()
        .map(|segment| segment.to_string())
        .map(|segment| if is_name(&segment) { segment } else { "?".to_owned() })
        .collect();
    if steps.is_empty() { String::new() } else { format!("at {}, ", steps.join(".")) }
}

/// The message of serde without the values and the stray names that it repeats: they may be a person's.
fn problem(error: &serde_json::Error) -> String {
    if error.is_syntax() || error.is_eof() {
        let column = error.column();
        return format!("cannot be read from column {column}, expected a JSON object with one field");
    }
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    if let Some((_, found)) = message.split_once(": found ").filter(|_| message.starts_with("at `")) {
        return format!("found {found}"); // what the library reads says its place by itself, which is known already
    }
    let found = [
        ("invalid type: ", "another kind of value"),
        ("invalid value: ", "another value"),
        ("invalid length ", "another number of elements"),
        ("unknown field ", "an unknown field"),
        ("unknown variant ", "an unknown kind of line"),
    ];
    match found.into_iter().find(|(prefix, _)| message.starts_with(prefix)) {
        None => message.to_owned(),
        Some((_, found)) => match message.rsplit_once(", expected ") {
            Some((_, expected)) => format!("found {found}, expected {expected}"),
            None => format!("found {found}"),
        },
    }
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| {
        let found = text.chars().count();
        serde::de::Error::custom(format!(
            "found a text of {found} characters, expected an instant such as 2026-03-02T09:00:00Z"
        ))
    })
}

fn system<'de, D: Deserializer<'de>>(from: D) -> Result<System, D::Error> {
    let id = ProcessorId::deserialize(from)?;
    System::of(&id).ok_or_else(|| {
        let known = System::ALL.map(|system| system.id().to_string()).join(", ");
        serde::de::Error::custom(format!("found `{id}`, expected a system whose payloads are read: {known}"))
    })
}
