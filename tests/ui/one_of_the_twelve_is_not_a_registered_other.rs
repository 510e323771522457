//! Data cleared for one of the twelve does not fit where data for a processor that a host registered is wanted.
use dynamoi_privacy::data::StreamingData;
use dynamoi_privacy::gate::Cleared;
use dynamoi_privacy::processors::FacebookAds;

dynamoi_privacy::recipient!(pub Adform = "adform");

fn upload(_: Cleared<StreamingData, Adform>) {}

fn send(cleared: Cleared<StreamingData, FacebookAds>) {
    upload(cleared);
}

fn main() {}
