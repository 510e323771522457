//! Answers a script of JSON lines: `replay FILE`, or `replay -` for standard input.
//!
//! Exit status 0 when every line was answered, 1 when some line was refused, 2 when the script cannot be read.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter},
    process::ExitCode,
};

use dynamoi_privacy::script::{Script, Summary};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(path), None) = (arguments.next(), arguments.next()) else {
        return fail("usage: replay FILE, or replay - for standard input");
    };
    let run = if path == "-" { answer(io::stdin().lock()) } else { open(&path) };
    match run {
        Ok(summary) if summary.refused == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        // A reader that has seen enough closes the pipe; that is no fault of the script.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&format!("replay: {}: {error}", path.display())),
    }
}

fn open(path: &std::ffi::OsStr) -> io::Result<Summary> {
    answer(BufReader::with_capacity(1 << 16, File::open(path)?))
}

fn answer(input: impl BufRead) -> io::Result<Summary> {
    Script::new().run(input, BufWriter::with_capacity(1 << 16, io::stdout().lock()))
}

#[expect(clippy::print_stderr, reason = "a command speaks to its user")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}
