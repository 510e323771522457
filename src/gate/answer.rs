//! The answers: permitted, denied with every reason, or not to be decided now.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    Reason, Reasons,
    request::{Action, ActionType, Flow},
};
use crate::vocabulary::{DataCategory, PolicyVersion, ProcessorId, Purpose, Section, Source};

/// What the gate answers to a request when no data is at stake: for dry runs, for explanations, for JSON.
///
/// It is not a permit: nothing can be opened with it.
///
/// ```
/// use dynamoi_privacy::gate::{Action, Flow, Gate, Request};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{DataCategory, Purpose, SubjectId};
///
/// let gate = Gate::new(History::dynamoi());
/// let flow = Flow::new(DataCategory::User, Purpose::Billing, Action::Sell);
/// let request = Request::new(SubjectId::random(), flow, "2026-01-05T09:00:00Z".parse()?);
/// let json = serde_json::to_value(gate.decide(&request)?)?;
/// assert_eq!((json["effect"].as_str(), json["policy_version"].as_str()), (Some("deny"), Some("1.0.0")));
/// assert_eq!(json["explanations"][0]["remedy"], "nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "yes and no are complete; `Undecided` is another type")]
pub enum Decision {
    /// No reason stands against it.
    Permitted(Permitted),
    /// At least one reason does.
    Denied(Denied),
}

/// A flow against which no reason stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted {
    policy_version: PolicyVersion,
}

impl Permitted {
    pub(super) fn new(policy_version: PolicyVersion) -> Self {
        Self { policy_version }
    }

    /// The version that was in force.
    pub fn policy_version(&self) -> &PolicyVersion {
        &self.policy_version
    }
}

impl Decision {
    /// Whether the flow is permitted.
    pub fn is_permitted(&self) -> bool {
        matches!(self, Self::Permitted(_))
    }

    /// Every reason that applies; none when it is permitted.
    pub fn reasons(&self) -> Reasons {
        match self {
            Self::Permitted(_) => Reasons::NONE,
            Self::Denied(denied) => denied.reasons,
        }
    }

    /// The version that was in force, if one was.
    pub fn policy_version(&self) -> Option<&PolicyVersion> {
        match self {
            Self::Permitted(permitted) => Some(&permitted.policy_version),
            Self::Denied(denied) => denied.policy_version.as_ref(),
        }
    }
}

/// The wire's form: `effect`, `reasons` in alphabetical order, `policy_version`, and `explanations`.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut decision = to.serialize_struct("Decision", 4)?;
        decision.serialize_field("effect", if self.is_permitted() { "permit" } else { "deny" })?;
        decision.serialize_field("reasons", &self.reasons())?;
        decision.serialize_field("policy_version", &self.policy_version())?;
        let explanations: Vec<Explanation> = self.reasons().iter().map(Explanation).collect();
        decision.serialize_field("explanations", &explanations)?;
        decision.end()
    }
}

/// A refusal: every reason that applies, with its section and what would change it.
///
/// Its text names the flow and the reasons and nothing of the subject, so that it can be logged.
///
/// ```
/// use dynamoi_privacy::gate::{Action, Decision, Flow, Gate, Reason, Request};
/// use dynamoi_privacy::policy::History;
/// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};
///
/// let gate = Gate::new(History::dynamoi());
/// let share = Action::Share { processor: ProcessorId::STRIPE, country: None };
/// let flow = Flow::new(DataCategory::Streaming, Purpose::Billing, share);
/// let request = Request::new(SubjectId::random(), flow, "2026-01-05T09:00:00Z".parse()?);
/// let Decision::Denied(denied) = gate.decide(&request)? else { panic!("streaming data is not billed") };
///
/// assert!(denied.reasons().contains(Reason::PurposeNotPermitted));
/// assert_eq!(
///     denied.to_string(),
///     "sharing streaming data with stripe for billing is denied under policy 1.0.0: the policy does not \
///      use this category for this purpose (purpose_not_permitted, section 2); nothing is known of the \
///      person (subject_unknown)",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    reasons: Reasons,
    category: DataCategory,
    purpose: Purpose,
    action: ActionType,
    processor: Option<ProcessorId>,
    policy_version: Option<PolicyVersion>,
}

