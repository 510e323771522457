//! The backend: how a service collects, stores, uses and shares personal data through the gate. Copy this one.
//!
//! Data is `Guarded` wherever it is held and only a permit lets it out: each method below that touches data asks for
//! one, notes the answer, and does the one thing that it was permitted to do. Deleting needs none.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    audit::Entry,
    consent::{Event, EventKind},
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{Action, Check, Cleared, Flow, Gate, Guarded, Recipient, Request},
    ledger::EraseError,
    policy::{Document, PolicyError},
    processors::{NotSent, Removal, Sent},
    rights::narrowed,
    vocabulary::{Country, DataCategory, ProcessorId, Purpose, Source, SubjectId},
};

use super::{
    audit::{Audit, AuditFault},
    consents::{Consents, LedgerFault},
    database::{Database, Kept},
    incoming::Intakes,
    outgoing::{Build, Unbuilt, Ways, post},
    trail::Trail,
};

/// A service. It never asks what the policy says: it asks the gate.
pub(super) struct Backend {
    /// What was chosen, on disk.
    consents: Consents,
    /// The same, in memory: what checks look at.
    gate: Arc<Gate>,
    /// What was decided, on disk, where somebody wants to prove it later.
    audit: Option<Audit>,
    /// What was decided on earlier days about those who were erased today, which nobody can find any more.
    erased: HashMap<SubjectId, Vec<Entry>>,
    /// Where the database stands.
    country: Option<Country>,
    database: Database,
    ways: Ways,
    trail: Trail,
    intakes: Intakes,
}

/// What is owed at one processor.
pub(super) struct Owed {
    pub(super) removal: Removal,
    /// What was sent to it, to be deleted there.
    pub(super) sent: Vec<Sent>,
    /// What came from it, and how many rows of that were deleted here.
    pub(super) deleted: Vec<(DataCategory, usize)>,
}

/// Data that was cleared and lies in a queue until it is sent.
pub(super) type Parcel = Box<dyn FnOnce(&mut Backend, DateTime<Utc>)>;

impl Backend {
    pub(super) fn new(consents: Consents, audit: Option<Audit>) -> Self {
        Self {
            gate: consents.gate().clone(),
            consents,
            audit,
            erased: HashMap::new(),
            country: "DE".parse().ok(),
            database: Database::default(),
            ways: Ways::all(),
            trail: Trail::default(),
            intakes: Intakes::default(),
        }
    }

    /// Adds a version of the policy, which may come into force later.
    pub(super) fn adopt(&self, document: Document) -> Result<(), PolicyError> {
        self.gate.adopt(document)
    }

    /// It is now this late.
    pub(super) fn at(&self, now: DateTime<Utc>) {
        self.consents.at(now);
    }

    /// Takes a consent event in: it is on disk, and known to the gate, when this returns. Of somebody who is erased nothing may be held, so it is deleted, too; the
    /// number of rows that are gone is returned.
    pub(super) fn record(&mut self, event: Event) -> Result<usize, EraseError> {
        if event.kind != EventKind::Erased {
            self.consents.record(event)?;
            return Ok(0);
        }
        let mut gone = 0;
        // Whoever was linked to them is the same person.
        for id in self.consents.erase(event.subject, event.at, self.audit.as_ref())?.people {
            gone += self.database.erase(id.subject);
            if let Some((audit, decisions)) = self.audit.as_ref().zip(id.decisions) {
                self.erased.insert(id.subject, audit.before(decisions));
            }
        }
        Ok(gone)
    }

    /// Nothing is done any more; the audit trail is handed on.
    pub(super) fn close(self) -> Option<Audit> {
        self.consents.close();
        self.audit
    }

    /// What the ledger could not do, for whoever runs the day.
    pub(super) fn fault(&self, error: impl std::fmt::Display) -> LedgerFault {
        self.consents.fault(error)
    }

    /// What is owed to a subject after refusals or an erasure: what came from a processor is deleted here, what
    /// was sent to one is to be deleted there.
    pub(super) fn settle(&mut self, subject: SubjectId) -> Result<Vec<Owed>, AuditFault> {
        let mut all = Vec::new();
        let before = self.before(subject)?;
        for removal in self.gate.removals(subject) {
            let (processor, mut sent, mut deleted) = (removal.processor(), Vec::new(), Vec::new());
            // The gate keeps choices, and lists what they let flow; what did flow is in the trails: today's, and that of
            // the days before.
            let flowed = narrowed(vec![removal.clone()], &before);
            let today = self.trail.sent_to(processor).filter(|asked| asked.subject == subject);
            let today =
                today.map(|asked| Sent { purpose: asked.flow.purpose, category: asked.flow.category });
            for this in today.chain(flowed.iter().flat_map(Removal::sent).copied()) {
                if removal.sent().contains(&this) && !sent.contains(&this) {
                    sent.push(this);
                }
            }
            for category in removal.obtained().iter().copied() {
                let mut collected = self.trail.collected_from(processor);
                if collected.any(|asked| (asked.subject, asked.flow.category) == (subject, category))
                    || flowed.iter().any(|removal| removal.obtained().contains(&category))
                {
                    deleted.push((category, self.database.delete(subject, Some(processor), category)));
                }
            }
            if !sent.is_empty() || !deleted.is_empty() {
                all.push(Owed { removal, sent, deleted });
            }
        }
        Ok(all)
    }

