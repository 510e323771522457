//! The writer: the thread that makes lines of decisions and has them kept, whatever the sink does.

use std::{
    collections::BTreeSet,
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
    fn write(&mut self, batch: &[Waiting]) -> bool {
        let (mut left, mut a_while) = (batch, A_WHILE.0);
        while !left.is_empty() {
            let mut lines = Vec::new();
            let mut attempt = || {
                lines = self.lines(left)?;
                self.sink.append(&lines)
            };
            let Err(mut error) = guarded(&mut attempt) else {
                self.keep(&lines);
                return true;
            };
            loop {
                if error.kind() == StoreErrorKind::OtherWriter {
                    self.queue.end(error);
                    return false;
                }
                if !self.queue.wait_out(error, a_while) {
                    return false;
                }
                a_while = (a_while * 2).min(A_WHILE.1);
                let _ = self.names.let_go();
                // What was kept of it is the sink's to say.
                match guarded(|| self.sink.head()) {
                    Err(again) => error = again,
                    Ok(head) if head == self.head => break,
                    Ok(head) => match lines.iter().position(|line| line.head() == head) {
                        Some(last) => {
                            let (kept, _) = lines.split_at(last + 1);
                            self.keep(kept);
                            left = left.get(kept.len()..).unwrap_or_default();
                            break;
                        }
                        None => error = StoreErrorKind::OtherWriter.into(),
                    },
                }
            }
        }
        true
    }

    fn keep(&mut self, lines: &[Line]) {
        self.head = lines.last().map_or(self.head, Line::head);
        self.queue.kept(lines.len(), self.head);
    }

    /// The lines of decisions, after the last that is kept.
    fn lines(&self, decisions: &[Waiting]) -> Result<Vec<Line>, StoreError> {
        let erased = |decision: &Waiting| match decision.outcome {
            Outcome::Denied(reasons) => reasons.contains(Reason::SubjectErased),
            _ => false,
        };
        let subjects: Vec<_> =
            decisions.iter().map(|decision| (decision.subject, erased(decision))).collect();
        let names = self.names.of(&subjects)?;
        let given_up = self.queue.given_up();
        let mut head = self.head;
        let mut lines = Vec::with_capacity(decisions.len());
        for (decision, name) in decisions.iter().zip(&names) {
            let line = line(decision, name, &given_up, head)
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
