//! The requests of a random world: flows that the policy has, the same with something spoilt, and any.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::form::{CATEGORIES, PURPOSES};
use super::revisions::NEVER;
use super::worlds::{COUNTRIES, FAR, World};

impl World {
    pub(super) fn request(&mut self) -> Value {
        let Some(policy) = self.in_force().map(Rc::clone) else {
            return self.any_request();
        };
        match self.rng.below(100) {
            0..18 => self.any_request(),
            18..42 => {
                let subject = self.one_of_calm();
                self.fitting_request(&policy, &subject)
            }
            42..52 => self.request_for_something_new(&policy),
            _ => {
                let calm = self.rng.chance(50);
                let subject = match calm {
                    _ if self.linking > 0 && self.rng.chance(20) => self.one_of_visitors(),
                    true => self.one_of_calm(),
                    false => self.one_of_wild(),
                };
                let mut request = self.fitting_request(&policy, &subject);
                self.spoil(&mut request);
                request
            }
        }
    }

    /// A flow that the policy has, asked as it should be.
    fn fitting_request(&mut self, policy: &Value, subject: &str) -> Value {
        let home = self.calm.iter().position(|calm| calm == subject).map_or("DE", |who| COUNTRIES[who]);
        let (mut purpose, mut category) = (json!("billing"), json!("user"));
        let uses = list(&policy["uses"]);
        let row = &uses[self.rng.below(uses.len())];
        if let Some(used) = self.one(&row["categories"]) {
            (purpose, category) = (row["purpose"].clone(), used);
        }
        let mut action = json!({ "type": "use" });
        match self.rng.below(10) {
            0..3 => action = json!({ "type": "store", "encrypted": true, "country": home }),
            3..7 => {
                let sharing = list(&policy["sharing"]);
                let row = &sharing[self.rng.below(sharing.len())];
                let recipients = self.registered(policy, &row["recipients"]);
                if let (Some(shared), Some(processor)) = (self.one(&row["categories"]), self.one(&recipients))
                {
                    (purpose, category) = (row["purpose"].clone(), shared);
                    action = json!({ "type": "share", "processor": processor });
                    if self.rng.chance(50) {
                        action["country"] = json!(home);
                    }
                }
            }
            7 => {
                let row = list(&policy["collection"]).iter().find(|row| row["category"] == category);
                let sources = row.map_or(json!([]), |row| row["sources"].clone());
                let processors = self.registered(policy, &sources);
                if list(&sources).contains(&json!("subject")) {
                    action = json!({ "type": "collect", "source": "subject" });
                } else if let Some(source) = self.one(&processors) {
                    action = json!({ "type": "collect", "source": source });
                }
            }
            8 if self.rng.chance(30) => {
                purpose = json!("legal_obligation");
                action = json!({ "type": "disclose", "reference": self.rng.pick(&["Az. 12 O 345/25", "\u{200b}"]) });
            }
            _ => {}
        }
        let at = self.written((self.clock, 0));
        let mut request = json!({ "subject": subject, "category": category, "purpose": purpose, "action": action, "at": at });
        if self.rng.chance(20) {
            request["signals"] = json!({ "gpc": false, "cookies": "allowed" });
        }
        request
    }

    /// A flow with consent that the policy has and, if such a one is drawn, another version has not.
    fn request_for_something_new(&mut self, policy: &Value) -> Value {
        let other = Rc::clone(&self.versions[self.rng.below(self.versions.len())].1);
        let subject = self.one_of_calm();
        let mut request = self.fitting_request(policy, &subject);
        for _ in 0..7 {
            let (purpose, category) = (&request["purpose"], &request["category"]);
            let consent =
                list(&policy["purposes"]).iter().any(|p| p["id"] == *purpose && p["basis"] == "consent");
            let used =
                |row: &Value| row["purpose"] == *purpose && list(&row["categories"]).contains(category);
            let processor = &request["action"]["processor"];
            let known =
                processor.is_null() || list(&other["processors"]).iter().any(|p| p["id"] == *processor);
            if consent && !(known && list(&other["uses"]).iter().any(used)) {
                break;
            }
            request = self.fitting_request(policy, &subject);
        }
        request
    }

