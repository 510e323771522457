//! One of the twelve has its type in the crate, with its own consent signal, and is not declared again.
dynamoi_privacy::recipient!(pub Meta = "facebook_ads");

fn main() {}
