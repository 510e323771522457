//! Stripe: the payment processor; source of payment data and recipient of what it bills with.
//!
//! Stripe, Inc. (USA), for customers in the EEA Stripe Payments Europe, Ltd. (Ireland) \[S\]. Policy: section 1 (billing address, partial card details),
//! section 3 (sharing for billing, on the contract). It takes no consent signal: a refusal means that nothing is
//! sent \[P\]. A card's `fingerprint` is the same for every customer who uses the card, so it links people and is
//! never kept \[P\]. Deletion: `DELETE /v1/customers/:id`, and redaction jobs in preview \[P\].
//! - <https://docs.stripe.com/api/payment_methods/object>
//! - <https://docs.stripe.com/api/charges/object>
//! - <https://docs.stripe.com/api/customers/update>
//! - <https://docs.stripe.com/privacy/redaction>

use super::{
    Body, Lacking, Misfit, PayloadError, Reading, Takes, VendorError,
    payload::{Node, Value},
    reading::Rows,
    send::sealed::Sealed,
};
use crate::{
    data::{
        BillingAddress, BillingAddressParts, CardExpiry, Email, PartialCard, PaymentData, Text, UserData,
    },
    gate::{Recipient, Told},
    vocabulary::{Country, ProcessorId, SubjectId},
};

/// Stripe as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct Stripe;

impl Recipient for Stripe {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

const NAME: &str = "Stripe";

/// Reads an object, a list or an event of the Stripe API.
///
/// Kept (section 1): the billing address, and of a card its brand, last four digits and expiry. Payment methods,
/// charges, customers, invoices, checkout sessions, sources and cards have them, wherever they stand: in a list,
/// in an event, expanded in another object. One that stands there twice is read once. Names, e-mail addresses,
/// shipping addresses, fingerprints and what an event says was there before are dropped; so is every other
/// object.
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
    if let Some(error) = payload.member("error").filter(|e| is_stripe_error(e)) {
        return Err(PayloadError::Vendor(VendorError::new(NAME, error, &["code", "type"])));
    }
    let refused = |misfit| PayloadError::not_of(NAME, misfit);
    recognise(&payload).map_err(refused)?;
    let mut objects = Objects { rows: Rows::new(), seen: Vec::new() };
    objects.visit(&payload).map_err(refused)?;
    Ok(objects.rows.guard(subject, &Stripe::ID, &payload))
}

impl Sealed for Stripe {}

/// The body of `POST /v1/customers` or `POST /v1/customers/:id` with a user's name and e-mail address.
impl Takes<UserData> for Stripe {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        form(
            &[
                ("email", user.email.as_ref().map(Email::as_str)),
                ("name", user.name.as_ref().map(Text::as_str)),
            ],
            "a name or an e-mail address",
        )
    }
}

/// The body of `POST /v1/customers` or `POST /v1/customers/:id` with a billing address.
///
/// Nothing of the card is sent: Stripe has it, and a customer has no field for it.
impl Takes<PaymentData> for Stripe {
    type With<'a> = ();

    fn body(payment: &PaymentData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        let expected = "a billing address";
        let parts = payment.billing_address.as_ref().ok_or(Lacking::new(expected))?.parts();
        form(
            &[
                ("address[city]", parts.city.as_ref().map(Text::as_str)),
                ("address[country]", parts.country.map(Country::as_str)),
                ("address[line1]", parts.line1.as_ref().map(Text::as_str)),
                ("address[line2]", parts.line2.as_ref().map(Text::as_str)),
                ("address[postal_code]", parts.postal_code.as_ref().map(Text::as_str)),
                ("address[state]", parts.region.as_ref().map(Text::as_str)),
            ],
            expected,
        )
    }
}

/// A form of the fields that are there; one without any would make an empty customer.
fn form(fields: &[(&str, Option<&str>)], expected: &'static str) -> Result<Body, Lacking> {
    if fields.iter().all(|(_, value)| value.is_none()) {
        return Err(Lacking::new(expected));
    }
    Ok(Body::form(fields))
}

fn is_stripe_error(error: &Node) -> bool {
    error.member("type").and_then(Node::text).is_some_and(|kind| kind.ends_with("_error"))
}

/// The kind of object that Stripe says it is: `payment_method`, `checkout.session`.
fn kind(node: &Node) -> Option<&str> {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
    node.member("object").and_then(Node::text).filter(|kind| !kind.is_empty() && kind.bytes().all(word))
}

fn recognise(payload: &Node) -> Result<(), Misfit> {
    match kind(payload) {
        None => Err(payload.misfit("a Stripe object: a payment method, a charge, a list, an event, …")),
        Some("list") => {
            let objects = payload.field("data", LIST)?.elements(LIST)?;
            match objects.first().filter(|_| objects.iter().all(|o| kind(o).is_none())) {
                Some(first) => Err(first.misfit("a Stripe object")),
                None => Ok(()),
            }
        }
        Some("event") => {
            let object = payload.field("data", "what happened")?.field("object", "a Stripe object")?;
            if object.is_object() { Ok(()) } else { Err(object.misfit("a Stripe object")) }
        }
        Some(_) => Ok(()),
    }
}

