//! User data: name, e-mail and account details.

use chrono::{DateTime, Utc};

use super::{Email, ExternalId, PersonalData, Text, json};
use crate::vocabulary::DataCategory;

json::record! {
    /// Who a user is (section 1: name, e-mail, account details).
    ///
    /// What is absent is not known.
    ///
    /// ```
    /// use dynamoi_privacy::data::UserData;
    /// let user = UserData { email: Some("ada@example.com".parse()?), ..Default::default() };
    /// assert_eq!(serde_json::to_string(&user)?, r#"{"email":"ada@example.com"}"#);
    /// let refused = serde_json::from_str::<UserData>(r#"{"email":"ada"}"#).unwrap_err();
    /// assert!(refused.to_string().starts_with("at `email`: found a text of 3 characters, expected an e-mail"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct UserData {
        /// The person's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// The e-mail address.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<Email>,
        /// The account.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub account: Option<Account>,
    }
}

impl PersonalData for UserData {
    const CATEGORY: DataCategory = DataCategory::User;
}

json::record! {
    /// Details of an account.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Account {
        /// The platform's own id of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<ExternalId>,
        /// The name that the user goes by.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub user_name: Option<Text>,
        /// When it was opened.
        #[serde(default, with = "json::Instant", skip_serializing_if = "Option::is_none")]
        pub created_at: Option<DateTime<Utc>>,
    }
}