    /// What was decided about a subject on earlier days, as the audit trail has it; nothing where there is none.
    fn before(&self, subject: SubjectId) -> Result<Vec<Entry>, AuditFault> {
        match (&self.audit, self.erased.get(&subject)) {
            (_, Some(decisions)) => Ok(decisions.clone()),
            (Some(audit), None) => audit.earlier(subject),
            (None, None) => Ok(Vec::new()),
        }
    }

    /// Collects a row, from a person or a system, and stores it.
    pub(super) fn take_in<T: Kept>(&mut self, data: Guarded<T>, now: DateTime<Utc>) {
        // To run the platform the person's acceptance of the policy is enough.
        let purpose = Purpose::PlatformOperation;
        let source = data.origin().cloned().map_or(Source::Subject, Source::Processor);
        let asked = request(&data, purpose, Action::Collect { source }, now);
        let collected = check(&self.gate, &asked).collect(data, purpose);
        let Some(cleared) = self.trail.note(asked.clone(), collected) else { return };
        let data = match cleared.admit(&self.gate, now) {
            Ok(data) => data,
            Err(lapsed) => return self.trail.note_lapse(asked, lapsed.lapse()),
        };

        let action = Action::Store { country: self.country, encrypted: true };
        let asked = request(&data, purpose, action, now);
        let stored = check(&self.gate, &asked).store(data, purpose);
        let Some(cleared) = self.trail.note(asked.clone(), stored) else { return };
        if let Err(lapsed) = self.database.write(cleared, &self.gate, now) {
            self.trail.note_lapse(asked, lapsed.lapse());
        }
    }

    /// Does what is asked with whatever is stored of it, row by row. With `later`, what is shared is not sent
    /// but handed back as parcels.
    pub(super) fn serve(&mut self, asked: &Request, later: bool) -> Vec<Parcel> {
        match (&asked.flow.action, asked.flow.category) {
            (Action::Share { processor, .. }, _) => {
                let parcels = self.share_rows(asked, processor);
                if later {
                    return parcels;
                }
                parcels.into_iter().for_each(|parcel| parcel(self, asked.at));
            }
            // To collect takes data that is not here yet, and nothing here can sell.
            (Action::Collect { .. } | Action::Sell, _) => self.ask(asked),
            // Nor can anything disclose for another purpose than that the law compels it.
            (Action::Disclose { .. }, _) if asked.flow.purpose != Purpose::LegalObligation => self.ask(asked),
            (_, DataCategory::AdPerformance) => self.serve_rows::<AdPerformanceData>(asked),
            (_, DataCategory::User) => self.serve_rows::<UserData>(asked),
            (_, DataCategory::Payment) => self.serve_rows::<PaymentData>(asked),
            (_, DataCategory::Analytics) => self.serve_rows::<AnalyticsData>(asked),
            (_, DataCategory::Streaming) => self.serve_rows::<StreamingData>(asked),
        }
        Vec::new()
    }

    /// Puts a question without data: nothing can be done with the answer.
    fn ask(&mut self, asked: &Request) {
        let decision = self.gate.decide(asked);
        self.trail.note_decision(asked.clone(), decision);
    }

    fn serve_rows<T: Kept>(&mut self, asked: &Request) {
        for data in self.rows::<T>(asked) {
            let asked = of_row(asked, &data);
            match &asked.flow.action {
                Action::Store { .. } => self.copy(asked, data),
                Action::Disclose { reference } => {
                    let reference = reference.clone();
                    self.disclose(asked, data, reference);
                }
                _ => self.look(asked, data),
            }
        }
    }

    /// Stores a copy outside of the database: a backup, an export.
    fn copy<T: Kept>(&mut self, asked: Request, data: Guarded<T>) {
        let (now, purpose) = (asked.at, asked.flow.purpose);
        let checked = check(&self.gate, &asked).store(data, purpose);
        let Some(cleared) = self.trail.note(asked.clone(), checked) else { return };
        match cleared.open(&self.gate, now) {
            Ok(data) => drop(data), // here it is written to the copy
            Err(lapsed) => self.trail.note_lapse(asked, lapsed.lapse()),
        }
    }

