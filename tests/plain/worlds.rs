//! Random scripts, harsher than the given cases, and still with many permits: people accept, consent and are asked about
//! flows that their policy has, while others withdraw, collide, repeat themselves and are erased.

use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};

use super::form::{CATEGORIES, PURPOSES};
use super::json::{differently, plain};
use super::revisions::{EXTRA, NEVER, contradict, revise};
use super::rng::Rng;
use super::time::{DAY, Instant, instant, write_instant};

pub use super::damage::mutate;

pub(super) const HOUR: i64 = 3600;
/// 2025-01-05, some days after version 1.0.0.
const START: i64 = 1_736_035_200;
pub(super) const COUNTRIES: [&str; 4] = ["DE", "US", "GB", "SE"];
/// Instants far from all others; the last of them is no year of four digits in UTC.
pub(super) const FAR: [&str; 9] = [
    "0001-01-01T00:00:00Z",
    "0000-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59.999999999Z",
    "1970-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5Z",
    "2017-01-01T00:00:00Z",
    "2500-06-15T12:00:00.000000001Z",
    "9999-12-31T23:59:59.999999999-23:59",
];

/// Version 1.0.0 of the policy.
pub fn dynamoi() -> Value {
    serde_json::from_str(include_str!("../../src/policy/dynamoi-1.0.0.json")).unwrap()
}

/// The script of `size` lines that the seed stands for.
pub fn world(seed: u64, size: usize) -> Vec<String> {
    let mut world = World::new(seed);
    if world.rng.chance(85) {
        world.add_version(dynamoi());
    }
    while world.lines.len() < size {
        world.step();
    }
    world.lines.truncate(size);
    world.lines
}

