//! The round: every sample of data, to every system that takes it, for every purpose that permits it.

use std::collections::BTreeMap;

use dynamoi_privacy::{
    gate::{Gate, Guarded, Signals},
    processors::{Body, NotSent},
    vocabulary::{Purpose, SubjectId},
};

use super::{
    Sharing, all_consenting,
    kinds::{Kinds, for_every_kind},
    lacking,
    samples::{Sample, Sampled, samples},
};
use crate::{documented, payloads::now};

/// How often a body of each row came out, and how often each reason was given for none.
#[derive(Default)]
struct Tally {
    bodies: BTreeMap<String, usize>,
    lacking: BTreeMap<(String, String), usize>,
    /// What is not as it should be, with the first sample that shows it.
    wrong: BTreeMap<String, String>,
}

#[test]
fn what_is_permitted_is_sent_as_documented_or_lacks_what_is_demanded() {
    let mut tally = Tally::default();
    for_every_kind!(go_round, &mut tally);
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);

    let rows: Vec<String> = documented::rows().map(|row| row.to_owned()).collect();
    assert_eq!(
        tally.bodies.keys().cloned().collect::<Vec<_>>(),
        rows,
        "each row of the tables has its bodies"
    );
    for (row, count) in &tally.bodies {
        assert!(*count >= 20, "{row}: {count} bodies are few");
    }
    let mut expected: Vec<(String, String)> = lacking::reasons().collect();
    expected.sort();
    assert_eq!(tally.lacking.into_keys().collect::<Vec<_>>(), expected, "each reason is given");
}

fn go_round<T: Sampled, R: Kinds<T>>(tally: &mut Tally) {
    let sharing = Sharing::dynamoi();
    let purposes = Purpose::ALL.iter().filter(|purpose| sharing.shares(**purpose, T::CATEGORY, &R::ID));
    let purposes: Vec<Purpose> = purposes.copied().collect();
    assert!(!purposes.is_empty());
    let samples = samples::<T>();
    for purpose in purposes {
        for (nth, home) in [None, Some("US"), Some("DE"), Some("PR")].into_iter().enumerate() {
            let somebody = all_consenting(home);
            // A signal that forbids the flow is tried elsewhere; blocked cookies forbid none that are not analysed.
            for signals in [Signals::default(), Signals { cookies_blocked: true, ..Signals::default() }] {
                let forbidden = !sharing.against((T::CATEGORY, purpose), (None, &R::ID), signals).is_empty();
                let every_sample = nth == 0 && signals == Signals::default();
                for sample in samples.iter().filter(|sample| !forbidden && (every_sample || sample.plain)) {
                    try_every_kind::<T, R>(sample, purpose, &somebody, signals, tally);
                }
            }
        }
    }
}

fn try_every_kind<T: Sampled, R: Kinds<T>>(
    sample: &Sample<T>,
    purpose: Purpose,
    somebody: &(Gate, SubjectId),
    signals: Signals,
    tally: &mut Tally,
) {
    for kind in R::kinds() {
        let row = format!("{}/{}", R::ID, kind.row);
        let told = format!("{row}, {}", kind.beside);
        let expected = lacking::lacks(&row, &sample.json, kind.beside);
        let wrong = match (send::<T, R>(somebody, sample.data.clone(), purpose, signals, kind.with), expected)
        {
            (Ok(body), None) => {
                *tally.bodies.entry(row.clone()).or_default() += 1;
                documented::validate(&row, &body).err()
            }
            (Ok(_), Some(reason)) => Some(format!("there is a body, although it lacks {reason}")),
            (Err(reason), expected) => {
                let wrong = (expected != Some(reason.as_str()))
                    .then(|| format!("lacks {reason}, and not {expected:?}"));
                *tally.lacking.entry((row, reason)).or_default() += 1;
                wrong
            }
        };
        if let Some(wrong) = wrong {
            let told = format!("{told}: {}", wrong.chars().take(160).collect::<String>());
            tally.wrong.entry(told).or_insert_with(|| sample.name.clone());
        }
    }
}

/// Data of somebody who consented to everything, sent; or what is lacking, and then the data is still there.
pub(crate) fn send<T: Sampled, R: Kinds<T>>(
    (gate, subject): &(Gate, SubjectId),
    data: T,
    purpose: Purpose,
    signals: Signals,
    with: R::With<'static>,
) -> Result<Body, String> {
    let check = gate.check(now()).signals(signals);
    let cleared = check.share(Guarded::new(*subject, data), purpose, R::SYSTEM).unwrap();
    cleared.send(gate, now(), with).map_err(|unsent| {
        let NotSent::Lacking(lacking) = unsent.why() else { panic!("{unsent}") };
        let reason = lacking.expected().to_owned();
        assert!(check.share(unsent.into_guarded(), purpose, R::SYSTEM).is_ok());
        reason
    })
}
