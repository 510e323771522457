//! The trail: every question to the gate and its answer, in order.

use dynamoi_privacy::{
    gate::{Action, ActionType, Checked, Cleared, Decision, Denied, Lapse, NotPermitted, Request, Undecided},
    processors::NotSent,
    vocabulary::ProcessorId,
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

    /// What was sent to a processor.
    pub(super) fn sent_to(&self, processor: &ProcessorId) -> impl Iterator<Item = &Request> {
        self.entries.iter().filter(|entry| matches!(entry.answer, Answer::Sent(_))).map(|entry| &entry.asked).filter(
            move |asked| matches!(&asked.flow.action, Action::Share { processor: to, .. } if to == processor),
        )
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
