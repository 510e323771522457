//! A receipt as linked data: the JSON-LD that the guide to DPV-27560 lays down.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::{ConsentEvent, ConsentType, Party, PiiInformation, PurposeOfProcessing, Receipt, Term};
use crate::{
    policy::SourceKind,
    terms::{date_time, prefixes},
    vocabulary::{Country, DataCategory, LegalBasis, ProcessorKind, Purpose},
};

impl Receipt {
    /// The receipt as a `dpv:ConsentReceipt` in JSON-LD, complete in itself, as *Consent Records and Receipts as per
    /// ISO/IEC TS 27560:2023 using DPV* (<https://w3id.org/dpv/guides/consent-27560>, 2026-02-15; "the guide") lays it
    /// out: metadata around one `dpv:ConsentRecord` (9.2), which is [`consent_record`](Self::consent_record). It is valid
    /// if the receipt [`lacks`](Self::lacks) nothing.
    ///
    /// `None` of a receipt about a purpose that stands on another basis than consent. By the guide (8.3.6) the basis of
    /// a consent record is always consent: what is taken back under a contract is no `dpv:ConsentWithdrawn`, because no
    /// consent was given, and DPV's `dpv:ObjectingToProcess` is the possibility of objecting, not that somebody did.
    ///
    /// - A word of the policy stands as its own IRI ([`Purpose::iri`]), with the term of DPV under which it falls as
    ///   `skos:broader` (8.3.2, 8.3.3.1).
    /// - Ids of the person, the receipt and the record are `urn:uuid:`; a party's is its record's with `#` and its
    ///   `party_id`, so that parties of different records are not taken for one.
    /// - The controller is among the recipients, as in the guide's examples 18 and 39.
    /// - A country and `EU` and `EEA` become terms of DPV's locations, and so does what has the form of a region of a
    ///   country, such as `US-CA`; whether there is that region is not checked. Anything else is a location by its title.
    /// - Contacts are written as sections 8.4.4 and 8.4.5 say (`schema:contactPoint`), not as the table in 7.2 does.
    ///
    /// ```
    /// use dynamoi_privacy::consent::{ConsentType, Issuer};
    /// use dynamoi_privacy::{Event, Gate, History, Purpose, SubjectId};
    ///
    /// let issuer = Issuer::new().notice("https://dynamoi.example/privacy", "en").consent_type(ConsentType::Expressed);
    /// let (subject, now) = (SubjectId::random(), "2026-01-05T09:00:00Z".parse()?);
    /// let gate = Gate::new(History::dynamoi());
    /// gate.record(Event::grant(subject, Purpose::Promotion, "1.0.0", now))?;
    /// gate.record(Event::withdraw(subject, Purpose::MusicDistribution, now))?;
    /// let record = gate.record_of(subject).ok_or("they have an event")?;
    /// let receipt = |purpose| issuer.receipt(gate.history(), subject, &record, purpose, now).ok_or("they chose");
    ///
    /// let linked = receipt(Purpose::Promotion)?.to_json_ld().ok_or("promotion stands on consent")?;
    /// assert_eq!(linked["@type"], "dpv:ConsentReceipt");
    /// let record = &linked["dpv:hasRecordOfActivity"];
    /// assert_eq!(record["dpv:hasProcess"][0]["dpv:hasPurpose"]["@id"], "privacy:purpose:promotion");
    /// assert_eq!(record["dpv:hasConsentStatus"][0]["@type"][0], "dpv:ConsentGiven");
    /// // Distribution stands on the contract.
    /// assert!(receipt(Purpose::MusicDistribution)?.to_json_ld().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json_ld(&self) -> Option<Value> {
        let record = self.record()?;
        Some(json!({
            "@context": prefixes(),
            "@id": format!("uuid:{}", self.receipt_id),
            "@type": "dpv:ConsentReceipt",
            "dct:conformsTo": id("dpv-27560:receipt"),
            "dct:created": date_time(&self.dynamoi.issued_at),
            "dpv:hasIdentifier": self.receipt_id.to_string(),
            "dpv:hasRecordOfActivity": record,
        }))
    }

    /// The `dpv:ConsentRecord` that the receipt is of, by itself, in JSON-LD: as it stood when the receipt was made.
    /// `None` where [`to_json_ld`](Self::to_json_ld) is.
    pub fn consent_record(&self) -> Option<Value> {
        let mut record = self.record()?;
        record.insert("@context".to_owned(), prefixes());
        Some(record.into())
    }

    fn record(&self) -> Option<Map<String, Value>> {
        let purposes = &self.pii_processing.purposes;
        if purposes.iter().any(|purpose| purpose.lawful_basis.as_str() != LegalBasis::Consent.as_str()) {
            return None;
        }
        let record = self.record_id.to_string();
        let mut node = Node::of([
            ("@id", format!("uuid:{record}").into()),
            ("@type", "dpv:ConsentRecord".into()),
            ("dct:conformsTo", id("dpv-27560:record")),
            ("dct:identifier", record.into()),
            (
                "dpv:hasDataSubject",
                json!({
                    "@id": format!("uuid:{}", self.pii_principal_id.uuid()),
                    "@type": "dpv:DataSubject",
                    "dct:identifier": self.pii_principal_id,
                }),
            ),
            ("dpv:hasProcess", purposes.iter().map(|purpose| self.process(purpose)).collect()),
            ("dpv:hasEntity", self.party_identification.iter().map(|party| self.entity(party)).collect()),
            ("dpv:hasConsentStatus", self.event.iter().map(|event| self.status(event)).collect()),
        ]);
        node.maybe("dpv:hasNotice", self.notice());
        Some(node.0)
    }

    /// The IRI of a party (8.4.2).
    fn party(&self, party: &str) -> String {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        let mut iri = format!("uuid:{}#", self.record_id);
        for c in party.chars() {
            if safe(c) {
                iri.push(c);
            } else {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().for_each(|byte| iri.push_str(&format!("%{byte:02X}")));
            }
        }
        iri
    }

    /// What the person was shown (8.2.1), with its language (8.2.2).
    fn notice(&self) -> Option<Value> {
        let (notice, language) = (&self.pii_processing.privacy_notice, &self.pii_processing.language);
        if notice.is_none() && language.is_none() {
            return None;
        }
        let mut node = named("dpv:ConsentNotice", notice.as_deref());
        node.maybe("dct:language", language.as_deref().map(Value::from));
        Some(node.0.into())
    }

    /// A purpose and what is done for it (8.3).
    fn process(&self, purpose: &PurposeOfProcessing) -> Value {
        let controllers = &purpose.pii_controllers;
        let recipients = controllers.iter().chain(&purpose.recipient_third_parties);
        let mut node = Node::of([
            ("@type", "dpv:Process".into()),
            ("dpv:hasPurpose", purpose_node(&purpose.purpose, purpose.purpose_type.as_ref())),
            ("dpv:hasLegalBasis", id("dpv:Consent")),
            ("dpv:hasPersonalData", purpose.pii_information.iter().map(|data| self.data(data)).collect()),
            ("dpv:hasDataController", controllers.iter().map(|party| id(self.party(party))).collect()),
            ("dpv:hasRecipient", recipients.map(|party| id(self.party(party))).collect()),
            ("dpv:hasStorageCondition", storage(purpose)),
            ("dpv:hasConsentControl", exercised("dpv:WithdrawConsent", &purpose.withdrawal_method)),
        ]);
        let rights = purpose.privacy_rights.as_deref();
        node.maybe("dpv:hasRight", rights.map(|at| exercised("dpv:DataSubjectRight", at)));
        node.maybe("dpv:hasJurisdiction", purpose.jurisdiction.as_deref().map(location));
        node.maybe("dpv:hasAuthority", purpose.authority_party.as_deref().map(|party| id(self.party(party))));
        node.0.into()
    }

    /// A category (8.3.3), where it comes from (8.3.4.1) and who gets it. A node of its own, because sources and
    /// recipients are those of this purpose.
    fn data(&self, data: &PiiInformation) -> Value {
        let mut node = Node(category(&data.pii_type));
        let about = &data.dynamoi;
        node.maybe("dpv:hasDataSource", filled(about.sources.iter().map(|kind| source(*kind))));
        node.maybe("dpv:hasRecipient", filled(about.recipients.iter().map(|party| id(self.party(party)))));
        node.0.into()
    }

    /// Somebody who takes part (8.4).
    fn entity(&self, party: &Party) -> Value {
        let mut classes: Vec<Value> = match party.party_role.as_str() {
            // The controller gets the data, too.
            "controller" => vec!["dpv:DataController".into(), "dpv:Recipient".into()],
            "recipient" => vec!["dpv:Recipient".into()],
            "authority" => vec!["dpv:DataProtectionAuthority".into()],
            _ => vec!["dpv:Entity".into()],
        };
        match party.party_type.as_str().parse::<ProcessorKind>() {
            Ok(kind) => classes.extend([kind.dpv().compact().into(), word("kind", kind.as_str()).into()]),
            Err(_) if party.party_type.as_str() == "organisation" => classes.push("dpv:Organisation".into()),
            Err(_) => {}
        }
        let iri = self.party(&party.party_id);
        let mut node = Node::of([
            ("@id", iri.clone().into()),
            ("@type", classes.into()),
            ("dct:identifier", party.party_id.clone().into()),
            ("dpv:hasIdentifier", iri.replacen("uuid:", "urn:uuid:", 1).into()),
            ("dpv:hasName", party.party_name.clone().into()),
        ]);
        let mut contact = Node::of([("@type", "schema:ContactPoint".into())]);
        contact.maybe("schema:description", party.party_contact.clone().map(Value::from));
        contact.maybe("schema:email", party.party_email.clone().map(Value::from));
        contact.maybe("schema:telephone", party.party_phone.clone().map(Value::from));
        node.maybe("schema:contactPoint", (contact.0.len() > 1).then(|| contact.0.into()));
        let address =
            |text: &String| json!({ "@type": "schema:PostalAddress", "schema:streetAddress": text });
        node.maybe("schema:address", party.party_address.as_ref().map(address));
        let url = |text: &String| as_iri(text).map_or_else(|| text.as_str().into(), id);
        node.maybe("schema:url", party.party_url.as_ref().map(url));
        node.0.into()
    }

    /// What became of a choice (8.5), and what exactly it is about.
    fn status(&self, event: &ConsentEvent) -> Value {
        let (state, was_given) = match event.event_state.as_str() {
            "given" => ("dpv:ConsentGiven", true),
            "expired" => ("dpv:ConsentExpired", true),
            "refused" => ("dpv:ConsentRefused", false),
            "withdrawn" => ("dpv:ConsentWithdrawn", false),
            _ => ("dpv:ConsentUnknown", false),
        };
        let how = event.event_type.as_ref().filter(|_| was_given);
        let how = how.and_then(|word| word.as_str().parse::<ConsentType>().ok()).map(|how| match how {
            ConsentType::Implied => "dpv:ImpliedConsent",
            ConsentType::Expressed => "dpv:ExpressedConsent",
            ConsentType::ExplicitlyExpressed => "dpv:ExplicitlyExpressedConsent",
        });
        let (purpose, of_category, processor) = event.dynamoi.scope.parts();
        let mut node = Node::of([
            ("@type", [state].into_iter().chain(how).collect()),
            ("dpv:hasDuration", validity(&event.validity_duration)),
            ("dpv:hasPurpose", id(word("purpose", purpose.as_str()))),
            ("dpv:isIndicatedAtTime", date_time(&event.event_time)),
            ("dpv:isIndicatedBy", id(format!("uuid:{}", event.entity_id.uuid()))),
        ]);
        let of = |word: DataCategory| Value::from(category(&word.as_str().into()));
        node.maybe("dpv:hasPersonalData", of_category.map(of));
        // Where nothing goes to it, as after a refusal, it is no party of the record.
        let to = |id: &str| json!({ "@id": self.party(id), "@type": "dpv:Recipient", "dct:identifier": id });
        node.maybe("dpv:hasRecipient", processor.map(|processor| to(processor.as_str())));
        node.0.into()
    }
}

