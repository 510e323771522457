//! A probe is a cookie's name that was checked, not any text.
use dynamoi_privacy::gate::Signals;

fn signals() -> Signals {
    Signals::from_headers([("Sec-GPC", "1")], Some("visit"))
}

fn main() {}
