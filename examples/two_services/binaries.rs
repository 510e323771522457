//! Where the binaries of Postgres are, and as whom they run.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use super::{Outcome, wrong};

/// The installed binaries and the account that runs them.
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) account: Account,
}

/// Postgres refuses to run as root; then it runs as the user that its package made.
pub(super) enum Account {
    Ours,
    Other { uid: u32, gid: u32 },
}

const WHAT_TO_DO: &str = "Postgres is not installed: neither PATH nor /usr/lib/postgresql has `initdb` and `postgres`. \
     Install it (Debian, Ubuntu: `apt-get install postgresql`; Fedora: `dnf install postgresql-server`; \
     macOS: `brew install postgresql`), or put its folder `bin` on PATH. No service needs to run";

impl Binaries {
    pub(super) fn find() -> Outcome<Self> {
        let complete =
            |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
        match folders().into_iter().find(complete) {
            Some(folder) => Ok(Self { folder, account: Account::find()? }),
            None => wrong(WHAT_TO_DO),
        }
    }

    /// One of the binaries, run by the account in a folder that it can enter.
    pub(super) fn command(&self, name: &str, within: &Path) -> Command {
        self.as_account(self.folder.join(name), within)
    }

    /// Any program, run by the account.
    pub(super) fn as_account(&self, program: impl AsRef<std::ffi::OsStr>, within: &Path) -> Command {
        let mut command = Command::new(program);
        // What the environment says of another server is not for this one.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.current_dir(within).env("LC_ALL", "C");
        if let Account::Other { uid, gid } = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// Where to look, the newest version first within a place. Links are followed, because each binary looks for what
/// else it needs beside itself.
fn folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = env::split_paths(&path)
        .filter_map(|folder| fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned))
        .collect();
    for place in ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"] {
        let Ok(entries) = fs::read_dir(place) else { continue };
        let mut versions: Vec<(u32, PathBuf)> = entries
            .filter_map(Result::ok)
            .map(|entry| (number_in(&entry.file_name().to_string_lossy()), entry.path().join("bin")))
            .filter(|(_, folder)| folder.join("initdb").is_file())
            .collect();
        versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        found.extend(versions.into_iter().map(|(_, folder)| folder));
    }
    found
}

/// The version in the name of a folder: 15 in `15`, `pgsql-15` and `postgresql@15`.
fn number_in(name: &str) -> u32 {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

impl Account {
    fn find() -> Outcome<Self> {
        if id_of(&["-u"])? != 0 {
            return Ok(Self::Ours);
        }
        match (id_of(&["-u", "postgres"]), id_of(&["-g", "postgres"])) {
            (Ok(uid), Ok(gid)) => Ok(Self::Other { uid, gid }),
            _ => wrong(
                "Postgres does not run as root, and there is no user `postgres` to run it as: add one, or be another user",
            ),
        }
    }

    /// Makes a file or folder the account's.
    pub(super) fn give(&self, path: &Path) -> Outcome<()> {
        match self {
            Self::Ours => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(*uid), Some(*gid))
                .or_else(|error| wrong(format!("{} cannot be given away: {error}", path.display()))),
        }
    }
}

fn id_of(arguments: &[&str]) -> Outcome<u32> {
    let said = Command::new("id").args(arguments).output();
    let said = said.or_else(|error| wrong(format!("`id` cannot be run: {error}")))?;
    match String::from_utf8_lossy(&said.stdout).trim().parse() {
        Ok(id) if said.status.success() => Ok(id),
        _ => wrong("`id` does not say who this is"),
    }
}