/// A node of linked data under construction.
struct Node(Map<String, Value>);

impl Node {
    fn of<const N: usize>(fields: [(&str, Value); N]) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn maybe(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
    }
}

fn id(iri: impl Into<Value>) -> Value {
    json!({ "@id": iri.into() })
}

fn word(list: &str, word: &str) -> String {
    format!("privacy:{list}:{word}")
}

/// A list, unless it is empty.
fn filled(items: impl Iterator<Item = Value>) -> Option<Value> {
    let items: Vec<Value> = items.collect();
    (!items.is_empty()).then(|| items.into())
}

/// The text if it can be an IRI.
fn as_iri(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let stray = |c: char| c.is_whitespace() || c.is_control() || r#"<>"{}|\^`"#.contains(c);
    let is_one = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(of_scheme)
        && !rest.is_empty()
        && !rest.contains(stray);
    is_one.then_some(text)
}

/// A node with a text as its IRI if it can be one, and else as its title.
fn named(class: &str, text: Option<&str>) -> Node {
    let mut node = Node::of([("@type", class.into())]);
    match text.map(|text| as_iri(text).ok_or(text)) {
        Some(Ok(iri)) => node.maybe("@id", Some(iri.into())),
        Some(Err(text)) => node.maybe("dct:title", Some(text.into())),
        None => {}
    }
    node
}

