//! The keeper of keys in a file: records of one size, so that a key is forgotten by writing over it.

use std::{
    collections::HashMap,
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Key, Keys, StoreError, StoreErrorKind};
use crate::vocabulary::SubjectId;

/// Keys in a file, beside a trail of [`JsonLines`](super::JsonLines); not in its folder, so that who may read one need
/// not read the other.
///
/// A new key is synchronised before it is used. A key that is forgotten is written over in its place and synchronised,
/// and a record stays that the subject was forgotten, with their id. Writing over removes a key where a file system
/// writes in place (ext4, XFS, NTFS); where it writes elsewhere (Btrfs, ZFS, and copies that a backup took) the old
/// bytes stay until their place is used again, and a database or a key service is the better keeper.
///
/// The file is read into memory: 64 bytes a subject there, and about twice that here. One process has it open at a time.
///
/// ```
/// use dynamoi_privacy::audit::{KeyFile, Keys};
/// use dynamoi_privacy::vocabulary::SubjectId;
/// let folder = tempfile::tempdir()?;
/// let (path, subject) = (folder.path().join("keys"), SubjectId::random());
///
/// let keys = KeyFile::open(&path)?;
/// let made = keys.keys(&[subject])?;
/// drop(keys);
/// let keys = KeyFile::open(&path)?;
/// assert_eq!(keys.keys(&[subject])?, made);
///
/// keys.forget(subject)?;
/// assert_eq!(keys.keys(&[subject])?, [None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct KeyFile(Mutex<Records>);

struct Records {
    file: File,
    known: HashMap<SubjectId, Known>,
    /// How many records the file has, its head among them.
    count: u64,
    /// Whether more may lie behind them.
    doubtful: bool,
}

enum Known {
    /// In which record, and the key.
    Key(u64, Key),
    /// Forgotten; the record that is still to be written over.
    Forgotten(Option<u64>),
}

/// A record lies within one sector of any disk: what it is of, the subject, the key, and a check of these.
const RECORD: usize = 64;
const HEAD: &[u8; RECORD] =
    b"dynamoi-privacy audit keys, format 1\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const KEY: u8 = 1;
const FORGOTTEN: u8 = 2;

