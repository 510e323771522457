//! What the systems' own terms ask for (section 3), as data: they change without us, so each fact has its date.

use std::{collections::HashSet, sync::LazyLock};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, de::Error};

use super::Policy;
use crate::vocabulary::{
    FormError, ProcessorId, ProcessorKind, form,
    instant::date,
    quiet::{number, record},
    words::words,
};

record! {
    /// The terms of the systems that the policy names, as far as this crate acts on them.
    ///
    /// What stops data is the policy document's `no_onward_to`, not this: these are the facts that it is checked
    /// against, and those that bodies and deadlines are made with. A host that learns of newer ones gives its
    /// gate another document ([`Gate::with_vendor_terms`](crate::gate::Gate::with_vendor_terms)) instead of
    /// waiting for a release. It is read strictly.
    ///
    /// ```
    /// use dynamoi_privacy::policy::{History, VendorTerms};
    /// use dynamoi_privacy::vocabulary::{ProcessorId, ProcessorKind};
    ///
    /// let terms = VendorTerms::shipped();
    /// let spotify = terms.of(&ProcessorId::SPOTIFY).ok_or("it is one of the twelve")?;
    /// assert_eq!(spotify.no_onward_to, [ProcessorKind::AdNetwork]);
    /// assert_eq!(spotify.delete_obtained_within_days, Some(5));
    ///
    /// // Dynamoi's policy forbids whatever the systems forbid.
    /// let history = History::dynamoi();
    /// let policy = history.version("1.0.0").ok_or("it is built in")?;
    /// assert_eq!(terms.not_kept_by(policy).count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is a wire's; a new field is a new format")]
    pub struct VendorTerms {
        /// The number of this form, 1.
        #[serde(deserialize_with = "format")]
        pub format: u32,
        /// A row for each system, in any order; no system has two.
        #[serde(deserialize_with = "systems")]
        pub systems: Vec<SystemTerms>,
        /// Where Meta's Limited Data Use applies.
        pub limited_data_use: LimitedDataUse,
    }
}

record! {
    /// What one system's own terms ask for.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is a wire's; a new field is a new format")]
    pub struct SystemTerms {
        /// The system.
        pub id: ProcessorId,
        /// The kinds to which data obtained from it may not be passed on, whoever consents.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub no_onward_to: Vec<ProcessorKind>,
        /// Within how many days data obtained from it is to be deleted once the person disconnects it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub delete_obtained_within_days: Option<u16>,
        /// The day on which this row was compared with its sources; RFC 3339 in JSON.
        #[serde(with = "date")]
        #[schemars(with = "NaiveDate")]
        pub checked: NaiveDate,
        /// How sure it is that the terms ask for this and for no more of it.
        pub evidence: Evidence,
        /// Where it is written, or, where nothing was found, where we looked.
        pub sources: Vec<String>,
    }
}

record! {
    /// The states of the USA in which Meta's Limited Data Use applies, with Meta's numbers for them.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is a wire's; a new field is a new format")]
    pub struct LimitedDataUse {
        /// The day on which the list was compared with its sources; RFC 3339 in JSON.
        #[serde(with = "date")]
        #[schemars(with = "NaiveDate")]
        pub checked: NaiveDate,
        /// How sure it is.
        pub evidence: Evidence,
        /// Where it is written.
        pub sources: Vec<String>,
        /// The states, each once.
        #[serde(deserialize_with = "states")]
        pub states: Vec<StateCode>,
    }
}

record! {
    /// A state of the USA and Meta's number for it.
    #[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
    #[expect(clippy::exhaustive_structs, reason = "the form of the document is a wire's; a new field is a new format")]
    pub struct StateCode {
        /// The two capital letters of the state, such as `CA`.
        pub state: String,
        /// Meta's number.
        pub code: u16,
    }
}

words! {
    /// How sure a fact about a system is.
    Evidence, "a kind of evidence" {
        /// It was read on the vendor's own page, or in its own specification or code.
        Primary = "primary",
        /// It was read in a copy of the vendor's page.
        Copied = "copied",
        /// Others say so: partners, client libraries, forums.
        SecondHand = "second_hand",
        /// Nothing was found that says so.
        Unconfirmed = "unconfirmed",
    }
}

