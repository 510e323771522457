//! The survey: it counts by place and by reason, and leaves no trace in the trail.

use chrono::TimeDelta;
use dynamoi_privacy::{
    audit::{MemoryKeys, MemorySink, Settings, Survey},
    gate::{Action, Flow, Gate, Reason, Request},
    policy::History,
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};

use crate::world::{fan, gate, now, trail};

fn request(subject: SubjectId, purpose: Purpose) -> Request {
    let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
    Request::new(subject, Flow::new(DataCategory::Analytics, purpose, share), now())
}

#[test]
fn each_place_has_its_counts_and_nothing_is_kept() {
    let sink = MemorySink::new();
    let trail = trail(sink.clone(), MemoryKeys::new(), Settings::required());
    let gate = gate(&trail);
    let (fan, stranger) = (fan(&gate), SubjectId::random());
    let survey = Survey::new();
    for _ in 0..3 {
        survey.ask(&gate, &request(fan, Purpose::EngagementAnalysis));
    }
    let line = line!() - 2;
    for subject in [stranger, fan] {
        survey.ask(&gate, &request(subject, Purpose::Billing));
    }
    let stale = Gate::fed(History::dynamoi(), TimeDelta::seconds(5));
    survey.ask(&stale, &request(fan, Purpose::EngagementAnalysis));

    let report = survey.report();
    assert!(!report.enforced);
    let total = &report.total;
    assert_eq!((total.checks, total.would_permit, total.would_deny, total.cannot_decide), (6, 3, 2, 1));
    assert_eq!(total.reasons[&Reason::SubjectUnknown], 1);
    assert_eq!(total.reasons[&Reason::PurposeNotPermitted], 2);
    let sites: Vec<_> = report.sites.iter().map(|site| (site.line, site.counts.checks)).collect();
    assert_eq!(sites, [(line, 3), (line + 4, 2), (line + 7, 1)]);
    assert!(report.sites.iter().all(|site| site.file.ends_with("survey.rs")));

    let table = report.to_string();
    assert!(
        table.starts_with("    checks would permit would deny cannot decide  where (nothing was enforced)\n")
    );
    assert!(
        table.contains("         2            0          2             0  tests/audit/survey.rs:"),
        "{table}"
    );
    assert!(
        table.contains("                                2                  purpose_not_permitted\n"),
        "{table}"
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["enforced"], false);
    assert_eq!(json["sites"][1]["reasons"]["purpose_not_permitted"], 2);
    assert!(schemars::schema_for!(dynamoi_privacy::audit::SurveyReport).as_object().is_some());
    assert_eq!(sink.bytes(), b"", "a survey is no decision");
}

#[test]
fn many_threads_are_counted_together() {
    let gate = Gate::new(History::dynamoi());
    let survey = Survey::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..500).for_each(|_| survey.ask(&gate, &request(SubjectId::random(), Purpose::Promotion)));
            });
        }
    });
    assert_eq!(survey.report().total.checks, 4000);
    assert_eq!(survey.report().sites.len(), 1);
}
