//! Pseudonyms: how a person, an event and a legal reference appear in the trail, and the key that they take.

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{
    StoreError, StoreErrorKind,
    hex::{self, NotHex},
};
use crate::vocabulary::SubjectId;

/// What stands for a person, an event or a legal reference in the trail: the first 128 bits of an HMAC-SHA256
/// (RFC 2104) under a key that is the person's alone.
///
/// With the key it is known again; once the key is gone, by nobody. In text it is 32 lower-case hexadecimal digits.
///
/// ```
/// use dynamoi_privacy::audit::{Key, Pseudonym};
/// use dynamoi_privacy::vocabulary::SubjectId;
/// let (key, subject) = (Key::random()?, SubjectId::random());
/// let pseudonym = key.pseudonym(subject);
/// assert_eq!(pseudonym.to_string().parse::<Pseudonym>()?, pseudonym);
/// assert_ne!(Key::random()?.pseudonym(subject), pseudonym);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 16]);

/// The key of a person's pseudonyms: 256 random bits, known to whoever keeps the keys and nobody else.
///
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// A key made ready: the hash over its padding is computed once.
#[derive(Clone)]
pub(super) struct Keyed(Hmac<Sha256>);

// What a pseudonym is of stands before it, so that none of one kind is ever one of another.
const SUBJECT: &[u8] = b"dynamoi-privacy audit subject\0";
const EVENT: &[u8] = b"dynamoi-privacy audit event\0";
const REFERENCE: &[u8] = b"dynamoi-privacy audit reference\0";

impl Key {
    /// A new key, of the operating system's random bits.
    ///
    /// # Errors
    /// The operating system has none.
    pub fn random() -> Result<Self, StoreError> {
        let mut key = [0; 32];
        random(&mut key)?;
        Ok(Self(key))
    }

    /// The key that a keeper has kept.
    pub const fn from_bytes(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The key, to be kept.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The person's pseudonym under this key.
    pub fn pseudonym(&self, subject: SubjectId) -> Pseudonym {
        self.ready().pseudonym(subject)
    }

    /// What stands for a consent event of the person's, by its id.
    pub fn pseudonym_of_event(&self, event: Uuid) -> Pseudonym {
        self.ready().pseudonym_of_event(event)
    }

    /// What stands for the order or law that a disclosure of the person's data refers to.
    pub fn pseudonym_of_reference(&self, reference: &str) -> Pseudonym {
        self.ready().pseudonym_of_reference(reference)
    }

    pub(super) fn ready(&self) -> Keyed {
        // Filled up with zeros to the block of the hash, as RFC 2104 has it.
        let mut block = [0; 64];
        block.iter_mut().zip(self.0).for_each(|(place, byte)| *place = byte);
        Keyed(Hmac::new(&block.into()))
    }
}

impl Keyed {
    pub(super) fn pseudonym(&self, subject: SubjectId) -> Pseudonym {
        self.of(SUBJECT, subject.uuid().as_bytes())
    }

    pub(super) fn pseudonym_of_event(&self, event: Uuid) -> Pseudonym {
        self.of(EVENT, event.as_bytes())
    }

    pub(super) fn pseudonym_of_reference(&self, reference: &str) -> Pseudonym {
        self.of(REFERENCE, reference.as_bytes())
    }

    fn of(&self, domain: &[u8], what: &[u8]) -> Pseudonym {
        let mut mac = self.0.clone();
        mac.update(domain);
        mac.update(what);
        Pseudonym(mac.finalize().into_bytes().first_chunk().copied().unwrap_or_default())
    }
}

impl Pseudonym {
    /// The pseudonym of 16 bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Random bits of the operating system's.
fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes)
        .map_err(|_| StoreError::new(StoreErrorKind::Unreachable, "no random bits".to_owned()))
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonym({self})")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl FromStr for Pseudonym {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        hex::read(text).map(Self)
    }
}

impl serde::Serialize for Pseudonym {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        hex::serialize(&self.0, to)
    }
}

impl<'de> serde::Deserialize<'de> for Pseudonym {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::vocabulary::text::parse(from, "32 lower-case hexadecimal digits")
    }
}

impl schemars::JsonSchema for Pseudonym {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pseudonym".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "What stands for a person, an event or a legal reference in the audit trail: the first 128 bits of \
                an HMAC-SHA256 under a key that is the person's alone and goes when they are erased, as 32 lower-case \
                hexadecimal digits.",
            "pattern": "^[0-9a-f]{32}$",
            "maxLength": 32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_gives_another_pseudonym_for_each_kind_of_thing() {
        let key = Key::from_bytes(*b"0123456789abcdef0123456789abcdef");
        let id = Uuid::from_u64_pair(1, 2);
        let all = [
            key.pseudonym(id.into()),
            key.pseudonym_of_event(id),
            key.pseudonym_of_reference(std::str::from_utf8(id.as_bytes()).unwrap()),
        ];
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert_eq!(key.pseudonym(id.into()), all[0], "the same key, the same pseudonym");
        assert_ne!(Key::from_bytes([7; 32]).pseudonym(id.into()), all[0]);
        assert_ne!(Key::random().unwrap(), Key::random().unwrap());
    }

    #[test]
    fn it_is_hmac_sha256_as_others_compute_it() {
        // HMAC written out (RFC 2104 section 2).
        use sha2::Digest;
        let (key, id) = ([9u8; 32], Uuid::from_u64_pair(3, 4));
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
            block
        };
        let inner = Sha256::new()
            .chain_update(pad(0x36))
            .chain_update(SUBJECT)
            .chain_update(id.as_bytes())
            .finalize();
        let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        assert_eq!(Key::from_bytes(key).pseudonym(id.into()).as_bytes()[..], outer[..16]);
    }

    #[test]
    fn a_pseudonym_is_read_in_one_form_alone() {
        let text = "00112233445566778899aabbccddeeff";
        assert_eq!(text.parse::<Pseudonym>().unwrap().to_string(), text);
        for bad in ["", "00", &text.to_uppercase(), &format!("{text}0"), &text.replace('f', "g")] {
            assert!(bad.parse::<Pseudonym>().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Key::from_bytes([1; 32])), "Key");
    }
}
