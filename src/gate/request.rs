//! What is asked: a flow of data, of whom, when, and under which signals.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::signals::Signals;
use crate::vocabulary::{
    Country, DataCategory, FormError, ProcessorId, Purpose, Source, SubjectId,
    form::{self, Misfit},
    instant,
    quiet::Quiet,
    words::words,
};

/// A question to the gate: may this subject's data flow so, at this instant?
///
/// `Debug` shows the flow and leaves out the subject.
///
/// ```
/// use dynamoi_privacy::gate::{Action, Flow, Request};
/// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};
///
/// let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
/// let flow = Flow::new(DataCategory::Analytics, Purpose::EngagementAnalysis, share);
/// let request = Request::new(SubjectId::random(), flow, "2026-01-05T09:00:00Z".parse()?);
///
/// let json = serde_json::to_string(&request)?;
/// assert_eq!(Request::from_json(&json)?, request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(into = "Wire")]
#[expect(clippy::exhaustive_structs, reason = "a new field is a new wire")]
pub struct Request {
    /// The person the data is about.
    pub subject: SubjectId,
    /// What would be done with the data.
    pub flow: Flow,
    /// When the data would move: it decides which version is in force, what has expired, and how old the person is.
    pub at: DateTime<Utc>,
    /// What the person's browser signals, as [`Signals::from_headers`] reads it.
    pub signals: Signals,
}

impl Request {
    /// A request without signals.
    pub fn new(subject: SubjectId, flow: Flow, at: DateTime<Utc>) -> Self {
        Self { subject, flow, at, signals: Signals::default() }
    }

    /// Reads a request from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("flow", &self.flow).finish_non_exhaustive()
    }
}

/// What is done with data: of which category, for which purpose, how, and where the data came from.
///
/// ```
/// use dynamoi_privacy::gate::{Action, ActionType, Flow};
/// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose};
///
/// // A track that came from Deezer goes to Feature.fm.
/// let share = Action::Share { processor: ProcessorId::FEATURE_FM, country: None };
/// let flow = Flow::new(DataCategory::Streaming, Purpose::Promotion, share).obtained_from(ProcessorId::DEEZER);
/// assert_eq!(flow.action.action_type(), ActionType::Share);
/// assert_eq!(flow.origin, Some(ProcessorId::DEEZER));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a new field is a new wire")]
pub struct Flow {
    /// The category of the data.
    pub category: DataCategory,
    /// What it serves.
    pub purpose: Purpose,
    /// What is done.
    pub action: Action,
    /// The processor that the data was obtained from; it matters to sharing alone (section 3).
    pub origin: Option<ProcessorId>,
}

impl Flow {
    /// A flow of data that came from no processor.
    pub fn new(category: DataCategory, purpose: Purpose, action: Action) -> Self {
        Self { category, purpose, action, origin: None }
    }

    /// The same flow of data that was obtained from a processor.
    #[must_use]
    pub fn obtained_from(mut self, origin: ProcessorId) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The processor whose scopes cover the flow: the recipient of sharing, the source of collecting.
    pub(crate) fn processor(&self) -> Option<&ProcessorId> {
        match &self.action {
            Action::Share { processor, .. } => Some(processor),
            Action::Collect { source: Source::Processor(processor) } => Some(processor),
            _ => None,
        }
    }
}

/// What is done with data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "WireAction")]
#[expect(clippy::exhaustive_enums, reason = "the actions are the policy's; a new one is a new wire")]
pub enum Action {
    /// It is collected (section 1).
    Collect {
        /// From whom.
        source: Source,
    },
    /// It is stored (sections 4 and 6).
    Store {
        /// Where, as far as it is known.
        country: Option<Country>,
        /// Whether it is encrypted.
        encrypted: bool,
    },
    /// Dynamoi uses it itself (section 2).
    Use,
    /// It is passed on (section 3).
    Share {
        /// To whom.
        processor: ProcessorId,
        /// Where that is, as far as it is known (section 6).
        country: Option<Country>,
    },
    /// It is disclosed to an authority, because the law compels it (section 3).
    Disclose {
        /// The order or law that compels it.
        reference: String,
    },
    /// It is sold, which never happens (section 3).
    Sell,
}

