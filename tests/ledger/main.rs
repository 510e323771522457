//! Ledgers as hosts use them: the suite over each of ours, and over broken ones that it must find.
#![cfg(feature = "sqlite")]

mod broken;
mod faults;
mod forgotten;
mod full;
mod kill;
mod opening;
mod scratch;
mod suite;
