//! Processors that only a policy document registers: asked about, collected from, shared with and refused as the
//! twelve are ("similar networks", "other streaming services", "other third-party providers").
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::result_large_err,
    reason = "a refusal gives the data back, and the data of these tests is large"
)]

mod alike;
mod wire;

use chrono::{DateTime, TimeDelta, Utc};
use dynamoi_privacy::{
    consent::{Event, Scope},
    data::{AdPerformanceData, AnalyticsData, PersonalData, StreamingData, UserData},
    gate::{Action, Check, Cleared, Flow, Gate, Guarded, Lapse, Recipient, Refusal, Signals},
    policy::{Document, History, Policy},
    processors::{FacebookAds, FeatureFm, Spotify},
    recipient,
    vocabulary::{DataCategory, ProcessorId, ProcessorKind, Purpose, SubjectId},
};
use serde_json::{Value, json};

recipient!(
    /// An ad network.
    Adform = "adform"
);
recipient!(
    /// A streaming service, whose terms bar its data from ads.
    Wavepond = "wavepond"
);
recipient!(
    /// An analytics provider.
    Tallyhut = "tallyhut"
);
recipient!(
    /// A promotion provider.
    Linkbarn = "linkbarn"
);
recipient!(
    /// What the host itself runs on: it sends the mail.
    Mailbarrow = "mailbarrow"
);
recipient!(
    /// An ad network that no version registers.
    Nobody = "nobody_knows_me"
);

/// What version 1.1.0 registers beside the twelve.
const OTHERS: [(&str, ProcessorKind); 5] = [
    ("adform", ProcessorKind::AdNetwork),
    ("wavepond", ProcessorKind::StreamingService),
    ("tallyhut", ProcessorKind::AnalyticsProvider),
    ("linkbarn", ProcessorKind::PromotionProvider),
    ("mailbarrow", ProcessorKind::ServiceProvider),
];

/// Version 1.0.0 is in force before, 1.1.0 from here on.
const FROM: &str = "2026-02-01T00:00:00Z";

fn now() -> DateTime<Utc> {
    "2026-02-02T09:00:00Z".parse().unwrap()
}

