//! Every system with every category and every purpose: what compiles, what is permitted and why not, and what of it
//! is sent.

pub(crate) mod kinds;
mod lacking;
pub(crate) mod round;
pub(crate) mod samples;

use std::{collections::BTreeSet, marker::PhantomData};

use dynamoi_privacy::{
    consent::Event,
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Action, Flow, Gate, Guarded, Reason, Reasons, Recipient, Request, Signals},
    policy::{Document, History},
    processors::{
        AmazonMusic, AppleMusic, Deezer, FacebookAds, FeatureFm, GoogleAds, GoogleAnalytics, Pandora,
        PostHog, Spotify, Stripe, System, Takes, TikTokAds,
    },
    vocabulary::{DataCategory, ProcessorId, ProcessorKind, Purpose, SubjectId},
};

use self::{kinds::for_every_kind, samples::Sampled};
use crate::payloads::now;

/// Does `$do!(data, system)` for each of the sixty pairs.
macro_rules! for_every_pair {
    ($do:ident) => {
        for_every_pair!($do, UserData);
        for_every_pair!($do, AdPerformanceData);
        for_every_pair!($do, PaymentData);
        for_every_pair!($do, AnalyticsData);
        for_every_pair!($do, StreamingData);
    };
    ($do:ident, $data:ident) => {
        $do!($data, FacebookAds);
        $do!($data, GoogleAds);
        $do!($data, TikTokAds);
        $do!($data, Stripe);
        $do!($data, GoogleAnalytics);
        $do!($data, PostHog);
        $do!($data, Spotify);
        $do!($data, AppleMusic);
        $do!($data, Deezer);
        $do!($data, Pandora);
        $do!($data, AmazonMusic);
        $do!($data, FeatureFm);
    };
}

/// Whether a system takes data of a type, as the compiler sees it: the constant of the type itself is there only
/// where it does, and comes before the one of the trait, which is there for all.
struct Probe<T, R>(PhantomData<(T, R)>);

trait Otherwise {
    const TAKES: bool = false;
}

impl<T, R> Otherwise for Probe<T, R> {}

impl<T: PersonalData, R: Takes<T>> Probe<T, R> {
    const TAKES: bool = true;
}

/// What of the policy's own rows this file needs, read here a second time.
struct Sharing {
    document: Document,
}

impl Sharing {
    fn dynamoi() -> Self {
        Self { document: Document::dynamoi() }
    }

    fn kind(&self, id: &ProcessorId) -> ProcessorKind {
        self.document.processors.iter().find(|p| p.id == id.as_str()).unwrap().kind
    }

    fn shares(&self, purpose: Purpose, category: DataCategory, to: &ProcessorId) -> bool {
        let kind = self.kind(to);
        let rows = self.document.sharing.iter().filter(|row| row.purpose == purpose);
        rows.into_iter().any(|row| row.recipients.contains(&kind) && row.categories.contains(&category))
    }

    fn shares_for_something(&self, category: DataCategory, to: &ProcessorId) -> bool {
        Purpose::ALL.into_iter().any(|purpose| self.shares(purpose, category, to))
    }

    fn uses(&self, purpose: Purpose, category: DataCategory) -> bool {
        self.document.uses.iter().any(|row| row.purpose == purpose && row.categories.contains(&category))
    }

    /// The reasons against a flow of somebody who accepted everything and consented to everything.
    fn against(
        &self,
        (category, purpose): (DataCategory, Purpose),
        (from, to): (Option<&ProcessorId>, &ProcessorId),
        signals: Signals,
    ) -> BTreeSet<Reason> {
        let kind = self.kind(to);
        let barred = from.is_some_and(|from| {
            let from = self.document.processors.iter().find(|p| p.id == from.as_str()).unwrap();
            from.no_onward_to.contains(&kind)
        });
        let mut reasons = BTreeSet::new();
        if !self.uses(purpose, category) {
            reasons.insert(Reason::PurposeNotPermitted);
        } else if !self.shares(purpose, category, to) {
            reasons.insert(Reason::RecipientNotPermitted);
        } else if barred {
            reasons.insert(Reason::OriginForbidsRecipient);
        }
        if signals.gpc && matches!(kind, ProcessorKind::AdNetwork | ProcessorKind::PromotionProvider) {
            reasons.insert(Reason::OptOutSignal);
        }
        let analysed = (category, purpose) == (DataCategory::Analytics, Purpose::EngagementAnalysis);
        if signals.cookies_blocked && analysed {
            reasons.insert(Reason::TrackingBlocked);
        }
        reasons
    }
}

