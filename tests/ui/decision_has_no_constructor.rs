//! A decision that permits has no constructor for a host.
use dynamoi_privacy::gate::Permitted;

fn main() {
    let _ = Permitted::new;
}
