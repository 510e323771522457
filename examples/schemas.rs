//! Writes the folder `schemas`: JSON Schema of every form of the wire, the JSON-LD context, and the policy's vocabulary.
//!
//! `cargo run --example schemas` writes it beside `Cargo.toml`, `cargo run --example schemas -- FOLDER` elsewhere.

use std::{env, fs, path::PathBuf, process::ExitCode};

use dynamoi_privacy::schema;

fn main() -> ExitCode {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas"));
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{}: {error}", folder.display())),
    }
}

/// Writes every file, and removes schemas that are there no more.
fn write(folder: &PathBuf) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let files = schema::files();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_left_over = !files.iter().any(|(file, _)| name == file.as_str());
        if is_left_over && entry.path().extension().is_some_and(|extension| extension == "json") {
            fs::remove_file(entry.path())?;
        }
    }
    files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

#[expect(clippy::print_stderr, reason = "a command speaks to its user")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
