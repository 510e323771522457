//! The twelve as a list: who each is agrees with the policy, with its terms and with what its file says, and reading by
//! the list is reading by the system's own reader.

use std::{collections::BTreeSet, fs, path::Path};

use dynamoi_privacy::{
    policy::{Document, VendorTerms},
    processors::{AnyReading, JsonPath, Misfit, Reading, System},
    vocabulary::{ProcessorId, SubjectId},
};

#[test]
fn who_a_system_is_agrees_with_the_policy_and_with_its_file() {
    let (policy, terms) = (Document::dynamoi(), VendorTerms::shipped());
    assert_eq!(policy.processors.len(), System::ALL.len());
    for (system, entry) in System::ALL.into_iter().zip(&policy.processors) {
        let identity = system.identity();
        assert_eq!((identity.id.as_str(), identity.kind), (entry.id.as_str(), entry.kind));
        assert_eq!((identity.name, system.name()), (entry.name.as_str(), entry.name.as_str()));
        assert_eq!((System::of(&identity.id), system.to_string()), (Some(system), identity.name.to_owned()));
        assert!(identity.privacy_terms.starts_with("https://"), "{system}");
        let terms = terms.of(&identity.id).unwrap();
        assert!(terms.sources.iter().all(|source| source.starts_with("https://")), "{system}");

        // The company is named at the head of the file, with how sure that is.
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/processors/{}.rs", identity.id));
        let file = fs::read_to_string(file).unwrap();
        let head: Vec<&str> =
            file.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start).collect();
        let first = head.join(" ");
        match identity.legal_name {
            Some(company) => {
                let (_, after) =
                    first.split_once(company).unwrap_or_else(|| panic!("{company} is not named"));
                assert!(after.split("Policy:").next().unwrap().contains(r"\[S\]"), "{system}");
            }
            None => assert!(first.contains("Which company runs it and where is unconfirmed"), "{system}"),
        }
    }
    assert_eq!(System::of(&ProcessorId::from_static("adform")), None);
}

/// What a reading says of itself.
fn told<T>(reading: &Reading<T>) -> (usize, Vec<JsonPath>, Vec<Misfit>) {
    (reading.kept().len(), reading.dropped().to_vec(), reading.refused().to_vec())
}

#[test]
fn a_reading_of_any_system_says_what_the_reading_itself_says() {
    let mut seen = BTreeSet::new();
    for system in System::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(system.id().as_str());
        for entry in fs::read_dir(folder).unwrap() {
            let payload = fs::read(entry.unwrap().path()).unwrap();
            let Ok(any) = system.read(SubjectId::random(), &payload) else { continue };
            let (kind, itself) = match &any {
                AnyReading::AdPerformance(reading) => ("ads", told(reading)),
                AnyReading::Payment(reading) => ("payment", told(reading)),
                AnyReading::Analytics(reading) => ("analytics", told(reading)),
                AnyReading::Streaming(reading) => ("streaming", told(reading)),
                AnyReading::Nothing(reading) => ("nothing", told(reading)),
            };
            assert_eq!((any.kept(), any.dropped().to_vec(), any.refused().to_vec()), itself, "{system}");
            let (kept, dropped, refused) = itself;
            for (what, some) in
                [("kept", kept > 0), ("dropped", !dropped.is_empty()), ("refused", !refused.is_empty())]
            {
                seen.extend(some.then_some((kind, what)));
            }
        }
    }
    let all = |what| ["ads", "analytics", "payment", "streaming"].map(move |kind| (kind, what));
    let expected = ["kept", "dropped", "refused"].into_iter().flat_map(all).chain([("nothing", "dropped")]);
    assert_eq!(seen, expected.collect());
}
