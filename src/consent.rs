//! Consent: what subjects chose and declared, and the record that it folds into.

mod event;
mod record;
mod scope;
mod statement;

pub use event::{Event, EventKind, EventType, Manner};
pub use record::{Choice, Record};
pub(crate) use record::{Declared, Grant, State, Versions, bits};
pub use scope::Scope;
pub use statement::{
    AgeDeclared, ChoiceState, Chosen, HomeDeclared, Standing, StandingChoice, Statement, Tombstone,
};
