//! What is owed at the systems, as far as the audit trail knows that it flowed.

use crate::{
    audit::{Effect, Entry},
    gate::{Action, Flow},
    processors::Removal,
    vocabulary::Source,
};

/// What is owed at the systems without what never flowed: a permit is in the trail for whatever was sent or obtained.
///
/// The entries have to be all that there are about the person (`Trail::decisions_of`), of a trail that was kept since
/// their first event. A permit may not have been used, so what is left may be more than is owed, and never less.
///
/// ```
/// use dynamoi_privacy::rights::narrowed;
/// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
///
/// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
/// let gate = Gate::new(History::dynamoi());
/// gate.record(Event::deny(subject, Purpose::MarketingCampaigns, now))?;
/// assert!(!gate.removals(subject).is_empty());
/// // The gate was never asked about them.
/// assert!(narrowed(gate.removals(subject), &[]).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn narrowed(removals: Vec<Removal>, decisions: &[Entry]) -> Vec<Removal> {
    let permitted = decisions.iter().filter(|entry| entry.effect() == Effect::Permit);
    let flows: Vec<&Flow> = permitted.map(Entry::flow).collect();
    let narrowed = removals.into_iter().filter_map(|removal| {
        let processor = removal.processor().clone();
        let to = |flow: &Flow| matches!(&flow.action, Action::Share { processor: to, .. } if *to == processor);
        let from = |flow: &Flow| {
            let collected = matches!(&flow.action, Action::Collect { source: Source::Processor(from) } if *from == processor);
            // What came from there and was asked about later was at hand.
            collected || flow.origin.as_ref() == Some(&processor)
        };
        removal.only(
            |sent| flows.iter().any(|flow| to(flow) && (flow.purpose, flow.category) == (sent.purpose, sent.category)),
            |category| flows.iter().any(|flow| from(flow) && flow.category == category),
        )
    });
    narrowed.collect()
}
