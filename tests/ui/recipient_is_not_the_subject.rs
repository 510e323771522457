//! `subject` names the person as a source, and no processor is declared under it.
dynamoi_privacy::recipient!(pub Person = "subject");

fn main() {}
