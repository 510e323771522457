//! The policy that is obeyed is compiled from a document and not made by hand.
use dynamoi_privacy::policy::{Document, Policy};

fn forge(document: Document) -> Policy {
    Policy { document }
}

fn main() {}
