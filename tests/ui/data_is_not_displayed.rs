//! Bare personal data is not displayed, because what is displayed ends in logs.
use dynamoi_privacy::data::UserData;

fn log(account: &UserData) -> String {
    format!("{account}")
}

fn main() {}
