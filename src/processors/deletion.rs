//! How a system is told to delete what it has of a person: what its interface wants, and the request made of it.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Body, body::percent_encode};
use crate::{data::Email, policy::Evidence};

/// What a system offers for having a person's data deleted.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "there is an interface, there is none, or nobody here knows")]
pub enum Deletion {
    /// Its documented requests. Which of them a host needs depends on what it sent: each says what it deletes.
    Documented(&'static [Interface]),
    /// None is documented. Ask the system in writing, by the address in its own privacy terms.
    NoneDocumented,
    /// The processor is none of the twelve, and nothing is known of it here.
    Unknown,
}

/// One request by which a system deletes something of a person.
///
/// ```
/// use dynamoi_privacy::processors::{Deletion, Method, System};
///
/// let Deletion::Documented([delete_customer, ..]) = System::Stripe.deletion() else { panic!("it has one") };
/// assert_eq!(delete_customer.method(), Method::Delete);
/// assert_eq!(delete_customer.url(), "https://api.stripe.com/v1/customers/<customer>");
/// assert_eq!(delete_customer.wants().next().map(|value| value.name()), Some("customer"));
///
/// let call = delete_customer.call(&[("customer", "cus_NffrFeUfNV2Hib")])?;
/// assert_eq!(call.url(), "https://api.stripe.com/v1/customers/cus_NffrFeUfNV2Hib");
/// assert!(call.body().is_none());
///
/// let missing = delete_customer.call(&[]).unwrap_err();
/// assert_eq!(missing.to_string(), "found no value `customer`, expected Stripe's id of the customer");
/// # Ok::<(), dynamoi_privacy::processors::CallError>(())
/// ```
#[derive(Debug)]
pub struct Interface {
    pub(super) deletes: &'static str,
    pub(super) method: Method,
    pub(super) url: &'static str,
    pub(super) content: Content,
    pub(super) wants: &'static [Wanted],
    pub(super) evidence: Evidence,
    pub(super) source: &'static str,
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(clippy::exhaustive_enums, reason = "the methods by which things are deleted")]
pub enum Method {
    /// DELETE.
    Delete,
    /// POST.
    Post,
}

/// The body that a request wants, with `<name>` where a value belongs.
#[derive(Debug)]
pub(super) enum Content {
    Nothing,
    Json(&'static str),
    Form(&'static [(&'static str, &'static str)]),
}

/// A value that a request wants and the host has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Wanted {
    name: &'static str,
    what: &'static str,
    #[serde(skip)]
    form: Form,
}

/// How a value is written into a request.
#[derive(Debug)]
enum Form {
    AsItIs,
    /// An e-mail address, which is sent normalised and hashed, as the system does it.
    Hashed(fn(&Email) -> String),
}

impl Wanted {
    pub(super) const fn id(name: &'static str, what: &'static str) -> Self {
        Self { name, what, form: Form::AsItIs }
    }

    pub(super) const fn hashed_email(hash: fn(&Email) -> String) -> Self {
        Self {
            name: "email",
            what: "the person's e-mail address, which is sent hashed",
            form: Form::Hashed(hash),
        }
    }

    /// The name that stands in the request: `customer`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is.
    pub fn what(&self) -> &'static str {
        self.what
    }
}

/// Why no request was made. It shows no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// A value is missing.
    #[error("found no value `{name}`, expected {what}")]
    Missing {
        /// The value's name.
        name: &'static str,
        /// What it is.
        what: &'static str,
    },
    /// A value is empty, has control characters, or is no e-mail address where one is wanted.
    #[error("found another value `{name}`, expected {what}")]
    Unfit {
        /// The value's name.
        name: &'static str,
        /// What it is.
        what: &'static str,
    },
    /// There is a value that the request does not want, or one twice.
    #[error("found a value that the request does not want, or one twice, expected {0}")]
    Unwanted(String),
}

impl Interface {
    /// What it deletes, and what not.
    pub fn deletes(&self) -> &'static str {
        self.deletes
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The address, with `<name>` where a value belongs.
    pub fn url(&self) -> &'static str {
        self.url
    }

    /// The body, with `<name>` where a value belongs: JSON, or the fields of a form before they are encoded.
    pub fn body(&self) -> Option<String> {
        match self.content {
            Content::Nothing => None,
            Content::Json(json) => Some(json.to_owned()),
            Content::Form(fields) => {
                Some(fields.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("&"))
            }
        }
    }

    /// The values that it wants.
    pub fn wants(&self) -> impl Iterator<Item = &'static Wanted> {
        self.wants.iter()
    }

    /// How sure it is that the system has it.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Where it is documented.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The request, made of the values that it wants, by name.
    ///
    /// It needs no permit: it is what a refusal demands, and all that it lets out is an id that the system knows
    /// or the hash of an address, in a request that deletes.
    ///
    /// # Errors
    /// Says which value is missing, does not fit, or is not wanted; two values of one name are one too many.
    pub fn call(&self, values: &[(&str, &str)]) -> Result<Call, CallError> {
        let wanted = |name: &str| self.wants.iter().any(|wanted| wanted.name == name);
        let twice =
            |(nth, (name, _)): (usize, &(&str, &str))| values.iter().take(nth).any(|(n, _)| n == name);
        if values.iter().any(|(name, _)| !wanted(name)) || values.iter().enumerate().any(twice) {
            let names: Vec<&str> = self.wants.iter().map(|wanted| wanted.name).collect();
            return Err(CallError::Unwanted(names.join(", ")));
        }
        let mut filled = Vec::new();
        for Wanted { name, what, form } in self.wants {
            let given = values.iter().find(|(given, _)| given == name);
            let (_, value) = given.ok_or(CallError::Missing { name, what })?;
            let unfit = || CallError::Unfit { name, what };
            filled.push(match form {
                Form::Hashed(hash) => (*name, hash(&value.parse().map_err(|_| unfit())?)),
                // A segment of dots would lead to another path.
                Form::AsItIs if value.trim_matches('.').is_empty() || value.chars().any(char::is_control) => {
                    return Err(unfit());
                }
                Form::AsItIs => (*name, (*value).to_owned()),
            });
        }
        let body = match self.content {
            Content::Nothing => None,
            Content::Json(json) => Some(Body::json_text(fill(json, &filled, in_json))),
            Content::Form(fields) => {
                let texts: Vec<String> =
                    fields.iter().map(|(_, text)| fill(text, &filled, in_field(text))).collect();
                let fields: Vec<_> =
                    fields.iter().zip(&texts).map(|((name, _), text)| (*name, Some(text.as_str()))).collect();
                Some(Body::form(&fields))
            }
        };
        Ok(Call {
            interface: self.url,
            method: self.method,
            url: fill(self.url, &filled, percent_encode),
            body,
        })
    }
}

