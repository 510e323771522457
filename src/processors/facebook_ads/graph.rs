//! What answers of the Graph API look like: pages, objects, rows of insights, batches and errors.

use rust_decimal::Decimal;

use crate::processors::payload::{Node, Value};

/// The edges of the Graph API that lead to insights.
const EDGES: [&str; 7] =
    ["insights", "ads", "adsets", "campaigns", "adaccounts", "owned_ad_accounts", "client_ad_accounts"];

/// What any object of the Graph API may have, beside what only those of the Marketing API have.
const COMMON: [&str; 7] = ["created_time", "end_time", "id", "name", "start_time", "status", "updated_time"];

/// What only objects of the Marketing API have: accounts, campaigns, ad sets, ads, creatives, audiences, pixels,
/// conversions, videos of ads, leads and their forms.
/// - <https://developers.facebook.com/docs/marketing-api/reference>
#[rustfmt::skip]
const MARKS: [&str; 54] = [
    "account_id", "account_status", "ad_id", "adlabels", "adset", "adset_id", "amount_spent",
    "approximate_count", "approximate_count_lower_bound", "async_status", "bid_amount", "bid_strategy",
    "billing_event", "boosted_object_id", "budget_remaining", "buying_type", "campaign", "campaign_id",
    "configured_status", "conversion_specs", "creative", "currency", "custom_event_type", "daily_budget",
    "disable_reason", "effective_object_story_id", "effective_status", "event_source_id", "field_data",
    "form_id", "funding_source_details", "is_adset_budget_sharing_enabled", "last_fired_time", "leads_count",
    "leadgen_export_csv_url", "lifetime_budget", "lifetime_spent", "lookalike_spec", "object_story_id",
    "object_story_spec", "objective", "operation_status", "optimization_goal", "pacing_type", "pixel_rule",
    "promoted_object", "smart_promotion_type", "source_campaign_id", "special_ad_categories",
    "special_ad_category", "spend_cap", "stop_time", "targeting", "tracking_specs",
];

/// What insights have beside their days, one of which a row alone must have, and several a row without days.
#[rustfmt::skip]
const METRICS: [&str; 11] = [
    "account_id", "actions", "ad_id", "adset_id", "campaign_id", "campaign_name", "clicks", "conversions",
    "impressions", "reach", "spend",
];

/// Meta sends the days of every row; who shows one to others may leave them out.
pub(super) fn is_row(node: &Node) -> bool {
    node.has("date_start") || node.has("date_stop") || is_undated(node)
}

fn is_undated(node: &Node) -> bool {
    let numbers = ["clicks", "impressions", "spend"].iter().any(|name| node.has(name));
    numbers && METRICS.iter().filter(|name| node.has(name)).count() >= 3
}

/// A row that is the whole payload, as those who fetch insights hand on each.
pub(super) fn is_row_alone(node: &Node) -> bool {
    is_undated(node) || (is_row(node) && METRICS.iter().any(|name| node.has(name)))
}

/// An ad, an ad set, a campaign, an account, or something else of them.
pub(super) fn is_object(node: &Node) -> bool {
    let known = |name: &str| COMMON.contains(&name) || MARKS.contains(&name);
    edges(node).next().is_some()
        || is_marked(node)
        || (node.has("id") && node.members().iter().all(|m| known(m.name())))
}

/// An object that shows by itself that it is of the Marketing API.
pub(super) fn is_marked(node: &Node) -> bool {
    let of_graph = node.member("id").is_some_and(|id| match id.value() {
        Value::Number(_) => true,
        Value::Text(id) => is_id(id),
        _ => false,
    });
    (of_graph && MARKS.iter().any(|name| node.has(name))) || node.has("field_data")
}

/// Whatever else the Graph API lists has an id, or says what somebody did; nothing is covered of it.
pub(super) fn is_uncovered(node: &Node) -> bool {
    node.has("id") || node.has("event_type")
}

/// Whether an object is a campaign: ad sets and ads name the campaign that they are of.
pub(super) fn is_campaign(object: &Node) -> bool {
    let of_campaigns = ["objective", "buying_type", "special_ad_categories", "special_ad_category"];
    let of_parts = ["campaign_id", "campaign", "adset_id"];
    of_campaigns.iter().any(|name| object.has(name)) && !of_parts.iter().any(|name| object.has(name))
}

