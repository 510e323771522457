//! The folder of a trail of JSON lines: its files, what a crash left at their end, and reading them as one.

use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Take},
    path::{Path, PathBuf},
};

use crate::audit::{Entry, Head, StoreError, StoreErrorKind};

/// The file whose first entry has this sequence.
pub(super) fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("audit-{first:016}.jsonl"))
}

/// The sequences that files begin with, in order.
fn files(folder: &Path) -> Result<Vec<u64>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".jsonl"));
        let digits = number.filter(|digits| digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit()));
        found.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    }
    found.sort_unstable();
    Ok(found)
}

/// Cuts off a last line without an end, and gives the head of what is left, together with the last file and its length.
pub(super) fn repair(folder: &Path) -> Result<(Head, Option<(File, u64)>), StoreError> {
    let mut numbers = files(folder)?;
    let Some(last) = numbers.pop() else { return Ok((Head::START, None)) };
    let mut file = OpenOptions::new().read(true).write(true).open(path(folder, last))?;
    let (head, length) = end(&mut file, last)?;
    if length < file.metadata()?.len() {
        file.set_len(length)?;
        file.sync_all()?;
    }
    let head = match head {
        Some(head) => head,
        // The file was begun and nothing of it acknowledged: the trail ends with the file before.
        None => {
            let before = match numbers.pop() {
                None => Some(Head::START),
                Some(before) => end(&mut File::open(path(folder, before))?, before)?.0,
            };
            before
                .filter(|head| head.sequence().checked_add(1) == Some(last))
                .ok_or_else(|| not_understood(last))?
        }
    };
    // It may have been made durable by nobody yet.
    file.sync_all()?;
    sync(folder)?;
    Ok((head, Some((file, length))))
}

/// The head that a file ends with, and where its last whole line ends. No whole line is no head.
fn end(file: &mut File, number: u64) -> Result<(Option<Head>, u64), StoreError> {
    let Some(feed) = feed_before(file, file.metadata()?.len())? else { return Ok((None, 0)) };
    let begin = feed_before(file, feed)?.map_or(0, |before| before.saturating_add(1));
    file.seek(SeekFrom::Start(begin))?;
    let mut line = Vec::new();
    file.by_ref().take(feed.saturating_sub(begin)).read_to_end(&mut line)?;
    let entry = Entry::from_line(&line).map_err(|_| not_understood(number))?;
    Ok((Some(entry.head()), feed.saturating_add(1)))
}

/// Where the last line feed before a place in the file is.
fn feed_before(file: &mut File, place: u64) -> Result<Option<u64>, StoreError> {
    let mut part = vec![0; 16 << 10];
    let mut end = place;
    while end > 0 {
        let begin = end.saturating_sub(part.len() as u64);
        let length = usize::try_from(end - begin).unwrap_or(part.len());
        let Some(part) = part.get_mut(..length) else { break };
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(part)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(Some(begin.saturating_add(at as u64)));
        }
        end = begin;
    }
    Ok(None)
}

fn not_understood(file: u64) -> StoreError {
    StoreError::new(
        StoreErrorKind::NotUnderstood,
        format!("the end of the file that begins with entry {file}"),
    )
}

/// Makes the names in a folder survive a power cut; where a folder cannot be opened like a file, the system does.
pub(super) fn sync(folder: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}

/// So that nobody writes into it by mistake; where that is not to be had, the chain still tells.
pub(super) fn make_read_only(file: &File) {
    if let Ok(metadata) = file.metadata() {
        let mut permissions = metadata.permissions();
        permissions.set_readonly(true);
        let _ = file.set_permissions(permissions);
    }
}

/// The lines of all files that are there now, of the last one as many bytes as are said.
pub(super) fn lines(folder: &Path, of_last: Option<u64>) -> Result<BufReader<Files>, StoreError> {
    let mut left: VecDeque<(PathBuf, u64)> =
        files(folder)?.into_iter().map(|number| (path(folder, number), u64::MAX)).collect();
    if let (Some((_, length)), Some(of_last)) = (left.back_mut(), of_last) {
        *length = of_last;
    }
    Ok(BufReader::with_capacity(64 << 10, Files { left, now: None }))
}

/// Files read as one.
pub(super) struct Files {
    left: VecDeque<(PathBuf, u64)>,
    now: Option<Take<File>>,
}

impl Read for Files {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(now) = &mut self.now {
                let read = now.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            let Some((path, length)) = self.left.pop_front() else { return Ok(0) };
            self.now = Some(File::open(path)?.take(length));
        }
    }
}
