//! The record as JSON: what stands for a subject, in words and names that mean the same elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::{Choice, Declared, Record, Scope, State};
use crate::{
    policy::History,
    vocabulary::{
        Country, FormError, PolicyVersion, Purpose,
        form::{self, Misfit},
        instant,
        quiet::{Quiet, record, silent},
        words::words,
    },
};

/// What stands for a subject: all that a [`Record`] holds, as a value that can be written, read and compared anywhere.
///
/// A record keeps versions of the policy by numbers of its own history; here they have their names. Equal records
/// give equal statements and equal JSON, unequal ones unequal JSON. It is read strictly. `Debug` shows nothing of it.
///
/// ```
/// use dynamoi_privacy::consent::{Chosen, Scope, Statement};
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
/// use dynamoi_privacy::{Event, Gate, History};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::accept(subject, "1.0.0", now))?;
/// gate.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now))?;
/// let record = gate.record_of(subject).ok_or("the subject has events")?;
///
/// let statement = record.statement(gate.history());
/// let Statement::Standing(standing) = &statement else { panic!("they were not erased") };
/// assert_eq!(standing.accepted, ["1.0.0".into()]);
/// assert_eq!(standing.choices[0].scope, Scope::from(Purpose::Promotion));
/// assert!(matches!(standing.choices[0].chosen, Chosen::Granted { expires_at: None, .. }));
///
/// let json = serde_json::to_string(&statement)?;
/// assert_eq!(
///     json,
///     r#"{"accepted":["1.0.0"],"choices":[{"scope":{"purpose":"promotion"},"state":"granted","at":"2026-01-05T09:00:00Z","policy_version":"1.0.0"}]}"#,
/// );
/// assert!(Statement::from_json(&json)? == statement);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(
    rename = "ConsentRecord",
    description = "What stands for a subject: all that the events come to, in whatever order they arrived."
)]
#[expect(clippy::exhaustive_enums, reason = "a subject was erased or was not")]
pub enum Statement {
    /// The subject was erased, and nothing else is held.
    Erased(Tombstone),
    /// What the subject chose and declared.
    Standing(Standing),
}

record! {
    /// What is left of a subject who was erased.
    #[derive(Clone, Copy, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "nothing else may be left")]
    pub struct Tombstone {
        /// The instant of the earliest erasure.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub erased_at: DateTime<Utc>,
    }
}

record! {
    /// What stands for a subject who was not erased.
    #[derive(Clone, PartialEq, Eq, Default, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's; a new field is a new format")]
    pub struct Standing {
        /// The versions of the policy that were accepted (section 8), each once, sorted by name.
        #[serde(deserialize_with = "accepted")]
        #[schemars(with = "Vec<String>", extend("uniqueItems" = true))]
        pub accepted: Vec<PolicyVersion>,
        /// What was declared of the age (section 7); absent when nothing was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "AgeDeclared")]
        pub age: Option<AgeDeclared>,
        /// What was declared of the home (section 6); absent when nothing was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "HomeDeclared")]
        pub home: Option<HomeDeclared>,
        /// The standing choice of every scope that has one. Sorted by purpose, category and processor, the first two in the
        /// order of their lists, absent first.
        #[serde(deserialize_with = "choices")]
        pub choices: Vec<StandingChoice>,
    }
}

record! {
    /// The age that was declared (section 7).
    #[derive(Clone, Copy, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct AgeDeclared {
        /// When it was declared.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub at: DateTime<Utc>,
        /// The date, in UTC, from which the subject is old enough, that day included; absent: they are.
        #[serde(default, with = "instant::optional_date", skip_serializing_if = "Option::is_none")]
        #[schemars(with = "NaiveDate")]
        pub minor_until: Option<NaiveDate>,
    }
}

record! {
    /// The home that was declared (section 6).
    #[derive(Clone, Copy, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
    pub struct HomeDeclared {
        /// When it was declared.
        #[serde(with = "instant::required")]
        #[schemars(with = "DateTime<Utc>")]
        pub at: DateTime<Utc>,
        /// The country; absent when two were declared at that instant, and it is unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Country")]
        pub country: Option<Country>,
    }
}

