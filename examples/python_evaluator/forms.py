"""The forms of policy documents, events and requests (docs/wire.md), as readers."""

from values import (
    Invalid, boolean, country, date, either, fields, instant, many, nothing, processor_id, text, uuid, version_name,
    whole, word,
)

CATEGORIES = ("ad_performance", "user", "payment", "analytics", "streaming")
PURPOSES = (
    "platform_operation", "marketing_campaigns", "music_distribution", "engagement_analysis", "billing", "promotion",
    "legal_obligation",
)
KINDS = (
    "ad_network", "payment_processor", "analytics_provider", "streaming_service", "promotion_provider",
    "service_provider",
)

category, purpose, kind = word(*CATEGORIES), word(*PURPOSES), word(*KINDS)
basis = word("contract", "consent", "legal_obligation")
safeguard = either(nothing, word("contractual"))

policy = fields({
    "version": version_name,
    "effective_from": instant,
    "organisation": text,
    "contact": text,
    "minimum_age": whole(0, 150),
    "unknown_age": word("allow", "deny"),
    "processors": many(fields(
        {"id": either(word("subject"), processor_id), "kind": kind, "name": text, "safeguard": safeguard},
        {"no_onward_to": (many(kind), [])},
    )),
    "purposes": many(fields({"id": purpose, "basis": basis, "section": whole(1, 9)})),
    "collection": many(fields({"category": category, "sources": many(either(word("subject"), kind))})),
    "uses": many(fields({"purpose": purpose, "categories": many(category)})),
    "sharing": many(fields({"purpose": purpose, "recipients": many(kind), "categories": many(category)})),
    "storage": fields({"encrypted": many(category), "safeguard": safeguard}),
})

scope = fields({"purpose": purpose}, {"category": (category, None), "processor": (processor_id, None)})


def by_type(types, common):
    """An object whose field `type` says which other fields it has, besides those that all have."""
    readers = {
        name: fields(common | {"type": text} | required, optional) for name, (required, optional) in types.items()
    }

    def read(value):
        name = value.get("type") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in readers:
            raise Invalid(f"expected a type, one of {', '.join(readers)}")
        return readers[name](value)

    return read


event = by_type({
    "policy_accepted": ({"policy_version": text, "manner": word("explicit", "continued_use")}, {}),
    "consent_granted": ({"scope": scope, "policy_version": text}, {"expires_at": (instant, None)}),
    "consent_denied": ({"scope": scope}, {}),
    "consent_withdrawn": ({"scope": scope}, {}),
    "age_declared": ({}, {"minor_until": (date, None)}),
    "home_declared": ({"country": country}, {}),
    "linked": ({"visitor": uuid}, {}),
    "erased": ({}, {}),
}, {"id": uuid, "subject": uuid, "at": instant})

action = by_type({
    "collect": ({"source": either(word("subject"), processor_id)}, {}),
    "store": ({}, {"country": (country, None), "encrypted": (boolean, False)}),
    "use": ({}, {}),
    "share": ({"processor": processor_id}, {"country": (country, None)}),
    "disclose": ({"reference": text}, {}),
    "sell": ({}, {}),
}, {})

signals = fields({}, {"gpc": (boolean, False), "cookies": (word("allowed", "blocked"), "allowed")})

request = fields(
    {"subject": uuid, "category": category, "purpose": purpose, "action": action, "at": instant},
    {"origin": (processor_id, None), "signals": (signals, {"gpc": False, "cookies": "allowed"})},
)


def line(value):
    """What a line holds: its one field's name, and what that means."""
    known = {"policy": policy, "event": event, "request": request}
    if not isinstance(value, dict) or len(value) != 1:
        raise Invalid("expected an object with one field")
    [(name, inner)] = value.items()
    if name not in known:
        raise Invalid(f"expected one of {', '.join(known)}")
    return name, known[name](inner)
