//! The kinds of objects that Stripe has.

/// What objects of the Stripe API call themselves in `object`, sorted: those of its OpenAPI specification
/// (2026-08) with its previews \[P\], and a few that older versions of the API had.
///
/// - <https://github.com/stripe/openapi>
#[rustfmt::skip]
pub(super) static KINDS: [&str; 217] = [
    "account", "account_link", "account_notice", "account_session", "account_signals",
    "alipay_account", "apple_pay_domain", "application", "application_fee", "apps.secret",
    "balance", "balance_settings", "balance_transaction", "balance_transfer", "bank_account",
    "billing.alert", "billing.alert_notification", "billing.alert_recovered",
    "billing.alert_triggered", "billing.analytics.meter_usage", "billing.analytics.meter_usage_row",
    "billing.credit_balance_summary", "billing.credit_balance_transaction", "billing.credit_grant",
    "billing.feedback_option", "billing.meter", "billing.meter_event",
    "billing.meter_event_adjustment", "billing.meter_event_summary", "billing_portal.configuration",
    "billing_portal.session", "bitcoin_receiver", "bitcoin_transaction", "capability",
    "capital.financing_offer", "capital.financing_summary", "capital.financing_transaction", "card",
    "cash_balance", "charge", "checkout.session", "climate.order", "climate.product",
    "climate.supplier", "confirmation_token", "country_spec", "coupon", "credit_note",
    "credit_note_line_item", "crypto.consumer_wallet", "crypto.customer", "crypto.deposit_address",
    "crypto.onramp_session", "crypto.onramp_transaction_limits", "crypto.payment_token", "customer",
    "customer_balance_transaction", "customer_cash_balance_transaction", "customer_session",
    "customer_tax_exemption", "delegated_checkout.order", "delegated_checkout.order_event",
    "delegated_checkout.requested_session", "discount", "dispute",
    "entitlements.active_entitlement", "entitlements.active_entitlement_summary",
    "entitlements.feature", "ephemeral_key", "event", "exchange_rate", "fee", "fee_refund", "file",
    "file_link", "financial_connections.account", "financial_connections.account_inferred_balance",
    "financial_connections.account_owner", "financial_connections.account_ownership",
    "financial_connections.authorization", "financial_connections.institution",
    "financial_connections.session", "financial_connections.transaction", "forwarding.request",
    "funding_instructions", "fx_quote", "gift_card", "gift_card_operation",
    "identity.blocklist_entry", "identity.verification_report", "identity.verification_session",
    "invoice", "invoice_payment", "invoice_rendering_template", "invoiceitem",
    "issuing.authorization", "issuing.card", "issuing.cardholder",
    "issuing.credit_underwriting_record", "issuing.dispute", "issuing.dispute_settlement_detail",
    "issuing.fraud_liability_debit", "issuing.personalization_design", "issuing.physical_bundle",
    "issuing.program", "issuing.settlement", "issuing.token", "issuing.transaction", "item",
    "line_item", "list", "login_link", "mandate", "margin", "orchestration.payment_attempt",
    "order", "order_item", "order_return", "payment_attempt_record", "payment_intent",
    "payment_intent_amount_details_line_item", "payment_link", "payment_location",
    "payment_location_capability", "payment_method", "payment_method_balance",
    "payment_method_configuration", "payment_method_domain", "payment_plan", "payment_record",
    "payout", "person", "plan", "price", "privacy.redaction_job",
    "privacy.redaction_job_validation_error", "product", "product_catalog.trial_offer",
    "product_feature", "profile", "promotion_code", "quote", "quote_line", "quote_preview_invoice",
    "quote_preview_subscription_schedule", "radar.account_evaluation", "radar.customer_evaluation",
    "radar.early_fraud_warning", "radar.issuing_authorization_evaluation",
    "radar.payment_evaluation", "radar.value_list", "radar.value_list_item", "recipient", "refund",
    "reporting.report_run", "reporting.report_type", "reserve.hold", "reserve.plan",
    "reserve.release", "review", "risk_signals", "scheduled_query_run", "search_result",
    "setup_attempt", "setup_intent", "shared_payment.granted_token", "shared_payment.issued_token",
    "shipping_rate", "sigma.sigma_api_query", "sku", "source", "source_mandate_notification",
    "source_transaction", "subscription", "subscription_item", "subscription_schedule",
    "tax.association", "tax.calculation", "tax.calculation_line_item", "tax.form", "tax.location",
    "tax.registration", "tax.settings", "tax.transaction", "tax.transaction_line_item", "tax_code",
    "tax_fund", "tax_id", "tax_rate", "terminal.configuration", "terminal.connection_token",
    "terminal.location", "terminal.onboarding_link", "terminal.reader",
    "terminal.reader_collected_data", "terminal.refund", "test_helpers.test_clock",
    "three_d_secure", "token", "topup", "transfer", "transfer_reversal", "transit_balance",
    "treasury.credit_reversal", "treasury.debit_reversal", "treasury.financial_account",
    "treasury.financial_account_features", "treasury.inbound_transfer", "treasury.outbound_payment",
    "treasury.outbound_transfer", "treasury.received_credit", "treasury.received_debit",
    "treasury.transaction", "treasury.transaction_entry", "usage_record", "usage_record_summary",
    "webhook_endpoint",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_sorted_and_stand_there_once() {
        assert!(KINDS.is_sorted_by(|a, b| a < b));
    }
}