/// The standing choice of a scope.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(into = "WireChoice")]
#[expect(clippy::exhaustive_structs, reason = "the form is a wire's")]
pub struct StandingChoice {
    /// What it is about.
    pub scope: Scope,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What was chosen.
    pub chosen: Chosen,
}

/// What was chosen; in JSON the field `state` and those that a grant has.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a choice is a grant or one of the two refusals")]
pub enum Chosen {
    /// Consent was given.
    Granted {
        /// The version of the policy that was shown.
        policy_version: PolicyVersion,
        /// The instant from which the grant is worth nothing, which is after it was given.
        expires_at: Option<DateTime<Utc>>,
    },
    /// Consent was refused when asked for.
    Denied,
    /// Consent was taken back, or the subject objected.
    Withdrawn,
}

words! {
    /// What was chosen, as a word.
    ChoiceState, "a state of a choice" {
        /// Consent was given.
        Granted = "granted",
        /// Consent was refused when asked for.
        Denied = "denied",
        /// Consent was taken back, or the subject objected.
        Withdrawn = "withdrawn",
    }
}

impl Chosen {
    /// The word for it.
    pub fn state(&self) -> ChoiceState {
        match self {
            Self::Granted { .. } => ChoiceState::Granted,
            Self::Denied => ChoiceState::Denied,
            Self::Withdrawn => ChoiceState::Withdrawn,
        }
    }
}

impl Record {
    /// The record as a value that means the same elsewhere; `history` is the one that it was folded under.
    pub fn statement(&self, history: &History) -> Statement {
        if let Some(erased_at) = self.erased {
            return Statement::Erased(Tombstone { erased_at });
        }
        let name = |number| history.name_of(number).unwrap_or_else(|| PolicyVersion::from(""));
        let mut accepted: Vec<PolicyVersion> = self.accepted.iter().map(name).collect();
        accepted.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        let whole = Purpose::ALL.into_iter().zip(&self.whole);
        let whole = whole.filter_map(|(purpose, choice)| Some((Scope::from(purpose), choice.as_ref()?)));
        let narrow = self.narrow.iter().map(|(scope, choice)| (scope.clone(), choice));
        let standing = |(scope, choice): (Scope, &Choice)| {
            let chosen = match choice.state {
                State::Granted(grant) => {
                    Chosen::Granted { policy_version: name(grant.version), expires_at: grant.expires_at }
                }
                State::Denied => Chosen::Denied,
                State::Withdrawn => Chosen::Withdrawn,
            };
            StandingChoice { scope, at: choice.at, chosen }
        };
        let mut choices: Vec<StandingChoice> = whole.chain(narrow).map(standing).collect();
        choices.sort_unstable_by(|one, other| one.scope.cmp(&other.scope));
        Statement::Standing(Standing {
            accepted,
            age: self.age.map(|Declared { at, what }| AgeDeclared { at, minor_until: what }),
            home: self.home.map(|Declared { at, what }| HomeDeclared { at, country: what }),
            choices,
        })
    }
}

impl Statement {
    /// Reads a statement from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// Whether the subject was erased.
    pub fn is_erased(&self) -> bool {
        matches!(self, Self::Erased(_))
    }
}

/// The fields of both kinds of statement side by side, so that errors keep their place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Wire {
    #[serde(default, with = "instant::optional")]
    erased_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "some_accepted")]
    accepted: Option<Vec<PolicyVersion>>,
    age: Option<AgeDeclared>,
    home: Option<HomeDeclared>,
    #[serde(default, deserialize_with = "some_choices")]
    choices: Option<Vec<StandingChoice>>,
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Wire { erased_at, accepted, age, home, choices } = Wire::deserialize(Quiet(from))?;
        if let Some(erased_at) = erased_at {
            let held = [
                ("accepted", accepted.is_some()),
                ("age", age.is_some()),
                ("home", home.is_some()),
                ("choices", choices.is_some()),
            ];
            Misfit::stray("a statement of an erasure", &held).map_err(Error::custom)?;
            return Ok(Self::Erased(Tombstone { erased_at }));
        }
        let missing = |field| move || Error::custom(Misfit::Missing { field, of: "a statement" });
        Ok(Self::Standing(Standing {
            accepted: accepted.ok_or_else(missing("accepted"))?,
            age,
            home,
            choices: choices.ok_or_else(missing("choices"))?,
        }))
    }
}