fn before() -> DateTime<Utc> {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

/// Version 1.1.0: Dynamoi's own with five processors more, and nothing else changed.
fn with_others() -> Value {
    let mut policy = serde_json::to_value(Document::dynamoi()).unwrap();
    policy["version"] = "1.1.0".into();
    policy["effective_from"] = FROM.into();
    let processors = policy["processors"].as_array_mut().unwrap();
    for (id, kind) in OTHERS {
        processors.push(
            json!({"id": id, "kind": kind, "name": format!("The {id} company"), "safeguard": "contractual"}),
        );
    }
    let wavepond = processors.iter_mut().find(|entry| entry["id"] == "wavepond").unwrap();
    wavepond["no_onward_to"] = json!(["ad_network"]);
    policy
}

fn gate_of(policy: &Value) -> Gate {
    let history = History::dynamoi();
    history.add(Document::from_json(&policy.to_string()).unwrap()).unwrap();
    Gate::new(history)
}

fn gate() -> Gate {
    gate_of(&with_others())
}

/// The policy with one field of a processor changed.
fn changed(id: &str, field: &str, to: Value) -> Gate {
    let mut policy = with_others();
    let processors = policy["processors"].as_array_mut().unwrap();
    processors.iter_mut().find(|entry| entry["id"] == id).unwrap()[field] = to;
    gate_of(&policy)
}

/// A person who accepted version 1.1.0 and consented under it to everything, at home in Germany.
fn agreed(gate: &Gate) -> SubjectId {
    let (subject, at) = (SubjectId::random(), now() - TimeDelta::hours(1));
    gate.record(Event::accept(subject, "1.1.0", at)).unwrap();
    gate.record(Event::home(subject, "DE".parse().unwrap(), at)).unwrap();
    for purpose in Purpose::ALL {
        gate.record(Event::grant(subject, purpose, "1.1.0", at)).unwrap();
    }
    subject
}

/// The five, with the data and the purpose that section 3 shares with their kind.
macro_rules! for_each_other {
    ($call:ident) => {
        $call::<StreamingData, Adform>(Adform, Purpose::MarketingCampaigns);
        $call::<StreamingData, Wavepond>(Wavepond, Purpose::MusicDistribution);
        $call::<AnalyticsData, Tallyhut>(Tallyhut, Purpose::EngagementAnalysis);
        $call::<StreamingData, Linkbarn>(Linkbarn, Purpose::Promotion);
        $call::<UserData, Mailbarrow>(Mailbarrow, Purpose::PlatformOperation);
    };
}

fn reasons<T, To>(checked: Result<Cleared<T, To>, Refusal<T>>) -> String {
    checked.err().map(|refusal| refusal.reasons().to_string()).unwrap_or_default()
}

#[test]
fn each_is_shared_with_by_its_type_and_opens_there() {
    fn shares<T: PersonalData + Default + PartialEq, R: Recipient + Copy>(other: R, purpose: Purpose) {
        let gate = gate();
        let subject = agreed(&gate);
        let data = || Guarded::new(subject, T::default());
        let cleared: Cleared<T, R> = gate.share(data(), purpose, other, now()).unwrap();
        assert_eq!((cleared.subject(), cleared.purpose()), (subject, purpose));
        assert!(cleared.open(&gate, now()).unwrap() == T::default());

        // A permit for it dies as every other does.
        let [late, changed, elsewhere] = [(); 3].map(|()| gate.share(data(), purpose, other, now()).unwrap());
        let lapse =
            |cleared: Cleared<T, R>, gate: &Gate, at| cleared.open(gate, at).map(drop).unwrap_err().lapse();
        assert_eq!(lapse(late, &gate, now() + TimeDelta::seconds(30)), Lapse::Deadline);
        assert_eq!(lapse(elsewhere, &self::gate(), now()), Lapse::OtherGate);
        gate.record(Event::withdraw(subject, Scope::from(purpose).processor(R::ID), now())).unwrap();
        assert_eq!(lapse(changed, &gate, now()), Lapse::RecordChanged);
        assert_eq!(reasons(gate.share(data(), purpose, other, now())), "consent_withdrawn");
        // The refusal was of this one alone.
        assert_eq!(reasons(gate.use_for(data(), purpose, now())), "");
    }
    for_each_other!(shares);
}

#[test]
fn each_source_is_collected_from_and_its_origin_goes_with_the_data() {
    fn collects<T: PersonalData + Default, R: Recipient>(purpose: Purpose) {
        let gate = gate();
        let subject = agreed(&gate);
        let data = Guarded::obtained(subject, R::ID, T::default());
        let collected = gate.collect(data, purpose, now()).unwrap();
        let data = collected.admit(&gate, now()).unwrap();
        assert_eq!(data.origin(), Some(&R::ID));
        let check = gate.check(now()).encrypted(true);
        let stored = check.store(data, purpose).unwrap();
        assert_eq!(stored.origin(), Some(&R::ID));

        let narrow = Scope::from(purpose).category(T::CATEGORY).processor(R::ID);
        gate.record(Event::deny(subject, narrow, now())).unwrap();
        assert_eq!(reasons(gate.collect(stored.guard(), purpose, now())), "consent_denied");
    }
    collects::<AdPerformanceData, Adform>(Purpose::MarketingCampaigns);
    collects::<StreamingData, Wavepond>(Purpose::MusicDistribution);
    collects::<AnalyticsData, Tallyhut>(Purpose::EngagementAnalysis);

    // Section 1 collects from no promotion provider and from no service provider, and nothing else from the others.
    let gate = gate();
    let subject = agreed(&gate);
    let from = |id: ProcessorId| Guarded::obtained(subject, id, StreamingData::default());
    for id in [Linkbarn::ID, Mailbarrow::ID, Adform::ID, Tallyhut::ID, Nobody::ID] {
        assert_eq!(reasons(gate.collect(from(id), Purpose::Promotion, now())), "source_not_permitted");
    }
    assert_eq!(reasons(gate.collect(from(Wavepond::ID), Purpose::Billing, now())), "purpose_not_permitted");
}

/// The host's own marker, declared without the macro.
struct ByHand {
    #[expect(dead_code, reason = "a type may be more than a name")]
    endpoint: &'static str,
}
impl Recipient for ByHand {
    const ID: ProcessorId = ProcessorId::from_static("adform");
}

#[test]
fn the_line_and_the_words_it_stands_for_are_the_same() {
    assert_eq!((Adform::ID, Adform::ID.as_str()), (ByHand::ID, "adform"));
    assert_eq!((size_of::<Adform>(), format!("{Adform:?}")), (0, "Adform".to_owned()));
    let gate = gate();
    let subject = agreed(&gate);
    let plays = || Guarded::new(subject, StreamingData::default());
    let share = |check: Check<'_>| {
        let by_hand = check.share(plays(), Purpose::MarketingCampaigns, ByHand { endpoint: "" });
        let by_macro = check.share(plays(), Purpose::MarketingCampaigns, Adform);
        [reasons(by_hand), reasons(by_macro)]
    };
    assert_eq!(share(gate.check(now())), ["", ""]);
    assert_eq!(share(gate.check(before())), ["recipient_not_permitted, transfer_without_safeguard"; 2]);
}

