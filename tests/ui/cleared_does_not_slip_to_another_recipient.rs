//! A permit for one recipient does not become another's by subtyping, as a longer lifetime becomes a shorter.
#![allow(coherence_leak_check, reason = "a compiler warns of the two recipients, and lets them be")]
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Cleared, Recipient};
use dynamoi_privacy::vocabulary::ProcessorId;

type Any = for<'a> fn(&'a ());
type Static = fn(&'static ());

struct For<T>(T);
impl Recipient for For<Any> {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}
impl Recipient for For<Static> {
    const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
}

fn divert(cleared: Cleared<UserData, For<Any>>) -> Cleared<UserData, For<Static>> {
    cleared
}

fn main() {}