/// The id of an object of the Graph API: `6077980757070`, `act_10152437784203995`.
pub(super) fn is_id(name: &str) -> bool {
    let digits = name.strip_prefix("act_").unwrap_or(name);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A page: `data`, and where the next one is. Names with `__` at both ends are for those who search for faults.
pub(super) fn is_page(node: &Node) -> bool {
    let beside = |name: &str| ["data", "paging", "summary"].contains(&name) || name.starts_with("__");
    matches!(node.member("data").map(Node::value), Some(Value::Array(_)))
        && node.members().iter().all(|m| beside(m.name()))
}

/// Whether a page goes on as those of the Graph API do.
pub(super) fn has_paging(page: &Node) -> bool {
    let Some(paging) = page.member("paging") else { return false };
    let cursors = paging.member("cursors").is_some_and(|c| c.has("before") || c.has("after"));
    let leads_on = |name: &str| {
        let url = paging.member(name).and_then(Node::text);
        url.is_some_and(|url| url.starts_with("https://graph.facebook.com/"))
    };
    cursors || leads_on("next") || leads_on("previous")
}

/// The pages of an object that lead to insights.
pub(super) fn edges(node: &Node) -> impl Iterator<Item = &Node> {
    EDGES.iter().filter_map(|edge| node.member(edge)).filter(|edge| is_page(edge))
}

/// Whether rows of insights stand in a page or below it.
pub(super) fn has_rows(page: &Node) -> bool {
    let nodes = page.member("data").and_then(|data| data.elements("").ok()).unwrap_or_default();
    nodes.iter().any(|node| is_row(node) || edges(node).any(has_rows))
}

/// The error of an answer, or what is like one.
///
/// Other vendors have an `error` with a message and a code too: what has no mark of Meta's (`fbtrace_id`, a
/// subcode, its code in the message) is Meta's by its type, unless the code is one that Deezer has with it, and
/// without a type only where the code is no status of HTTP, which is what Google's are.
pub(super) fn error(payload: &Node) -> Option<&Node> {
    let error = payload.member("error")?;
    let text = |name: &str| error.member(name).and_then(Node::text).unwrap_or_default();
    let number = |node: &Node| matches!(node.value(), Value::Number(_));
    // A batch that is too large is answered like this.
    if number(error) {
        return payload.has("error_description").then_some(payload);
    }
    let code = error.member("code").filter(|code| number(code));
    let marked = ["fbtrace_id", "error_subcode", "is_transient"].iter().any(|name| error.has(name));
    let metas = ["OAuthException", "GraphMethodException", "FacebookApiException"].contains(&text("type"));
    let is_code = |is: fn(Decimal) -> bool| code.and_then(Node::decimal).is_some_and(is);
    let of_deezer = is_code(|code| code == Decimal::from(200) || code == Decimal::from(300));
    let bare =
        is_code(|code| code < Decimal::from(100)) && error.members().len() == 2 && error.has("message");
    let of_graph = marked || bare || text("message").starts_with("(#") || (metas && !of_deezer);
    (of_graph && (code.is_some() || metas)).then_some(error)
}

/// The bodies of the answers of a batch: `[{"code": 200, "headers": […], "body": "…"}]`, null where one did not
/// come in time.
pub(super) fn answers_of_batch(payload: &Node) -> Option<Vec<&Node>> {
    let Value::Array(answers) = payload.value() else { return None };
    let is_answer = |answer: &Node| answer.has("code") && (answer.has("body") || answer.has("headers"));
    let of_batch = answers.iter().all(|answer| matches!(answer.value(), Value::Null) || is_answer(answer));
    let bodies =
        answers.iter().filter_map(|answer| answer.member("body")).filter(|body| body.text().is_some());
    (of_batch && answers.iter().any(is_answer)).then(|| bodies.collect())
}

/// An answer that has nothing covered: a report that is running, an event that Meta tells or was told.
pub(super) fn is_other(payload: &Node) -> bool {
    let is_array = |name: &str| matches!(payload.member(name).map(Node::value), Some(Value::Array(_)));
    payload.has("report_run_id")
        || payload.has("async_status")
        || (payload.member("object").is_some_and(|o| o.text().is_some()) && is_array("entry"))
        || (payload.has("events_received") && payload.has("fbtrace_id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_meta_are_told_from_those_of_others() {
        let is_error = |text: &str| error(&Node::read("Test", text.as_bytes()).unwrap()).is_some();
        for metas in [
            r#"{"error": {"message": "(#17) User request limit reached", "type": "OAuthException", "code": 17}}"#,
            r#"{"error": {"message": "(#200) No", "type": "OAuthException", "code": 200}}"#,
            r#"{"error": {"message": "No", "type": "OAuthException", "code": 200, "fbtrace_id": "A"}}"#,
            r#"{"error": {"message": "Error validating access token.", "type": "OAuthException"}}"#,
            r#"{"error": {"code": 1, "message": "Please reduce the amount of data you're asking for"}}"#,
            r#"{"error": 3, "error_description": "Batch size too large: >50."}"#,
        ] {
            assert!(is_error(metas), "{metas}");
        }
        for others in [
            r#"{"error": {"type": "OAuthException", "message": "Invalid OAuth access token.", "code": 300}}"#,
            r#"{"error": {"type": "DataException", "message": "no data", "code": 800}}"#,
            r#"{"error": {"code": 403, "message": "Forbidden"}}"#,
            r#"{"error": {"code": 400, "message": "No", "status": "INVALID_ARGUMENT"}}"#,
            r#"{"error": {"status": 404, "message": "No"}}"#,
            r#"{"error": "invalid_grant", "error_description": "No"}"#,
            r#"{"error": null}"#,
        ] {
            assert!(!is_error(others), "{others}");
        }
    }
}