impl VendorTerms {
    /// The terms that this version of the crate was made with.
    #[expect(clippy::expect_used, reason = "the document is a constant, and a test reads it")]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<VendorTerms> = LazyLock::new(|| {
            let shipped = VendorTerms::from_json(include_str!("vendor-terms.json"));
            shipped.expect("the built-in document is well-formed")
        });
        &SHIPPED
    }

    /// Reads terms from JSON.
    ///
    /// # Errors
    /// Says where the text is not of the form, what was found and what was expected.
    pub fn from_json(json: &str) -> Result<Self, FormError> {
        form::read(json.as_bytes())
    }

    /// The terms of a system; `None` when there are none here.
    pub fn of(&self, id: &ProcessorId) -> Option<&SystemTerms> {
        self.systems.iter().find(|system| system.id == *id)
    }

    /// Meta's number for a state of the USA, by its two letters; `None` where Limited Data Use does not apply.
    pub fn limited_data_use(&self, state: &str) -> Option<u16> {
        self.limited_data_use.states.iter().find(|known| known.state == state).map(|known| known.code)
    }

    /// What a version of the policy would let happen although a system's terms forbid it: that data obtained from
    /// this system goes on to processors of this kind. Empty is as it should be.
    pub fn not_kept_by<'a>(
        &'a self,
        policy: &'a Policy,
    ) -> impl Iterator<Item = (&'a ProcessorId, ProcessorKind)> {
        self.systems.iter().flat_map(move |system| {
            let registered = policy.processor(&system.id);
            let let_on = move |kind: &ProcessorKind| registered.is_some_and(|p| !p.forbids_onward_to(*kind));
            system.no_onward_to.iter().copied().filter(let_on).map(|kind| (&system.id, kind))
        })
    }
}

fn format<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    number(from, "the number of the form, 1", |number| {
        number.as_u64().filter(|format| *format == 1).map(|_| 1)
    })
}

fn systems<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<SystemTerms>, D::Error> {
    let systems = Vec::<SystemTerms>::deserialize(from)?;
    each_once(systems.iter().map(|system| system.id.as_str()), "a system")?;
    Ok(systems)
}

fn states<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<StateCode>, D::Error> {
    let states = Vec::<StateCode>::deserialize(from)?;
    let formed = |state: &str| state.len() == 2 && state.bytes().all(|letter| letter.is_ascii_uppercase());
    if !states.iter().all(|known| formed(&known.state)) {
        return Err(D::Error::custom("found another text for a state, expected two capital letters"));
    }
    each_once(states.iter().map(|known| known.state.as_str()), "a state")?;
    Ok(states)
}

/// Of two rows for one thing a reader would obey one and overlook the other.
fn each_once<'a, E: Error>(names: impl Iterator<Item = &'a str>, what: &str) -> Result<(), E> {
    let mut seen = HashSet::new();
    match names.into_iter().all(|name| seen.insert(name)) {
        true => Ok(()),
        false => Err(E::custom(format_args!("found {what} twice, expected each once"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Document, History};

    #[test]
    fn the_terms_cover_the_twelve_once_and_agree_with_the_policy() {
        let terms = VendorTerms::shipped();
        let mut ids: Vec<&str> = terms.systems.iter().map(|system| system.id.as_str()).collect();
        let policy = Document::dynamoi();
        let mut registered: Vec<&str> = policy.processors.iter().map(|p| p.id.as_str()).collect();
        ids.sort_unstable();
        registered.sort_unstable();
        assert_eq!(ids, registered);
        for processor in &policy.processors {
            let system = terms.systems.iter().find(|s| s.id.as_str() == processor.id).unwrap();
            assert_eq!(system.no_onward_to, processor.no_onward_to, "{}", processor.id);
            assert!(!system.sources.is_empty());
        }
        let json = serde_json::to_string(terms).unwrap();
        assert_eq!(&VendorTerms::from_json(&json).unwrap(), terms);
    }

    #[test]
    fn a_policy_that_forgets_what_a_system_forbids_is_found_out() {
        let mut document = Document::dynamoi();
        document.processors.iter_mut().for_each(|processor| processor.no_onward_to.clear());
        let history = History::new();
        history.add(document).unwrap();
        let found: Vec<_> = VendorTerms::shipped().not_kept_by(history.version("1.0.0").unwrap()).collect();
        let ads = ProcessorKind::AdNetwork;
        assert_eq!(found, [(&ProcessorId::SPOTIFY, ads), (&ProcessorId::APPLE_MUSIC, ads)]);
    }

    #[test]
    fn terms_are_read_strictly() {
        let json = include_str!("vendor-terms.json");
        for (from, to, place) in [
            (r#""format": 1"#, r#""format": 2"#, "format"),
            (r#""checked": "2026-11-25""#, r#""checked": "2026-11""#, "systems[0].checked"),
            (r#""code": 1000"#, r#""code": "1000""#, "limited_data_use.states[0].code"),
            (r#""evidence": "copied""#, r#""evidence": "sure""#, "systems[0].evidence"),
            (r#""id": "spotify""#, r#""id": "spotify", "no_onward": []"#, "systems[6].no_onward"),
            (r#""id": "google_ads""#, r#""id": "facebook_ads""#, "systems"),
            (r#""state": "CO""#, r#""state": "CA""#, "limited_data_use.states"),
            (r#""state": "CO""#, r#""state": "co""#, "limited_data_use.states"),
            (r#""state": "CO""#, r#""state": "Colorado""#, "limited_data_use.states"),
        ] {
            let error = VendorTerms::from_json(&json.replacen(from, to, 1)).unwrap_err();
            assert!(error.path().starts_with(place) || error.to_string().contains("no_onward"), "{error}");
        }
    }
}
