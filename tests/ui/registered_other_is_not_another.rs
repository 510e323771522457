//! Data cleared for one processor that a host registered does not fit where data for another is wanted.
use dynamoi_privacy::data::StreamingData;
use dynamoi_privacy::gate::Cleared;

dynamoi_privacy::recipient!(pub Adform = "adform");
dynamoi_privacy::recipient!(pub Wavepond = "wavepond");

fn upload(_: Cleared<StreamingData, Adform>) {}

fn send(cleared: Cleared<StreamingData, Wavepond>) {
    upload(cleared);
}

fn main() {}