pub struct World {
    pub(super) rng: Rng,
    pub(super) lines: Vec<String>,
    /// The versions that the script adds, with the instants from which they are in force.
    pub(super) versions: Vec<(Instant, Rc<Value>)>,
    /// Who mostly agrees, and who does anything.
    pub(super) calm: Vec<String>,
    pub(super) wild: Vec<String>,
    /// Who is linked to others, in worlds in which somebody is; in so many of a hundred steps.
    pub(super) visitors: Vec<String>,
    pub(super) linking: usize,
    /// Calm subjects' next events, which are sent in order.
    pub(super) queue: VecDeque<Value>,
    pub(super) sent: Vec<Value>,
    /// Instants at which something changes.
    pub(super) edges: Vec<Instant>,
    pub(super) clock: i64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let calm = (0..3).map(|_| rng.uuid()).collect();
        let wild = (0..3).map(|_| rng.uuid()).collect();
        let linking = if rng.chance(40) { *rng.pick(&[&1, &3, &10]) } else { 0 };
        let visitors = (0..4).map(|_| rng.uuid()).collect();
        let (versions, sent, lines) = (Vec::new(), Vec::new(), Vec::new());
        let (queue, edges) = (VecDeque::new(), Vec::new());
        let mut world =
            Self { rng, lines, versions, calm, wild, visitors, linking, queue, sent, edges, clock: START };
        for i in 0..world.calm.len() {
            world.settle(i);
        }
        world
    }

    fn step(&mut self) {
        if self.rng.chance(70) {
            self.clock += self.rng.below(6) as i64 * HOUR;
        }
        if self.linking > 0 && self.rng.chance(self.linking) {
            let event = self.link();
            return self.send("event", event);
        }
        match self.rng.below(100) {
            0..40 if !self.queue.is_empty() => {
                let event = self.queue.pop_front().unwrap();
                self.send("event", event);
            }
            40..44 => self.policy_line(),
            44..60 => {
                let event = self.wild_event();
                self.send("event", event);
            }
            60..64 => self.repeated_event(),
            64..67 => self.odd_line(),
            67..70 => {
                let who = self.rng.below(self.calm.len());
                self.settle(who);
            }
            70 if self.rng.chance(30) => self.replace_a_subject(),
            _ => {
                let request = self.request();
                self.send("request", request);
            }
        }
    }

    fn send(&mut self, what: &str, value: Value) {
        if what == "event" {
            self.sent.push(value.clone());
        }
        let line = json!({ what: value });
        let line = if self.rng.chance(20) { differently(&mut self.rng, &line) } else { plain(&line) };
        self.lines.push(line);
    }

    // Policies.

    fn add_version(&mut self, document: Value) {
        let from = instant(document["effective_from"].as_str().unwrap()).unwrap();
        self.versions.push((from, Rc::new(document.clone())));
        self.edges.push(from);
        self.send("policy", document);
        for i in 0..self.calm.len() {
            if self.rng.chance(60) {
                self.settle(i);
            }
        }
    }

    fn policy_line(&mut self) {
        if self.versions.is_empty() {
            return self.add_version(dynamoi());
        }
        // Not far from 1.0.0, so that something stays permitted.
        let base = if self.rng.chance(50) { 0 } else { self.rng.below(self.versions.len()) };
        let mut document = (*self.versions[base].1).clone();
        match self.rng.below(10) {
            0 => {
                // The same again, or with its contradiction, which comes first.
                if self.rng.chance(30) {
                    contradict(&mut self.rng, &mut document);
                }
                return self.send("policy", document);
            }
            1 => {
                document["version"] = json!(self.version_name());
                return self.send("policy", document);
            }
            _ => {}
        }
        for _ in 0..=self.rng.below(5) {
            revise(&mut self.rng, &mut document);
        }
        document["version"] = json!(self.version_name());
        let mut from = (self.clock + (self.rng.below(40) as i64 - 25) * DAY, 0);
        if self.rng.chance(20) {
            from.1 = self.rng.below(1_000_000_000) as u32;
        }
        if self.rng.chance(4) {
            from = instant(self.rng.pick(&FAR)).unwrap();
        }
        document["effective_from"] = self.written(from);
        if self.rng.chance(20) {
            contradict(&mut self.rng, &mut document);
            return self.send("policy", document);
        }
        let name = &document["version"];
        if self.versions.iter().any(|(known, version)| *known == from || version["version"] == *name) {
            return self.send("policy", document);
        }
        self.add_version(document);
    }

    fn version_name(&mut self) -> String {
        let n = self.rng.below(90);
        match self.rng.below(12) {
            0 => format!("0.{n}"),
            1 => "long ".repeat(12) + &format!("{:04}", n),
            2 => format!("{}\u{1F3B5}", "\u{e9}".repeat(61) + &format!("{n:02}")),
            3 => format!(" {n}"),
            _ => format!("1.{n}.0"),
        }
    }

    pub(super) fn in_force(&self) -> Option<&Rc<Value>> {
        let past = self.versions.iter().filter(|(from, _)| *from <= (self.clock, 0));
        past.max_by_key(|(from, _)| *from).map(|(_, version)| version)
    }

    // Lines that are no policy, event or request, or no longer.

    fn odd_line(&mut self) {
        let line = match self.rng.below(8) {
            0 => self.rng.pick(&["", " ", "\t", " \t "]).to_owned(),
            1 => self.rng.pick(&["{}", "null", "[]", "{\"policy\":{}}", "{\"requests\":{}}", "{"]).to_owned(),
            _ => {
                let mut line = plain(&json!({ "request": self.any_request() }));
                let earlier =
                    self.lines.get(self.rng.below(self.lines.len())).filter(|line| line.contains('{'));
                if let Some(earlier) = earlier
                    && self.rng.chance(60)
                {
                    line.clone_from(earlier);
                }
                mutate(self.rng.next(), &line)
            }
        };
        self.lines.push(line);
    }

    // Draws.

    pub(super) fn one_of_calm(&mut self) -> String {
        self.calm[self.rng.below(self.calm.len())].clone()
    }

    pub(super) fn one_of_wild(&mut self) -> String {
        self.wild[self.rng.below(self.wild.len())].clone()
    }

    pub(super) fn one(&mut self, list: &Value) -> Option<Value> {
        let list = list.as_array()?;
        list.get(self.rng.below(list.len())).cloned()
    }

    pub(super) fn processor(&mut self) -> &'static str {
        const SOME: [&str; 9] = [
            "google_ads",
            "facebook_ads",
            "stripe",
            "posthog",
            "spotify",
            "deezer",
            "feature_fm",
            "apple_music",
            NEVER,
        ];
        if self.rng.chance(80) { self.rng.pick(&SOME) } else { self.rng.pick(&EXTRA) }
    }

    pub(super) fn scope(&mut self) -> Value {
        const CONSENTED: [&str; 3] = ["marketing_campaigns", "engagement_analysis", "promotion"];
        let purpose = if self.rng.chance(70) { self.rng.pick(&CONSENTED) } else { self.rng.pick(&PURPOSES) };
        let mut scope = json!({ "purpose": purpose });
        if self.rng.chance(40) {
            scope["category"] = json!(self.rng.pick(&CATEGORIES));
        }
        if self.rng.chance(40) {
            scope["processor"] = json!(self.processor());
        }
        scope
    }

    pub(super) fn any_version_name(&mut self) -> String {
        if self.versions.is_empty() || self.rng.chance(8) {
            return self.rng.pick(&["1.0.0", "9.9.9", "1.0.0 ", "\u{200b}"]).to_owned();
        }
        self.versions[self.rng.below(self.versions.len())].1["version"].as_str().unwrap().to_owned()
    }

    /// On a coarse grid, so that instants coincide; now and then beside it or far away.
    pub(super) fn any_instant(&mut self) -> Instant {
        match self.rng.below(100) {
            0..60 => {
                ((self.clock / DAY - self.rng.below(4) as i64) * DAY + self.rng.below(3) as i64 * HOUR, 0)
            }
            60..75 => (self.clock, 0),
            75..90 => (self.clock, self.rng.below(3) as u32),
            90..95 => instant(self.rng.pick(&FAR)).unwrap(),
            _ => self.edges.get(self.rng.below(self.edges.len())).copied().unwrap_or((self.clock, 0)),
        }
    }

    /// An instant at which something changes, or a nanosecond beside it.
    pub(super) fn edge(&mut self) -> Value {
        let (seconds, nanos) =
            self.edges.get(self.rng.below(self.edges.len())).copied().unwrap_or((self.clock, 0));
        let at = match self.rng.below(4) {
            0 if nanos == 0 => (seconds - 1, 999_999_999),
            0 => (seconds, nanos - 1),
            1 if nanos < 999_999_999 => (seconds, nanos + 1),
            2 => (seconds + self.rng.below(DAY as usize) as i64, nanos % 1_000_000_000),
            _ => (seconds, nanos),
        };
        self.written(at)
    }

    /// Mostly in UTC; what has no year of four digits there is written where it has one.
    pub(super) fn written(&mut self, at: Instant) -> Value {
        let offset = if self.rng.chance(75) {
            0
        } else {
            *self.rng.pick(&[&7200, &-28_800, &20_700, &50_400, &-43_200])
        };
        let text = [offset, 0, 86_340, -86_340].iter().find_map(|offset| write_instant(at, *offset));
        json!(text.unwrap_or_else(|| self.rng.pick(&FAR).to_owned()))
    }
}
