//! A refusal gives the data back guarded, not bare.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Refusal;

fn insist(refusal: Refusal<UserData>) -> UserData {
    refusal.into_guarded()
}

fn main() {}
