//! A line of a script: a policy, an event or a request.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{
    consent::Event,
    gate::Request,
    policy::Document,
    vocabulary::{
        FormError,
        form::{self},
        quiet::Quiet,
    },
};

/// A line of a script: an object with one field, which says what it is. Lines are applied in order, and each request is
/// answered by what the lines before it have built up.
///
/// ```
/// use dynamoi_privacy::script::Line;
/// use dynamoi_privacy::{Event, SubjectId};
/// let event = Event::erase(SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let line = serde_json::to_string(&Line::from(event.clone()))?;
/// assert!(line.starts_with(r#"{"event":{"id":"#));
/// assert!(matches!(Line::from_json(&line)?, Line::NewEvent(read) if *read == event));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ScriptLine")]
#[expect(clippy::exhaustive_enums, reason = "a new kind of line is a new wire")]
pub enum Line {
    /// A version of the policy is added. Nothing is answered when it is taken.
    #[serde(rename = "policy")]
    NewPolicy(Box<Document>),
    /// An event is recorded. Nothing is answered when it is taken.
    #[serde(rename = "event")]
    NewEvent(Box<Event>),
    /// A question is asked. It is answered with a decision.
    #[serde(rename = "request")]
    Question(Box<Request>),
}

impl Line {
    /// Reads a line from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }
}

impl From<Document> for Line {
    fn from(policy: Document) -> Self {
        Self::NewPolicy(Box::new(policy))
    }
}

impl From<Event> for Line {
    fn from(event: Event) -> Self {
        Self::NewEvent(Box::new(event))
    }
}

impl From<Request> for Line {
    fn from(request: Request) -> Self {
        Self::Question(Box::new(request))
    }
}

/// A line as JSON has it: all kinds side by side, so that errors keep their place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `policy`, `event` or `request`")]
struct Fields {
    policy: Option<Box<Document>>,
    event: Option<Box<Event>>,
    request: Option<Box<Request>>,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Fields { policy, event, request } = Fields::deserialize(Quiet(from))?;
        match (policy, event, request) {
            (Some(policy), None, None) => Ok(Self::NewPolicy(policy)),
            (None, Some(event), None) => Ok(Self::NewEvent(event)),
            (None, None, Some(request)) => Ok(Self::Question(request)),
            _ => Err(D::Error::custom(
                "at `.`: found none or several, expected one of `policy`, `event` and `request`",
            )),
        }
    }
}
