//! The name of a version of the policy.

use std::fmt;

use smol_str::SmolStr;

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
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct PolicyVersion(#[schemars(with = "String")] SmolStr);

impl PolicyVersion {
    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
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
