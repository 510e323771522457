//! Guarded data: personal data that nobody can look at without a permit.

use std::fmt;

use crate::vocabulary::{ProcessorId, SubjectId};

/// Personal data of a subject, which only a permit lets out.
///
/// It does not dereference, serialise or clone, and its `Debug` shows the type alone. The checks of the
/// [`Gate`](super::Gate) take it and give back either [`Cleared`](super::Cleared) data or a
/// [`Refusal`](super::Refusal) with the data still guarded.
///
/// ```
/// use dynamoi_privacy::data::StreamingData;
/// use dynamoi_privacy::gate::Guarded;
/// use dynamoi_privacy::vocabulary::{ProcessorId, SubjectId};
/// let plays = Guarded::obtained(SubjectId::random(), ProcessorId::SPOTIFY, StreamingData::default());
/// assert_eq!(format!("{plays:?}"), "Guarded<StreamingData>");
/// ```
pub struct Guarded<T> {
    subject: SubjectId,
    origin: Option<ProcessorId>,
    data: T,
}

impl<T> Guarded<T> {
    /// Guards data that came from the subject, or from Dynamoi's own work.
    #[inline]
    pub fn new(subject: SubjectId, data: T) -> Self {
        Self { subject, origin: None, data }
    }

    /// Guards data that was obtained from a processor, whose terms go with it (section 3).
    #[inline]
    pub fn obtained(subject: SubjectId, origin: ProcessorId, data: T) -> Self {
        Self { subject, origin: Some(origin), data }
    }

    /// The person the data is about.
    #[inline]
    pub fn subject(&self) -> SubjectId {
        self.subject
    }

    /// The processor that the data was obtained from.
    #[inline]
    pub fn origin(&self) -> Option<&ProcessorId> {
        self.origin.as_ref()
    }

    /// The data, to look at; only a permit that is taken up asks for it.
    pub(super) fn inner(&self) -> &T {
        &self.data
    }

    /// The data itself; only an opened permit asks for it.
    pub(super) fn into_inner(self) -> T {
        self.data
    }
}

impl<T> fmt::Debug for Guarded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guarded<{}>", short_name::<T>())
    }
}

/// The name of a type without the path to it.
pub(super) fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").next().unwrap_or(path)
}
