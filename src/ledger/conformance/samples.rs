//! Events and versions to try: every type, and the edges of what is legal.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Setup;
use crate::{
    clock::FakeClock,
    consent::{Event, EventKind, Scope},
    policy::{Document, History},
    vocabulary::{DataCategory, PolicyVersion, ProcessorId, Purpose, SubjectId},
};

pub(super) const ERASED: EventKind = EventKind::Erased;

/// A version that every history of the suite has, beside Dynamoi's 1.0.0.
pub(super) fn longest_version() -> String {
    // What a document may call its version: 64 characters, whichever they are.
    let odd = "\u{0}\"\\'%_\n\u{7f}ß\u{202e}";
    let notes = 64 - odd.chars().count();
    odd.chars().chain(std::iter::repeat_n('𝄞', notes)).collect()
}

pub(super) fn setup() -> Setup {
    let history = History::dynamoi();
    let document = Document {
        version: PolicyVersion::from(longest_version().as_str()),
        effective_from: Document::dynamoi().effective_from + TimeDelta::days(200),
        ..Document::dynamoi()
    };
    // It contradicts nothing; if it did, the tests of its events would say so.
    let _ = history.add(document);
    Setup { history: Arc::new(history), clock: FakeClock::at(noon()) }
}

/// 2026-01-05T12:00:00.000000007Z, so that a ledger that loses nanoseconds is found.
pub(super) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_614_400, 7).unwrap_or_default()
}

/// An event of each type and each form.
pub(super) fn each(subject: SubjectId, at: DateTime<Utc>) -> Vec<Event> {
    let until = at + TimeDelta::nanoseconds(1);
    let narrow =
        Scope::from(Purpose::Promotion).category(DataCategory::Streaming).processor(ProcessorId::FEATURE_FM);
    let mut events = vec![
        Event::accept(subject, "1.0.0", at),
        Event::continue_using(subject, "1.0.0", at),
        Event::grant(subject, Purpose::Promotion, "1.0.0", at),
        Event::grant_until(subject, narrow.clone(), "1.0.0", at, until),
        Event::deny(subject, Scope::from(Purpose::Promotion).category(DataCategory::AdPerformance), at),
        Event::withdraw(subject, narrow, at),
        Event::of_age(subject, at),
        Event::link(subject, SubjectId::random(), at),
        Event::link(subject, subject, at),
    ];
    events.extend(NaiveDate::from_ymd_opt(2030, 2, 28).map(|date| Event::minor_until(subject, date, at)));
    events.extend("DE".parse().map(|country| Event::home(subject, country, at)));
    events
}

/// Events at the edges: the first and the last instants that RFC 3339 can write, leap seconds, the longest texts.
pub(super) fn edges() -> Vec<Event> {
    let subject = SubjectId::random();
    let instants = [
        "0000-01-01T00:00:00+23:59",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "2016-12-31T23:59:59.999999999Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.999999999Z",
        "2017-01-01T00:00:00.000000001Z",
    ];
    let last = "9999-12-31T23:59:59.999999999-23:59".parse::<DateTime<Utc>>();
    let longest = longest_version();
    let mut events = Vec::new();
    for at in instants.iter().filter_map(|at| at.parse::<DateTime<Utc>>().ok()) {
        events.push(Event::accept(subject, &longest, at));
        events.extend(
            last.iter().map(|last| Event::grant_until(subject, Purpose::Promotion, &longest, at, *last)),
        );
        events.extend(
            [NaiveDate::from_ymd_opt(0, 1, 1), NaiveDate::from_ymd_opt(9999, 12, 31)]
                .into_iter()
                .flatten()
                .map(|date| Event::minor_until(subject, date, at)),
        );
        let processor =
            format!("z{}", "_9".repeat(32)).get(..64).and_then(|id| id.parse::<ProcessorId>().ok());
        events.extend(
            processor.map(|id| {
                Event::withdraw(subject, Scope::from(Purpose::MarketingCampaigns).processor(id), at)
            }),
        );
    }
    for (id, subject) in [(uuid::Uuid::nil(), uuid::Uuid::max()), (uuid::Uuid::max(), uuid::Uuid::nil())] {
        events.push(Event { id, ..Event::of_age(subject.into(), DateTime::UNIX_EPOCH) });
    }
    events
}

