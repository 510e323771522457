//! A value that was not checked cannot be put into the data: four digits of a card are not a whole number.
use dynamoi_privacy::data::Last4;

fn whole(number: String) -> Last4 {
    Last4(number)
}

fn main() {}