#[test]
fn a_type_for_one_of_the_twelve_is_judged_as_the_one_that_it_has() {
    struct Meta;
    impl Recipient for Meta {
        const ID: ProcessorId = ProcessorId::FACEBOOK_ADS;
    }
    let gate = gate();
    let subject = agreed(&gate);
    for gpc in [false, true] {
        let check = gate.check(now()).signals(Signals { gpc, cookies_blocked: false });
        for origin in [None, Some(Wavepond::ID), Some(Adform::ID)] {
            let plays = || match origin.clone() {
                None => Guarded::new(subject, StreamingData::default()),
                Some(origin) => Guarded::obtained(subject, origin, StreamingData::default()),
            };
            for purpose in Purpose::ALL {
                let (theirs, ours) =
                    (check.share(plays(), purpose, Meta), check.share(plays(), purpose, FacebookAds));
                assert_eq!(reasons(theirs), reasons(ours));
            }
        }
    }
}

#[test]
fn it_is_no_recipient_before_the_version_that_registers_it() {
    fn refuses<T: PersonalData + Default, R: Recipient + Copy>(other: R, purpose: Purpose) {
        let gate = gate();
        let subject = agreed(&gate);
        gate.record(Event::accept(subject, "1.0.0", before())).unwrap();
        let share = |at| reasons(gate.share(Guarded::new(subject, T::default()), purpose, other, at));
        let from: DateTime<Utc> = FROM.parse().unwrap();
        // Nobody registered it, so nobody knows of a safeguard either.
        let unregistered = "recipient_not_permitted, transfer_without_safeguard";
        assert_eq!(share(before()), unregistered);
        assert_eq!(share(from - TimeDelta::nanoseconds(1)), unregistered);
        assert_eq!(share(from), "");
        let never = reasons(gate.share(Guarded::new(subject, T::default()), purpose, Nobody, now()));
        assert_eq!(never, unregistered);
        // At home no safeguard is needed, and it is still nobody's recipient.
        let check = gate.check(before()).country("DE".parse().unwrap());
        assert_eq!(
            reasons(check.share(Guarded::new(subject, T::default()), purpose, other)),
            "recipient_not_permitted"
        );
    }
    for_each_other!(refuses);

    // A permit that was given before the version is worth nothing after it.
    let gate = gate();
    let subject = agreed(&gate);
    let from: DateTime<Utc> = FROM.parse().unwrap();
    let mut policy = with_others();
    (policy["version"], policy["effective_from"]) = ("1.2.0".into(), "2026-02-02T09:00:10Z".into());
    policy["processors"].as_array_mut().unwrap().retain(|entry| entry["id"] != "adform");
    gate.adopt(Document::from_json(&policy.to_string()).unwrap()).unwrap();
    let share = |at| {
        gate.share(Guarded::new(subject, StreamingData::default()), Purpose::MarketingCampaigns, Adform, at)
    };
    let cleared = share(now()).unwrap();
    let taken_out = now() + TimeDelta::seconds(10);
    assert_eq!(cleared.open(&gate, taken_out).map(drop).unwrap_err().lapse(), Lapse::PolicyChanged);
    assert!(reasons(share(taken_out)).contains("recipient_not_permitted"));
    assert_eq!(reasons(share(from)), "");
}