/// A control (8.3.8) or a right (8.3.10), and where it is exercised.
fn exercised(class: &str, place: &str) -> Value {
    json!({ "@type": class, "dpv:isExercisedAt": named("dpv:RightExerciseNotice", Some(place)).0 })
}

/// A purpose and its category (8.3.2).
fn purpose_node(purpose: &Term, category: Option<&Term>) -> Value {
    let known = purpose.as_str().parse::<Purpose>().ok();
    let mut node = match known {
        Some(known) => {
            Node::of([("@id", word("purpose", known.as_str()).into()), ("@type", "dpv:Purpose".into())])
        }
        None => named("dpv:Purpose", Some(purpose.as_str())),
    };
    let own = known.map(|known| known.dpv());
    let other = category.and_then(|category| as_iri(category.as_str()));
    let other = other.filter(|iri| own.and_then(|term| term.iri()).as_deref() != Some(iri));
    let broader = own.and_then(|term| term.compact()).map(id).into_iter().chain(other.map(id));
    node.maybe("skos:broader", filled(broader));
    node.0.into()
}

/// Personal data of a category (8.3.3.1).
fn category(of: &Term) -> Map<String, Value> {
    let mut node = Node::of([("@type", "dpv:PersonalData".into())]);
    match (of.as_str().parse::<DataCategory>(), as_iri(of.as_str())) {
        (Ok(known), _) => {
            let broader = [Some(word("category", known.as_str())), known.dpv().compact()];
            node.maybe("skos:broader", filled(broader.into_iter().flatten().map(id)));
        }
        (Err(_), Some(iri)) => node.maybe("skos:broader", Some(id(iri))),
        (Err(_), None) => node.maybe("dct:title", Some(of.as_str().into())),
    }
    node.0
}