impl Action {
    /// The type of the action.
    pub fn action_type(&self) -> ActionType {
        match self {
            Self::Collect { .. } => ActionType::Collect,
            Self::Store { .. } => ActionType::Store,
            Self::Use => ActionType::Use,
            Self::Share { .. } => ActionType::Share,
            Self::Disclose { .. } => ActionType::Disclose,
            Self::Sell => ActionType::Sell,
        }
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collect { source } => write!(f, "collect from {}", source.as_str()),
            Self::Share { processor, .. } => write!(f, "share with {processor}"),
            other => write!(f, "{}", other.action_type()),
        }
    }
}

words! {
    /// The type of an action on the wire.
    ActionType, "a type of action" {
        /// To collect.
        Collect = "collect",
        /// To store.
        Store = "store",
        /// To use.
        Use = "use",
        /// To share.
        Share = "share",
        /// To disclose.
        Disclose = "disclose",
        /// To sell.
        Sell = "sell",
    }
}

/// A request as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Wire {
    subject: SubjectId,
    category: DataCategory,
    purpose: Purpose,
    action: Action,
    #[serde(with = "instant::required")]
    at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<ProcessorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signals: Option<Signals>,
}

/// An action as JSON has it: the fields of every type side by side, so that errors keep their place.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct WireAction {
    #[serde(rename = "type")]
    action_type: ActionType,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processor: Option<ProcessorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Wire::deserialize(Quiet(from)).map(Self::from)
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        WireAction::deserialize(Quiet(from))?.try_into().map_err(serde::de::Error::custom)
    }
}

/// For `#[serde(deserialize_with)]`: an action of which nothing is left out that has a meaning when it is.
pub(crate) fn action_in_full<'de, D: Deserializer<'de>>(from: D) -> Result<Action, D::Error> {
    let wire = WireAction::deserialize(Quiet(from))?;
    if wire.action_type == ActionType::Store && wire.encrypted.is_none() {
        let missing = Misfit::Missing { field: "encrypted", of: ActionType::Store.as_str() };
        return Err(serde::de::Error::custom(missing));
    }
    wire.try_into().map_err(serde::de::Error::custom)
}

impl From<Wire> for Request {
    fn from(wire: Wire) -> Self {
        let Wire { subject, category, purpose, action, at, origin, signals } = wire;
        let flow = Flow { category, purpose, action, origin };
        Self { subject, flow, at, signals: signals.unwrap_or_default() }
    }
}

impl From<Request> for Wire {
    fn from(request: Request) -> Self {
        let Request { subject, flow: Flow { category, purpose, action, origin }, at, signals } = request;
        let signals = (signals != Signals::default()).then_some(signals);
        Self { subject, category, purpose, action, at, origin, signals }
    }
}

impl TryFrom<WireAction> for Action {
    type Error = Misfit;

    fn try_from(wire: WireAction) -> Result<Self, Misfit> {
        let action_type = wire.action_type;
        let of = action_type.as_str();
        let missing = |field| Misfit::Missing { field, of };
        let WireAction { mut source, mut processor, mut country, mut encrypted, mut reference, .. } = wire;
        let action = match action_type {
            ActionType::Collect => Self::Collect { source: source.take().ok_or_else(|| missing("source"))? },
            ActionType::Store => {
                Self::Store { country: country.take(), encrypted: encrypted.take().unwrap_or(false) }
            }
            ActionType::Use => Self::Use,
            ActionType::Share => Self::Share {
                processor: processor.take().ok_or_else(|| missing("processor"))?,
                country: country.take(),
            },
            ActionType::Disclose => {
                Self::Disclose { reference: reference.take().ok_or_else(|| missing("reference"))? }
            }
            ActionType::Sell => Self::Sell,
        };
        // What is left belongs to another type.
        Misfit::stray(
            of,
            &[
                ("source", source.is_some()),
                ("processor", processor.is_some()),
                ("country", country.is_some()),
                ("encrypted", encrypted.is_some()),
                ("reference", reference.is_some()),
            ],
        )?;
        Ok(action)
    }
}

impl From<Action> for WireAction {
    fn from(action: Action) -> Self {
        let mut wire = Self {
            action_type: action.action_type(),
            source: None,
            processor: None,
            country: None,
            encrypted: None,
            reference: None,
        };
        match action {
            Action::Collect { source } => wire.source = Some(source),
            Action::Store { country, encrypted } => {
                (wire.country, wire.encrypted) = (country, Some(encrypted));
            }
            Action::Share { processor, country } => {
                (wire.processor, wire.country) = (Some(processor), country);
            }
            Action::Disclose { reference } => wire.reference = Some(reference),
            Action::Use | Action::Sell => {}
        }
        wire
    }
}
