//! The sink of JSON lines: a folder of files, one after the other, each entry a line.

mod folder;

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{BufRead, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Head, Line, Sink, StoreError, StoreErrorKind};

/// A trail in a folder of JSON lines.
///
/// The files are called `audit-N.jsonl` after the sequence of their first entry, in 16 digits, so that they are in the
/// order of their names and `cat` makes one trail of them. When a file has [64 MiB](Self::with_rotation) the next is
/// begun and the old one made read-only, which guards against mistakes and nothing else. What may be taken away when its
/// time is over is the oldest files, whole; keep the [head](super::Head) before the rest for
/// [`Verification::after`](super::Verification::after).
///
/// An append is written in one piece and synchronised (`fdatasync`), a new file with its folder, before it is
/// acknowledged. What a crash leaves of an append that was not is a line without an end, or whole lines that nobody was
/// told of: on opening, the former is cut off and the latter stay. Nothing else is repaired, and a last line that is no
/// entry is an error, because it may have been one.
///
/// One writer at a time: the file `lock` is locked while the sink is open, also against other processes of this machine.
/// On network file systems that depends on theirs.
///
/// ```
/// use std::sync::Arc;
///
/// use dynamoi_privacy::audit::{JsonLines, MemoryKeys, Settings, Trail, Verification};
/// use dynamoi_privacy::data::UserData;
/// use dynamoi_privacy::{Gate, Guarded, History, Purpose, SubjectId};
///
/// let folder = tempfile::tempdir()?;
/// let trail = Trail::start(JsonLines::open(folder.path())?, MemoryKeys::new(), Settings::required())?;
/// let trail = Arc::new(trail);
/// let gate = Gate::new(History::dynamoi()).with_witness(trail.clone());
///
/// let account = Guarded::new(SubjectId::random(), UserData::default());
/// assert!(gate.use_for(account, Purpose::PlatformOperation, "2026-01-05T09:00:00Z".parse()?).is_err());
/// let kept = trail.close()?; // and to somebody else with it
/// assert_eq!(Verification::new().through(kept).read(JsonLines::reader(folder.path())?)?, kept);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonLines {
    folder: PathBuf,
    rotation: u64,
    state: Mutex<State>,
    /// Locked as long as it is open.
    _lock: File,
}

/// The file that is written, and what of it is durable.
struct State {
    /// `None` until the first append of a trail without a file.
    file: Option<File>,
    length: u64,
    head: Head,
    /// Whether more may lie behind `length`: an append was begun and did not end well.
    doubtful: bool,
}

/// How large a file becomes before the next is begun.
const ROTATION: u64 = 64 << 20;

impl JsonLines {
    /// Opens the trail in a folder, or begins one there. The folder is made if need be.
    ///
    /// # Errors
    /// [`StoreErrorKind::OtherWriter`] while another has it open; [`StoreErrorKind::NotUnderstood`] when the last line
    /// is no entry; or the folder cannot be used.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        let folder = folder.as_ref().to_owned();
        std::fs::create_dir_all(&folder)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreErrorKind::OtherWriter.into()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (head, last) = folder::repair(&folder)?;
        let (file, length) = last.map_or((None, 0), |(file, length)| (Some(file), length));
        let state = Mutex::new(State { file, length, head, doubtful: false });
        Ok(Self { folder, rotation: ROTATION, state, _lock: lock })
    }

    /// The same with another size from which the next file is begun, in bytes; 64 MiB unless it is said. An append is
    /// never divided, so that a file may become larger by one.
    #[must_use]
    pub fn with_rotation(mut self, bytes: u64) -> Self {
        self.rotation = bytes;
        self
    }

    /// The lines of the trail in a folder, from the oldest file on, whoever may be writing them.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn reader(folder: impl AsRef<Path>) -> Result<impl BufRead + Send + 'static, StoreError> {
        folder::lines(folder.as_ref(), None)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next file when there is none, or when the last one is large enough.
    fn rotate(&self, state: &mut State) -> Result<(), StoreError> {
        if state.file.is_some() && state.length < self.rotation {
            return Ok(());
        }
        // What may lie there is left of an append that was never acknowledged.
        let path = folder::path(&self.folder, state.head.sequence().saturating_add(1));
        let next = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
        next.sync_all()?;
        folder::sync(&self.folder)?;
        if let Some(old) = state.file.replace(next) {
            folder::make_read_only(&old);
        }
        state.length = 0;
        Ok(())
    }
}

impl State {
    /// Cuts off what may lie behind the last line that was acknowledged.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.doubtful {
            if let Some(file) = &self.file {
                file.set_len(self.length)?;
                file.sync_all()?;
            }
            self.doubtful = false;
        }
        Ok(())
    }

    fn write(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let Some(file) = &mut self.file else { return Err(StoreErrorKind::Unreachable.into()) };
        let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.text().len() + 1).sum());
        for line in lines {
            bytes.extend_from_slice(line.text().as_bytes());
            bytes.push(b'\n');
        }
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        self.length = self.length.saturating_add(bytes.len() as u64);
        self.head = lines.last().map_or(self.head, Line::head);
        Ok(())
    }
}

impl Sink for JsonLines {
    fn head(&self) -> Result<Head, StoreError> {
        let mut state = self.state();
        state.settle()?;
        Ok(state.head)
    }

    fn append(&self, lines: &[Line]) -> Result<(), StoreError> {
        let mut state = self.state();
        state.settle()?;
        state.doubtful = true;
        self.rotate(&mut state)?;
        state.write(lines)?;
        state.doubtful = false;
        Ok(())
    }

    fn read(&self) -> Result<Box<dyn BufRead + Send>, StoreError> {
        let state = self.state();
        Ok(Box::new(folder::lines(&self.folder, Some(state.length))?))
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("head", &self.state().head).finish_non_exhaustive()
    }
}
