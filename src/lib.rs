//! Dynamoi's privacy policy as types.
#![warn(missing_docs)]

mod append;
pub mod consent;
pub mod data;
pub mod gate;
pub mod policy;
pub mod processors;
pub mod script;
pub mod vocabulary;
