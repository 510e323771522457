//! A host does not make a recipient of the mark for data taken in, and so cannot open what was collected.
use dynamoi_privacy::gate::{Collection, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

impl Recipient for Collection {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

fn main() {}
