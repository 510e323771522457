//! Stripe: the payment processor; source of payment data and recipient of what it bills with.
//!
//! Stripe, Inc. (USA), for customers in the EEA Stripe Payments Europe, Ltd. (Ireland) \[S\]. Policy: section 1
//! (billing address, partial card details), section 3 (sharing for billing, on the contract). No field for consent
//! was found that goes with a charge or a customer \[P\]: a refusal means that nothing is sent. A card's
//! `fingerprint` is the same for every customer who uses the card, so it links people and is never kept \[P\].
//! Deletion: `DELETE /v1/customers/:id`, and redaction jobs in preview \[P\].
//! - <https://docs.stripe.com/api/payment_methods/object>
//! - <https://docs.stripe.com/api/charges/object>
//! - <https://docs.stripe.com/api/customers/update>
//! - <https://docs.stripe.com/privacy/redaction>

mod kinds;
mod read;

pub use read::read;

use super::{
    Body, Deletion, Identity, Interface, Lacking, Method, Takes, Wanted, deletion::Content,
    send::sealed::Sealed,
};
use crate::{
    data::{Email, PaymentData, Text, UserData},
    gate::{Recipient, Told},
    policy::Evidence,
    vocabulary::{Country, ProcessorId, ProcessorKind},
};

/// Stripe as a recipient.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a name, and nothing else")]
pub struct Stripe;

impl Recipient for Stripe {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

const NAME: &str = "Stripe";

/// Who it is.
pub const IDENTITY: Identity = Identity {
    id: ProcessorId::STRIPE,
    kind: ProcessorKind::PaymentProcessor,
    name: NAME,
    legal_name: Some("Stripe, Inc."),
    privacy_terms: "https://stripe.com/privacy",
};

/// How a person's data is deleted there.
pub const DELETION: Deletion = Deletion::Documented(&[
    Interface {
        deletes: "the customer, for good, and ends its subscriptions; charges and invoices stay",
        method: Method::Delete,
        url: "https://api.stripe.com/v1/customers/<customer>",
        content: Content::Nothing,
        wants: &[CUSTOMER],
        evidence: Evidence::Primary,
        source: "https://docs.stripe.com/api/customers/delete",
    },
    Interface {
        deletes: "prepares to redact the customer and what belongs to it (public preview); then the job is run",
        method: Method::Post,
        url: "https://api.stripe.com/v1/privacy/redaction_jobs",
        content: Content::Form(&[("objects[customers][]", "<customer>"), ("validation_behavior", "fix")]),
        wants: &[CUSTOMER],
        evidence: Evidence::Primary,
        source: "https://docs.stripe.com/api/privacy/redaction-job/create",
    },
    Interface {
        deletes: "runs a redaction, which cannot be undone (public preview)",
        method: Method::Post,
        url: "https://api.stripe.com/v1/privacy/redaction_jobs/<job>/run",
        content: Content::Nothing,
        wants: &[Wanted::id("job", "the id that the redaction job got when it was made")],
        evidence: Evidence::Primary,
        source: "https://docs.stripe.com/api/privacy/redaction-job/run",
    },
]);

const CUSTOMER: Wanted = Wanted::id("customer", "Stripe's id of the customer");

/// The most characters of a customer's name.
const LONGEST_NAME: usize = 256;

impl Sealed for Stripe {}

/// The body of `POST /v1/customers` or `POST /v1/customers/:id` with a user's name, of at most 256 characters \[C\],
/// and e-mail address.
impl Takes<UserData> for Stripe {
    type With<'a> = ();

    fn body(user: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        if user.name.as_ref().is_some_and(|name| name.as_str().chars().count() > LONGEST_NAME) {
            return Err(Lacking::new("a name of at most 256 characters"));
        }
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