/// A gate that knows somebody who accepted the policy and consented to everything, at home there.
pub(crate) fn all_consenting(home: Option<&str>) -> (Gate, SubjectId) {
    let (gate, subject) = (Gate::new(History::dynamoi()), SubjectId::random());
    gate.record(Event::accept(subject, "1.0.0", now())).unwrap();
    for purpose in Purpose::ALL {
        gate.record(Event::grant(subject, purpose, "1.0.0", now())).unwrap();
    }
    if let Some(home) = home {
        gate.record(Event::home(subject, home.parse().unwrap(), now())).unwrap();
    }
    (gate, subject)
}

fn every_signal() -> [Signals; 4] {
    [(false, false), (false, true), (true, false), (true, true)]
        .map(|(gpc, cookies_blocked)| Signals { gpc, cookies_blocked })
}

#[test]
fn who_takes_what_is_the_table_of_section_3_and_nothing_else() {
    let sharing = Sharing::dynamoi();
    let mut taken = 0;
    macro_rules! compare {
        ($data:ident, $system:ident) => {
            let takes = Probe::<$data, $system>::TAKES;
            let shared = sharing.shares_for_something($data::CATEGORY, &$system::ID);
            assert_eq!(takes, shared, "{} takes {}", stringify!($system), stringify!($data));
            taken += usize::from(takes);
        };
    }
    for_every_pair!(compare);
    assert_eq!(taken, 25);
}

/// That table as the policy's words have it, so that a change of the document is seen here.
#[test]
fn section_3_shares_with_each_kind_what_it_says() {
    let sharing = Sharing::dynamoi();
    let row = |system: System| {
        let shared = DataCategory::ALL.iter().filter(|c| sharing.shares_for_something(**c, &system.id()));
        shared.map(|category| category.to_string()).collect::<Vec<_>>().join(" ")
    };
    for system in System::ALL {
        let expected = match system {
            System::FacebookAds | System::GoogleAds | System::TikTokAds => "ad_performance user streaming",
            System::Stripe => "user payment",
            System::GoogleAnalytics | System::PostHog => "analytics",
            System::Spotify | System::AppleMusic | System::Deezer | System::Pandora | System::AmazonMusic => {
                "user streaming"
            }
            System::FeatureFm => "ad_performance streaming",
        };
        assert_eq!(row(system), expected, "{system}");
    }
}

#[test]
fn sharing_is_permitted_or_refused_as_the_rows_of_the_policy_say() {
    let (sharing, (gate, subject)) = (Sharing::dynamoi(), all_consenting(None));
    let (mut permitted, mut asked) = (0, 0);
    macro_rules! ask {
        ($data:ident, $system:ident) => {
            for (purpose, from, signals) in circumstances() {
                let judged = judge::<$data, _>(&gate, subject, purpose, $system, from.as_ref(), signals);
                let flow = ($data::CATEGORY, purpose);
                let expected: Reasons =
                    sharing.against(flow, (from.as_ref(), &$system::ID), signals).into_iter().collect();
                assert_eq!(judged, expected, "{flow:?} from {from:?} to {}, {signals:?}", $system::ID);
                (permitted, asked) = (permitted + usize::from(judged.is_empty()), asked + 1);
            }
        };
    }
    for_every_pair!(ask);
    assert_eq!(asked, 12 * 5 * 7 * 13 * 4);
    assert!(permitted > 700, "{permitted}");
}

