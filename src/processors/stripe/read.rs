//! Objects, lists and events of the Stripe API: billing addresses and what may be kept of a card.

use std::collections::{HashMap, HashSet};

use super::{NAME, Stripe, kinds::KINDS};
use crate::{
    data::{BillingAddress, BillingAddressParts, CardExpiry, PartialCard, PaymentData},
    gate::Recipient,
    processors::{
        Misfit, PayloadError, Reading, VendorError,
        payload::{Node, Value},
        reading::Rows,
    },
    vocabulary::{Country, SubjectId},
};

/// Reads an object, a list, search results or an event of the Stripe API.
///
/// Kept (section 1): the billing address, and of a card its brand, last four digits and expiry. Payment methods,
/// charges, customers, invoices, checkout sessions, sources and cards have them, wherever they stand: in a list,
/// in an event, expanded in another object. One that stands there twice is read once, and so is a payment method
/// that an object shows both by itself and in a charge of it. Names, e-mail addresses, shipping addresses, bank
/// accounts, fingerprints, the evidence of a dispute and what an event says was there before are dropped; so is
/// every other object. A card that an account is paid out to is a card like any other.
///
/// # Errors
/// When the payload is no object of Stripe's, or an error of Stripe's own.
///
/// ```
/// use dynamoi_privacy::{processors::stripe, vocabulary::SubjectId};
/// let payload = br#"{"object": "payment_method", "id": "pm_1", "card": {
///     "brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030, "fingerprint": "AOB934RVNwzk6xtn"
/// }}"#;
/// let reading = stripe::read(SubjectId::random(), payload)?;
/// assert_eq!(reading.kept().len(), 1);
/// assert_eq!(reading.dropped()[2].to_string(), "$.card.fingerprint");
/// # Ok::<(), dynamoi_privacy::processors::PayloadError>(())
/// ```
pub fn read(subject: SubjectId, payload: &[u8]) -> Result<Reading<PaymentData>, PayloadError> {
    let payload = Node::read(NAME, payload)?;
    let error = payload.member("error").filter(|e| is_stripe_error(e));
    let error = error.map(|error| VendorError::new(NAME, error, &["code", "type"]));
    if let Some(error) = error.or_else(|| VendorError::of_authorization(NAME, &payload)) {
        return Err(PayloadError::Vendor(error));
    }
    let refused = |misfit| PayloadError::not_of(NAME, misfit);
    recognise(&payload).map_err(refused)?;
    let mut objects = Objects { rows: Rows::new(), seen: HashSet::new(), kept: HashMap::new() };
    objects.visit(&payload).map_err(refused)?;
    Ok(objects.rows.guard(subject, &Stripe::ID, &payload))
}

/// Types of errors end in `_error`; those of the second version of the API may not, and link to a log.
fn is_stripe_error(error: &Node) -> bool {
    let kind = error.member("type").and_then(Node::text);
    kind.is_some_and(|kind| kind.ends_with("_error")) || (kind.is_some() && error.has("request_log_url"))
}

/// The kind of object that Stripe says it is: `payment_method`, `checkout.session`.
///
/// Webhooks of Meta have an `object` too, beside an `entry`. A kind that is not in the list is Stripe's when the
/// object says whether it is of live mode.
fn kind(node: &Node) -> Option<&str> {
    let kind = node.member("object").and_then(Node::text).filter(|_| !node.has("entry"))?;
    let stripes = KINDS.binary_search(&kind).is_ok() || kind.starts_with("v2.") || node.has("livemode");
    stripes.then_some(kind)
}

const OBJECT: &str = "a Stripe object: a payment method, a charge, a list, an event, …";

fn recognise(payload: &Node) -> Result<(), Misfit> {
    if let Some(objects) = list(payload) {
        let objects = objects.elements(LIST)?;
        return match objects.first().filter(|_| objects.iter().all(|o| kind(o).is_none())) {
            Some(first) => Err(first.misfit("a Stripe object")),
            None if kind(payload).is_none() && objects.is_empty() => Err(payload.misfit(OBJECT)),
            None => Ok(()),
        };
    }
    match kind(payload) {
        None => Err(payload.misfit(OBJECT)),
        Some("list" | "search_result") => payload.field("data", LIST).map(drop),
        Some("event") => {
            let object = payload.field("data", "what happened")?.field("object", "a Stripe object")?;
            if object.is_object() { Ok(()) } else { Err(object.misfit("a Stripe object")) }
        }
        Some(_) => Ok(()),
    }
}

/// The array of a list: of the first version of the API, of the second, or bare.
fn list(node: &Node) -> Option<&Node> {
    let listed = || matches!(kind(node), Some("list" | "search_result")) || node.has("next_page_url");
    match node.value() {
        Value::Array(_) if node.path().is_root() => Some(node),
        Value::Object(_) if listed() => node.member("data"),
        _ => None,
    }
}

