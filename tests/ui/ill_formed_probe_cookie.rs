//! A name that no cookie has stops the compilation: such a cookie never comes back.
use dynamoi_privacy::gate::ProbeCookie;

const BAD: ProbeCookie = ProbeCookie::from_static("visit=1");

fn main() {
    let _ = BAD;
}