/// Each purpose, with data of our own and data obtained from each system, under each signal.
fn circumstances() -> impl Iterator<Item = (Purpose, Option<ProcessorId>, Signals)> {
    let origins = || std::iter::once(None).chain(System::ALL.map(|system| Some(system.id())));
    let of = move |purpose: Purpose| {
        origins().flat_map(move |from| every_signal().map(move |signals| (purpose, from.clone(), signals)))
    };
    Purpose::ALL.into_iter().flat_map(of)
}

/// The reasons of a check, which are those of a decision on the same flow.
fn judge<T: Sampled, R: Recipient>(
    gate: &Gate,
    subject: SubjectId,
    purpose: Purpose,
    recipient: R,
    from: Option<&ProcessorId>,
    signals: Signals,
) -> Reasons {
    let data = match from {
        Some(from) => Guarded::obtained(subject, from.clone(), T::default()),
        None => Guarded::new(subject, T::default()),
    };
    let checked = match gate.check(now()).signals(signals).share(data, purpose, recipient) {
        Ok(cleared) => {
            drop(cleared.guard());
            Reasons::NONE
        }
        Err(refusal) => refusal.reasons(),
    };
    let flow = Flow::new(T::CATEGORY, purpose, Action::Share { processor: R::ID, country: None });
    let flow = match from {
        Some(from) => flow.obtained_from(from.clone()),
        None => flow,
    };
    let decision = gate.decide(&Request { subject, flow, at: now(), signals }).unwrap();
    assert_eq!(decision.reasons(), checked);
    assert_eq!(decision.is_permitted(), checked.is_empty());
    checked
}

/// Stated without the policy document, because it must hold whatever that says.
#[test]
fn what_spotify_and_apple_music_gave_never_reaches_an_ad_network() {
    let (gate, subject) = all_consenting(Some("US"));
    let mut refused = 0;
    macro_rules! ask {
        ($data:ident, $system:ident) => {
            for from in [ProcessorId::SPOTIFY, ProcessorId::APPLE_MUSIC] {
                for purpose in Purpose::ALL {
                    for signals in every_signal() {
                        let reasons =
                            judge::<$data, _>(&gate, subject, purpose, $system, Some(&from), signals);
                        assert!(!reasons.is_empty(), "{purpose} of {} from {from}", stringify!($data));
                        refused += usize::from(reasons.contains(Reason::OriginForbidsRecipient));
                    }
                }
            }
        };
    }
    macro_rules! ask_ad_networks {
        ($data:ident, FacebookAds) => {
            ask!($data, FacebookAds);
        };
        ($data:ident, GoogleAds) => {
            ask!($data, GoogleAds);
        };
        ($data:ident, TikTokAds) => {
            ask!($data, TikTokAds);
        };
        ($data:ident, $other:ident) => {};
    }
    for_every_pair!(ask_ad_networks);
    // Three networks, two origins, four signals, three categories that campaigns share.
    assert_eq!(refused, 3 * 2 * 4 * 3);
}

/// The kinds of request of this round are of exactly the pairs that compile, and a table has each of them.
#[test]
fn the_round_misses_no_system_and_no_category() {
    let mut listed: BTreeSet<(String, &str)> = BTreeSet::new();
    fn list<T: Sampled, R: kinds::Kinds<T>>(listed: &mut BTreeSet<(String, &str)>) {
        listed.insert((R::ID.to_string(), T::CATEGORY.as_str()));
    }
    for_every_kind!(list, &mut listed);
    let mut taken = BTreeSet::new();
    macro_rules! add {
        ($data:ident, $system:ident) => {
            if Probe::<$data, $system>::TAKES {
                taken.insert(($system::ID.to_string(), $data::CATEGORY.as_str()));
            }
        };
    }
    for_every_pair!(add);
    assert_eq!(listed, taken);
}
