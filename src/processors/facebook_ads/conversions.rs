//! Which of Meta's actions are conversions, each counted once.

use crate::{
    data::Conversion,
    processors::{Misfit, ad_report::take_conversions, payload::Node},
};

/// Meta's standard events, as action types spell them, and the installation of an app.
const STANDARD: [&str; 18] = [
    "add_payment_info",
    "add_to_cart",
    "add_to_wishlist",
    "app_install",
    "complete_registration",
    "contact",
    "customize_product",
    "donate",
    "find_location",
    "initiate_checkout",
    "lead",
    "purchase",
    "schedule",
    "search",
    "start_trial",
    "submit_application",
    "subscribe",
    "view_content",
];

/// Beginnings of the types that say where an event happened: on a website, in an app, in a shop, on Facebook.
const PLACES: [&str; 5] = [
    "offsite_conversion.fb_pixel_",
    "offsite_conversion.",
    "app_custom_event.fb_mobile_",
    "offline_conversion.",
    "onsite_conversion.",
];

/// How much a type sums up; of one event the least is kept.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Sum {
    OnePlace,
    AllPlaces,
    AllChannels,
}

/// The conversions among the `actions` of a row.
pub(super) fn read(row: &Node) -> Result<Vec<Conversion>, Misfit> {
    let Some(actions) = row.member("actions") else { return Ok(Vec::new()) };
    let actions = actions.elements("an array of actions")?;
    // An action without a value was counted for windows of attribution that were asked for, not as a whole.
    let counted = actions.iter().filter_map(|action| {
        let (kind, value) = (action.member("action_type")?, action.member("value")?);
        let (event, sum) = event(kind.text()?)?;
        Some((event, sum, kind, value))
    });
    let counted: Vec<_> = counted.collect();
    counted
        .iter()
        .filter(|(event, sum, ..)| !counted.iter().any(|(other, less, ..)| other == event && less < sum))
        .map(|(_, _, kind, value)| {
            Ok(Conversion { count: take_conversions(value)?, action: Some(kind.take_text()?) })
        })
        .collect()
}

/// The event that an action type counts, and how much it sums up; `None` for what is no conversion.
fn event(kind: &str) -> Option<(&str, Sum)> {
    let place = PLACES.iter().find_map(|place| kind.strip_prefix(place));
    let (event, sum) = match (place, kind.strip_prefix("omni_")) {
        (Some(event), _) => (event, Sum::OnePlace),
        (None, Some(event)) => (event, Sum::AllChannels),
        (None, None) => (kind.strip_suffix("_total").unwrap_or(kind), Sum::AllPlaces),
    };
    let event = match event {
        "initiated_checkout" => "initiate_checkout",
        "content_view" => "view_content",
        "lead_grouped" => "lead",
        "mobile_app_install" => "app_install",
        other => other,
    };
    let custom = kind.starts_with("offsite_conversion.custom.");
    (custom || STANDARD.contains(&event)).then_some((event, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(kinds: &[&str]) -> Vec<String> {
        let actions: Vec<String> =
            kinds.iter().map(|kind| format!(r#"{{"action_type": "{kind}", "value": "1"}}"#)).collect();
        let row = format!(r#"{{"actions": [{}]}}"#, actions.join(", "));
        let row = Node::read("Test", row.as_bytes()).unwrap();
        read(&row).unwrap().iter().map(|c| c.action.as_ref().unwrap().as_str().to_owned()).collect()
    }

    #[test]
    fn an_event_that_meta_counts_under_several_types_is_kept_once() {
        let pixel = "offsite_conversion.fb_pixel_purchase";
        let app = "app_custom_event.fb_mobile_purchase";
        assert_eq!(kept(&["omni_purchase", "purchase", pixel, app]), [pixel, app]);
        assert_eq!(kept(&["omni_purchase", "purchase"]), ["purchase"]);
        assert_eq!(kept(&["omni_initiated_checkout", "initiate_checkout"]), ["initiate_checkout"]);
        assert_eq!(kept(&["omni_purchase", "lead"]), ["omni_purchase", "lead"]);
        assert_eq!(kept(&["contact_total"]), ["contact_total"]);
        assert_eq!(kept(&["offsite_conversion.custom.1234"]), ["offsite_conversion.custom.1234"]);
    }

    #[test]
    fn engagement_is_no_conversion() {
        let engagement = [
            "link_click",
            "landing_page_view",
            "like",
            "comment",
            "post",
            "post_reaction",
            "page_engagement",
            "post_engagement",
            "video_view",
            "onsite_conversion.post_save",
            "onsite_conversion.messaging_first_reply",
            "offsite_conversion.",
            "",
        ];
        assert!(kept(&engagement).is_empty());
    }
}
