//! A second reading of the rules: the whole script format, evaluated as slowly and literally as they are written.
//!
//! It shares nothing with the library, so that where the two differ one of them has misread the rules. It keeps every
//! accepted event in a list and scans the list again for each question.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of this module")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Value, json};

pub mod countries;
pub mod damage;
mod flow;
pub mod form;
pub mod json;
mod links;
mod people;
mod requests;
pub mod revisions;
pub mod rng;
mod strict;
pub mod time;
pub mod worlds;

use flow::{contradicts_itself, flow_reasons, permits, registered};
use form::{Action, Event, Line, Policy, Request, Scope, What};
use links::{Near, age_of, home_of};
use time::{Instant, utc_date};

/// The state of a script: the versions and the events that were accepted, in the order of their arrival.
pub struct Plain {
    history: Vec<Policy>,
    events: Vec<Event>,
}

impl Plain {
    pub fn new() -> Self {
        Self { history: Vec::new(), events: Vec::new() }
    }

    /// Applies one line. `None` is no answer: the line is blank, or a policy or an event that was accepted.
    pub fn line(&mut self, number: u64, line: &str) -> Option<Value> {
        if line.trim().is_empty() {
            return None;
        }
        let refused = |code: &str| Some(json!({ "line": number, "error": code }));
        match form::line(line) {
            None => refused("invalid_line"),
            Some(Line::Policy(policy)) => self.add_policy(policy).err().and_then(refused),
            Some(Line::Event(event)) => self.add_event(event).err().and_then(refused),
            Some(Line::Request(request)) => {
                let reasons = self.decide(&request);
                let effect = if reasons.is_empty() { "permit" } else { "deny" };
                let version = self.in_force(request.at).map(|policy| &policy.version);
                let decision = json!({ "effect": effect, "reasons": reasons, "policy_version": version });
                Some(json!({ "line": number, "decision": decision }))
            }
        }
    }

