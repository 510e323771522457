//! What the reports of ad networks have in common: spend, counts of conversions, campaigns; and spend on the way out.

use rust_decimal::Decimal;

use super::{Misfit, payload::Node};
use crate::data::{
    Amount, Campaign, ConversionCount, Currency, ExternalId, Money, Spend, Text, leads_to_person,
};

/// Takes an amount in major units, in this currency or, without one, in that of the account.
pub(super) fn take_spend(spend: &Node, currency: Option<Currency>) -> Result<Spend, Misfit> {
    let expected = "an amount such as 361.79";
    let amount = spend.decimal().as_ref().map(Decimal::to_string).ok_or_else(|| spend.misfit(expected))?;
    let read = match currency {
        Some(currency) => Money::from_decimal(&amount, currency).map(Spend::Money),
        None => amount.parse::<Amount>().map(|amount| Spend::AccountCurrency { amount }),
    };
    let read = read.map_err(|_| spend.misfit(expected))?;
    spend.keep();
    Ok(read)
}

/// Takes an amount in millionths of the major unit, as [`take_spend`] does.
pub(super) fn take_micros(spend: &Node, currency: Option<Currency>) -> Result<Spend, Misfit> {
    let micros = spend.decimal().filter(Decimal::is_integer).and_then(|micros| i64::try_from(micros).ok());
    let read = micros.and_then(|micros| match currency {
        Some(currency) => Some(Spend::Money(Money::from_micros(micros, currency))),
        None => {
            let amount = Amount::try_from(Decimal::new(micros, 6).normalize()).ok()?;
            Some(Spend::AccountCurrency { amount })
        }
    });
    let read = read.ok_or_else(|| spend.misfit("an amount in micros, a whole number"))?;
    spend.keep();
    Ok(read)
}

/// What was spent in a known currency; where that is unknown the amount says nothing to others.
pub(super) fn money(spend: Option<Spend>) -> Option<Money> {
    match spend {
        Some(Spend::Money(money)) => Some(money),
        Some(Spend::AccountCurrency { .. }) | None => None,
    }
}

/// Takes the code of a currency.
pub(super) fn take_currency(currency: &Node) -> Result<Currency, Misfit> {
    currency.take("a currency of ISO 4217, such as USD", str::parse)
}

/// Takes how often something happened, which may be a fraction.
pub(super) fn take_conversions(count: &Node) -> Result<ConversionCount, Misfit> {
    let read = count.decimal().and_then(|count| ConversionCount::try_from(count).ok());
    let read = read.ok_or_else(|| count.misfit("a count from 0"))?;
    count.keep();
    Ok(read)
}

/// Takes the name of a campaign or of a conversion, unless it is more than a [`Text`] holds: a line break that
/// somebody pasted, or what might be a card number, because networks put the time into the names that they propose,
/// and one in ten such rows of digits passes for one. Nor is a name taken that leads to a person, because people name
/// a campaign after whom it is for. Such a name is dropped, and its row is kept.
pub(super) fn take_name(name: &Node) -> Result<Option<Text>, Misfit> {
    match name.text() {
        None => name.take_text().map(Some),
        Some(text) if leads_to_person(text) => Ok(None),
        Some(_) => Ok(name.take_text().ok()),
    }
}

/// The campaign, if anything is known of it.
pub(super) fn campaign_of(id: Option<ExternalId>, name: Option<Text>) -> Option<Campaign> {
    let campaign = Campaign { id, name };
    (campaign != Campaign::default()).then_some(campaign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_micro_is_no_amount() {
        let take = |json: &str| {
            let node = Node::read("Test", json.as_bytes()).unwrap();
            (take_micros(&node, None), node.is_kept())
        };
        for (json, expected) in [("1500000", "1.5"), ("\"361790000\"", "361.79"), ("\"1\"", "0.000001")] {
            let amount = expected.parse().unwrap();
            assert!(take(json) == (Ok(Spend::AccountCurrency { amount }), true), "{json}");
        }
        for json in ["1.5", "\"0.1\"", "1e-1", "\"9223372036854775808\"", "true"] {
            let (read, kept) = take(json);
            assert!(read.is_err() && !kept, "{json}");
        }
    }
}