fn accepted<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PolicyVersion>, D::Error> {
    let mut names = Vec::<PolicyVersion>::deserialize(from)?;
    names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    each_once(&names, |one, other| one == other, "a version")?;
    Ok(names)
}

fn choices<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<StandingChoice>, D::Error> {
    let mut choices = Vec::<StandingChoice>::deserialize(from)?;
    choices.sort_unstable_by(|one, other| one.scope.cmp(&other.scope));
    each_once(&choices, |one, other| one.scope == other.scope, "a scope")?;
    Ok(choices)
}

fn some_accepted<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<PolicyVersion>>, D::Error> {
    accepted(from).map(Some)
}

fn some_choices<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<StandingChoice>>, D::Error> {
    choices(from).map(Some)
}

/// Of two choices of one scope only one could stand.
fn each_once<T, E: Error>(sorted: &[T], same: impl Fn(&T, &T) -> bool, what: &str) -> Result<(), E> {
    match sorted.iter().zip(sorted.iter().skip(1)).any(|(one, other)| same(one, other)) {
        false => Ok(()),
        true => Err(E::custom(format_args!("found {what} twice, expected each once"))),
    }
}

/// A choice as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct WireChoice {
    scope: Scope,
    state: ChoiceState,
    #[serde(with = "instant::required")]
    at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_version: Option<PolicyVersion>,
    #[serde(default, with = "instant::optional", skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

impl From<StandingChoice> for WireChoice {
    fn from(StandingChoice { scope, at, chosen }: StandingChoice) -> Self {
        let state = chosen.state();
        let (policy_version, expires_at) = match chosen {
            Chosen::Granted { policy_version, expires_at } => (Some(policy_version), expires_at),
            Chosen::Denied | Chosen::Withdrawn => (None, None),
        };
        Self { scope, state, at, policy_version, expires_at }
    }
}

impl<'de> Deserialize<'de> for StandingChoice {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let WireChoice { scope, state, at, policy_version, expires_at } =
            WireChoice::deserialize(Quiet(from))?;
        let refused = |state: ChoiceState| {
            let of_grants =
                [("policy_version", policy_version.is_some()), ("expires_at", expires_at.is_some())];
            Misfit::stray(state.as_str(), &of_grants).map_err(D::Error::custom)
        };
        let chosen = match state {
            ChoiceState::Granted => {
                if expires_at.is_some_and(|expires_at| expires_at <= at) {
                    let problem = "found a grant that expires at or before the instant at which it was given";
                    return Err(D::Error::custom(format_args!("{problem}, expected a later one")));
                }
                let missing = Misfit::Missing { field: "policy_version", of: "granted" };
                let policy_version = policy_version.ok_or_else(|| D::Error::custom(missing))?;
                Chosen::Granted { policy_version, expires_at }
            }
            ChoiceState::Denied => refused(state).map(|()| Chosen::Denied)?,
            ChoiceState::Withdrawn => refused(state).map(|()| Chosen::Withdrawn)?,
        };
        Ok(Self { scope, at, chosen })
    }
}

/// The standing choice of a scope; `state` says what was chosen.
// Never made: the three kinds one by one, for the schema.
#[derive(JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
enum ChoiceForm {
    /// Consent was given.
    Granted {
        /// What it is about.
        scope: Scope,
        /// When it was given.
        at: DateTime<Utc>,
        /// The name of the version of the policy that was shown.
        #[schemars(with = "String")]
        policy_version: (),
        /// The instant from which the grant is worth nothing, after `at`; absent: it has no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "DateTime<Utc>")]
        expires_at: Option<DateTime<Utc>>,
    },
    /// Consent was refused when asked for.
    Denied {
        /// What it is about.
        scope: Scope,
        /// When it was refused.
        at: DateTime<Utc>,
    },
    /// Consent was taken back, or the subject objected.
    Withdrawn {
        /// What it is about.
        scope: Scope,
        /// When it was taken back.
        at: DateTime<Utc>,
    },
}

impl JsonSchema for StandingChoice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StandingChoice".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ChoiceForm::json_schema(generator)
    }
}

silent! { Statement Tombstone Standing AgeDeclared HomeDeclared StandingChoice Chosen }