    /// Uses data: shows it to its owner, puts it on a bill, counts it.
    fn look<T: Kept>(&mut self, asked: Request, data: Guarded<T>) {
        let (now, purpose) = (asked.at, asked.flow.purpose);
        let checked = check(&self.gate, &asked).use_for(data, purpose);
        let Some(cleared) = self.trail.note(asked.clone(), checked) else { return };
        match cleared.open(&self.gate, now) {
            Ok(data) => drop(data), // here the service has the data in its hands
            Err(lapsed) => self.trail.note_lapse(asked, lapsed.lapse()),
        }
    }

    /// Hands data to an authority, as the law that is referred to compels.
    fn disclose<T: Kept>(&mut self, asked: Request, data: Guarded<T>, reference: String) {
        let now = asked.at;
        let checked = check(&self.gate, &asked).disclose(data, reference);
        let Some(cleared) = self.trail.note(asked.clone(), checked) else { return };
        match cleared.open(&self.gate, now) {
            Ok(data) => drop(data), // here the lawyer takes it
            Err(lapsed) => self.trail.note_lapse(asked, lapsed.lapse()),
        }
    }

    /// Shares what is stored with whoever is asked for. Where there is no way out, all that is left is to ask.
    fn share_rows(&mut self, asked: &Request, to: &ProcessorId) -> Vec<Parcel> {
        match self.ways.of(asked.flow.category, to) {
            Some(way) => way(self, asked),
            None => {
                self.ask(asked);
                Vec::new()
            }
        }
    }

    /// Asks to share each row with a recipient; what is cleared is ready to be sent.
    pub(super) fn share<T: Kept, R: Recipient + Copy + 'static>(
        &mut self,
        asked: &Request,
        recipient: R,
        build: &Build<T, R>,
    ) -> Vec<Parcel> {
        let mut parcels: Vec<Parcel> = Vec::new();
        for data in self.rows::<T>(asked) {
            let asked = of_row(asked, &data);
            let checked = check(&self.gate, &asked).share(data, asked.flow.purpose, recipient);
            if let Some(cleared) = self.trail.note(asked.clone(), checked) {
                let build = Rc::clone(build);
                let send =
                    move |backend: &mut Self, now| backend.send(asked, cleared, recipient, &build, now);
                parcels.push(Box::new(send));
            }
        }
        parcels
    }

    /// Sends what was cleared. A permit does not keep: when it has lapsed, the gate is asked once more.
    fn send<T: Kept, R: Recipient + Copy + 'static>(
        &mut self,
        asked: Request,
        cleared: Cleared<T, R>,
        recipient: R,
        build: &Build<T, R>,
        now: DateTime<Utc>,
    ) {
        let Unbuilt { why, data } = match build(cleared, &self.gate, now) {
            Ok(body) => return self.trail.note_sent(asked, post(&R::ID, body)),
            Err(unbuilt) => unbuilt,
        };
        let again = matches!(why, NotSent::Lapsed(_)); // what is lacking is not found by asking again
        self.trail.note_unused(asked.clone(), why);
        if !again {
            return;
        }
        let asked = Request { at: now, ..asked };
        let checked = check(&self.gate, &asked).share(data, asked.flow.purpose, recipient);
        let Some(cleared) = self.trail.note(asked.clone(), checked) else { return };
        match build(cleared, &self.gate, now) {
            Ok(body) => self.trail.note_sent(asked, post(&R::ID, body)),
            Err(unbuilt) => self.trail.note_unused(asked, unbuilt.why),
        }
    }

    /// What is stored of what is asked about. Where there is nothing, the question is put all the same.
    fn rows<T: Kept>(&mut self, asked: &Request) -> Vec<Guarded<T>> {
        let rows = self.database.read(asked.subject, asked.flow.origin.as_ref());
        if rows.is_empty() {
            self.ask(asked);
        }
        rows
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.trail
    }

    pub(super) fn intakes(&self) -> &Intakes {
        &self.intakes
    }

    pub(super) fn intakes_mut(&mut self) -> &mut Intakes {
        &mut self.intakes
    }
}

/// A check with everything that the request says beside the data.
fn check<'g>(gate: &'g Gate, asked: &Request) -> Check<'g> {
    let (country, encrypted) = match &asked.flow.action {
        Action::Store { country, encrypted } => (*country, *encrypted),
        Action::Share { country, .. } => (*country, false),
        _ => (None, false),
    };
    let check = gate.check(asked.at).signals(asked.signals).encrypted(encrypted);
    match country {
        Some(country) => check.country(country),
        None => check,
    }
}

/// The question that a check of a row puts, for the trail.
fn request<T: Kept>(data: &Guarded<T>, purpose: Purpose, action: Action, at: DateTime<Utc>) -> Request {
    let origin = data.origin().cloned();
    Request::new(data.subject(), Flow { category: T::CATEGORY, purpose, action, origin }, at)
}

/// The same question about one row: where the row came from is known of the row, not of who asks.
fn of_row<T>(asked: &Request, data: &Guarded<T>) -> Request {
    let flow = Flow { origin: data.origin().cloned(), ..asked.flow.clone() };
    Request { flow, ..asked.clone() }
}