#[test]
fn a_version_that_registers_it_binds_nobody_who_has_not_accepted_it() {
    fn asks<T: PersonalData + Default, R: Recipient + Copy>(other: R, purpose: Purpose) {
        let (gate, subject) = (gate(), SubjectId::random());
        let share = || reasons(gate.share(Guarded::new(subject, T::default()), purpose, other, now()));
        gate.record(Event::accept(subject, "1.0.0", before())).unwrap();
        gate.record(Event::grant(subject, purpose, "1.0.0", before())).unwrap();
        let needs_consent =
            gate.history().in_force(now()).is_some_and(|policy| takes_consent(policy, purpose));
        let outdated = if needs_consent {
            "consent_outdated, not_permitted_by_accepted_version"
        } else {
            "not_permitted_by_accepted_version"
        };
        assert_eq!(share(), outdated);
        gate.record(Event::accept(subject, "1.1.0", now())).unwrap();
        assert_eq!(share(), if needs_consent { "consent_outdated" } else { "" });
        gate.record(Event::grant(subject, purpose, "1.1.0", now())).unwrap();
        assert_eq!(share(), "");
    }
    fn takes_consent(policy: &Policy, purpose: Purpose) -> bool {
        assert_eq!(policy.version().as_str(), "1.1.0");
        [Purpose::MarketingCampaigns, Purpose::EngagementAnalysis, Purpose::Promotion].contains(&purpose)
    }
    for_each_other!(asks);
}

#[test]
fn the_origin_binds_both_ways() {
    let gate = gate();
    let subject = agreed(&gate);
    let from = |origin: ProcessorId| Guarded::obtained(subject, origin, StreamingData::default());
    let marketing = Purpose::MarketingCampaigns;
    let barred = "origin_forbids_recipient";
    // From a registered other to one of the twelve and to another one; from one of the twelve to a registered other.
    assert_eq!(reasons(gate.share(from(Wavepond::ID), marketing, FacebookAds, now())), barred);
    assert_eq!(reasons(gate.share(from(Wavepond::ID), marketing, Adform, now())), barred);
    assert_eq!(reasons(gate.share(from(ProcessorId::SPOTIFY), marketing, Adform, now())), barred);
    assert_eq!(reasons(gate.share(from(ProcessorId::APPLE_MUSIC), marketing, Adform, now())), barred);
    // An origin that nobody registered bars everybody.
    assert_eq!(reasons(gate.share(from(Nobody::ID), marketing, Adform, now())), barred);
    assert_eq!(reasons(gate.share(from(Nobody::ID), Purpose::MusicDistribution, Spotify, now())), barred);
    // Other kinds than the barred one get it, and so does anybody what came from elsewhere.
    assert_eq!(reasons(gate.share(from(Wavepond::ID), Purpose::Promotion, FeatureFm, now())), "");
    assert_eq!(reasons(gate.share(from(Wavepond::ID), Purpose::Promotion, Linkbarn, now())), "");
    assert_eq!(reasons(gate.share(from(Wavepond::ID), Purpose::MusicDistribution, Spotify, now())), "");
    assert_eq!(
        reasons(gate.share(from(ProcessorId::SPOTIFY), Purpose::MusicDistribution, Wavepond, now())),
        ""
    );
    assert_eq!(reasons(gate.share(from(ProcessorId::DEEZER), marketing, Adform, now())), "");
    assert_eq!(reasons(gate.share(from(Adform::ID), marketing, Adform, now())), "");
    assert_eq!(
        reasons(gate.share(Guarded::new(subject, StreamingData::default()), marketing, Adform, now())),
        ""
    );
}

#[test]
fn sec_gpc_stops_the_ad_network_and_the_promotion_provider() {
    fn asks<T: PersonalData + Default, R: Recipient + Copy>(other: R, purpose: Purpose) {
        let gate = gate();
        let subject = agreed(&gate);
        let share = |headers: &[(&str, &str)]| {
            let signals = Signals::from_headers(headers.iter().copied(), None);
            reasons(gate.check(now()).signals(signals).share(
                Guarded::new(subject, T::default()),
                purpose,
                other,
            ))
        };
        let stopped = ["adform", "linkbarn"].contains(&R::ID.as_str());
        assert_eq!(share(&[("Sec-GPC", "1")]), if stopped { "opt_out_signal" } else { "" });
        assert_eq!(share(&[("Sec-GPC", "0"), ("DNT", "1")]), "");
        let check = gate.check(now()).signals(Signals { gpc: false, cookies_blocked: true });
        let blocked = reasons(check.share(Guarded::new(subject, T::default()), purpose, other));
        assert_eq!(blocked, if R::ID == Tallyhut::ID { "tracking_blocked" } else { "" });
    }
    for_each_other!(asks);
    // Not registered, it is of no kind, and the signal adds nothing to the refusal.
    let gate = gate();
    let subject = agreed(&gate);
    let check = gate.check(now()).signals(Signals { gpc: true, cookies_blocked: false });
    let share =
        check.share(Guarded::new(subject, StreamingData::default()), Purpose::MarketingCampaigns, Nobody);
    assert_eq!(reasons(share), "recipient_not_permitted, transfer_without_safeguard");
}

