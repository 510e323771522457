//! Scripts: policies, events and requests as JSON lines, and the answers, as other languages exchange them.

mod line;
mod written;

use std::io::{self, BufRead, Write};

use serde::Serialize;

use crate::{
    gate::{Decision, Gate},
    policy::History,
    vocabulary::form,
};

pub use self::{
    line::Line,
    written::{ErrorCode, WrittenAnswer},
};

/// A gate that is driven by lines of JSON.
///
/// Each line is an object with one of `policy`, `event` and `request`. A request is answered with a
/// decision; a line that is refused is answered with an error, changes nothing, and the script goes on.
///
/// ```
/// use dynamoi_privacy::policy::Document;
/// use dynamoi_privacy::script::{Answer, Script};
///
/// let mut script = Script::new();
/// let policy = format!(r#"{{"policy":{}}}"#, serde_json::to_string(&Document::dynamoi())?);
/// assert!(script.line(policy.as_bytes()).is_none());
///
/// let request = r#"{"request":{"subject":"7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11","category":"user",
///     "purpose":"billing","action":{"type":"sell"},"at":"2026-01-05T09:00:00Z"}}"#.replace('\n', "");
/// let answer = script.line(request.as_bytes()).unwrap();
/// assert!(serde_json::to_string(&answer)?.contains(r#""reasons":["sale_prohibited"]"#));
///
/// let answer = script.line(br#"{"event":{}}"#).unwrap();
/// assert!(matches!(answer, Answer::Refused { line: 3, error: "invalid_line", .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Script {
    gate: Gate,
    lines: u64,
}

/// The answer to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "a line is answered or refused")]
pub enum Answer {
    /// A request was decided.
    Decided {
        /// The line's number, from 1.
        line: u64,
        /// The decision.
        decision: Decision,
    },
    /// The line was refused and changed nothing.
    Refused {
        /// The line's number, from 1.
        line: u64,
        /// The error's id.
        error: &'static str,
        /// Where and why, without anybody's data.
        message: String,
    },
}

/// How a script went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// Requests that were decided.
    pub decided: u64,
    /// Lines that were refused.
    pub refused: u64,
}

/// Longer lines are refused unread, so that no input makes memory grow without bound.
const LONGEST: usize = 16 << 20;

impl Script {
    /// A script that knows no policy yet.
    pub fn new() -> Self {
        Self { gate: Gate::new(History::new()), lines: 0 }
    }

    /// Applies the next line; `None` is no answer: a policy or event that was accepted, or a blank line.
    pub fn line(&mut self, text: &[u8]) -> Option<Answer> {
        self.lines = self.lines.saturating_add(1);
        let line = self.lines;
        if std::str::from_utf8(text).is_ok_and(|text| text.trim().is_empty()) {
            return None;
        }
        match self.apply(text) {
            Ok(decision) => decision.map(|decision| Answer::Decided { line, decision }),
            Err((error, message)) => Some(Answer::Refused { line, error, message }),
        }
    }

    /// Answers every line of the input, each as soon as it is read, in memory that does not grow with the
    /// number of requests.
    ///
    /// # Errors
    /// The input could not be read, or the output not written.
    pub fn run(&mut self, mut input: impl BufRead, mut output: impl Write) -> io::Result<Summary> {
        let mut summary = Summary::default();
        let mut text = Vec::new();
        while let Some(fits) = next_line(&mut input, &mut text)? {
            let answer = if fits { self.line(&text) } else { Some(self.too_long()) };
            if let Some(answer) = answer {
                match answer {
                    Answer::Decided { .. } => summary.decided += 1,
                    Answer::Refused { .. } => summary.refused += 1,
                }
                serde_json::to_writer(&mut output, &answer)?;
                output.write_all(b"\n")?;
            }
        }
        output.flush()?;
        Ok(summary)
    }

    /// The gate that the lines have built up.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    fn apply(&self, text: &[u8]) -> Result<Option<Decision>, (&'static str, String)> {
        match form::read(text).map_err(|error| invalid(&error))? {
            Line::NewPolicy(policy) => {
                self.gate.adopt(*policy).map_err(|error| (error.code(), error.to_string()))?;
                Ok(None)
            }
            Line::NewEvent(event) => {
                self.gate.record(*event).map_err(|error| (error.code(), error.to_string()))?;
                Ok(None)
            }
            Line::Question(request) => {
                // The gate of a script is never stale: its lines are all there is to know.
                self.gate.decide(&request).map(Some).map_err(|error| ("undecided", error.to_string()))
            }
        }
    }

    fn too_long(&mut self) -> Answer {
        self.lines = self.lines.saturating_add(1);
        let (error, message) = invalid(&format!("found a line of more than {LONGEST} bytes"));
        Answer::Refused { line: self.lines, error, message }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

fn invalid(message: &impl ToString) -> (&'static str, String) {
    ("invalid_line", message.to_string())
}

/// Reads the next line without its end; `None` is the end of the input, `false` a line that is too long and
/// was skipped.
fn next_line(input: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<Option<bool>> {
    text.clear();
    let mut fits = true;
    let mut begun = false;
    loop {
        let chunk = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            chunk => chunk?,
        };
        if chunk.is_empty() {
            return Ok(begun.then_some(fits));
        }
        begun = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        fits = fits && text.len() + part.len() <= LONGEST;
        if fits {
            text.extend_from_slice(part);
        }
        let read = part.len() + usize::from(end.is_some());
        input.consume(read);
        if end.is_some() {
            return Ok(Some(fits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_refused_and_the_script_goes_on() {
        let mut input = b"\n".to_vec();
        input.resize(input.len() + LONGEST + 1, b' ');
        input.extend_from_slice(b"\n{}");
        let mut output = Vec::new();
        let summary = Script::new().run(input.as_slice(), &mut output).unwrap();
        assert_eq!(summary, Summary { decided: 0, refused: 2 });
        let lines: Vec<serde_json::Value> =
            output.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        assert_eq!((&lines[0]["line"], &lines[1]["line"]), (&2.into(), &3.into()));
    }
}
