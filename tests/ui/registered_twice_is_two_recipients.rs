//! Two types for one processor are two recipients: data cleared for the one does not fit where the other is wanted.
use dynamoi_privacy::data::StreamingData;
use dynamoi_privacy::gate::Cleared;

dynamoi_privacy::recipient!(pub Adform = "adform");
dynamoi_privacy::recipient!(pub AdformAgain = "adform");

fn upload(_: Cleared<StreamingData, Adform>) {}

fn send(cleared: Cleared<StreamingData, AdformAgain>) {
    upload(cleared);
}

fn main() {}
