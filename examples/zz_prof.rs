//! temp
#![allow(clippy::all, warnings)]
#[path = "../benches/check/world.rs"]
mod world;
use world::*;
use dynamoi_privacy::{gate::Guarded, vocabulary::Purpose};
fn main() {
    let w = World::new(std::env::args().nth(3).map_or(100_000, |n| n.parse().unwrap()));
    let mode = std::env::args().nth(1).unwrap();
    for _ in 0..std::env::args().nth(2).map_or(100, |n| n.parse().unwrap()) {
        match mode.as_str() {
            "p" => w.each(|s| w.gate.share(Guarded::new(s, Adverts(7)), Purpose::MarketingCampaigns, FacebookAds, w.now).is_ok()),
            "r" => w.each(|s| w.gate.share(Guarded::new(s, Views(7)), Purpose::Billing, Stripe, w.now).is_err()),
            "a" => { for _ in 0..1 { assert!(w.gate.audience(&w.flow, w.now).unwrap().count() > 0) } }
            _ => w.each(|s| w.gate.knows(s)),
        }
    }
}
