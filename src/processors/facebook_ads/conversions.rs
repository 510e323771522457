//! Which of Meta's actions are conversions, each counted once.

use std::collections::HashMap;

use crate::{
    data::{Conversion, Text, leads_to_person},
    processors::{
        Misfit,
        ad_report::{take_conversions, take_name},
        payload::Node,
    },
};

/// Meta's standard events of websites and apps, as action types spell them, and the installation of an app.
#[rustfmt::skip]
const STANDARD: [&str; 24] = [
    "achievement_unlocked", "activate_app", "add_payment_info", "add_to_cart", "add_to_wishlist", "app_install",
    "complete_registration", "contact", "customize_product", "donate", "find_location", "initiate_checkout",
    "lead", "level_achieved", "purchase", "rate", "schedule", "search", "spent_credits", "start_trial",
    "submit_application", "subscribe", "tutorial_completion", "view_content",
];

/// Beginnings of the types that say where an event happened: on a website, in an app, in a shop, on Facebook.
const PLACES: [&str; 5] = [
    "offsite_conversion.fb_pixel_",
    "offsite_conversion.",
    "app_custom_event.fb_mobile_",
    "offline_conversion.",
    "onsite_conversion.",
];

/// Ends of the types that say so under `conversions`.
const PLACES_AT_END: [&str; 4] = ["_website", "_mobile_app", "_offline", "_on_facebook"];

/// How much a type sums up; of one event the least is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sum {
    OnePlace,
    AllPlaces,
    AllChannels,
}

/// The conversions of a row: some of its `actions`, and all of its `conversions`.
///
/// What stands in both is taken from the actions.
pub(super) fn read(row: &Node) -> Result<Vec<Conversion>, Misfit> {
    let mut counted = Vec::new();
    let mut least = HashMap::new();
    for (list, all) in [("actions", false), ("conversions", true)] {
        let actions = row.member(list).map_or(Ok(&[][..]), |list| list.elements("an array of actions"))?;
        for action in actions {
            // An action without a value was counted for windows of attribution that were asked for, not as a whole.
            let (Some(kind), Some(value)) = (action.member("action_type"), action.member("value")) else {
                continue;
            };
            let Some((event, sum)) = kind.text().and_then(|kind| event(kind, all)) else { continue };
            let rank = (all, sum);
            let so_far = least.entry(event).or_insert(rank);
            *so_far = rank.min(*so_far);
            counted.push((event, rank, kind, value));
        }
    }
    let counted = counted.into_iter().filter(|(event, rank, ..)| least.get(event) == Some(rank));
    counted
        .map(|(_, _, kind, value)| {
            Ok(Conversion { count: take_conversions(value)?, action: take_action(kind)? })
        })
        .collect()
}

/// Takes the type of an action. The id of a custom conversion is made like a card number now and then; then the
/// type is cut of it, and so not kept whole. An event that is named after a person has no type that can be kept.
fn take_action(kind: &Node) -> Result<Option<Text>, Misfit> {
    let whole = take_name(kind)?;
    let cut = || kind.text().filter(|text| !leads_to_person(text))?.rsplit_once('.')?.0.parse().ok();
    Ok(whole.or_else(cut))
}

/// The event that an action type counts, and how much it sums up; `None` for what is no conversion, unless `all`
/// are.
fn event(kind: &str, all: bool) -> Option<(&str, Sum)> {
    let place = PLACES.iter().find_map(|place| kind.strip_prefix(place));
    let at_end = PLACES_AT_END.iter().find_map(|place| kind.strip_suffix(place));
    let (event, sum) = match (place.or(at_end), kind.strip_prefix("omni_")) {
        (Some(event), _) => (event, Sum::OnePlace),
        (None, Some(event)) => (event, Sum::AllChannels),
        (None, None) => (kind.strip_suffix("_total").unwrap_or(kind), Sum::AllPlaces),
    };
    let (event, sum) = match event {
        "initiated_checkout" => ("initiate_checkout", sum),
        "content_view" => ("view_content", sum),
        "lead_grouped" => ("lead", sum),
        "mobile_app_install" => ("app_install", sum),
        "spend_credits" => ("spent_credits", sum),
        // Types of 2017 and before, when an advertiser had a pixel for each kind of conversion.
        "registration" if place.is_some() => ("complete_registration", sum),
        "checkout" if place.is_some() => ("purchase", sum),
        // Events of the advertiser's own: as a whole, and each by its name or as a custom conversion.
        "custom" => ("custom", Sum::AllPlaces),
        event if place.is_some() && event.starts_with("custom.") => ("custom", Sum::OnePlace),
        // What the advertiser's pixel and server sent, together.
        event => event.strip_prefix("fct.").map_or((event, sum), |event| (event, Sum::AllPlaces)),
    };
    let custom = event == "custom" && kind.starts_with("offsite_conversion.");
    (all || custom || STANDARD.contains(&event)).then_some((event, sum))
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
