//! Cleared data: what a permit lets out, once, for one recipient, and not for long.

use std::{fmt, marker::PhantomData};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Action, Flow, Gate, Guarded, Signals, Told, Undecided, guarded::short_name, stamp::Until, view::Seen,
};
use crate::{
    data::PersonalData,
    vocabulary::{Country, ProcessorId, Purpose, SubjectId},
};

/// A processor as a type: what was cleared for one does not compile where another's is wanted.
///
/// The twelve systems of the policy are declared in [`processors`](crate::processors). A host declares one
/// that a policy document registers in a line, with [`recipient!`](crate::recipient):
///
/// ```
/// use dynamoi_privacy::gate::Recipient;
/// dynamoi_privacy::recipient!(pub Adform = "adform");
/// assert_eq!(Adform::ID.as_str(), "adform");
/// ```
pub trait Recipient {
    /// The id that the policy registers it under.
    const ID: ProcessorId;
}

/// Marks data cleared to be taken in (section 1).
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker without a value")]
pub enum Collection {}

/// Marks data cleared to be stored (sections 4 and 6).
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker without a value")]
pub enum Storage {}

/// Marks data cleared for Dynamoi's own use (section 2).
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker without a value")]
pub enum OwnUse {}

/// Marks data cleared to be disclosed to an authority (section 3).
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a marker without a value")]
pub enum Authority {}

/// Data with a permit: it may go to `To` and nowhere else.
///
/// Only a check of the [`Gate`] makes one. It cannot be cloned, serialised or deserialised, and opening it
/// uses it up. The permit is bound to the subject, the category (by `T`), the purpose, the recipient (by
/// `To`) and the version of the policy; it has a deadline and dies when the subject's record changes.
#[must_use = "the data is cleared but nothing was done with it"]
pub struct Cleared<T, To> {
    data: Guarded<T>,
    permit: Permit,
    /// Both in and out, so that no subtyping turns one recipient into another.
    to: PhantomData<fn(To) -> To>,
}

/// What a permit is bound to, beside the data's subject and the types.
#[derive(Clone, Copy)]
pub(super) struct Permit {
    pub(super) gate: u64,
    pub(super) purpose: Purpose,
    pub(super) version: u32,
    /// The record that it rests on; a disclosure rests on none.
    pub(super) seen: Option<Seen>,
    pub(super) home: Option<Country>,
    /// Where the recipient is, as the check was told.
    pub(super) country: Option<Country>,
    pub(super) signals: Signals,
    pub(super) issued: DateTime<Utc>,
    pub(super) lifetime: TimeDelta,
    /// The end of the grant that it rests on.
    pub(super) until: Until,
}

impl Permit {
    /// The instant from which it is worth nothing: after its lifetime, or when the grant ends before.
    pub(super) fn deadline(&self) -> DateTime<Utc> {
        let deadline = self.issued.checked_add_signed(self.lifetime).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.until.instant().map_or(deadline, |until| deadline.min(until))
    }
}

impl<T, To> Cleared<T, To> {
    #[inline]
    pub(super) fn new(data: Guarded<T>, permit: Permit) -> Self {
        Self { data, permit, to: PhantomData }
    }

    /// The person the data is about.
    pub fn subject(&self) -> SubjectId {
        self.data.subject()
    }

    /// What the data was cleared for.
    pub fn purpose(&self) -> Purpose {
        self.permit.purpose
    }

    /// The processor that the data was obtained from; what is stored is stored with it, because its terms
    /// go with the data (section 3).
    pub fn origin(&self) -> Option<&ProcessorId> {
        self.data.origin()
    }

    /// The instant from which the permit is worth nothing.
    pub fn deadline(&self) -> DateTime<Utc> {
        self.permit.deadline()
    }