    // "Policy document": form, then contradictions, then the two duplicates.
    fn add_policy(&mut self, policy: Policy) -> Result<(), &'static str> {
        if contradicts_itself(&policy) {
            return Err("invalid_policy");
        }
        if self.version(&policy.version).is_some() {
            return Err("duplicate_version");
        }
        if self.history.iter().any(|known| known.effective_from == policy.effective_from) {
            return Err("duplicate_effective_from");
        }
        self.history.push(policy);
        Ok(())
    }

    // "Consent events": "An event is refused by the first of these".
    fn add_event(&mut self, event: Event) -> Result<(), &'static str> {
        if let Some(known) = self.events.iter().find(|known| known.id == event.id) {
            return if *known == event { Ok(()) } else { Err("conflicting_event") };
        }
        if let What::Accepted { policy_version, .. } | What::Granted { policy_version, .. } = &event.what
            && self.version(policy_version).is_none()
        {
            return Err("unknown_policy_version");
        }
        if let What::Granted { expires_at: Some(expires_at), .. } = &event.what
            && *expires_at <= event.at
        {
            return Err("expires_before_granted");
        }
        self.events.push(event);
        Ok(())
    }

    fn version(&self, name: &str) -> Option<&Policy> {
        self.history.iter().find(|policy| policy.version == name)
    }

    // "The version in force at an instant is the latest whose `effective_from` is not after it."
    fn in_force(&self, at: Instant) -> Option<&Policy> {
        self.history
            .iter()
            .filter(|policy| policy.effective_from <= at)
            .max_by_key(|policy| policy.effective_from)
    }

    /// "Decision": every reason that applies, in alphabetical order.
    fn decide(&self, request: &Request) -> BTreeSet<&'static str> {
        // 1. No version in force, alone; otherwise a sale, alone.
        let Some(policy) = self.in_force(request.at) else {
            return BTreeSet::from(["no_policy_in_force"]);
        };
        if matches!(request.action, Action::Sell) {
            return BTreeSet::from(["sale_prohibited"]);
        }
        // 2. The flow reasons of the version in force. For `disclose` that is all.
        let mut reasons = flow_reasons(policy, request);
        let step_2_found_nothing = reasons.is_empty();
        if matches!(request.action, Action::Disclose { .. }) {
            return reasons;
        }
        // 3. The person.
        let mut home = None;
        if self.erased(&request.subject) {
            reasons.insert("subject_erased");
        } else if self.of(&request.subject).is_empty() {
            reasons.insert("subject_unknown");
        } else {
            // By how many links away they are; the subject itself is the first.
            let reached = self.reached(&request.subject);
            home = home_of(&reached);
            match age_of(&reached) {
                None if policy.unknown_age == "deny" => {
                    reasons.insert("age_unknown");
                }
                Some(Some(minor_until)) if utc_date(request.at) < minor_until => {
                    reasons.insert("below_minimum_age");
                }
                _ => {}
            }
            // 4. and 5. are skipped for who is unknown or erased.
            reasons.extend(self.acceptance(policy, request, &reached, step_2_found_nothing));
            reasons.extend(self.choice(policy, request, &reached, step_2_found_nothing));
        }
        reasons.extend(signals(policy, request));
        reasons.extend(transfer(policy, request, home));
        reasons.extend(storage(policy, request));
        reasons
    }

    // 4. Acceptance.
    fn acceptance(
        &self,
        in_force: &Policy,
        request: &Request,
        reached: &[Near],
        step_2_found_nothing: bool,
    ) -> Option<&'static str> {
        let accepted = reached.iter().flat_map(|near| &near.events).filter_map(|event| match &event.what {
            What::Accepted { policy_version, .. } => self.version(policy_version),
            _ => None,
        });
        let Some(newest) = accepted.max_by_key(|policy| policy.effective_from) else {
            return Some("policy_not_accepted");
        };
        let taken = if in_force.effective_from < newest.effective_from { in_force } else { newest };
        (step_2_found_nothing && !permits(taken, request)).then_some("not_permitted_by_accepted_version")
    }

    // 5. Choice.
    fn choice(
        &self,
        in_force: &Policy,
        request: &Request,
        reached: &[Near],
        step_2_found_nothing: bool,
    ) -> BTreeSet<&'static str> {
        let covering: Vec<&Event> = self
            .most_restrictive(reached)
            .into_iter()
            .filter(|choice| covers(scope_of(choice).unwrap(), request))
            .collect();
        let mut refusals = BTreeSet::new();
        for choice in &covering {
            match choice.what {
                What::Denied { .. } => refusals.insert("consent_denied"),
                What::Withdrawn { .. } => refusals.insert("consent_withdrawn"),
                _ => false,
            };
        }
        let basis =
            in_force.purposes.iter().find(|purpose| purpose.id == request.purpose).map(|p| p.basis.as_str());
        if !refusals.is_empty() || basis != Some("consent") {
            return refusals;
        }
        // Only grants are left.
        let grants: Vec<(&str, Option<Instant>)> = covering
            .iter()
            .filter_map(|choice| match &choice.what {
                What::Granted { policy_version, expires_at, .. } => {
                    Some((policy_version.as_str(), *expires_at))
                }
                _ => None,
            })
            .collect();
        if grants.is_empty() {
            return BTreeSet::from(["consent_missing"]);
        }
        let expired = |expires_at: Option<Instant>| expires_at.is_some_and(|instant| instant <= request.at);
        if grants.iter().all(|(_, expires_at)| expired(*expires_at)) {
            return BTreeSet::from(["consent_expired"]);
        }
        let informed = grants.iter().any(|(version, expires_at)| {
            !expired(*expires_at) && self.version(version).is_some_and(|policy| permits(policy, request))
        });
        if step_2_found_nothing && !informed {
            return BTreeSet::from(["consent_outdated"]);
        }
        BTreeSet::new()
    }

    // "Each distinct scope has one choice": an event that no other event on the same scope beats.
    fn choices<'a>(&self, events: &[&'a Event]) -> Vec<&'a Event> {
        let mut choices: Vec<&'a Event> = Vec::new();
        for event in events.iter().copied().filter(|event| scope_of(event).is_some()) {
            match choices.iter_mut().find(|choice| scope_of(choice) == scope_of(event)) {
                None => choices.push(event),
                Some(choice) if self.beats(event, choice) == Ordering::Greater => *choice = event,
                Some(_) => {}
            }
        }
        choices
    }

    // "the latest by `at`; at the same `at` the more restrictive (withdrawn over denied over granted; of two grants the
    // sooner expiry, none being the latest, then the older version)"
    fn beats(&self, one: &Event, other: &Event) -> Ordering {
        one.at.cmp(&other.at).then(self.stricter(one, other))
    }

    fn stricter(&self, one: &Event, other: &Event) -> Ordering {
        let rank = |event: &Event| match event.what {
            What::Withdrawn { .. } => 2,
            What::Denied { .. } => 1,
            _ => 0,
        };
        let stricter = rank(one).cmp(&rank(other));
        if stricter != Ordering::Equal {
            return stricter;
        }
        let (
            What::Granted { policy_version: v1, expires_at: e1, .. },
            What::Granted { policy_version: v2, expires_at: e2, .. },
        ) = (&one.what, &other.what)
        else {
            return Ordering::Equal;
        };
        let sooner = match (e1, e2) {
            (None, None) => Ordering::Equal,
            (Some(_), None) => Ordering::Greater,
            (None, Some(_)) => Ordering::Less,
            (Some(e1), Some(e2)) => e2.cmp(e1),
        };
        let effective_from = |name: &str| self.version(name).map(|policy| policy.effective_from);
        sooner.then(effective_from(v2).cmp(&effective_from(v1)))
    }
}

