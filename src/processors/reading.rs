//! What came of a payload: the data that is kept, and everything else by its place.

use std::fmt;

use super::{
    Identity, PayloadError, VendorError,
    payload::{JsonPath, Misfit, Node},
};
use crate::{
    gate::Guarded,
    vocabulary::{ProcessorId, SubjectId},
};

/// What was read of one payload.
///
/// A row that cannot be read is refused with its place and the others are kept; what a refused row has is
/// dropped. Section 1 of the policy says what is collected, and nothing else of a payload is.
///
/// ```
/// use dynamoi_privacy::{processors::spotify, vocabulary::SubjectId};
/// let payload = br#"{"items": [
///     {"track": {"type": "track", "name": "Slow Hands", "artists": []}, "played_at": "2026-01-05T09:00:00Z"},
///     {"track": {"type": "track", "name": 7, "artists": []}, "played_at": "2026-01-05T09:04:00Z"}
/// ], "href": "https://api.spotify.com/v1/me/player/recently-played", "limit": 2, "next": null}"#;
/// let reading = spotify::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.refused()[0].path().to_string(), "$.items[1].track.name");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
#[must_use]
pub struct Reading<T> {
    kept: Vec<Guarded<T>>,
    dropped: Vec<JsonPath>,
    refused: Vec<Misfit>,
}

impl<T> Reading<T> {
    /// The rows that could be read, guarded.
    pub fn kept(&self) -> &[Guarded<T>] {
        &self.kept
    }

    /// The rows that could be read, guarded.
    pub fn into_kept(self) -> Vec<Guarded<T>> {
        self.kept
    }

    /// The places of everything that was not kept, in the payload's order.
    pub fn dropped(&self) -> &[JsonPath] {
        &self.dropped
    }

    /// The rows that could not be read: where, what was found, what was expected.
    pub fn refused(&self) -> &[Misfit] {
        &self.refused
    }
}

impl<T> fmt::Debug for Reading<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("kept", &self.kept.len())
            .field("dropped", &self.dropped.len())
            .field("refused", &self.refused)
            .finish()
    }
}

/// Reads a payload of a system: whether it is the system's own error, else its rows.
///
/// # Errors
/// When the payload is no JSON, the system's own error, or not of a form that the system sends.
pub(super) fn read<T>(
    system: &Identity,
    subject: SubjectId,
    payload: &[u8],
    error: impl FnOnce(&Node) -> Option<VendorError>,
    rows: impl FnOnce(&Node, &mut Rows<T>) -> Result<(), Misfit>,
) -> Result<Reading<T>, PayloadError> {
    let payload = Node::read(system.name, payload)?;
    if let Some(error) = error(&payload) {
        return Err(PayloadError::Vendor(error));
    }
    let mut read = Rows::new();
    rows(&payload, &mut read).map_err(|misfit| PayloadError::not_of(system.name, misfit))?;
    Ok(read.guard(subject, &system.id, &payload))
}

/// The rows of a payload as they are read, one after the other.
pub(super) struct Rows<T> {
    kept: Vec<T>,
    refused: Vec<Misfit>,
}

impl<T> Rows<T> {
    pub(super) fn new() -> Self {
        Self { kept: Vec::new(), refused: Vec::new() }
    }

    /// Adds what was read of the row, or its refusal; of a row that holds nothing covered nothing is kept.
    ///
    /// # Errors
    /// The refusal, when the row is the whole payload.
    pub(super) fn add(&mut self, row: &Node, read: Result<Option<T>, Misfit>) -> Result<(), Misfit> {
        match read {
            Ok(Some(data)) => self.kept.push(data),
            Ok(None) => row.unkeep(),
            Err(misfit) if row.path().is_root() => return Err(misfit),
            Err(misfit) => self.refuse(row, misfit),
        }
        Ok(())
    }

    /// Refuses a row.
    pub(super) fn refuse(&mut self, row: &Node, misfit: Misfit) {
        row.unkeep();
        self.refused.push(misfit);
    }

    /// Adds the rows of a payload that stands as text in this one. The text is not kept whole, so it stays dropped.
    pub(super) fn add_of_text(&mut self, text: &Node, rows: Self) {
        self.kept.extend(rows.kept);
        self.refused.extend(rows.refused.iter().map(|misfit| misfit.in_text(text)));
    }

    /// Guards what was kept, as obtained from `origin`, and lists what was not.
    pub(super) fn guard(self, subject: SubjectId, origin: &ProcessorId, payload: &Node) -> Reading<T> {
        let guard = |data| Guarded::obtained(subject, origin.clone(), data);
        Reading {
            kept: self.kept.into_iter().map(guard).collect(),
            dropped: payload.dropped(),
            refused: self.refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_was_read_of_is_dropped_again_when_nothing_comes_of_it() {
        let payload = Node::read("Test", br#"[{"title": "Note G"}, {"title": "Engines"}]"#).unwrap();
        let mut rows = Rows::new();
        for (row, kept) in payload.elements("an array").unwrap().iter().zip([None, Some(())]) {
            row.member("title").unwrap().keep();
            rows.add(row, Ok(kept)).unwrap();
        }
        let reading = rows.guard(SubjectId::random(), &ProcessorId::SPOTIFY, &payload);
        let dropped: Vec<String> = reading.dropped().iter().map(JsonPath::to_string).collect();
        assert_eq!((reading.kept().len(), dropped), (1, vec!["$[0].title".to_owned()]));
    }
}
