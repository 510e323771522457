//! The name of a version of the policy.

use std::fmt;

use smol_str::SmolStr;

use super::{quiet::Quiet, scalar::scalar, words::Found};

/// The name of a version of the policy, such as `1.0.0`: opaque text, compared for equality alone.
///
/// Versions are ordered by the instant from which they are in force, never by their names. A policy document
/// gives a name of 1 to 64 characters; a consent event may name any, and one that the history lacks is
/// refused when the event is recorded.
///
/// ```
/// use dynamoi_privacy::vocabulary::PolicyVersion;
/// assert_eq!(PolicyVersion::from("1.0.0").as_str(), "1.0.0");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct PolicyVersion(SmolStr);

impl PolicyVersion {
    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What an error may say of the name: an event may name anything, also a person.
    pub(crate) fn shown(&self) -> Found {
        let number = self.0.strip_prefix('v').unwrap_or(&self.0);
        let digits = self.0.bytes().filter(u8::is_ascii_digit).count();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".+_-".contains(&b);
        if self.0.len() <= 24
            && number.starts_with(|c: char| c.is_ascii_digit())
            && digits < 12
            && self.0.bytes().all(plain)
        {
            Found::Id(self.0.clone())
        } else {
            Found::text(&self.0)
        }
    }
}

impl From<&str> for PolicyVersion {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PolicyVersion {
    // It ends in logs, and an event may name a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyVersion({})", self.shown())
    }
}

impl<'de> serde::Deserialize<'de> for PolicyVersion {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        SmolStr::deserialize(Quiet(from)).map(Self)
    }
}

/// For `#[serde(deserialize_with)]`: a name of 1 to 64 characters.
pub(crate) fn of_1_to_64<'de, D: serde::Deserializer<'de>>(from: D) -> Result<PolicyVersion, D::Error> {
    let name = <PolicyVersion as serde::Deserialize>::deserialize(from)?;
    match name.as_str().chars().count() {
        1..=64 => Ok(name),
        found => Err(serde::de::Error::custom(format!(
            "found a text of {found} characters, expected a version's name of 1 to 64"
        ))),
    }
}

/// The same, or null for none; not absent.
pub(crate) fn nullable<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<PolicyVersion>, D::Error> {
    match scalar(from)? {
        serde_json::Value::Null => Ok(None),
        name => of_1_to_64(name).map(Some).map_err(serde::de::Error::custom),
    }
}

impl schemars::JsonSchema for PolicyVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PolicyVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The name of a version of the policy: 1 to 64 characters, opaque, compared for equality \
                alone. Versions are ordered by the instant from which they are in force, never by their names.",
            "minLength": 1,
            "maxLength": 64,
            "examples": ["1.0.0"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_when_it_looks_like_a_version() {
        for name in ["1", "1.0.0", "v2", "2026-01-05", "1.0.0-beta.2+build_7"] {
            assert_eq!(PolicyVersion::from(name).shown().to_string(), format!("`{name}`"));
        }
        for name in
            ["", "v", "ada", "vada1", "ada@example.com", "1 ada", "+49305550123", "4111-1111-1111", "1.é"]
        {
            let characters = name.chars().count();
            let version = PolicyVersion::from(name);
            assert_eq!(version.shown().to_string(), format!("a text of {characters} characters"));
            assert_eq!(format!("{version:?}"), format!("PolicyVersion(a text of {characters} characters)"));
        }
        assert_eq!(PolicyVersion::from("1".repeat(5).as_str()).shown().to_string(), "`11111`");
        assert!(
            !PolicyVersion::from(format!("1{}", "a".repeat(24)).as_str()).shown().to_string().contains('`')
        );
    }
}
