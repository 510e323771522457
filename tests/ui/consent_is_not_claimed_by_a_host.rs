//! What a system is told of a person's consent has no constructor.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Told;
use dynamoi_privacy::processors::{Stripe, Takes};

fn main() {
    let told = Told { now: "2026-01-05T09:00:00Z".parse().unwrap() };
    let _ = Stripe::body(&UserData::default(), &told, ());
}