    /// Changes one thing about a request that may well decide it.
    fn spoil(&mut self, request: &mut Value) {
        match self.rng.below(11) {
            0 => request["at"] = self.edge(),
            1 => request["at"] = json!(self.rng.pick(&FAR)),
            2 => request["signals"] = json!({ "gpc": true }),
            3 => {
                request["signals"] = json!({ "cookies": "blocked" });
                if self.rng.chance(50) {
                    request["category"] = json!("analytics");
                    request["purpose"] = json!("engagement_analysis");
                    let action = self.rng.pick(&["share", "collect", "use"]);
                    let place = if action == "share" { "processor" } else { "source" };
                    request["action"] = json!({ "type": action });
                    if action != "use" {
                        request["action"][place] = json!("posthog");
                    }
                }
            }
            4 => request["origin"] = json!(self.processor()),
            5 => {
                request["origin"] = json!(self.rng.pick(&["spotify", "apple_music", "deezer", NEVER]));
                request["purpose"] = json!("marketing_campaigns");
                request["category"] = json!("streaming");
                request["action"] = json!({ "type": "share", "processor": "google_ads" });
            }
            6 => request["action"] = self.action(),
            7 => request["purpose"] = json!(self.rng.pick(&PURPOSES)),
            8 => request["category"] = json!(self.rng.pick(&CATEGORIES)),
            9 => {
                request["subject"] =
                    json!(if self.rng.chance(50) { self.rng.uuid() } else { self.one_of_wild() })
            }
            _ => {
                let mut store = json!({ "type": "store" });
                if self.rng.chance(50) {
                    store["encrypted"] = json!(self.rng.chance(50));
                }
                if self.rng.chance(50) {
                    store["country"] = json!(self.rng.pick(&COUNTRIES));
                }
                request["action"] = store;
            }
        }
    }

    pub(super) fn any_request(&mut self) -> Value {
        let subject = if self.rng.chance(50) { self.one_of_calm() } else { self.one_of_wild() };
        let mut at = self.edge();
        if self.rng.chance(50) {
            let any = self.any_instant();
            at = self.written(any);
        }
        let mut request = json!({
            "subject": if self.rng.chance(5) { self.rng.uuid() } else { subject },
            "category": self.rng.pick(&CATEGORIES),
            "purpose": self.rng.pick(&PURPOSES),
            "action": self.action(),
            "at": at,
        });
        if self.rng.chance(20) {
            request["origin"] = json!(self.processor());
        }
        if self.rng.chance(30) {
            let mut signals = Map::new();
            if self.rng.chance(60) {
                signals.insert("gpc".into(), json!(self.rng.chance(70)));
            }
            if self.rng.chance(60) {
                signals.insert("cookies".into(), json!(self.rng.pick(&["allowed", "blocked"])));
            }
            request["signals"] = Value::Object(signals);
        }
        request
    }

    fn action(&mut self) -> Value {
        match self.rng.below(12) {
            0..3 => {
                json!({ "type": "collect", "source": if self.rng.chance(30) { "subject" } else { self.processor() } })
            }
            3 | 4 => json!({ "type": "store" }),
            5 => json!({ "type": "use" }),
            6..9 => {
                json!({ "type": "share", "processor": self.processor(), "country": self.rng.pick(&COUNTRIES) })
            }
            9 | 10 => {
                let blank = [
                    "",
                    " ",
                    "\t\n",
                    "\u{a0}",
                    "\u{2003}\u{3000}",
                    "\u{85}",
                    "\u{200b}",
                    "\u{feff}",
                    "\0",
                    "\u{a0}x",
                ];
                json!({ "type": "disclose", "reference": self.rng.pick(&blank) })
            }
            _ => json!({ "type": "sell" }),
        }
    }

    /// The ids of the processors that have one of these kinds.
    fn registered(&self, policy: &Value, kinds: &Value) -> Value {
        let kinds = list(kinds);
        list(&policy["processors"])
            .iter()
            .filter(|p| kinds.contains(&p["kind"]))
            .map(|p| p["id"].clone())
            .collect()
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}
