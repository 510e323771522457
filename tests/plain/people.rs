//! The events of a random world: people who agree, people who do anything, and events that come again.

use serde_json::{Value, json};

use super::json::{differently, plain};
use super::time::{DAY, Instant, instant, utc_date, write_date};
use super::worlds::{COUNTRIES, HOUR, World};

impl World {
    fn event(&mut self, subject: &str, at: Instant, kind: &str, fields: Value) -> Value {
        let mut event =
            json!({ "id": self.rng.uuid(), "subject": subject, "at": self.written(at), "type": kind });
        event.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap_or_default());
        event
    }

    /// Queues what an agreeable person does when a version comes into force.
    pub(super) fn settle(&mut self, who: usize) {
        let subject = self.calm[who].clone();
        let name = self.in_force().map_or(json!("1.0.0"), |version| version["version"].clone());
        let at = (self.clock + self.rng.below(3) as i64 * HOUR, 0);
        let manner = self.rng.pick(&["explicit", "continued_use"]);
        let mut events = Vec::new();
        if self.rng.chance(50) {
            let minor_until = json!({ "minor_until": write_date(utc_date(at) - self.rng.below(2) as i64) });
            let fields = if self.rng.chance(30) { minor_until } else { json!({}) };
            events.push(self.event(&subject, at, "age_declared", fields));
            let home = json!({ "country": COUNTRIES[who] });
            events.push(self.event(&subject, at, "home_declared", home));
        }
        events.push(self.event(
            &subject,
            at,
            "policy_accepted",
            json!({ "policy_version": name, "manner": manner }),
        ));
        // Now and then the new version is accepted, while consent is or was given under an older one.
        let asked = if self.rng.chance(65) { 3 } else { 0 };
        let shown = if self.rng.chance(20) { json!(self.any_version_name()) } else { name.clone() };
        for purpose in ["marketing_campaigns", "engagement_analysis", "promotion"].into_iter().take(asked) {
            let mut fields = json!({ "scope": { "purpose": purpose }, "policy_version": shown });
            if self.rng.chance(15) {
                let expires_at = (at.0 + (1 + self.rng.below(30) as i64) * DAY, 0);
                self.edges.push(expires_at);
                fields["expires_at"] = self.written(expires_at);
            }
            events.push(self.event(&subject, at, "consent_granted", fields));
        }
        if self.rng.chance(30) {
            // Purposes that some revision may rest on consent.
            for purpose in ["platform_operation", "music_distribution", "billing"] {
                let fields = json!({ "scope": { "purpose": purpose }, "policy_version": name });
                events.push(self.event(&subject, at, "consent_granted", fields));
            }
        }
        if self.rng.chance(30) {
            self.rng.shuffle(&mut events);
        }
        self.queue.extend(events);
    }

    pub(super) fn wild_event(&mut self) -> Value {
        let calm = self.rng.chance(12);
        let visits = self.linking > 0 && self.rng.chance(25);
        let subject = match calm {
            _ if visits => self.one_of_visitors(),
            true => self.one_of_calm(),
            false => self.one_of_wild(),
        };
        let at = if calm { (self.clock, 0) } else { self.any_instant() };
        let scope = self.scope();
        match self.rng.below(if calm { 60 } else { 100 }) {
            0..16 => self.event(&subject, at, "consent_denied", json!({ "scope": scope })),
            16..32 => self.event(&subject, at, "consent_withdrawn", json!({ "scope": scope })),
            32..60 => {
                let version = self.any_version_name();
                let mut fields = json!({ "scope": scope, "policy_version": version });
                if self.rng.chance(50) {
                    let near = (at.0 + self.rng.below(20) as i64 * DAY, self.rng.below(2) as u32);
                    let expires_at = if self.rng.chance(80) { near } else { self.any_instant() };
                    self.edges.push(expires_at);
                    fields["expires_at"] = self.written(expires_at);
                }
                self.event(&subject, at, "consent_granted", fields)
            }
            60..73 => {
                let version = self.any_version_name();
                let manner = self.rng.pick(&["explicit", "continued_use"]);
                self.event(
                    &subject,
                    at,
                    "policy_accepted",
                    json!({ "policy_version": version, "manner": manner }),
                )
            }
            73..86 => {
                let day = utc_date((self.clock, 0)) + self.rng.below(20) as i64 - 5;
                self.edges.push((day * DAY, 0));
                let far = self.rng.pick(&["0000-02-29", "9999-12-31", "2024-02-29", "1900-01-01"]).to_owned();
                let date = if self.rng.chance(90) { write_date(day).unwrap() } else { far };
                let fields = if self.rng.chance(70) { json!({ "minor_until": date }) } else { json!({}) };
                self.event(&subject, at, "age_declared", fields)
            }
            86..97 => {
                let country = self.rng.pick(&COUNTRIES);
                if self.rng.chance(25) {
                    // A second home at the same instant.
                    let other = self.rng.pick(&COUNTRIES);
                    let second = self.event(&subject, at, "home_declared", json!({ "country": other }));
                    self.queue.push_front(second);
                }
                self.event(&subject, at, "home_declared", json!({ "country": country }))
            }
            _ => self.event(&subject, at, "erased", json!({})),
        }
    }

    /// A link: mostly of somebody to a visitor; also to themselves, to nobody that was ever seen, between any two, and
    /// in circles.
    pub(super) fn link(&mut self) -> Value {
        if self.rng.chance(10) {
            // The next links lead elsewhere, so that not all are one person in the end.
            let place = self.rng.below(self.visitors.len());
            self.visitors[place] = self.rng.uuid();
        }
        let account = match self.rng.below(10) {
            0..4 => self.one_of_calm(),
            4..8 => self.one_of_wild(),
            _ => self.one_of_visitors(),
        };
        let visitor = match self.rng.below(12) {
            0 => account.clone(),
            1 => self.rng.uuid(),
            2 => self.one_of_wild(),
            3 => self.one_of_calm(),
            _ => self.one_of_visitors(),
        };
        let at = self.any_instant();
        self.event(&account, at, "linked", json!({ "visitor": visitor }))
    }

    pub(super) fn one_of_visitors(&mut self) -> String {
        self.visitors[self.rng.below(self.visitors.len())].clone()
    }

    /// An event that was sent before: the same meaning written differently, or another meaning under the same id.
    pub(super) fn repeated_event(&mut self) {
        let Some(mut event) =
            (!self.sent.is_empty()).then(|| self.sent[self.rng.below(self.sent.len())].clone())
        else {
            return;
        };
        if self.rng.chance(50) {
            let line = differently(&mut self.rng, &json!({ "event": event }));
            return self.lines.push(line);
        }
        match self.rng.below(7) {
            6 if event.get("visitor").is_some() => event["visitor"] = json!(self.one_of_visitors()),
            0 => event["subject"] = json!(self.one_of_wild()),
            1 => {
                let at = instant(event["at"].as_str().unwrap()).unwrap();
                event["at"] = self.written((at.0, at.1 ^ 1));
            }
            2 if event.get("manner").is_some() => {
                let other = if event["manner"] == "explicit" { "continued_use" } else { "explicit" };
                event["manner"] = json!(other);
            }
            3 if event.get("scope").is_some() => event["scope"] = self.scope(),
            4 if event.get("expires_at").is_some() => {
                event.as_object_mut().unwrap().remove("expires_at");
            }
            5 if event.get("policy_version").is_some() => {
                event["policy_version"] = json!(self.any_version_name())
            }
            _ => {
                let id = event["id"].clone();
                event = self.wild_event();
                event["id"] = id;
            }
        }
        self.lines.push(plain(&json!({ "event": event })));
    }

    pub(super) fn replace_a_subject(&mut self) {
        let place = self.rng.below(3);
        let new = self.rng.uuid();
        if self.rng.chance(50) {
            self.wild[place] = new;
            return;
        }
        let old = std::mem::replace(&mut self.calm[place], new);
        let erased = self.event(&old, (self.clock, 0), "erased", json!({}));
        self.queue.push_back(erased);
        // Kept among the wild, so that more happens to who is erased.
        self.wild[place] = old;
        self.settle(place);
    }
}
