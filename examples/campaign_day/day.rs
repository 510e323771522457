//! A day: consent events arrive and things are done, each at its instant, and every one gets a line.

use std::{collections::BTreeMap, io::Write, path::Path};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::{Event, EventKind, Manner, Scope},
    gate::{Guarded, Request},
    ledger::{AppendError, EraseError},
    vocabulary::{PolicyVersion, SubjectId},
};

use super::{
    Failure,
    backend::{Backend, Parcel},
    files::{self, Announcement, Arrival, Delayed, FileError, Line, SignUp, Step},
    incoming,
    text::{Head, Subjects, answered, by_what_was_asked, clock, count, progress, words, wrapped},
};

/// Something that happens at an instant.
enum Happening {
    Consent(Line<Event>),
    InForce(PolicyVersion),
    Sending(Request, Vec<Parcel>),
    Step(Line<Step>),
}

/// What is yet to happen, in order: by instant, then consents before questions, then as it stands in the files.
type Agenda = BTreeMap<(DateTime<Utc>, u8, usize), Happening>;

struct Day<'a> {
    dir: &'a Path,
    out: &'a mut dyn Write,
    backend: Backend,
    subjects: Subjects,
    agenda: Agenda,
}

/// Runs the day whose files are in a folder.
///
/// # Errors
/// When a file cannot be read, is malformed or contradicts another, or the output cannot be written.
pub(super) fn run(backend: Backend, dir: &Path, out: &mut dyn Write) -> Result<(Backend, Subjects), Failure> {
    let (consents, steps) = (files::consents(dir)?, files::timeline(dir)?);
    let mut day = Day { dir, out, backend, subjects: Subjects::default(), agenda: Agenda::new() };
    let morning = steps.first().map_or(DateTime::<Utc>::MAX_UTC, |step| step.item.at());
    day.begin(consents, morning)?;
    for step in steps {
        day.plan(step.item.at(), 3, Happening::Step(step));
    }
    while let Some(((at, ..), happening)) = day.agenda.pop_first() {
        day.happen(at, happening)?;
    }
    Ok((day.backend, day.subjects))
}

