//! What one version of the policy says: whether it contradicts itself, and whether it permits a flow, consent aside.

use std::collections::BTreeSet;

use super::form::{self, Action, Policy, Processor, Request};

// "A document of the right form that contradicts itself is refused", clause by clause.
pub fn contradicts_itself(policy: &Policy) -> bool {
    let ids: Vec<&str> = policy.processors.iter().map(|processor| processor.id.as_str()).collect();
    let purposes: Vec<&str> = policy.purposes.iter().map(|purpose| purpose.id.as_str()).collect();
    let collected: Vec<&str> = policy.collection.iter().map(|row| row.category.as_str()).collect();
    let used: Vec<&str> = policy.uses.iter().map(|row| row.purpose.as_str()).collect();
    let shared: Vec<(&str, &str)> = policy
        .sharing
        .iter()
        .flat_map(|row| row.recipients.iter().map(|kind| (row.purpose.as_str(), kind.as_str())))
        .collect();
    let lists: Vec<&Vec<String>> = (policy.processors.iter().map(|processor| &processor.no_onward_to))
        .chain(policy.collection.iter().map(|row| &row.sources))
        .chain(policy.uses.iter().map(|row| &row.categories))
        .chain(policy.sharing.iter().flat_map(|row| [&row.recipients, &row.categories]))
        .chain([&policy.encrypted])
        .collect();

    let processor_twice_or_subject = has_twice(&ids) || ids.contains(&"subject");
    let not_each_purpose_once =
        has_twice(&purposes) || !form::PURPOSES.iter().all(|id| purposes.contains(id));
    let wrong_basis =
        policy.purposes.iter().any(|p| (p.id == "legal_obligation") != (p.basis == "legal_obligation"));
    let row_twice = has_twice(&collected) || has_twice(&used) || has_twice(&shared);
    let row_for_legal_obligation = used.contains(&"legal_obligation")
        || policy.sharing.iter().any(|row| row.purpose == "legal_obligation");
    let shared_but_not_used = policy
        .sharing
        .iter()
        .any(|row| row.categories.iter().any(|category| !is_used(policy, &row.purpose, category)));
    let value_twice = lists.iter().any(|list| has_twice(list));

    processor_twice_or_subject
        || not_each_purpose_once
        || wrong_basis
        || row_twice
        || row_for_legal_obligation
        || shared_but_not_used
        || value_twice
}

fn has_twice<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(i, item)| list[..i].contains(item))
}

fn is_used(policy: &Policy, purpose: &str, category: &str) -> bool {
    policy.uses.iter().any(|row| row.purpose == purpose && row.categories.iter().any(|c| c == category))
}

pub fn registered<'a>(policy: &'a Policy, id: &str) -> Option<&'a Processor> {
    policy.processors.iter().find(|processor| processor.id == id)
}

/// "A version permits a flow, consent aside, when none of these holds in it."
pub fn permits(policy: &Policy, request: &Request) -> bool {
    flow_reasons(policy, request).is_empty()
}

// "Flow", row by row of its table.
pub fn flow_reasons(policy: &Policy, request: &Request) -> BTreeSet<&'static str> {
    let mut reasons = BTreeSet::new();
    let used = is_used(policy, &request.purpose, &request.category);
    match &request.action {
        Action::Collect { source } => {
            if !used {
                reasons.insert("purpose_not_permitted");
            }
            let kind = if source == "subject" {
                Some("subject")
            } else {
                registered(policy, source).map(|processor| processor.kind.as_str())
            };
            let collected = policy.collection.iter().any(|row| {
                row.category == request.category
                    && row.sources.iter().any(|source| Some(source.as_str()) == kind)
            });
            if !collected {
                reasons.insert("source_not_permitted");
            }
        }
        Action::Store { .. } | Action::Use => {
            if !used {
                reasons.insert("purpose_not_permitted");
            }
        }
        Action::Share { processor, .. } => {
            let recipient = registered(policy, processor);
            let shared = recipient.is_some_and(|recipient| {
                policy.sharing.iter().any(|row| {
                    row.purpose == request.purpose
                        && row.categories.contains(&request.category)
                        && row.recipients.contains(&recipient.kind)
                })
            });
            let origin_forbids =
                request.origin.as_ref().is_some_and(|origin| match registered(policy, origin) {
                    None => true,
                    Some(origin) => {
                        recipient.is_some_and(|recipient| origin.no_onward_to.contains(&recipient.kind))
                    }
                });
            if !used {
                reasons.insert("purpose_not_permitted");
            } else if !shared {
                reasons.insert("recipient_not_permitted");
            } else if origin_forbids {
                reasons.insert("origin_forbids_recipient");
            }
        }
        Action::Disclose { reference } => {
            if request.purpose != "legal_obligation" {
                reasons.insert("purpose_not_permitted");
            }
            if reference.chars().all(char::is_whitespace) {
                reasons.insert("legal_reference_missing");
            }
        }
        Action::Sell => {}
    }
    reasons
}
