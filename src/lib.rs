//! Dynamoi's privacy policy as types.
#![warn(missing_docs)]

pub mod vocabulary;