/// The objects of one payload, as they are read.
struct Objects<'p> {
    rows: Rows<PaymentData>,
    /// The ids of the objects that were read.
    seen: Vec<&'p str>,
}

impl<'p> Objects<'p> {
    /// Reads what is covered of this object and of those in it.
    fn visit(&mut self, node: &'p Node) -> Result<(), Misfit> {
        match node.value() {
            Value::Array(elements) => elements.iter().try_for_each(|e| self.visit(e)),
            Value::Object(_) if kind(node) == Some("list") => {
                node.field("data", LIST)?.elements(LIST)?.iter().try_for_each(|e| self.element(e))
            }
            Value::Object(members) => {
                self.object(node)?;
                // What an event says was there before is so no more, and metadata is in nobody's vocabulary.
                let current = |m: &&Node| !matches!(m.name(), "previous_attributes" | "metadata");
                members.iter().filter(current).try_for_each(|m| self.visit(m))
            }
            _ => Ok(()),
        }
    }

    fn element(&mut self, element: &'p Node) -> Result<(), Misfit> {
        if element.is_object() {
            return self.visit(element);
        }
        self.rows.refuse(element, element.misfit("a Stripe object"));
        Ok(())
    }

    fn object(&mut self, node: &'p Node) -> Result<(), Misfit> {
        let id = node.member("id").and_then(Node::text);
        if id.is_some_and(|id| self.seen.contains(&id)) {
            return Ok(());
        }
        let Some(read) = kind(node).and_then(|kind| covered(kind, node)) else { return Ok(()) };
        self.seen.extend(id);
        self.rows.add(node, read)
    }
}

const LIST: &str = "an array of Stripe objects";

/// What is covered of an object of this kind; `None` for kinds that have nothing covered of their own.
fn covered(kind: &str, node: &Node) -> Option<Result<Option<PaymentData>, Misfit>> {
    let within = |outer: &str, inner: &str| node.member(outer)?.member(inner);
    let no_card = Ok(None);
    let (address, card) = match kind {
        "payment_method" => (address(within("billing_details", "address")), card_of(Some(node))),
        "charge" => {
            (address(within("billing_details", "address")), card_of(node.member("payment_method_details")))
        }
        "source" => (address(within("owner", "address")), card_of(Some(node))),
        "customer" => (address(node.member("address")), no_card),
        "invoice" => (address(node.member("customer_address")), no_card),
        "checkout.session" => (address(within("customer_details", "address")), no_card),
        "card" => (address_of_card(node), card(node)),
        _ => return None,
    };
    Some(address.and_then(|billing_address| {
        let card = card?;
        let covered = billing_address.is_some() || card.is_some();
        Ok(covered.then_some(PaymentData { billing_address, card }))
    }))
}

/// A card in person or at a distance.
fn card_of(method: Option<&Node>) -> Result<Option<PartialCard>, Misfit> {
    let kinds = ["card", "card_present", "interac_present"];
    method.and_then(|method| kinds.iter().find_map(|kind| method.member(kind))).map_or(Ok(None), card)
}

fn card(card: &Node) -> Result<Option<PartialCard>, Misfit> {
    let Some(last4) = card.optional("last4", |n| n.take("the last four digits", str::parse))? else {
        return Ok(None);
    };
    let brand = card.optional("brand", |n| n.take("a card brand, such as visa", str::parse))?;
    Ok(Some(PartialCard { brand, last4, expiry: expiry(card)? }))
}

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

fn address(address: Option<&Node>) -> Result<Option<BillingAddress>, Misfit> {
    let Some(address) = address else { return Ok(None) };
    let country = |n: &Node| n.take("a country of ISO 3166-1 alpha-2, such as DE", str::parse);
    let parts = BillingAddressParts {
        line1: address.optional("line1", Node::take_text)?,
        line2: address.optional("line2", Node::take_text)?,
        city: address.optional("city", Node::take_text)?,
        region: address.optional("state", Node::take_text)?,
        postal_code: address.optional("postal_code", Node::take_text)?,
        country: address.optional("country", country)?,
    };
    whole(address, parts)
}

/// The address that an older card carries; its country is what somebody typed, so it may be no code.
fn address_of_card(card: &Node) -> Result<Option<BillingAddress>, Misfit> {
    let parts = BillingAddressParts {
        line1: card.optional("address_line1", Node::take_text)?,
        line2: card.optional("address_line2", Node::take_text)?,
        city: card.optional("address_city", Node::take_text)?,
        region: card.optional("address_state", Node::take_text)?,
        postal_code: card.optional("address_zip", Node::take_text)?,
        country: card.member("address_country").and_then(|n| n.take("a country", str::parse).ok()),
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