/// Events that are refused whatever a ledger holds, each with the one reason for it.
pub(super) fn refused(subject: SubjectId, now: DateTime<Utc>) -> Vec<(Event, &'static str)> {
    let (promotion, ahead) = (Purpose::Promotion, now + TimeDelta::minutes(5) + TimeDelta::nanoseconds(1));
    let noon_and_leap = chrono::Timelike::with_nanosecond(&DateTime::<Utc>::UNIX_EPOCH, 1_000_000_001);
    let mut refused = vec![
        (Event::accept(subject, "", now), "unknown_policy_version"),
        (Event::continue_using(subject, "1.0", now), "unknown_policy_version"),
        (Event::grant(subject, promotion, "1.0.0 ", now), "unknown_policy_version"),
        (Event::grant_until(subject, promotion, "1.0.0", now, now), "expires_before_granted"),
        (
            Event::grant_until(subject, promotion, "1.0.0", now, DateTime::UNIX_EPOCH),
            "expires_before_granted",
        ),
        (Event::deny(subject, promotion, ahead), "event_in_future"),
        (Event::erase(subject, ahead), "event_in_future"),
        (Event::link(subject, SubjectId::random(), DateTime::<Utc>::MAX_UTC), "event_in_future"),
        (Event::deny(subject, promotion, DateTime::<Utc>::MIN_UTC), "event_not_writable"),
        (
            Event::grant_until(subject, promotion, "1.0.0", now, DateTime::<Utc>::MAX_UTC),
            "event_not_writable",
        ),
        (Event::minor_until(subject, NaiveDate::MAX, now), "event_not_writable"),
    ];
    refused.extend(noon_and_leap.map(|at| (Event::of_age(subject, at), "event_not_writable")));
    refused
}

/// Events with the id of another that mean something else, each by one difference.
pub(super) fn altered(event: &Event) -> Vec<Event> {
    let mut altered = vec![
        Event { at: event.at - TimeDelta::nanoseconds(1), ..event.clone() },
        Event { subject: SubjectId::random(), ..event.clone() },
        Event { kind: EventKind::ConsentDenied { scope: Purpose::Billing.into() }, ..event.clone() },
    ];
    if event.kind != ERASED {
        altered.push(Event { kind: ERASED, ..event.clone() });
    }
    if let EventKind::ConsentGranted { scope, policy_version, expires_at: None } = &event.kind {
        let expires_at = Some(event.at + TimeDelta::days(1));
        let (scope, policy_version) = (scope.clone(), policy_version.clone());
        let kind = EventKind::ConsentGranted { scope, policy_version, expires_at };
        altered.push(Event { kind, ..event.clone() });
    }
    altered
}

/// What is wrong with an event by itself, told without the ledger's own words.
pub(super) fn fault_of(event: &Event, now: DateTime<Utc>) -> Option<&'static str> {
    let known =
        |version: &PolicyVersion| version.as_str() == "1.0.0" || version.as_str() == longest_version();
    let written = || serde_json::to_string(event).ok().and_then(|json| Event::from_json(&json).ok());
    match &event.kind {
        EventKind::PolicyAccepted { policy_version, .. }
        | EventKind::ConsentGranted { policy_version, .. }
            if !known(policy_version) =>
        {
            Some("unknown_policy_version")
        }
        EventKind::ConsentGranted { expires_at: Some(until), .. } if *until <= event.at => {
            Some("expires_before_granted")
        }
        _ if event.at > now + TimeDelta::minutes(5) => Some("event_in_future"),
        _ if written().as_ref() != Some(event) => Some("event_not_writable"),
        _ => None,
    }
}
