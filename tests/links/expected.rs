//! Records with links against what a second gate holds that was never told of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    consent::{Choice, Event, EventKind, Record, Scope},
    gate::Gate,
    vocabulary::{Country, SubjectId},
};

use crate::support::{Draw, gate_with};

/// What of a record anybody can see, computed from the events and from records without links.
struct Expected<'a> {
    own: &'a Gate,
    events: &'a [Event],
}

impl Expected<'_> {
    fn links(&self) -> impl Iterator<Item = (SubjectId, SubjectId)> {
        self.events.iter().filter_map(|event| match event.kind {
            EventKind::Linked { visitor } => Some((event.subject, visitor)),
            _ => None,
        })
    }

    /// When the subject was erased: the earliest erasure of anybody that links lead to in any direction.
    fn erased_at(&self, subject: SubjectId) -> Option<DateTime<Utc>> {
        let mut person = BTreeSet::from([subject]);
        for _ in self.events {
            for (account, visitor) in self.links() {
                if person.contains(&account) || person.contains(&visitor) {
                    person.extend([account, visitor]);
                }
            }
        }
        let erasures = self.events.iter().filter(|event| event.kind == EventKind::Erased);
        erasures.filter(|event| person.contains(&event.subject)).map(|event| event.at).min()
    }

    /// Everybody whom links lead to, with how many it takes.
    fn reached(&self, subject: SubjectId) -> BTreeMap<SubjectId, usize> {
        let mut reached = BTreeMap::from([(subject, 0)]);
        for _ in self.events {
            for (account, visitor) in self.links() {
                let Some(before) = reached.get(&account).copied() else { continue };
                let known = reached.entry(visitor).or_insert(usize::MAX);
                *known = (*known).min(before + 1);
            }
        }
        reached
    }

    /// The home of the nearest who declared one: the latest, and unknown when there are two at its instant.
    fn home(&self, reached: &BTreeMap<SubjectId, usize>) -> Option<Country> {
        let homes = self.events.iter().filter_map(|event| match event.kind {
            EventKind::HomeDeclared { country } => Some((*reached.get(&event.subject)?, event.at, country)),
            _ => None,
        });
        let homes: Vec<_> = homes.collect();
        let (nearest, _, _) = homes.iter().min_by_key(|(links, ..)| *links)?;
        let nearest = || homes.iter().filter(|(links, ..)| links == nearest);
        let latest = nearest().map(|(_, at, _)| at).max()?;
        let mut countries = nearest().filter(|(_, at, _)| at == latest).map(|(.., country)| *country);
        let one = countries.next();
        one.filter(|one| countries.all(|other| other == *one))
    }

    /// Checks what anybody can see of the record.
    fn assert_is(&self, gate: &Gate, subject: SubjectId, how: &str) {
        let erased_at = self.erased_at(subject);
        let record = gate.record_of(subject);
        let has_events = self.events.iter().any(|event| event.subject == subject);
        assert_eq!(record.is_some(), has_events || erased_at.is_some(), "{how}");
        let Some(record) = record else { return };
        assert_eq!(record.erased_at(), erased_at, "{how}");
        assert_eq!(gate.knows(subject), erased_at.is_none());
        if erased_at.is_some() {
            assert_eq!(record.refusals().count() + record.accepted(gate.history()).count(), 0);
            assert_eq!(record.home(), None);
            return;
        }
        let reached = self.reached(subject);
        let owns: Vec<Record> = reached.keys().filter_map(|subject| self.own.record_of(*subject)).collect();
        let all = || owns.iter();
        let accepted = |record: &Record| -> BTreeSet<String> {
            record.accepted(gate.history()).map(|policy| policy.version().as_str().to_owned()).collect()
        };
        assert_eq!(accepted(&record), all().flat_map(accepted).collect(), "{how}");

        let refused: BTreeSet<Scope> = record.refusals().map(|(scope, _)| scope).collect();
        let expected: BTreeSet<Scope> = all().flat_map(|record| record.refusals().map(|(s, _)| s)).collect();
        assert_eq!(refused, expected, "{how}");
        for scope in self.events.iter().filter_map(scope) {
            let standing: Vec<&Choice> = all().filter_map(|own| own.choice(scope)).collect();
            let choice = record.choice(scope);
            assert_eq!(choice.is_some(), !standing.is_empty(), "{how}");
            let Some(choice) = choice else { continue };
            assert!(standing.contains(&choice), "{how}: nobody chose that");
            if choice.is_grant() {
                let ends = |choice: &Choice| choice.expires_at().unwrap_or(DateTime::<Utc>::MAX_UTC);
                assert_eq!(Some(ends(choice)), standing.iter().map(|own| ends(own)).min(), "{how}");
            }
        }
        assert_eq!(record.home(), self.home(&reached), "{how}");
    }
}

fn scope(event: &Event) -> Option<&Scope> {
    match &event.kind {
        EventKind::ConsentGranted { scope, .. }
        | EventKind::ConsentDenied { scope }
        | EventKind::ConsentWithdrawn { scope } => Some(scope),
        _ => None,
    }
}

#[test]
fn a_record_with_links_is_what_the_text_says_of_the_records_without() {
    let (mut linked, mut erased) = (0, 0);
    for seed in 0..600 {
        let mut draw = Draw::new(seed ^ 0x1111);
        (draw.linked, draw.erased) = (12, if seed % 3 == 0 { 2 } else { 0 });
        let documents = draw.documents(1 + seed as usize % 4);
        let count = 10 + draw.rng.below(60);
        let events = draw.events(count);
        let (gate, own) = (gate_with(&documents), gate_with(&documents));
        for event in &events {
            gate.record(event.clone()).unwrap();
            if !matches!(event.kind, EventKind::Linked { .. } | EventKind::Erased) {
                own.record(event.clone()).unwrap();
            }
        }
        let expected = Expected { own: &own, events: &events };
        let visitors: Vec<SubjectId> = expected.links().map(|(_, visitor)| visitor).collect();
        for subject in draw.subjects.iter().chain(&visitors) {
            expected.assert_is(&gate, *subject, &format!("draw {seed}"));
            linked += expected.reached(*subject).len() - 1;
            erased += usize::from(expected.erased_at(*subject).is_some());
        }
    }
    assert!(linked > 3_000 && erased > 300, "{linked} links and {erased} erasures say little");
}