    /// Takes the data out and the permit up.
    ///
    /// # Errors
    /// The permit has lapsed: its deadline is over or its instant not yet come, the subject's record or the
    /// version in force changed since, or it is another gate's. The data comes back guarded.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use dynamoi_privacy::consent::Event;
    /// use dynamoi_privacy::data::UserData;
    /// use dynamoi_privacy::gate::{Gate, Guarded, Lapse};
    /// use dynamoi_privacy::policy::History;
    /// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::accept(subject, "1.0.0", now))?;
    ///
    /// let account = Guarded::new(subject, UserData::default());
    /// let cleared = gate.use_for(account, Purpose::PlatformOperation, now)?;
    /// gate.record(Event::withdraw(subject, Purpose::PlatformOperation, now))?;
    /// let lapsed = cleared.open(&gate, now + TimeDelta::seconds(1)).unwrap_err();
    /// assert_eq!(lapsed.lapse(), Lapse::RecordChanged);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(self, gate: &Gate, now: DateTime<Utc>) -> Result<T, Lapsed<T>>
    where
        To: Leaves,
    {
        match gate.lapse(&self.permit, now) {
            None => Ok(self.data.into_inner()),
            Some(lapse) => Err(Lapsed { lapse, data: self.guard() }),
        }
    }

    /// Puts the data back under guard, unused.
    pub fn guard(self) -> Guarded<T> {
        self.data
    }
}

impl<T: PersonalData, R: Recipient> Cleared<T, R> {
    /// Takes the permit up and lets `look` have the data, together with what the recipient is told of the
    /// person's choices. The data comes back guarded, because what was made of it may not do.
    pub(crate) fn show<'g, O>(
        self,
        gate: &'g Gate,
        now: DateTime<Utc>,
        look: impl FnOnce(&T, &Told<'g>) -> O,
    ) -> Result<(O, Guarded<T>), Lapsed<T>> {
        if let Some(lapse) = gate.lapse(&self.permit, now) {
            return Err(Lapsed { lapse, data: self.guard() });
        }
        let Permit { purpose, home, country, signals, .. } = self.permit;
        let action = Action::Share { processor: R::ID, country };
        let flow = Flow { category: T::CATEGORY, purpose, action, origin: self.origin().cloned() };
        let told = Told { gate, subject: self.subject(), flow, home, signals, now };
        let made = look(self.data.inner(), &told);
        Ok((made, self.guard()))
    }
}

impl<T> Cleared<T, Collection> {
    /// Takes the data in: it stays guarded, because each use of it is a question of its own.
    ///
    /// # Errors
    /// The permit has lapsed; see [`Cleared::open`].
    pub fn admit(self, gate: &Gate, now: DateTime<Utc>) -> Result<Guarded<T>, Lapsed<T>> {
        match gate.lapse(&self.permit, now) {
            None => Ok(self.guard()),
            Some(lapse) => Err(Lapsed { lapse, data: self.guard() }),
        }
    }
}

/// Where data can be let out to: everywhere that a check clears it for but [`Collection`], which lets it in.
pub trait Leaves: sealed::Leaves {}

impl Leaves for Storage {}
impl Leaves for OwnUse {}
impl Leaves for Authority {}
impl<R: Recipient> Leaves for R {}

mod sealed {
    pub trait Leaves {}
    impl Leaves for super::Storage {}
    impl Leaves for super::OwnUse {}
    impl Leaves for super::Authority {}
    impl<R: super::Recipient> Leaves for R {}
}

impl<T, To> fmt::Debug for Cleared<T, To> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleared<{}, {}>", short_name::<T>(), short_name::<To>())
    }
}

/// Why a permit is worth nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lapse {
    /// Its deadline is over.
    #[error("the permit's deadline is over")]
    Deadline,
    /// It was issued after the instant at which it is used: the host's clock went back.
    #[error("the permit is used before it was issued")]
    NotYetIssued,
    /// The subject's record changed since.
    #[error("the subject's consent record changed since the permit was issued")]
    RecordChanged,
    /// Another version of the policy is in force.
    #[error("another version of the policy came into force since the permit was issued")]
    PolicyChanged,
    /// Another gate issued it.
    #[error("the permit was issued by another gate")]
    OtherGate,
    /// The gate cannot tell whether the record changed.
    #[error(transparent)]
    Undecided(Undecided),
}

/// Data whose permit has lapsed, guarded again. Ask the gate once more.
#[derive(thiserror::Error)]
#[error("{lapse}")]
pub struct Lapsed<T> {
    lapse: Lapse,
    data: Guarded<T>,
}

impl<T> Lapsed<T> {
    /// Why.
    pub fn lapse(&self) -> Lapse {
        self.lapse
    }

    /// The data, to ask again with.
    pub fn into_guarded(self) -> Guarded<T> {
        self.data
    }
}

impl<T> fmt::Debug for Lapsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lapsed").field("lapse", &self.lapse).field("data", &self.data).finish()
    }
}
