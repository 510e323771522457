//! Data cleared for a processor that a host registered does not fit where data for one of the twelve is wanted.
use dynamoi_privacy::data::StreamingData;
use dynamoi_privacy::gate::Cleared;
use dynamoi_privacy::processors::FacebookAds;

dynamoi_privacy::recipient!(pub Adform = "adform");

fn upload(_: Cleared<StreamingData, FacebookAds>) {}

fn send(cleared: Cleared<StreamingData, Adform>) {
    upload(cleared);
}

fn main() {}
