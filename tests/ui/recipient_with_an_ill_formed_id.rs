//! An ill-formed id of a registered processor stops the compilation, though nothing uses the type.
dynamoi_privacy::recipient!(pub Adform = "Adform");

fn main() {}
