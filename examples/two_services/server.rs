//! A throw-away Postgres of our own, made from the installed binaries: for the example, and for the tests that kill it.
#![allow(dead_code, reason = "the example and each of the tests use a part of it")]

#[path = "binaries.rs"]
mod binaries;

use std::{
    fmt, fs, io,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use binaries::{Account, Binaries};

/// How long the server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a port of the loopback interface, with a folder and a password of its own and every guard of
/// durability on. It is stopped, and everything of it removed, when this is dropped and also when the process ends
/// in any other way.
pub(crate) struct Server {
    binaries: Binaries,
    folder: PathBuf,
    port: u16,
    password: String,
    settings: Vec<String>,
    running: Mutex<Option<Child>>,
    caretaker: Mutex<Option<(Child, ChildStdin)>>,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Those who are connected are cut off, and what is written is tidied up.
    Fast,
    /// At once, as if it had crashed: the next start recovers from the log.
    Immediate,
}

/// Why there is no server, for people to read.
#[derive(Debug)]
pub(crate) struct ServerError(String);

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ServerError {}

type Outcome<T> = Result<T, ServerError>;

pub(crate) fn wrong<T>(what: impl Into<String>) -> Outcome<T> {
    Err(ServerError(what.into()))
}

impl Server {
    /// Makes a server and starts it.
    pub(crate) fn start() -> Outcome<Self> {
        Self::start_with(&[])
    }

    /// As [`Self::start`], with settings as `postgresql.conf` has them, `name=value`.
    pub(crate) fn start_with(settings: &[&str]) -> Outcome<Self> {
        let binaries = Binaries::find()?;
        let folder = new_folder(&binaries.account)?;
        let server = Self {
            caretaker: Mutex::new(Some(caretaker(&binaries, &folder)?)),
            binaries,
            port: free_port()?,
            password: secret()?,
            folder,
            settings: settings.iter().map(|setting| (*setting).to_owned()).collect(),
            running: Mutex::new(None),
        };
        server.make_database()?;
        server.start_again()?;
        Ok(server)
    }

    /// How to reach it: the superuser `postgres` and the database `postgres`.
    pub(crate) fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// As [`Self::url`], through another port of this machine, say that of a proxy.
    pub(crate) fn url_at(&self, port: u16) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{port}/postgres", self.password)
    }

    /// The port on which it listens, also after it was started again.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The folder that it may write to; its database is in `data` there.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the server's first process is there.
    pub(crate) fn is_running(&self) -> bool {
        self.with_running(|running| matches!(running.as_mut().map(Child::try_wait), Some(Ok(None))))
    }

    /// Starts it again on the same port and returns when it answers. Does nothing while it runs.
    pub(crate) fn start_again(&self) -> Outcome<()> {
        if self.is_running() {
            return Ok(());
        }
        let begun = Instant::now();
        loop {
            match self.try_start(begun) {
                Ok(()) => return Ok(()),
                // What was killed a moment ago may still hold the memory or the port.
                Err(_) if begun.elapsed() < PATIENCE / 4 => thread::sleep(Duration::from_millis(100)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Stops it and returns when it is gone.
    pub(crate) fn stop(&self, how: Stop) -> Outcome<()> {
        let signal = match how {
            Stop::Fast => "INT",
            Stop::Immediate => "QUIT",
        };
        self.with_running(|running| {
            let Some(mut child) = running.take() else { return Ok(()) };
            send_signal(signal, &[child.id()])?;
            let begun = Instant::now();
            while matches!(child.try_wait(), Ok(None)) {
                if begun.elapsed() > PATIENCE {
                    return wrong(format!("Postgres does not stop; see {}", self.log().display()));
                }
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        })
    }

    /// Kills every process of it, as `kill -9` does, and returns when they are gone.
    pub(crate) fn kill(&self) -> Outcome<()> {
        self.with_running(|running| {
            let Some(mut child) = running.take() else { return Ok(()) };
            // While the first process stands still it starts no others, which nobody would kill.
            let _ = send_signal("STOP", &[child.id()]);
            let family = family(child.id())?;
            // Those that have ended by themselves meanwhile are no error.
            let _ = send_signal("KILL", &family);
            child.wait().map(drop).or_else(|error| wrong(format!("Postgres was not killed: {error}")))
        })
    }

    /// Holds every process of it in its place, as a machine that is cut off or far too busy would look: whoever is
    /// connected stays connected and gets no answer.
    pub(crate) fn pause(&self) -> Outcome<()> {
        self.signal_all("STOP")
    }

    /// Lets a paused server go on.
    pub(crate) fn resume(&self) -> Outcome<()> {
        self.signal_all("CONT")
    }

    /// What the server has logged, for people to read when something failed.
    pub(crate) fn logged(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn with_running<T>(&self, f: impl FnOnce(&mut Option<Child>) -> T) -> T {
        f(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn signal_all(&self, signal: &str) -> Outcome<()> {
        self.with_running(|running| match running {
            Some(child) => send_signal(signal, &family(child.id())?),
            None => wrong("Postgres does not run"),
        })
    }

    fn make_database(&self) -> Outcome<()> {
        let secret = self.folder.join("password");
        write_for(&self.binaries.account, &secret, &self.password)?;
        let made = self
            .binaries
            .command("initdb", &self.folder)
            .args(["--username=postgres", "--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg("--pwfile")
            .arg(&secret)
            .arg("--pgdata")
            .arg(self.data())
            .stdin(Stdio::null())
            .output()
            .or_else(|error| wrong(format!("initdb cannot be run: {error}")))?;
        if made.status.success() {
            return Ok(());
        }
        wrong(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim()))
    }

    fn try_start(&self, begun: Instant) -> Outcome<()> {
        let log = self.open_log()?;
        let errors = log.try_clone().or_else(|error| wrong(format!("the log cannot be written: {error}")))?;
        // Sockets in folders have the shortest of names, and what needs them has them elsewhere.
        let own = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
        ];
        let mut command = self.binaries.command("postgres", &self.folder);
        command.arg("-D").arg(self.data());
        for setting in own.iter().chain(&self.settings) {
            command.arg("-c").arg(setting);
        }
        // In a group of its own, so that Ctrl-C reaches the example alone; its caretaker stops the server.
        command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
        let mut child =
            command.spawn().or_else(|error| wrong(format!("Postgres cannot be started: {error}")))?;
        while !self.is_ready(child.id()) {
            if !matches!(child.try_wait(), Ok(None)) {
                return wrong(format!("Postgres ended as it started: {}", self.last_logged()));
            }
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                return wrong(format!("Postgres does not get ready: {}", self.last_logged()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.with_running(|running| *running = Some(child));
        Ok(())
    }

    /// Postgres keeps its state in the eighth line of a file that begins with its number.
    fn is_ready(&self, pid: u32) -> bool {
        let Ok(told) = fs::read_to_string(self.data().join("postmaster.pid")) else { return false };
        let mut lines = told.lines();
        lines.next() == Some(pid.to_string().as_str())
            && lines.nth(6).is_some_and(|state| state.trim() == "ready")
    }

    fn open_log(&self) -> Outcome<fs::File> {
        let opened = fs::OpenOptions::new().create(true).append(true).open(self.log());
        opened.or_else(|error| wrong(format!("{} cannot be written: {error}", self.log().display())))
    }

    fn last_logged(&self) -> String {
        let logged = self.logged();
        let lines: Vec<&str> = logged.lines().collect();
        let last = lines.len().saturating_sub(5);
        lines.get(last..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
        let caretaker = self.caretaker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((mut caretaker, line)) = caretaker {
            drop(line);
            let _ = caretaker.wait();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("port", &self.port).finish_non_exhaustive()
    }
}

/// A process that waits for our end, whichever way it comes, and then ends the server and removes its folder.
fn caretaker(binaries: &Binaries, folder: &Path) -> Outcome<(Child, ChildStdin)> {
    const DUTY: &str = r#"
        cat >/dev/null
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -CONT "$pid" && kill -QUIT "$pid"
        for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && exit; sleep 0.5; done"#;
    let started = binaries
        .as_account("sh", Path::new("/"))
        .args(["-c", DUTY, "caretaker"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let mut child = started.or_else(|error| wrong(format!("sh cannot be run: {error}")))?;
    match child.stdin.take() {
        Some(line) => Ok((child, line)),
        None => wrong("sh has no standard input"),
    }
}

/// The port is below those that the system hands out to clients: one of those could be taken while the server is
/// stopped, in the worst case by a client that connects to itself.
fn free_port() -> Outcome<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..2000 {
        let seed = std::process::id().wrapping_mul(37).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let Ok(port) = u16::try_from(20_000 + seed % 12_000) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    wrong("no port is free between 20000 and 32000")
}

fn new_folder(account: &Account) -> Outcome<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..100 {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("dynamoi-privacy-postgres-{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return account.give(&folder).map(|()| folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return wrong(format!("{} cannot be made: {error}", folder.display())),
        }
    }
    wrong("every name of a temporary folder is taken")
}

fn write_for(account: &Account, path: &Path, text: &str) -> Outcome<()> {
    fs::write(path, text).or_else(|error| wrong(format!("{} cannot be written: {error}", path.display())))?;
    account.give(path)
}

/// The server is reachable for everybody on this machine, so its password is random.
fn secret() -> Outcome<String> {
    let mut bytes = [0; 16];
    let read =
        fs::File::open("/dev/urandom").and_then(|mut random| io::Read::read_exact(&mut random, &mut bytes));
    read.or_else(|error| wrong(format!("/dev/urandom cannot be read: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A process and all that it has started.
fn family(first: u32) -> Outcome<Vec<u32>> {
    let listed = Command::new("sh")
        .args([
            "-c",
            "cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\\([0-9]*\\) .*) . \\([0-9]*\\) .*/\\1 \\2/'",
        ])
        .output()
        .or_else(|error| wrong(format!("sh cannot be run: {error}")))?;
    let text = String::from_utf8_lossy(&listed.stdout);
    let pairs: Vec<(u32, u32)> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(child, parent)| Some((child.parse().ok()?, parent.parse().ok()?)))
        .collect();
    let mut family = vec![first];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        at += 1;
    }
    Ok(family)
}

/// Sends a signal to the first of several processes, and to those of the others that are still there.
fn send_signal(signal: &str, to: &[u32]) -> Outcome<()> {
    let kill = |pid: &u32| {
        let sent =
            Command::new("sh").arg("-c").arg(format!("kill -{signal} {pid}")).stderr(Stdio::null()).status();
        sent.or_else(|error| wrong(format!("sh cannot be run: {error}")))
    };
    let mut sent = Vec::new();
    for pid in to {
        sent.push(kill(pid)?.success());
    }
    match sent.first() {
        Some(true) => Ok(()),
        _ => wrong(format!("Postgres is gone: no signal {signal}")),
    }
}