impl KeyFile {
    /// Opens the keys in a file, or begins them there.
    ///
    /// # Errors
    /// [`StoreErrorKind::OtherWriter`] while another has it open; [`StoreErrorKind::NotUnderstood`] when it holds
    /// something else, or is damaged; or it cannot be used.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path.as_ref())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreErrorKind::OtherWriter.into()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut records = Records { file, known: HashMap::new(), count: 0, doubtful: true };
        records.load()?;
        records.settle()?;
        if records.count == 0 {
            records.write(&[*HEAD])?;
        }
        #[cfg(unix)]
        if let Some(folder) = path.as_ref().parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        records.wipe_all()?;
        Ok(Self(Mutex::new(records)))
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Reads every record up to the last that is whole; what a crash left behind it counts for nothing.
    fn load(&mut self) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        let (records, _) = bytes.as_chunks::<RECORD>();
        let damaged = || StoreError::from(StoreErrorKind::NotUnderstood);
        let Some((_, records)) = records.split_first().filter(|(head, _)| *head == HEAD) else {
            // Part of a head and nothing behind it is what is left of beginning the file.
            let content = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            return if HEAD.starts_with(bytes.get(..content).unwrap_or_default()) {
                Ok(())
            } else {
                Err(damaged())
            };
        };
        self.count = 1;
        let mut broken = false;
        for (record, number) in records.iter().zip(1..) {
            match read(record) {
                None => broken |= record.iter().any(|byte| *byte != 0),
                // A record in the middle is not torn by a crash.
                Some(_) if broken => return Err(damaged()),
                Some((subject, key)) => {
                    self.count = number + 1;
                    self.take(subject, key, number);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, subject: SubjectId, key: Option<Key>, number: u64) {
        let known = match (key, self.known.remove(&subject)) {
            (Some(key), None | Some(Known::Key(..))) => Known::Key(number, key),
            (Some(_), Some(Known::Forgotten(_))) => Known::Forgotten(Some(number)),
            (None, Some(Known::Key(number, _))) => Known::Forgotten(Some(number)),
            (None, Some(Known::Forgotten(left))) => Known::Forgotten(left),
            (None, None) => Known::Forgotten(None),
        };
        self.known.insert(subject, known);
    }

    /// Cuts off what may lie behind the last record that was acknowledged.
    fn settle(&mut self) -> Result<(), StoreError> {
        if self.doubtful {
            self.file.set_len(self.count.saturating_mul(RECORD as u64))?;
            self.file.sync_all()?;
            self.doubtful = false;
        }
        Ok(())
    }

    /// Adds records and makes them durable, all or none.
    fn write(&mut self, records: &[[u8; RECORD]]) -> Result<(), StoreError> {
        self.settle()?;
        self.doubtful = true;
        self.file.seek(SeekFrom::Start(self.count.saturating_mul(RECORD as u64)))?;
        self.file.write_all(records.as_flattened())?;
        self.file.sync_data()?;
        self.count = self.count.saturating_add(records.len() as u64);
        self.doubtful = false;
        Ok(())
    }

    /// Writes over the keys of those who were forgotten.
    fn wipe_all(&mut self) -> Result<(), StoreError> {
        let forgotten = |(subject, known): (&SubjectId, &Known)| match known {
            Known::Forgotten(Some(_)) => Some(*subject),
            _ => None,
        };
        let left: Vec<SubjectId> = self.known.iter().filter_map(forgotten).collect();
        left.into_iter().try_for_each(|subject| self.wipe(subject))
    }

    fn wipe(&mut self, subject: SubjectId) -> Result<(), StoreError> {
        if let Some(Known::Forgotten(left)) = self.known.get_mut(&subject)
            && let Some(number) = *left
        {
            self.file.seek(SeekFrom::Start(number.saturating_mul(RECORD as u64)))?;
            self.file.write_all(&[0; RECORD])?;
            self.file.sync_data()?;
            *left = None;
        }
        Ok(())
    }
}

impl Keys for KeyFile {
    fn keys(&self, subjects: &[SubjectId]) -> Result<Vec<Option<Key>>, StoreError> {
        let mut records = self.records();
        let mut new: HashMap<SubjectId, (u64, Key)> = HashMap::new();
        let mut written = Vec::new();
        for subject in subjects {
            if !records.known.contains_key(subject) && !new.contains_key(subject) {
                let key = Key::random()?;
                written.push(write(KEY, *subject, key.as_bytes()));
                new.insert(*subject, (records.count.saturating_add(written.len() as u64 - 1), key));
            }
        }
        if !written.is_empty() {
            records.write(&written)?;
        }
        records
            .known
            .extend(new.into_iter().map(|(subject, (number, key))| (subject, Known::Key(number, key))));
        let key = |subject| match records.known.get(subject) {
            Some(Known::Key(_, key)) => Some(key.clone()),
            _ => None,
        };
        Ok(subjects.iter().map(key).collect())
    }

    fn known(&self, subject: SubjectId) -> Result<Option<Key>, StoreError> {
        match self.records().known.get(&subject) {
            Some(Known::Key(_, key)) => Ok(Some(key.clone())),
            _ => Ok(None),
        }
    }

    fn forget(&self, subject: SubjectId) -> Result<(), StoreError> {
        let mut records = self.records();
        // First that they are forgotten, so that no crash brings them another key, then the key itself.
        if !matches!(records.known.get(&subject), Some(Known::Forgotten(_))) {
            records.write(&[write(FORGOTTEN, subject, &[0; 32])])?;
            let number = records.count.saturating_sub(1);
            records.take(subject, None, number);
        }
        records.wipe(subject)
    }
}

/// A record.
fn write(state: u8, subject: SubjectId, key: &[u8; 32]) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    let fields = [state].into_iter().chain(*subject.uuid().as_bytes()).chain(*key);
    record.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
    let check = check(&record);
    record.iter_mut().skip(RECORD - check.len()).zip(check).for_each(|(place, byte)| *place = byte);
    record
}

/// What a record says, if it is whole.
fn read(record: &[u8; RECORD]) -> Option<(SubjectId, Option<Key>)> {
    let (state, rest) = record.split_first()?;
    let (subject, rest) = rest.split_first_chunk::<16>()?;
    let (key, _) = rest.split_first_chunk::<32>()?;
    let whole = record.last_chunk::<8>()? == &check(record);
    let subject = Uuid::from_bytes(*subject).into();
    match *state {
        KEY if whole => Some((subject, Some(Key::from_bytes(*key)))),
        FORGOTTEN if whole => Some((subject, None)),
        _ => None,
    }
}

fn check(record: &[u8; RECORD]) -> [u8; 8] {
    let checked = record.first_chunk::<{ RECORD - 8 }>();
    let hash = checked.map(Sha256::digest).unwrap_or_default();
    hash.first_chunk().copied().unwrap_or_default()
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyFile")
    }
}