impl Day<'_> {
    /// Records what was known before the day, and plans the arrival of the other events: each arrives at its own
    /// instant, or at the latest of those that stand before it in the file, when it was late.
    fn begin(&mut self, consents: Vec<Line<Event>>, morning: DateTime<Utc>) -> Result<(), Failure> {
        let mut arrival = DateTime::<Utc>::MIN_UTC;
        let (mut known, mut people) = (0, 0);
        for consent in consents {
            self.subjects.meet(consent.item.subject);
            arrival = arrival.max(consent.item.at);
            if arrival < morning {
                self.backend.at(arrival);
                self.record(consent)?;
                (known, people) = (known + 1, self.subjects.len());
            } else {
                self.plan(arrival, 1, Happening::Consent(consent));
            }
        }
        let version = self.backend.gate().history().in_force(morning);
        let version = version.map_or("none".to_owned(), |policy| policy.version().to_string());
        let text = format!(
            "A working day: {}, times in UTC, under policy {version}. Nothing is sent anywhere: the bodies of \
             requests are built and thrown away. On record when it begins: {} of {}.",
            morning.date_naive(),
            count(known, "choice or declaration", "choices and declarations"),
            count(people, "person", "people"),
        );
        wrapped(self.out, "", &text)?;
        Ok(writeln!(self.out)?)
    }

    fn plan(&mut self, at: DateTime<Utc>, rank: u8, happening: Happening) {
        // Each is planned after those that are planned already, of the same instant and rank.
        let next = self.agenda.range((at, rank, 0)..=(at, rank, usize::MAX)).next_back();
        let number = next.map_or(0, |((.., number), _)| number + 1);
        self.agenda.insert((at, rank, number), happening);
    }

    fn happen(&mut self, at: DateTime<Utc>, happening: Happening) -> Result<(), Failure> {
        self.backend.at(at);
        match happening {
            Happening::Consent(consent) => {
                let (who, mut what) = (self.subjects.name(consent.item.subject), said(&consent.item.kind));
                if consent.item.at < at {
                    what.push_str(&format!(" (arrives late: it is of {})", clock(consent.item.at)));
                }
                let gone = self.record(consent)?;
                if gone > 0 {
                    what.push_str(&format!("; {} deleted", count(gone, "stored row", "stored rows")));
                }
                Ok(progress(self.out, Head(Some((at, &who))), "", &what)?)
            }
            Happening::InForce(version) => Ok(progress(
                self.out,
                Head(Some((at, "policy"))),
                "",
                &format!("version {version} comes into force"),
            )?),
            Happening::Sending(request, parcels) => self.send(request, parcels, at),
            Happening::Step(Line { number, item }) => match item {
                Step::Policy(announcement) => self.announce(number, announcement),
                Step::SignUp(sign_up) => self.sign_up(sign_up),
                Step::Payload(arrival) => self.receive(number, arrival),
                Step::Request(request) => self.serve(request, None),
                Step::Delayed(Delayed { request, sent_at }) => self.serve(request, Some(sent_at)),
                Step::Browser(browser) => self.serve(browser.into_request(), None),
            },
        }
    }

    /// Records an event; says how many stored rows were deleted with it.
    fn record(&mut self, Line { number, item }: Line<Event>) -> Result<usize, Failure> {
        self.backend.record(item).map_err(|error| match error {
            EraseError::Ledger(AppendError::Refused(refused)) => {
                FileError::new(files::CONSENTS, Some(number), refused.why()).into()
            }
            error => self.backend.fault(error).into(),
        })
    }

    fn announce(&mut self, line: usize, Announcement { at, file }: Announcement) -> Result<(), Failure> {
        let document = files::policy(self.dir, &file)?;
        let (version, from) = (document.version.clone(), document.effective_from);
        self.backend.adopt(document).map_err(|error| FileError::new(files::TIMELINE, Some(line), error))?;
        if from > at {
            self.plan(from, 0, Happening::InForce(version.clone()));
        }
        let what = format!("version {version} is announced, in force from {}", clock(from));
        Ok(progress(self.out, Head(Some((at, "policy"))), "", &what)?)
    }

    fn sign_up(&mut self, SignUp { at, subject, user }: SignUp) -> Result<(), Failure> {
        let mark = self.backend.trail().mark();
        self.backend.take_in(Guarded::new(subject, user), at);
        let who = self.meet(subject);
        let entries = self.backend.trail().taken_in_since(mark);
        Ok(answered(self.out, Head(Some((at, &who))), "sign up", entries)?)
    }

    fn receive(&mut self, line: usize, arrival: Arrival) -> Result<(), Failure> {
        let Arrival { at, system, subject, file } = arrival;
        let payload = files::payload(self.dir, &file, line)?;
        let who = self.meet(subject);
        Ok(incoming::show(
            &mut self.backend,
            system,
            subject,
            &payload,
            at,
            Head(Some((at, &who))),
            self.out,
        )?)
    }

    fn serve(&mut self, request: Request, later: Option<DateTime<Utc>>) -> Result<(), Failure> {
        let who = self.meet(request.subject);
        let mark = self.backend.trail().mark();
        let parcels = self.backend.serve(&request, later.is_some());
        let mut head = Head(Some((request.at, &who)));
        for (mut what, rows) in by_what_was_asked(self.backend.trail().since(mark)) {
            if let Some(sent_at) = later {
                what.push_str(&format!(", to be sent at {}", clock(sent_at)));
            }
            answered(self.out, head, &what, rows)?;
            head = Head(None);
        }
        if let (Some(sent_at), false) = (later, parcels.is_empty()) {
            self.plan(sent_at, 2, Happening::Sending(request, parcels));
        }
        Ok(())
    }

    /// Sends what was cleared before, if it still may be.
    fn send(&mut self, request: Request, parcels: Vec<Parcel>, at: DateTime<Utc>) -> Result<(), Failure> {
        let mark = self.backend.trail().mark();
        parcels.into_iter().for_each(|parcel| parcel(&mut self.backend, at));
        let what = format!("send what was cleared at {}", clock(request.at));
        let who = self.meet(request.subject);
        Ok(answered(self.out, Head(Some((at, &who))), &what, self.backend.trail().since(mark))?)
    }

    fn meet(&mut self, subject: SubjectId) -> String {
        self.subjects.meet(subject);
        self.subjects.name(subject)
    }
}

/// What a person chose or declared, in words.
fn said(kind: &EventKind) -> String {
    let of = |scope: &Scope| {
        let part = if scope.is_narrow() { ", in part" } else { "" };
        format!("{}{part}", words(scope.purpose().as_str()))
    };
    match kind {
        EventKind::PolicyAccepted { policy_version, manner: Manner::Explicit } => {
            format!("accepts policy {policy_version}")
        }
        EventKind::PolicyAccepted { policy_version, manner: Manner::ContinuedUse } => {
            format!("accepts policy {policy_version} by continuing to use the platform")
        }
        EventKind::ConsentGranted { scope, policy_version, expires_at } => {
            let until = expires_at.map(|until| format!(", until {until:?}")).unwrap_or_default();
            format!("consents to {}, shown policy {policy_version}{until}", of(scope))
        }
        EventKind::ConsentDenied { scope } => format!("says no to {}", of(scope)),
        EventKind::ConsentWithdrawn { scope } => format!("withdraws {}", of(scope)),
        EventKind::AgeDeclared { minor_until: Some(_) } => {
            "declares the day of reaching the minimum age".to_owned()
        }
        EventKind::AgeDeclared { minor_until: None } => "declares to be of age".to_owned(),
        EventKind::HomeDeclared { .. } => "says where they live".to_owned(),
        EventKind::Erased => "is erased".to_owned(),
        _ => "says something else".to_owned(),
    }
}