/// The objects of one payload, as they are read.
struct Objects<'p> {
    rows: Rows<PaymentData>,
    /// The ids of the objects that were read.
    seen: HashSet<&'p str>,
    /// Whose data the object that is being read has, and what was kept of each.
    kept: HashMap<&'p str, Kept>,
}

#[derive(Default)]
struct Kept {
    address: bool,
    card: bool,
}

impl<'p> Objects<'p> {
    /// Reads what is covered of this object and of those in it.
    fn visit(&mut self, node: &'p Node) -> Result<(), Misfit> {
        if let Some(list) = list(node) {
            let outermost = node.path().is_root();
            return match list.elements(LIST) {
                Ok(elements) => elements.iter().try_for_each(|e| self.element(e, outermost)),
                Err(misfit) => {
                    self.rows.refuse(list, misfit);
                    Ok(())
                }
            };
        }
        match node.value() {
            Value::Array(elements) => elements.iter().try_for_each(|e| self.visit(e)),
            Value::Object(members) => {
                self.object(node)?;
                // What an event says was there before is so no more, and metadata is in nobody's vocabulary.
                let current = |m: &&Node| !matches!(m.name(), "previous_attributes" | "metadata");
                members.iter().filter(current).try_for_each(|m| self.visit(m))
            }
            _ => Ok(()),
        }
    }

    fn element(&mut self, element: &'p Node, outermost: bool) -> Result<(), Misfit> {
        if outermost {
            self.kept = HashMap::new();
        }
        if element.is_object() {
            return self.visit(element);
        }
        self.rows.refuse(element, element.misfit("a Stripe object"));
        Ok(())
    }

    fn object(&mut self, node: &'p Node) -> Result<(), Misfit> {
        let id = id(node);
        if id.is_some_and(|id| self.seen.contains(id)) {
            return Ok(());
        }
        let Some(mut covered) = kind(node).and_then(|kind| covered(kind, node)) else { return Ok(()) };
        self.seen.extend(id);
        if let Some(kept) = covered.of.and_then(|of| self.kept.get(of)) {
            covered.address = covered.address.filter(|_| !kept.address);
            covered.card = covered.card.filter(|_| !kept.card);
        }
        let read = covered.read();
        if let (Some(of), Ok(Some(data))) = (covered.of, &read) {
            let kept = self.kept.entry(of).or_default();
            kept.address |= data.billing_address.is_some();
            kept.card |= data.card.is_some();
        }
        self.rows.add(node, read)
    }
}

const LIST: &str = "an array of Stripe objects";

fn id(node: &Node) -> Option<&str> {
    node.member("id").and_then(Node::text)
}

/// What is covered of an object, where it stands.
struct Covered<'p> {
    address: Option<Address<'p>>,
    card: Option<&'p Node>,
    /// The id of the payment method, source or card that both are of, or of the customer.
    of: Option<&'p str>,
}

enum Address<'p> {
    Of(&'p Node),
    OfCard(&'p Node),
}

/// What is covered of an object of this kind; `None` for kinds that have nothing covered of their own.
fn covered<'p>(kind: &str, node: &'p Node) -> Option<Covered<'p>> {
    let within = |outer: &'p Node, name: &str| outer.member(name)?.member("address").map(Address::Of);
    let address = |name| node.member(name).map(Address::Of);
    Some(match kind {
        "payment_method" => {
            Covered { address: within(node, "billing_details"), card: card_of(node), of: id(node) }
        }
        "charge" | "setup_attempt" => Covered {
            address: within(node, "billing_details"),
            card: node.member("payment_method_details").and_then(card_of),
            // Before there were payment methods, a charge was of a source.
            of: id_in(node, "payment_method").or_else(|| id_in(node, "source")),
        },
        "payment_record" | "payment_attempt_record" => {
            let details = node.member("payment_method_details")?;
            let of = id_in(details, "payment_method");
            Covered { address: within(details, "billing_details"), card: card_of(details), of }
        }
        "confirmation_token" => {
            let preview = node.member("payment_method_preview")?;
            Covered { address: within(preview, "billing_details"), card: card_of(preview), of: None }
        }
        "source" => {
            // A source for 3-D Secure repeats the card that it is for.
            let secured = node.member("three_d_secure").filter(|card| card.has("last4"));
            Covered { address: within(node, "owner"), card: card_of(node).or(secured), of: id(node) }
        }
        "card" => Covered { address: Some(Address::OfCard(node)), card: Some(node), of: id(node) },
        "customer" => Covered { address: address("address"), card: None, of: id(node) },
        "invoice" => {
            Covered { address: address("customer_address"), card: None, of: id_in(node, "customer") }
        }
        "checkout.session" => {
            Covered { address: within(node, "customer_details"), card: None, of: id_in(node, "customer") }
        }
        _ => return None,
    })
}

