//! What a host writes from the first consent to the recipient's own code compiles and runs.
#![deny(warnings)]

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::consent::{Event, Scope};
use dynamoi_privacy::data::{AnalyticsData, PersonalData, UserData};
use dynamoi_privacy::gate::{
    Action, Authority, Cleared, Collection, Flow, Gate, Guarded, Lapse, Lapsed, NotPermitted, OwnUse,
    Recipient, Refusal, Request, Signals, Storage,
};
use dynamoi_privacy::policy::History;
use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId};

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

impl PostHog {
    fn capture(
        &self,
        gate: &Gate,
        views: Cleared<AnalyticsData, Self>,
        now: DateTime<Utc>,
    ) -> Result<AnalyticsData, Lapsed<AnalyticsData>> {
        views.open(gate, now)
    }
}

struct Ticket(&'static str);
impl PersonalData for Ticket {
    const CATEGORY: DataCategory = DataCategory::User;
}

fn save(gate: &Gate, account: Cleared<UserData, Storage>, now: DateTime<Utc>) -> Option<UserData> {
    account.open(gate, now).ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (subject, now): (_, DateTime<Utc>) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    let gate = Gate::new(History::dynamoi());
    gate.record(Event::accept(subject, "1.0.0", now))?;
    gate.record(Event::home(subject, "DE".parse()?, now))?;

    // Shared: refused without consent, cleared with it, opened by the recipient's own code.
    let share = Action::Share { processor: ProcessorId::POSTHOG, country: None };
    let flow = Flow::new(DataCategory::Analytics, Purpose::EngagementAnalysis, share);
    let request = Request::new(subject, flow, now);
    assert!(!gate.decide(&request)?.is_permitted());
    let views = Guarded::new(subject, AnalyticsData { page_views: Some(3), ..Default::default() });
    let refusal: Refusal<AnalyticsData> =
        gate.share(views, Purpose::EngagementAnalysis, PostHog, now).unwrap_err();
    assert!(matches!(refusal.why(), NotPermitted::Denied(_)));
    gate.record(Event::grant(subject, Scope::from(Purpose::EngagementAnalysis), "1.0.0", now))?;
    assert!(gate.decide(&request)?.is_permitted());
    let cleared = gate.share(refusal.into_guarded(), Purpose::EngagementAnalysis, PostHog, now)?;
    assert_eq!(PostHog.capture(&gate, cleared, now)?.page_views, Some(3));

    // Collected: it stays guarded.
    let views = Guarded::obtained(subject, ProcessorId::POSTHOG, AnalyticsData::default());
    let collected: Cleared<AnalyticsData, Collection> =
        gate.collect(views, Purpose::EngagementAnalysis, now)?;
    let views: Guarded<AnalyticsData> = collected.admit(&gate, now)?;

    // Too late: the data comes back.
    let cleared = gate.share(views, Purpose::EngagementAnalysis, PostHog, now)?;
    let lapsed = cleared.open(&gate, now + TimeDelta::hours(1)).unwrap_err();
    assert_eq!(lapsed.lapse(), Lapse::Deadline);
    let views: Guarded<AnalyticsData> = lapsed.into_guarded();
    let signals = Signals { gpc: false, cookies_blocked: true };
    let refusal = gate.check(now).signals(signals).share(views, Purpose::EngagementAnalysis, PostHog);
    assert_eq!(refusal.unwrap_err().reasons().to_string(), "tracking_blocked");

    // Stored, used and disclosed; a type of the host's own.
    let check = gate.check(now).country("DE".parse()?).encrypted(true);
    let account = check.store(Guarded::new(subject, UserData::default()), Purpose::Billing)?;
    assert!(save(&gate, account, now).is_some());
    let ticket: Cleared<Ticket, OwnUse> =
        gate.use_for(Guarded::new(subject, Ticket("lost password")), Purpose::PlatformOperation, now)?;
    assert_eq!(ticket.open(&gate, now)?.0, "lost password");
    let order: Cleared<UserData, Authority> =
        gate.disclose(Guarded::new(subject, UserData::default()), "AG Berlin 1 F 2/26".to_owned(), now)?;
    let _account: UserData = order.open(&gate, now)?;
    Ok(())
}
