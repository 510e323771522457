//! `subject` names the person as a source and is no processor's id.
use dynamoi_privacy::vocabulary::ProcessorId;

const BAD: ProcessorId = ProcessorId::from_static("subject");

fn main() {
    let _ = BAD;
}