impl Default for Plain {
    fn default() -> Self {
        Self::new()
    }
}

fn scope_of(event: &Event) -> Option<&Scope> {
    match &event.what {
        What::Granted { scope, .. } | What::Denied { scope } | What::Withdrawn { scope } => Some(scope),
        _ => None,
    }
}

// "A choice covers a request when …"
fn covers(scope: &Scope, request: &Request) -> bool {
    let processor = match &request.action {
        Action::Share { processor, .. } => Some(processor),
        Action::Collect { source } => Some(source),
        _ => None,
    };
    scope.purpose == request.purpose
        && scope.category.as_ref().is_none_or(|category| *category == request.category)
        && (scope.processor.is_none() || scope.processor.as_ref() == processor)
}

// 6. Signals.
fn signals(policy: &Policy, request: &Request) -> BTreeSet<&'static str> {
    let mut reasons = BTreeSet::new();
    if let Action::Share { processor, .. } = &request.action
        && request.gpc == Some(true)
        && registered(policy, processor)
            .is_some_and(|p| p.kind == "ad_network" || p.kind == "promotion_provider")
    {
        reasons.insert("opt_out_signal");
    }
    if let Action::Share { .. } | Action::Collect { .. } = &request.action
        && request.cookies.as_deref() == Some("blocked")
        && request.category == "analytics"
        && request.purpose == "engagement_analysis"
    {
        reasons.insert("tracking_blocked");
    }
    reasons
}

// 7. Transfer.
fn transfer(policy: &Policy, request: &Request, home: Option<&str>) -> Option<&'static str> {
    let (country, safeguard) = match &request.action {
        Action::Store { country, .. } => (country, policy.storage_safeguard.as_ref()),
        Action::Share { processor, country } => {
            (country, registered(policy, processor).and_then(|processor| processor.safeguard.as_ref()))
        }
        _ => return None,
    };
    let at_home = home.is_some() && country.as_deref() == home;
    (!at_home && safeguard.is_none()).then_some("transfer_without_safeguard")
}

// 8. Encryption.
fn storage(policy: &Policy, request: &Request) -> Option<&'static str> {
    let Action::Store { encrypted, .. } = request.action else {
        return None;
    };
    (policy.encrypted.contains(&request.category) && encrypted != Some(true)).then_some("encryption_required")
}
