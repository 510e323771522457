//! Writes `schemas/context.jsonld`: the JSON-LD context by which receipts and records are read as linked data.
//!
//! `cargo run --example context` writes it beside `Cargo.toml`, `cargo run --example context -- FILE` elsewhere.

use std::{env, fs, path::PathBuf, process::ExitCode};

use dynamoi_privacy::terms;

fn main() -> ExitCode {
    let file = env::args_os().nth(1).map(PathBuf::from);
    let file =
        file.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/context.jsonld"));
    match fs::write(&file, format!("{:#}\n", terms::context())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{}: {error}", file.display())),
    }
}

#[expect(clippy::print_stderr, reason = "a command speaks to its user")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
