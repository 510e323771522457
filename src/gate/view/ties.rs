//! Ties: grants of one scope at one instant, of which only a version that is not known yet can tell which stands.
//!
//! Of two such grants the one under the older version stands. A gate that is fed may not know how old one of the versions
//! is. It takes it to be the older, which permits nothing meanwhile, and keeps both grants here until the version comes.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{View, Writer};
use crate::{
    consent::{Event, EventKind, Record, State},
    policy::History,
    vocabulary::SubjectId,
};

/// The grants that tie, each with the number of a version that is waited for.
#[derive(Default)]
pub(super) struct Ties(HashSet<(u32, Event)>);

impl Ties {
    /// Takes out the grants whose version came.
    pub(super) fn take_known(&mut self, history: &History) -> Vec<Event> {
        let known = self.0.extract_if(|(lacking, _)| history.numbered(*lacking).is_some());
        known.map(|(_, event)| event).collect()
    }

    /// Of whoever was erased nothing is kept.
    pub(super) fn forget(&mut self, is_erased: impl Fn(SubjectId) -> bool) {
        self.0.retain(|(_, event)| !is_erased(event.subject));
    }
}

impl View {
    /// Notes an event that ties with what stands in the subject's own record, before it is folded in.
    pub(super) fn note_tie(
        &self,
        writer: &mut Writer,
        event: &Event,
        shown: Option<(u32, DateTime<Utc>)>,
        record: &Record,
        history: &History,
    ) {
        let (EventKind::ConsentGranted { scope, expires_at, .. }, Some((number, _))) = (&event.kind, shown)
        else {
            return;
        };
        let Some(choice) = record.choice(scope).filter(|choice| choice.at == event.at) else { return };
        let State::Granted(standing) = choice.state else { return };
        if standing.version == number || standing.expires_at != *expires_at {
            return;
        }
        let versions = [number, standing.version];
        let lacking = versions.into_iter().find(|number| history.numbered(*number).is_none());
        let Some((lacking, policy_version)) = lacking.zip(history.name_of(standing.version)) else { return };
        let kind =
            EventKind::ConsentGranted { scope: scope.clone(), policy_version, expires_at: *expires_at };
        let id = self.id_of_choice(event.subject, scope).unwrap_or(Uuid::nil());
        writer.ties.0.insert((lacking, Event { id, kind, ..*event }));
        writer.ties.0.insert((lacking, event.clone()));
    }
}