/// The id of an object that another names, by the id alone or expanded.
fn id_in<'p>(node: &'p Node, name: &str) -> Option<&'p str> {
    let named = node.member(name)?;
    named.text().or_else(|| id(named))
}

impl Covered<'_> {
    fn read(&self) -> Result<Option<PaymentData>, Misfit> {
        let billing_address = match self.address {
            Some(Address::Of(address)) => self::address(address)?,
            Some(Address::OfCard(card)) => address_of_card(card)?,
            None => None,
        };
        let card = self.card.map_or(Ok(None), card)?;
        let covered = billing_address.is_some() || card.is_some();
        Ok(covered.then_some(PaymentData { billing_address, card }))
    }
}

/// Hosts that write PHP write an empty object as an empty array.
fn expect_object(node: &Node, expected: &str) -> Result<(), Misfit> {
    match node.value() {
        Value::Object(_) => Ok(()),
        Value::Array(elements) if elements.is_empty() => Ok(()),
        _ => Err(node.misfit(expected)),
    }
}

/// A card in person or at a distance, or the card that a wallet such as Amazon Pay took the money from.
fn card_of(method: &Node) -> Option<&Node> {
    let own = ["card", "card_present", "interac_present"].iter().find_map(|kind| method.member(kind));
    own.or_else(|| method.members().iter().find_map(|wallet| wallet.member("funding")?.member("card")))
}

fn card(card: &Node) -> Result<Option<PartialCard>, Misfit> {
    expect_object(card, "a card")?;
    let Some(last4) = card.optional("last4", |n| n.take("the last four digits", str::parse))? else {
        return Ok(None);
    };
    let take_brand = |n: &Node| n.take("a card brand, such as visa", str::parse);
    let brand = match card.member("type").filter(|kind| OLD_BRANDS.iter().any(|brand| kind.is_text(brand))) {
        Some(kind) if !card.has("brand") => Some(take_brand(kind)?),
        _ => card.optional("brand", take_brand)?,
    };
    Ok(Some(PartialCard { brand, last4, expiry: expiry(card)? }))
}

/// Until 2014 the brand of a card object was its `type`.
const OLD_BRANDS: [&str; 7] =
    ["American Express", "Diners Club", "Discover", "JCB", "MasterCard", "Unknown", "Visa"];

fn expiry(card: &Node) -> Result<Option<CardExpiry>, Misfit> {
    let (Some(month), Some(year)) = (card.member("exp_month"), card.member("exp_year")) else {
        return Ok(None);
    };
    let expected = "a month from 1 to 12 of a year from 2000 to 2199";
    let number = |node: &Node| node.take_count().map_err(|_| node.misfit(expected));
    let (in_month, in_year) = (number(month)?, number(year)?);
    let expiry = u8::try_from(in_month).ok().zip(u16::try_from(in_year).ok());
    let expiry = expiry.and_then(|(month, year)| CardExpiry::new(month, year).ok());
    expiry.map(Some).ok_or_else(|| card.misfit(expected))
}

fn address(address: &Node) -> Result<Option<BillingAddress>, Misfit> {
    expect_object(address, "an address")?;
    let parts = BillingAddressParts {
        line1: address.optional("line1", Node::take_text)?,
        line2: address.optional("line2", Node::take_text)?,
        city: address.optional("city", Node::take_text)?,
        region: address.optional("state", Node::take_text)?,
        postal_code: address.optional("postal_code", Node::take_text)?,
        country: country(address, "country")?,
    };
    whole(address, parts)
}

/// The country, where it is a code: Stripe takes what somebody typed as well, such as "United States", and the
/// rest of the address is not lost for that.
fn country(of: &Node, name: &str) -> Result<Option<Country>, Misfit> {
    match of.member(name) {
        Some(country) if country.text().is_none() => Err(country.misfit("a country")),
        country => Ok(country.and_then(|c| c.take("a country", str::parse).ok())),
    }
}

/// The address that an older card carries.
fn address_of_card(card: &Node) -> Result<Option<BillingAddress>, Misfit> {
    let parts = BillingAddressParts {
        line1: card.optional("address_line1", Node::take_text)?,
        line2: card.optional("address_line2", Node::take_text)?,
        city: card.optional("address_city", Node::take_text)?,
        region: card.optional("address_state", Node::take_text)?,
        postal_code: card.optional("address_zip", Node::take_text)?,
        country: country(card, "address_country")?,
    };
    whole(card, parts)
}

fn whole(node: &Node, parts: BillingAddressParts) -> Result<Option<BillingAddress>, Misfit> {
    if parts == BillingAddressParts::default() {
        return Ok(None);
    }
    let expected = "an address without a payment card number across its lines";
    BillingAddress::try_from(parts).map(Some).map_err(|_| node.misfit(expected))
}
