//! The audit trail: what was decided, chained so that a change of it shows.
