//! The writer: the thread that makes lines of decisions and has them kept, whatever the sink does.

use std::{
    collections::{BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use super::{
    Effect, EntryHash, Head, Line, Sink, StoreError, StoreErrorKind,
    names::{Name, Names},
    queue::{Next, Queue, Waiting},
    written::{FORMAT, Written, WrittenRequest},
};
use crate::gate::{Action, Flow, Outcome, Reason, Reasons};

pub(super) struct Writer {
    pub(super) queue: Arc<Queue>,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) names: Arc<Names>,
    pub(super) head: Head,
}

/// What is written at once.
#[derive(Default)]
struct Batch {
    lines: Vec<Line>,
    given_up: BTreeSet<u64>,
    /// Every entry that an append was begun with, and how many of the batch are kept when it is the last one. An append
    /// of which nobody heard may come to light after the next one.
    attempted: HashMap<EntryHash, usize>,
}

/// For how long an error is waited out before the next attempt: at first, and at most.
const A_WHILE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// Calls the host's code, which may panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(StoreErrorKind::Panicked.into()))
}

impl Writer {
    /// Writes until the trail is closed and everything kept.
    pub(super) fn run(mut self) {
        // Should this thread ever end by a fault of our own, nobody waits for it in vain.
        let _ended = Ended(self.queue.clone());
        loop {
            let held = self.names.let_go();
            match self.queue.next(held) {
                Next::Write(batch) if self.write(&batch) => {}
                Next::Rest => {}
                Next::Write(_) | Next::End => return,
            }
        }
    }

    /// Has a batch kept, however often it takes; `false` is that it never will be.
    fn write(&mut self, mut left: &[Waiting]) -> bool {
        let mut a_while = A_WHILE.0;
        let mut batch = Batch::default();
        while !left.is_empty() {
            let attempt = guarded(|| {
                self.form(&mut batch, left)?;
                self.sink.append(&batch.lines)
            });
            let kept = match attempt {
                Ok(()) => batch.lines.last().map(|last| (left.len(), last.head())),
                Err(error) => match self.wait_out(error, &mut a_while, &batch) {
                    Some(kept) => kept,
                    None => return false,
                },
            };
            if let Some((count, head)) = kept {
                self.head = head;
                self.queue.kept(count, head);
                left = left.get(count..).unwrap_or_default();
                batch = Batch::default();
            }
        }
        true
    }

    /// Waits after an attempt that failed until the sink can say how many entries it kept all the same, and the last of
    /// them. `None` is that there is no use in waiting.
    fn wait_out(
        &self,
        mut error: StoreError,
        a_while: &mut Duration,
        batch: &Batch,
    ) -> Option<Option<(usize, Head)>> {
        loop {
            if error.kind() == StoreErrorKind::OtherWriter {
                self.queue.end(error);
                return None;
            }
            if !self.queue.wait_out(error, *a_while) {
                return None;
            }
            *a_while = (*a_while * 2).min(A_WHILE.1);
            let _ = self.names.let_go();
            match guarded(|| self.sink.head()) {
                Err(again) => error = again,
                Ok(head) if head == self.head => return Some(None),
                Ok(head) => match batch.attempted.get(&head.hash()) {
                    Some(count) => return Some(Some((*count, head))),
                    None => error = StoreErrorKind::OtherWriter.into(),
                },
            }
        }
    }

    /// Makes the lines of decisions, unless they are made and nothing was given up since.
    fn form(&self, batch: &mut Batch, decisions: &[Waiting]) -> Result<(), StoreError> {
        let within = |ticket: &u64| {
            decisions.first().is_some_and(|first| first.ticket <= *ticket)
                && decisions.last().is_some_and(|last| *ticket <= last.ticket)
        };
        let given_up: BTreeSet<u64> = self.queue.given_up().into_iter().filter(within).collect();
        if batch.lines.is_empty() || given_up != batch.given_up {
            batch.lines = self.lines(decisions, &given_up)?;
            batch.given_up = given_up;
            batch
                .attempted
                .extend(batch.lines.iter().zip(1..).map(|(line, count)| (line.head().hash(), count)));
        }
        Ok(())
    }

    /// The lines of decisions, after the last that is kept.
    fn lines(&self, decisions: &[Waiting], given_up: &BTreeSet<u64>) -> Result<Vec<Line>, StoreError> {
        let erased = |decision: &Waiting| match decision.outcome {
            Outcome::Denied(reasons) => reasons.contains(Reason::SubjectErased),
            _ => false,
        };
        let subjects: Vec<_> =
            decisions.iter().map(|decision| (decision.subject, erased(decision))).collect();
        let names = self.names.of(&subjects)?;
        let mut head = self.head;
        let mut lines = Vec::with_capacity(decisions.len());
        for (decision, name) in decisions.iter().zip(&names) {
            let line = line(decision, name, given_up, head)
                .ok_or_else(|| StoreError::new(StoreErrorKind::Full, "no sequence is left".to_owned()))?;
            head = line.head();
            lines.push(line);
        }
        Ok(lines)
    }
}

/// The line of a decision, under a name, after a head.
fn line(decision: &Waiting, name: &Name, given_up: &BTreeSet<u64>, after: Head) -> Option<Line> {
    let (effect, reasons) = match decision.outcome {
        // The check waited too long for this entry: nothing was permitted or denied.
        _ if given_up.contains(&decision.ticket) => (Effect::Undecided, Reasons::NONE),
        Outcome::Permitted => (Effect::Permit, Reasons::NONE),
        Outcome::Denied(reasons) => (Effect::Deny, reasons),
        Outcome::Undecided(_) => (Effect::Undecided, Reasons::NONE),
    };
    let disclosed;
    let flow = match &decision.flow.action {
        Action::Disclose { reference } => {
            let reference = name.keyed.pseudonym_of_reference(reference).to_string();
            let Flow { category, purpose, origin, .. } = decision.flow.clone();
            disclosed = Flow { category, purpose, action: Action::Disclose { reference }, origin };
            &disclosed
        }
        _ => &decision.flow,
    };
    let rests_on: Vec<_> =
        decision.rests_on.iter().map(|event| name.keyed.pseudonym_of_event(*event)).collect();
    let written = Written {
        at: decision.at,
        effect,
        format: FORMAT,
        hash: EntryHash::NONE,
        policy_version: decision.policy_version.as_ref(),
        previous: after.hash(),
        reasons,
        request: WrittenRequest::new(flow, decision.signals),
        rests_on: &rests_on,
        sequence: after.sequence().checked_add(1)?,
        subject: name.pseudonym,
    };
    let (text, hash) = written.seal()?;
    Some(Line::new(text, Head::new(written.sequence, hash), name.pseudonym))
}

/// Says that the writer has ended, should it be by a panic.
struct Ended(Arc<Queue>);

impl Drop for Ended {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end(StoreErrorKind::Panicked.into());
        }
    }
}
