//! The same, asked over JSON as another language asks.

use dynamoi_privacy::{
    policy::Document,
    script::{Answer, Script},
    vocabulary::Purpose,
};
use serde_json::{Value, json};

use super::with_others;

/// A script and the person whom it is about.
struct Wire {
    script: Script,
    subject: &'static str,
}

impl Wire {
    /// A person who agrees to everything, and version 1.1.0.
    fn new() -> Self {
        let subject = "7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11";
        let mut wire = Self { script: Script::new(), subject };
        wire.says(&json!({ "policy": Document::dynamoi() }));
        wire.says(&json!({ "policy": with_others() }));
        wire.event(1, json!({"type": "policy_accepted", "policy_version": "1.1.0", "manner": "explicit"}));
        for (nth, purpose) in (2..).zip(Purpose::ALL) {
            let scope = json!({ "purpose": purpose });
            wire.event(nth, json!({"type": "consent_granted", "scope": scope, "policy_version": "1.1.0"}));
        }
        wire
    }

    fn says(&mut self, line: &Value) {
        assert_eq!(self.script.line(line.to_string().as_bytes()), None);
    }

    fn event(&mut self, id: u8, mut event: Value) {
        event["id"] = format!("0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a{id:02}").into();
        event["subject"] = self.subject.into();
        event["at"] = "2026-02-02T08:00:00Z".into();
        self.says(&json!({ "event": event }));
    }

    fn decides(&mut self, category: &str, purpose: &str, action: Value, with: Value) -> Value {
        let mut request = json!({"subject": self.subject, "category": category, "purpose": purpose,
            "action": action, "at": "2026-02-02T09:00:00Z"});
        request.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        match self.script.line(json!({ "request": request }).to_string().as_bytes()) {
            Some(Answer::Decided { decision, .. }) => serde_json::to_value(decision).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn reasons(&mut self, category: &str, purpose: &str, action: Value, with: Value) -> Value {
        self.decides(category, purpose, action, with)["reasons"].take()
    }
}

#[test]
fn each_is_decided_about_over_json() {
    let mut wire = Wire::new();
    let share = |id: &str| json!({"type": "share", "processor": id});
    let collect = |id: &str| json!({"type": "collect", "source": id});
    let gpc = json!({"signals": {"gpc": true}});

    let permits = [
        ("streaming", "marketing_campaigns", share("adform")),
        ("streaming", "music_distribution", share("wavepond")),
        ("analytics", "engagement_analysis", share("tallyhut")),
        ("ad_performance", "promotion", share("linkbarn")),
        ("user", "platform_operation", share("mailbarrow")),
        ("ad_performance", "marketing_campaigns", collect("adform")),
        ("streaming", "promotion", collect("wavepond")),
        ("analytics", "platform_operation", collect("tallyhut")),
    ];
    for (category, purpose, action) in permits {
        let decision = wire.decides(category, purpose, action.clone(), json!({}));
        let permit = json!({"effect": "permit", "reasons": [], "policy_version": "1.1.0"});
        assert_eq!(decision, permit, "{action}");
    }
    let refusals = [
        ("streaming", "promotion", share("adform"), json!({}), json!(["recipient_not_permitted"])),
        (
            "streaming",
            "marketing_campaigns",
            share("adform"),
            json!({"origin": "wavepond"}),
            json!(["origin_forbids_recipient"]),
        ),
        (
            "streaming",
            "marketing_campaigns",
            share("facebook_ads"),
            json!({"origin": "wavepond"}),
            json!(["origin_forbids_recipient"]),
        ),
        (
            "streaming",
            "marketing_campaigns",
            share("adform"),
            json!({"origin": "spotify"}),
            json!(["origin_forbids_recipient"]),
        ),
        ("streaming", "marketing_campaigns", share("adform"), gpc.clone(), json!(["opt_out_signal"])),
        ("streaming", "promotion", share("linkbarn"), gpc.clone(), json!(["opt_out_signal"])),
        ("streaming", "music_distribution", share("wavepond"), gpc, json!([])),
        ("payment", "billing", share("mailbarrow"), json!({}), json!(["recipient_not_permitted"])),
        ("payment", "platform_operation", share("mailbarrow"), json!({}), json!(["recipient_not_permitted"])),
        ("streaming", "promotion", collect("linkbarn"), json!({}), json!(["source_not_permitted"])),
        ("user", "platform_operation", collect("mailbarrow"), json!({}), json!(["source_not_permitted"])),
        (
            "streaming",
            "promotion",
            share("linkbarm"),
            json!({}),
            json!(["recipient_not_permitted", "transfer_without_safeguard"]),
        ),
        (
            "streaming",
            "promotion",
            share("linkbarn"),
            json!({"at": "2026-01-31T23:59:59.999999999Z"}),
            json!(["recipient_not_permitted", "transfer_without_safeguard"]),
        ),
    ];
    for (category, purpose, action, with, expected) in refusals {
        assert_eq!(
            wire.reasons(category, purpose, action.clone(), with.clone()),
            expected,
            "{action} {with}"
        );
    }
    let deny = json!({"purpose": "promotion", "processor": "linkbarn"});
    wire.event(99, json!({"type": "consent_denied", "scope": deny}));
    assert_eq!(
        wire.reasons("streaming", "promotion", share("linkbarn"), json!({})),
        json!(["consent_denied"])
    );
    assert_eq!(wire.reasons("streaming", "promotion", share("feature_fm"), json!({})), json!([]));
}
