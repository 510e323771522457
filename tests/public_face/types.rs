//! What hosts may do with the types across threads, how large they are where that is promised, and what
//! `Debug` shows of them.

use dynamoi_privacy::{
    consent::{Choice, Contact, Event, EventKind, Issuer, Receipt, Record, Scope, Statement},
    data::{AdPerformanceData, AnalyticsData, PaymentData, StreamingData, UserData},
    gate::{
        Action, Authority, Check, Cleared, Collection, Decision, Denied, Explanation, Flow, Gate, GpcSupport,
        GpcUnknown, GpcUpdate, Guarded, Lapse, Lapsed, NotACookieName, NotAGpcUpdate, NotPermitted, OwnUse,
        Permitted, ProbeCookie, Reason, Reasons, Recipient, RecordError, Refusal, Request, Signals, Storage,
        Undecided,
    },
    policy::{Contradiction, Document, History, Policy, PolicyError, VendorTerms},
    processors::{
        AnyReading, Body, Call, CallError, ConsentMode, Deletion, EventId, Identity, Interface, JsonPath,
        Lacking, Listing, Misfit, NotOfSystem, NotSent, PayloadError, Reading, Removal, System, Unsent,
        VendorError, Wanted, facebook_ads, feature_fm, google_ads, posthog, tiktok_ads,
    },
    rights::{Export, Held},
    script::{Answer, Script, Summary},
    vocabulary::{
        Country, FormError, IllFormedProcessorId, NotHyphenatedUuid, PolicyVersion, ProcessorId, Purpose,
        Section, Source, SubjectId, UnknownCountry, UnknownWord,
    },
};

struct PostHog;
impl Recipient for PostHog {
    const ID: ProcessorId = ProcessorId::POSTHOG;
}

/// A recipient that holds what threads may not share: a permit for it is only ever named, never made of it.
struct OneThread(#[expect(dead_code, reason = "only its type matters")] std::rc::Rc<()>);
impl Recipient for OneThread {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

/// Compiles for types that threads may hand over and share.
fn shared<T: Send + Sync + Unpin + 'static>() {}

/// Compiles for errors that `anyhow` and `?` take.
fn error<E: std::error::Error + Send + Sync + 'static>() {}

macro_rules! each {
    ($check:ident: $($type:ty),+ $(,)?) => { $($check::<$type>();)+ };
}

#[test]
fn threads_share_everything() {
    each!(shared: Gate, History, Policy, Document, Script, Answer, Summary);
    each!(shared: Event, EventKind, Scope, Record, Choice);
    each!(shared: Statement, Receipt, Issuer, Contact, Export, Held<'static>);
    each!(shared: Request, Flow, Action, Signals, Decision, Permitted, Denied, Explanation, Reason, Reasons);
    each!(shared: ProbeCookie, GpcSupport, GpcUpdate);
    each!(shared: Guarded<UserData>, Refusal<UserData>, Lapsed<UserData>, Check<'static>);
    each!(shared: Cleared<UserData, PostHog>, Cleared<UserData, OneThread>);
    each!(shared: Cleared<AdPerformanceData, Storage>, Cleared<PaymentData, OwnUse>);
    each!(shared: Cleared<AnalyticsData, Collection>, Cleared<StreamingData, Authority>);
    each!(shared: VendorTerms, System, Identity, Reading<UserData>, AnyReading, JsonPath, Misfit, Listing, EventId);
    each!(shared: Body, ConsentMode, Removal, Deletion, Interface, Wanted, Call);
    each!(shared: facebook_ads::Event<'static>, google_ads::Upload<'static, google_ads::Figure>);
    each!(shared: google_ads::Conversion<'static>, tiktok_ads::Event<'static>, posthog::Event<'static>);
    each!(shared: feature_fm::SmartLink<'static>);
    each!(shared: SubjectId, ProcessorId, PolicyVersion, Country, Section, Source);
}

#[test]
fn errors_are_errors() {
    each!(error: Undecided, NotPermitted, Denied, Refusal<UserData>, Lapse, Lapsed<UserData>);
    each!(error: Unsent<UserData>, NotSent, Lacking, CallError, PayloadError, NotOfSystem, VendorError, Misfit);
    each!(error: GpcUnknown, NotAGpcUpdate, NotACookieName);
    each!(error: RecordError, PolicyError, Contradiction, FormError);
    each!(error: UnknownWord, UnknownCountry, IllFormedProcessorId, NotHyphenatedUuid);
}

#[test]
fn what_is_promised_to_be_small_is_small() {
    // "A set of reasons: a word".
    assert!(size_of::<Reasons>() <= size_of::<usize>());
    // A mark of what data was cleared for costs nothing, and neither does a recipient.
    let size = size_of::<Cleared<UserData, Storage>>();
    assert_eq!(size_of::<Cleared<UserData, PostHog>>(), size);
    assert_eq!(size_of::<Cleared<UserData, OneThread>>(), size);
    assert_eq!([size_of::<SubjectId>(), size_of::<Country>()], [16, 1]);
}

#[test]
fn debug_shows_nobody() -> Result<(), Box<dyn std::error::Error>> {
    let now = "2026-01-05T09:00:00Z".parse()?;
    let subject: SubjectId = super::forms::SUBJECT.parse()?;
    let gate = Gate::new(History::dynamoi());
    let accepted = Event::accept(subject, "1.0.0", now);
    gate.record(accepted.clone())?;
    let order = Action::Disclose { reference: "Ada Lovelace ./. ada@example.com".to_owned() };
    let disclose =
        Flow::new(dynamoi_privacy::vocabulary::DataCategory::User, Purpose::LegalObligation, order);
    let account = || {
        let (name, email) = ("Ada Lovelace".parse().ok(), "ada@example.com".parse().ok());
        Guarded::new(subject, UserData { name, email, ..Default::default() })
    };
    let refusal = gate.use_for(account(), Purpose::EngagementAnalysis, now).unwrap_err();
    let cleared = gate.use_for(account(), Purpose::PlatformOperation, now)?;
    let lapsed =
        gate.use_for(account(), Purpose::PlatformOperation, now)?.open(&Gate::new(History::new()), now);
    let open = gate.use_for(account(), Purpose::PlatformOperation, now)?.open(&gate, now)?;
    let shown = [
        format!("{subject:?} {accepted:?} {:?} {gate:?}", accepted.kind),
        format!("{:?} {:?} {open:?}", Request::new(subject, disclose.clone(), now), disclose),
        format!("{refusal} {refusal:?} {cleared:?} {:?}", account()),
        format!("{0} {0:?}", lapsed.unwrap_err()),
    ]
    .join("\n");
    for part in ["Ada", "Lovelace", "ada@", "example", "7d1f6a52", "0d8e1c1f6b11"] {
        assert!(!shown.contains(part), "{shown}");
    }
    assert!(shown.contains("Cleared<UserData, OwnUse>") && shown.contains("Guarded<UserData>"), "{shown}");
    Ok(())
}
