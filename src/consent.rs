//! Consent: what subjects chose and declared, and the record that it folds into.

mod event;
mod event_schema;
mod join;
pub mod receipt;
mod record;
mod scope;
mod statement;

pub use event::{Event, EventKind, EventType, Manner};
pub(crate) use join::{Home, join_homes};
pub use receipt::{ConsentType, Contact, Issuer, Receipt};
pub use record::{Choice, Record};
pub(crate) use record::{Declared, Grant, State, Versions, bits};
pub use scope::Scope;
pub use statement::{
    AgeDeclared, ChoiceState, Chosen, HomeDeclared, Standing, StandingChoice, Statement, Tombstone,
};
