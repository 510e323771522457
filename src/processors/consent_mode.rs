//! Google Consent Mode v2: what the tags of Google in a browser are told of a person's consent.
//!
//! `gtag('consent', 'default' | 'update', {…})`, values in lower case \[P\]. Google has further types for storage that
//! works, adapts and secures a page (`functionality_storage`, `personalization_storage`, `security_storage`), of which
//! the policy says nothing. What a type means that is left out Google's pages say in two ways (unconfirmed), so all
//! four always stand.
//! - <https://developers.google.com/tag-platform/security/guides/consent>
//! - <https://support.google.com/analytics/answer/13802165>

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    gate::{Action, Flow, Gate, Request, Signals},
    vocabulary::{DataCategory, ProcessorId, Purpose, SubjectId},
};

/// The four types of Google Consent Mode v2, always all of them, as `gtag('consent', …)` takes them in JSON.
///
/// [`Gate::consent_mode`] computes them for a person. [`ConsentMode::default`] denies all of them: what a page says
/// with `'default'`, before it knows who looks at it.
///
/// ```
/// use dynamoi_privacy::processors::ConsentMode;
/// assert_eq!(
///     serde_json::to_string(&ConsentMode::default())?,
///     r#"{"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","analytics_storage":"denied"}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct ConsentMode {
    ad_storage: State,
    ad_user_data: State,
    ad_personalization: State,
    analytics_storage: State,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Granted,
    #[default]
    Denied,
}

impl State {
    fn of(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
    }
}

impl ConsentMode {
    /// Whether ads may store something in the browser, such as a cookie.
    pub fn ad_storage(self) -> bool {
        self.ad_storage == State::Granted
    }

    /// Whether Google may get the person's data for ads.
    pub fn ad_user_data(self) -> bool {
        self.ad_user_data == State::Granted
    }

    /// Whether Google may personalise ads.
    pub fn ad_personalization(self) -> bool {
        self.ad_personalization == State::Granted
    }

    /// Whether analytics may store something in the browser.
    pub fn analytics_storage(self) -> bool {
        self.analytics_storage == State::Granted
    }
}

impl Gate {
    /// What a person's browser tells Google's tags now, under the signals that it sends itself (section 5).
    ///
    /// The three of ads are granted where user data may be shared with Google Ads for campaigns, that of analytics
    /// where analytics data may be shared with Google Analytics for engagement analysis (section 3), each resting on
    /// a consent of the person's that stands (section 2): what is permitted on another basis nobody consented to.
    /// Where cookies are blocked nothing may be stored. Of somebody unknown, or when the gate cannot decide now,
    /// all four are denied.
    ///
    /// ```
    /// use dynamoi_privacy::gate::Signals;
    /// use dynamoi_privacy::vocabulary::{Purpose, SubjectId};
    /// use dynamoi_privacy::{Event, Gate, History};
    ///
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::accept(subject, "1.0.0", now))?;
    /// gate.record(Event::grant(subject, Purpose::EngagementAnalysis, "1.0.0", now))?;
    ///
    /// let mode = gate.consent_mode(subject, now, Signals::default());
    /// assert_eq!((mode.analytics_storage(), mode.ad_storage()), (true, false));
    /// let blocked = Signals { cookies_blocked: true, ..Signals::default() };
    /// assert!(!gate.consent_mode(subject, now, blocked).analytics_storage());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn consent_mode(&self, subject: SubjectId, now: DateTime<Utc>, signals: Signals) -> ConsentMode {
        let consents = |category, purpose, processor| {
            let share = Action::Share { processor, country: None };
            let flow = Flow::new(category, purpose, share);
            self.rests_on_consent(&Request { subject, flow, at: now, signals })
        };
        let ads = consents(DataCategory::User, Purpose::MarketingCampaigns, ProcessorId::GOOGLE_ADS);
        let analytics =
            consents(DataCategory::Analytics, Purpose::EngagementAnalysis, ProcessorId::GOOGLE_ANALYTICS);
        ConsentMode {
            ad_storage: State::of(ads && !signals.cookies_blocked),
            ad_user_data: State::of(ads),
            ad_personalization: State::of(ads),
            // The gate itself refuses this one where cookies are blocked.
            analytics_storage: State::of(analytics),
        }
    }
}
