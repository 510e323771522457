//! Signals are read from every line of a header: a map that is taken apart leaves out the names of repeated lines.
use dynamoi_privacy::gate::Signals;

fn signals(headers: http::HeaderMap) -> Signals {
    Signals::from_headers(headers, None)
}

fn main() {}