#[test]
fn without_a_safeguard_it_gets_nothing_from_abroad() {
    fn asks<T: PersonalData + Default, R: Recipient + Copy>(other: R, purpose: Purpose) {
        let gate = changed(R::ID.as_str(), "safeguard", Value::Null);
        let subject = agreed(&gate);
        let share =
            |check: Check<'_>| reasons(check.share(Guarded::new(subject, T::default()), purpose, other));
        assert_eq!(share(gate.check(now())), "transfer_without_safeguard");
        assert_eq!(share(gate.check(now()).country("US".parse().unwrap())), "transfer_without_safeguard");
        assert_eq!(share(gate.check(now()).country("DE".parse().unwrap())), "");
    }
    for_each_other!(asks);
}

#[test]
fn a_scope_is_narrowed_to_it_and_covers_nobody_else() {
    let (gate, subject) = (gate(), SubjectId::random());
    let record = |event| gate.record(event).unwrap();
    let marketing = || Scope::from(Purpose::MarketingCampaigns);
    let ask = || {
        let plays = || Guarded::new(subject, StreamingData::default());
        let purpose = Purpose::MarketingCampaigns;
        let adform = reasons(gate.share(plays(), purpose, Adform, now()));
        let collected = reasons(gate.collect(
            Guarded::obtained(subject, Adform::ID, AdPerformanceData::default()),
            purpose,
            now(),
        ));
        let facebook = reasons(gate.share(plays(), purpose, FacebookAds, now()));
        [adform, collected, facebook, reasons(gate.use_for(plays(), purpose, now()))]
    };
    let (no, none) = ("consent_missing", "");
    record(Event::accept(subject, "1.1.0", now()));
    assert_eq!(ask(), [no, no, no, no]);
    record(Event::grant(subject, marketing().processor(Adform::ID), "1.1.0", now()));
    assert_eq!(ask(), [none, none, no, no]);
    record(Event::grant(subject, marketing().processor(ProcessorId::FACEBOOK_ADS), "1.1.0", now()));
    assert_eq!(ask(), [none, none, none, no]);
    record(Event::grant(subject, marketing(), "1.1.0", now()));
    assert_eq!(ask(), [none, none, none, none]);
    // A refusal of it stands against the wider grant, and is nobody else's.
    let later = now() + TimeDelta::seconds(1);
    record(Event::withdraw(subject, marketing().processor(Adform::ID), later));
    assert_eq!(ask(), ["consent_withdrawn", "consent_withdrawn", none, none]);
    record(Event::deny(subject, marketing().category(DataCategory::Streaming).processor(Adform::ID), later));
    assert_eq!(ask(), ["consent_denied, consent_withdrawn", "consent_withdrawn", none, none]);
    record(Event::withdraw(subject, marketing().processor(Nobody::ID), later));
    assert_eq!(ask(), ["consent_denied, consent_withdrawn", "consent_withdrawn", none, none]);
}

#[test]
fn an_audience_is_asked_for_it() {
    let gate = gate();
    let [fan, other] = [(); 2].map(|()| agreed(&gate));
    gate.record(Event::withdraw(other, Scope::from(Purpose::Promotion).processor(Linkbarn::ID), now()))
        .unwrap();
    let share = Action::Share { processor: Linkbarn::ID, country: None };
    let flow = Flow::new(DataCategory::Streaming, Purpose::Promotion, share).obtained_from(Wavepond::ID);
    let audience = |at| gate.audience(&flow, at).unwrap().collect::<Vec<_>>();
    assert_eq!(audience(now()), [fan]);
    assert_eq!(audience(before()), []);
}
