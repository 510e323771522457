//! Dynamoi's privacy policy as types.
#![warn(missing_docs)]

pub mod data;
pub mod vocabulary;
