//! The one door out: what was cleared for a system becomes the body of a request to it.

use std::fmt;

use chrono::{DateTime, Utc};

use super::Body;
use crate::{
    data::PersonalData,
    gate::{Cleared, Gate, Guarded, Lapse, Recipient, Told},
};

/// A system that takes data of a type. What no system takes does not compile.
///
/// Implemented for the twelve systems and the categories that the policy shares with them (section 3); the list
/// of implementors is the list of what leaves. Sealed: data for other recipients is let out by
/// [`Cleared::open`].
pub trait Takes<T: PersonalData>: Recipient + sealed::Sealed {
    /// What the system wants to know beside the data and the host knows: the id of an event, the key of a
    /// project. It says nothing of anybody's consent.
    type With<'a>;

    /// The body, with the system's own consent signal computed from what the gate tells.
    ///
    /// # Errors
    /// Says what the system demands and the data does not have.
    #[doc(hidden)]
    fn body(data: &T, told: &Told<'_>, with: Self::With<'_>) -> Result<Body, Lacking>;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

impl<T: PersonalData, R: Recipient> Cleared<T, R> {
    /// Takes the permit up and builds the body of a request to the system that the data was cleared for, with
    /// the system's own consent signal.
    ///
    /// `with` is what that system wants to know beside the data; see the system's module.
    ///
    /// # Errors
    /// The permit has lapsed, or the system demands something that the data does not have. The data comes back
    /// guarded.
    ///
    /// ```
    /// use dynamoi_privacy::data::UserData;
    /// use dynamoi_privacy::processors::Stripe;
    /// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
    /// use dynamoi_privacy::{Event, Gate, Guarded, History};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::accept(subject, "1.0.0", now))?;
    ///
    /// let user = UserData { email: Some("ada@example.com".parse()?), ..Default::default() };
    /// let cleared = gate.share(Guarded::new(subject, user), Purpose::Billing, Stripe, now)?;
    /// let body = cleared.send(&gate, now, ())?;
    /// assert_eq!(body.as_str(), "email=ada%40example.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(self, gate: &Gate, now: DateTime<Utc>, with: R::With<'_>) -> Result<Body, Unsent<T>>
    where
        R: Takes<T>,
    {
        match self.show(gate, now, |data, told| R::body(data, told, with)) {
            Ok((Ok(body), _)) => Ok(body),
            Ok((Err(lacking), data)) => Err(Unsent { why: NotSent::Lacking(lacking), data }),
            Err(lapsed) => Err(Unsent { why: NotSent::Lapsed(lapsed.lapse()), data: lapsed.into_guarded() }),
        }
    }
}

/// Data of which no body was built, guarded again.
///
/// ```
/// use dynamoi_privacy::data::UserData;
/// use dynamoi_privacy::processors::{NotSent, Stripe};
/// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
/// use dynamoi_privacy::{Event, Gate, Guarded, History};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::accept(subject, "1.0.0", now))?;
///
/// let cleared = gate.share(Guarded::new(subject, UserData::default()), Purpose::Billing, Stripe, now)?;
/// let unsent = cleared.send(&gate, now, ()).unwrap_err();
/// let NotSent::Lacking(lacking) = unsent.why() else { panic!("the permit is fresh") };
/// assert_eq!(lacking.expected(), "a name or an e-mail address");
/// let user = unsent.into_guarded();
/// # let _ = user;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(thiserror::Error)]
#[error("{why}")]
pub struct Unsent<T> {
    why: NotSent,
    data: Guarded<T>,
}

/// Why no body was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the permit, or the data: there is nothing else to a body")]
pub enum NotSent {
    /// The permit is worth nothing any more. Ask the gate once more.
    #[error(transparent)]
    Lapsed(Lapse),
    /// The system demands something that is not there. Asking again changes nothing.
    #[error(transparent)]
    Lacking(Lacking),
}

/// What a system demands and the data, or what was said beside it, does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing to send: found none, expected {0}")]
pub struct Lacking(&'static str);

impl Lacking {
    /// It lacks this, in the words of an error: "an e-mail address". Never a value.
    pub(super) const fn new(what: &'static str) -> Self {
        Self(what)
    }

    /// What was expected.
    pub fn expected(&self) -> &'static str {
        self.0
    }
}

impl<T> Unsent<T> {
    /// Why.
    pub fn why(&self) -> &NotSent {
        &self.why
    }

    /// The data, to ask again with.
    pub fn into_guarded(self) -> Guarded<T> {
        self.data
    }
}

impl<T> fmt::Debug for Unsent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsent").field("why", &self.why).field("data", &self.data).finish()
    }
}