impl Denied {
    /// Takes the flow, so that a refusal clones nothing.
    #[inline]
    pub(super) fn new(reasons: Reasons, flow: Flow, policy_version: Option<PolicyVersion>) -> Self {
        let Flow { category, purpose, action, .. } = flow;
        let action_type = action.action_type();
        let processor = match action {
            Action::Share { processor, .. } => Some(processor),
            Action::Collect { source: Source::Processor(processor) } => Some(processor),
            _ => None,
        };
        Self { reasons, category, purpose, action: action_type, processor, policy_version }
    }

    /// Every reason that applies; at least one.
    pub fn reasons(&self) -> Reasons {
        self.reasons
    }

    /// The reasons explained one by one.
    pub fn explanations(&self) -> impl Iterator<Item = Explanation> + use<> {
        self.reasons.iter().map(Explanation)
    }

    /// The category of the data.
    pub fn category(&self) -> DataCategory {
        self.category
    }

    /// The purpose that was asked for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What would have been done.
    pub fn action(&self) -> ActionType {
        self.action
    }

    /// The recipient of sharing, or the source of collecting.
    pub fn processor(&self) -> Option<&ProcessorId> {
        self.processor.as_ref()
    }

    /// The version that was in force, if one was.
    pub fn policy_version(&self) -> Option<&PolicyVersion> {
        self.policy_version.as_ref()
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let category = self.category;
        match (self.action, &self.processor) {
            (ActionType::Collect, Some(source)) => write!(f, "collecting {category} data from {source}")?,
            (ActionType::Collect, None) => write!(f, "collecting {category} data from the subject")?,
            (ActionType::Share, Some(recipient)) => write!(f, "sharing {category} data with {recipient}")?,
            (ActionType::Share, None) => write!(f, "sharing {category} data")?,
            (ActionType::Store, _) => write!(f, "storing {category} data")?,
            (ActionType::Use, _) => write!(f, "using {category} data")?,
            (ActionType::Disclose, _) => write!(f, "disclosing {category} data")?,
            (ActionType::Sell, _) => write!(f, "selling {category} data")?,
        }
        write!(f, " for {} is denied", self.purpose)?;
        if let Some(version) = &self.policy_version {
            write!(f, " under policy {version}")?;
        }
        for (nth, explanation) in self.explanations().enumerate() {
            write!(f, "{}{explanation}", if nth == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Denied {}

/// A reason explained: the sentence, the section it rests on, and what would change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation(Reason);

impl Explanation {
    /// The reason.
    pub fn reason(self) -> Reason {
        self.0
    }

    /// The section of the policy; none for what no section says.
    pub fn section(self) -> Option<Section> {
        self.0.section()
    }

    /// The reason in a sentence for a person.
    pub fn sentence(self) -> &'static str {
        self.0.sentence()
    }

    /// What would change it.
    pub fn remedy(self) -> &'static str {
        self.0.remedy()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.sentence(), self.0)?;
        if let Some(section) = self.section() {
            write!(f, ", section {}", section.number())?;
        }
        f.write_str(")")
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut explanation = to.serialize_struct("Explanation", 4)?;
        explanation.serialize_field("reason", &self.0)?;
        explanation.serialize_field("section", &self.section().map(Section::number))?;
        explanation.serialize_field("sentence", self.sentence())?;
        explanation.serialize_field("remedy", self.remedy())?;
        explanation.end()
    }
}

/// The gate cannot decide now; the data stays where it is, and asking again later is worth while.
///
/// It is no refusal: nothing is said about the policy or the subject.
///
/// ```
/// use dynamoi_privacy::gate::Undecided;
/// assert_eq!(Undecided::StaleView.to_string(), "cannot decide: stale view");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The view of the consent records has not been confirmed current for longer than is promised.
    #[error("cannot decide: stale view")]
    StaleView,
    /// The gate has a [`Witness`](super::Witness) that could not take the decision down.
    #[error("cannot decide: the decision could not be recorded")]
    Unrecorded,
}
