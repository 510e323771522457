//! Consent: what subjects chose and declared, and the record that it folds into.

mod event;
mod join;
mod record;
mod scope;
mod wire;

pub use event::{Event, EventKind, EventType, Manner};
pub(crate) use join::{Home, join_homes};
pub use record::{Choice, Record};
pub(crate) use record::{Declared, Grant, State, Versions, bits};
pub use scope::Scope;
#[cfg(feature = "ledger")]
pub(crate) use wire::StoredBody;
