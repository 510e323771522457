//! `recipient!`: a processor that only a policy document registers, as a type, in a line.

/// Declares a processor that a policy document registers beside the twelve (sections 1 to 3: "similar networks",
/// "other streaming services", "other third-party providers"), as a type.
///
/// `recipient!(pub Adform = "adform");` makes a struct `Adform` without fields, of the visibility that is written, and
/// its [`Recipient`](crate::gate::Recipient). From then on it is judged as the twelve are: data is shared with it,
/// scopes name it, and what was cleared for it fits nowhere else. What a request to it looks like only the host knows,
/// so the host's own code lets the data out, with [`Cleared::open`](crate::gate::Cleared::open). Documentation and
/// attributes may stand before the name, as before a struct; the type is `Debug`, `Clone` and `Copy` as it is.
///
/// The compiler refuses an ill-formed id here and now, also in a crate that never uses the type. Whether the policy in
/// force registers the id, and as what, is asked by each check: one that it does not register is refused with
/// `recipient_not_permitted`, or `source_not_permitted` where data would be collected from it.
///
/// One of the twelve is not declared again: its type is in [`processors`](crate::processors), and so is the request
/// with its own consent signal.
///
/// ```
/// use std::error::Error;
///
/// use chrono::{DateTime, Utc};
/// use dynamoi_privacy::consent::Event;
/// use dynamoi_privacy::data::AdPerformanceData;
/// use dynamoi_privacy::gate::{Cleared, Gate, Guarded, Recipient};
/// use dynamoi_privacy::policy::{Document, History};
/// use dynamoi_privacy::vocabulary::{ProcessorKind, Purpose, SubjectId};
///
/// dynamoi_privacy::recipient!(pub Adform = "adform");
///
/// /// The host's own client of Adform: nothing but what was cleared for it fits in here.
/// type Report = Cleared<AdPerformanceData, Adform>;
/// fn report(gate: &Gate, numbers: Report, now: DateTime<Utc>) -> Result<u64, Box<dyn Error>> {
///     let numbers = numbers.open(gate, now)?; // and to Adform with them
///     Ok(numbers.clicks.unwrap_or_default())
/// }
///
/// let mut policy = Document::dynamoi();
/// let mut adform = policy.processors[0].clone();
/// (adform.id, adform.kind, adform.name) = ("adform".to_owned(), ProcessorKind::AdNetwork, "Adform".to_owned());
/// policy.processors.push(adform);
/// let history = History::new();
/// history.add(policy)?;
///
/// let (gate, subject, now) = (Gate::new(history), SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// gate.record(Event::accept(subject, "1.0.0", now))?;
/// gate.record(Event::grant(subject, Purpose::MarketingCampaigns, "1.0.0", now))?;
///
/// // Taken in: where it came from goes with it.
/// let numbers = AdPerformanceData { clicks: Some(3), ..Default::default() };
/// let numbers = Guarded::obtained(subject, Adform::ID, numbers);
/// let numbers = gate.collect(numbers, Purpose::MarketingCampaigns, now)?.admit(&gate, now)?;
/// // And shared.
/// let cleared = gate.share(numbers, Purpose::MarketingCampaigns, Adform, now)?;
/// assert_eq!(report(&gate, cleared, now)?, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Without the macro it is the same in more words, for a type that has to be more than a name. An ill-formed id is
/// then found where the type is first used. With
/// [`ProcessorId::from_static`](crate::vocabulary::ProcessorId::from_static) it may also be one of the twelve: two
/// types for one processor are judged alike, and what was cleared for the one does not fit where the other is wanted.
///
/// ```
/// use dynamoi_privacy::gate::Recipient;
/// use dynamoi_privacy::vocabulary::ProcessorId;
///
/// struct Adform {
///     endpoint: &'static str,
/// }
/// impl Recipient for Adform {
///     const ID: ProcessorId = ProcessorId::other("adform");
/// }
/// # assert_eq!((Adform { endpoint: "" }.endpoint, Adform::ID.as_str()), ("", "adform"));
/// ```
#[macro_export]
macro_rules! recipient {
    ($(#[$about:meta])* $visible:vis $marker:ident = $id:literal $(,)?) => {
        #[doc = ::core::concat!("The processor `", $id, "` as a type.")]
        #[doc = ""]
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        $visible struct $marker;

        impl $crate::gate::Recipient for $marker {
            const ID: $crate::vocabulary::ProcessorId = $crate::vocabulary::ProcessorId::other($id);
        }

        // A constant of an `impl` is looked at where it is used first, which may be in another crate or nowhere.
        const _: $crate::vocabulary::ProcessorId = <$marker as $crate::gate::Recipient>::ID;
    };
}
