//! The trail: every question to the gate and its answer, in order.

use dynamoi_privacy::{
    gate::{Action, ActionType, Checked, Cleared, Decision, Denied, Lapse, NotPermitted, Request, Undecided},
    processors::NotSent,
    vocabulary::{ProcessorId, Source},
};

/// What was asked and what came of it.
pub(super) struct Entry {
    pub(super) asked: Request,
    pub(super) answer: Answer,
}

pub(super) enum Answer {
    Permitted,
    Denied(Denied),
    /// The gate could not say; asking again later is worth while.
    Undecided(Undecided),
    /// Not an answer to a question: a permit was there and nothing came of it.
    Unused(NotSent),
    /// Nor this: what was permitted was sent, and the system was told this of the person's choices.
    Sent(Option<String>),
}

#[derive(Default)]
pub(super) struct Trail {
    entries: Vec<Entry>,
}

impl Trail {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was entered since there were so many entries.
    pub(super) fn since(&self, mark: usize) -> &[Entry] {
        self.entries.get(mark..).unwrap_or_default()
    }

    /// The last answer about each row that was taken in since: what was collected is stored.
    pub(super) fn taken_in_since(&self, mark: usize) -> impl Iterator<Item = &Entry> {
        let collected = |entry: &Entry| {
            let collect = entry.asked.flow.action.action_type() == ActionType::Collect;
            collect && matches!(entry.answer, Answer::Permitted)
        };
        self.since(mark).iter().filter(move |entry| !collected(entry))
    }

    /// What was sent to a processor, as it was asked for.
    pub(super) fn sent_to<'a>(&'a self, to: &'a ProcessorId) -> impl Iterator<Item = &'a Request> {
        self.of(to, ActionType::Share, |answer| matches!(answer, Answer::Sent(_)))
    }

    /// What was collected from a processor, as it was asked for.
    pub(super) fn collected_from<'a>(&'a self, from: &'a ProcessorId) -> impl Iterator<Item = &'a Request> {
        self.of(from, ActionType::Collect, |answer| matches!(answer, Answer::Permitted))
    }

    fn of<'a>(
        &'a self,
        processor: &'a ProcessorId,
        action: ActionType,
        answer: fn(&Answer) -> bool,
    ) -> impl Iterator<Item = &'a Request> {
        let entries = self.entries.iter().filter(move |entry| answer(&entry.answer));
        let flows = entries.filter(move |entry| entry.asked.flow.action.action_type() == action);
        flows.map(|entry| &entry.asked).filter(move |asked| other_side(asked) == Some(processor))
    }

    /// How many entries there are.
    pub(super) fn mark(&self) -> usize {
        self.entries.len()
    }

    /// Notes the answer to a check and hands on what was cleared. What was refused ends here: the data that
    /// comes back guarded is dropped.
    pub(super) fn note<T, To>(&mut self, asked: Request, checked: Checked<T, To>) -> Option<Cleared<T, To>> {
        let (answer, cleared) = match checked {
            Ok(cleared) => (Answer::Permitted, Some(cleared)),
            Err(refusal) => match refusal.why() {
                NotPermitted::Denied(denied) => (Answer::Denied(denied.clone()), None),
                NotPermitted::Undecided(undecided) => (Answer::Undecided(*undecided), None),
            },
        };
        self.entries.push(Entry { asked, answer });
        cleared
    }

    /// Notes the answer to a question that no data hung on.
    pub(super) fn note_decision(&mut self, asked: Request, decision: Result<Decision, Undecided>) {
        let answer = match decision {
            Ok(Decision::Permitted(_)) => Answer::Permitted,
            Ok(Decision::Denied(denied)) => Answer::Denied(denied),
            Err(undecided) => Answer::Undecided(undecided),
        };
        self.entries.push(Entry { asked, answer });
    }

    pub(super) fn note_lapse(&mut self, asked: Request, lapse: Lapse) {
        self.note_unused(asked, NotSent::Lapsed(lapse));
    }

    /// Notes that nothing came of a permit.
    pub(super) fn note_unused(&mut self, asked: Request, why: NotSent) {
        self.entries.push(Entry { asked, answer: Answer::Unused(why) });
    }

    /// Notes that a body was built, and what the system is told of the person's choices.
    pub(super) fn note_sent(&mut self, asked: Request, told: Option<String>) {
        self.entries.push(Entry { asked, answer: Answer::Sent(told) });
    }
}

/// The processor that data comes from or goes to.
pub(super) fn other_side(asked: &Request) -> Option<&ProcessorId> {
    match &asked.flow.action {
        Action::Collect { source: Source::Processor(id) } | Action::Share { processor: id, .. } => Some(id),
        _ => None,
    }
}
