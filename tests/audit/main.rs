//! The audit trail as a host has it: what is kept, what a failing sink or a crash does to it, and what an erasure leaves.

mod crash;
mod erasure;
mod failing;
mod files;
mod keeping;
mod key_file;
mod survey;
mod world;
