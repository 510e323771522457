//! The id of a registered processor stands in the declaration, not in a value that the program finds.
const ID: &str = "adform";

dynamoi_privacy::recipient!(pub Adform = ID);

fn main() {}