/// Where data comes from (8.3.4.1): the person, or whoever is of a kind.
fn source(kind: SourceKind) -> Value {
    match kind {
        SourceKind::Subject => json!({ "@type": "dpv:DataSubjectDataSource" }),
        SourceKind::Processor(kind) => json!({ "@type": ["dpv:DataSource", word("kind", kind.as_str())] }),
    }
}

/// Where data is stored and for how long (8.3.4.2).
fn storage(purpose: &PurposeOfProcessing) -> Value {
    let places = filled(purpose.storage_locations.iter().map(|place| location(place)));
    let places = places.map(|places| json!({ "@type": "dpv:StorageLocation", "dpv:hasLocation": places }));
    let period = purpose
        .retention_period
        .as_deref()
        .map(|period| json!({ "@type": "dpv:StorageDuration", "dpv:hasDuration": retention(period) }));
    places.into_iter().chain(period).collect()
}

/// A duration, a date, or an event.
fn retention(text: &str) -> Value {
    let of_duration = |c: char| c.is_ascii_digit() || "YMWDTHS.".contains(c);
    let is_duration = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit() || c == 'T') && rest.chars().all(of_duration)
    };
    if text.strip_prefix('P').is_some_and(is_duration) {
        json!({ "@type": "dpv:TemporalDuration", "rdf:value": { "@type": "xsd:duration", "@value": text } })
    } else if text.parse::<NaiveDate>().is_ok() {
        json!({ "@type": "dpv:UntilTimeDuration", "rdf:value": { "@type": "xsd:date", "@value": text } })
    } else {
        json!({ "@type": "dpv:UntilEventDuration", "rdf:value": text })
    }
}

/// How long a choice stands (8.5.4).
fn validity(interval: &str) -> Value {
    let end = interval.split_once('/').map_or(interval, |(_, end)| end);
    match (end, end.parse::<DateTime<Utc>>()) {
        ("..", _) => json!({ "@type": "dpv:EndlessDuration" }),
        (_, Ok(until)) => json!({ "@type": "dpv:UntilTimeDuration", "rdf:value": date_time(&until) }),
        (text, Err(_)) => json!({ "@type": "dpv:UntilEventDuration", "rdf:value": text }),
    }
}

/// A term of DPV's locations where the text is a code of one, and else a location by its title (8.3.9).
fn location(text: &str) -> Value {
    let is_region = |(country, region): (&str, &str)| {
        let of_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        country.parse::<Country>().is_ok() && (1..=3).contains(&region.len()) && region.chars().all(of_code)
    };
    let is_code = ["EU", "EEA"].contains(&text)
        || text.parse::<Country>().is_ok()
        || text.split_once('-').is_some_and(is_region);
    if is_code { id(format!("loc:{text}")) } else { json!({ "@type": "dpv:Location", "dct:title": text }) }
}