/// What it is, for a person or a program that makes the request: `deletes`, `method`, `url`, `body` if there is
/// one, `wants`, `evidence` and `source`.
impl Serialize for Interface {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut interface = to.serialize_struct("Interface", 7)?;
        interface.serialize_field("deletes", self.deletes)?;
        interface.serialize_field("method", &self.method)?;
        interface.serialize_field("url", self.url)?;
        match self.body() {
            Some(body) => interface.serialize_field("body", &body)?,
            None => interface.skip_field("body")?,
        }
        interface.serialize_field("wants", self.wants)?;
        interface.serialize_field("evidence", &self.evidence)?;
        interface.serialize_field("source", self.source)?;
        interface.end()
    }
}

/// `"unknown"`, `"none_documented"`, or the list of requests.
impl Serialize for Deletion {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown => to.serialize_str("unknown"),
            Self::NoneDocumented => to.serialize_str("none_documented"),
            Self::Documented(interfaces) => to.collect_seq(*interfaces),
        }
    }
}

/// One request by which a system deletes something of a person.
// It is never made: a test of exports compares it with what is written.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "a schema is made of it")]
struct InterfaceForm {
    /// What it deletes, and what not.
    deletes: String,
    method: Method,
    /// The address, with `<name>` where a value belongs.
    url: String,
    /// The body, with `<name>` where a value belongs, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    body: Option<String>,
    /// The values that it wants.
    wants: Vec<Wanted>,
    evidence: Evidence,
    /// Where it is documented.
    source: String,
}

impl JsonSchema for Deletion {
    fn schema_name() -> Cow<'static, str> {
        "Deletion".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let request = generator.subschema_for::<InterfaceForm>();
        schemars::json_schema!({
            "description": "the requests by which the system deletes, if any are documented",
            "oneOf": [
                { "enum": ["unknown", "none_documented"] },
                { "type": "array", "items": request },
            ],
        })
    }
}

/// The request that deletes. It names a person, so `Debug` shows the interface alone.
#[must_use = "nothing was asked of the system yet"]
pub struct Call {
    interface: &'static str,
    method: Method,
    url: String,
    body: Option<Body>,
}

impl Call {
    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body, if it has one.
    pub fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({:?} {})", self.method, self.interface)
    }
}

/// The text with every `<name>` replaced by its value, which `write` fits into the place.
fn fill(text: &str, values: &[(&str, String)], write: fn(&str, &mut String)) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('>') else { break };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            write(value, &mut filled);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Inside a text of JSON.
fn in_json(value: &str, to: &mut String) {
    let text = serde_json::Value::from(value).to_string();
    to.push_str(text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default());
}

/// Inside the text of a form's field, which is JSON or a value alone; the form encodes it as a whole.
fn in_field(text: &str) -> fn(&str, &mut String) {
    if text.starts_with('{') { in_json } else { |value, to| to.push_str(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of a form's field that is JSON takes a value as JSON writes it; one that is none takes it as it is.
    #[test]
    fn a_value_stays_one_value_wherever_it_is_written() {
        const INTERFACE: Interface = Interface {
            deletes: "nothing",
            method: Method::Post,
            url: "https://example.com/<id>",
            content: Content::Form(&[("payload", r#"{"ids":["<id>"]}"#), ("plain", "<id>")]),
            wants: &[Wanted::id("id", "an id")],
            evidence: Evidence::Unconfirmed,
            source: "https://example.com/",
        };
        let call = INTERFACE.call(&[("id", r#"a"],"all":["b"#)]).unwrap();
        let body = call.body().map(Body::as_str).unwrap();
        assert_eq!(
            body,
            "payload=%7B%22ids%22%3A%5B%22a%5C%22%5D%2C%5C%22all%5C%22%3A%5B%5C%22b%22%5D%7D\
             &plain=a%22%5D%2C%22all%22%3A%5B%22b"
        );
        assert_eq!(call.url(), "https://example.com/a%22%5D%2C%22all%22%3A%5B%22b");
    }
}
