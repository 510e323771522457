"""What is decided (docs/decision.md): the history of policies, the record of a subject, the decision."""

from forms import PURPOSES
from values import day_of, is_blank


class Refused(Exception):
    """A policy or an event that is of the form and not accepted; the code says why."""


class World:
    """The versions and the events that were accepted."""

    def __init__(self):
        self.versions = {}
        self.events = {}

    def add_policy(self, policy):
        if contradicts_itself(policy):
            raise Refused("invalid_policy")
        if policy["version"] in self.versions:
            raise Refused("duplicate_version")
        if any(known["effective_from"] == policy["effective_from"] for known in self.versions.values()):
            raise Refused("duplicate_effective_from")
        self.versions[policy["version"]] = policy

    def add_event(self, event):
        if self.events.get(event["id"], event) != event:
            raise Refused("conflicting_event")
        if "policy_version" in event and event["policy_version"] not in self.versions:
            raise Refused("unknown_policy_version")
        if event.get("expires_at") is not None and event["expires_at"] <= event["at"]:
            raise Refused("expires_before_granted")
        self.events[event["id"]] = event

    def in_force(self, at):
        known = [policy for policy in self.versions.values() if policy["effective_from"] <= at]
        return max(known, key=effective_from, default=None)

    def events_of(self, subject):
        return [event for event in self.events.values() if event["subject"] == subject]

    def links(self):
        return [(event["subject"], event["visitor"]) for event in self.events.values() if event["type"] == "linked"]

    def decide(self, request):
        """Every reason against the request, and the version in force."""
        # 1
        policy = self.in_force(request["at"])
        if policy is None:
            return {"no_policy_in_force"}, None
        action = request["action"]
        if action["type"] == "sell":
            return {"sale_prohibited"}, policy
        # 2
        reasons = flow_reasons(policy, request)
        if action["type"] == "disclose":
            return reasons, policy
        permitted_in_force = not reasons
        # 3
        home = None
        if self.is_erased(request["subject"]):
            reasons = reasons | {"subject_erased"}
        elif not self.events_of(request["subject"]):
            reasons = reasons | {"subject_unknown"}
        else:
            record = self.record(request["subject"])
            home = record["home"]
            if record["age"] is None and policy["unknown_age"] == "deny":
                reasons = reasons | {"age_unknown"}
            if record["age"] is not None and day_of(request["at"]) < record["age"]:
                reasons = reasons | {"below_minimum_age"}
            reasons = reasons | self.acceptance(record["accepted"], policy, request, permitted_in_force)
            reasons = reasons | self.choice(record["choices"], policy, request, permitted_in_force)
        # 6
        if request["signals"]["gpc"] and action["type"] == "share":
            if kind_of(policy, action["processor"]) in ("ad_network", "promotion_provider"):
                reasons = reasons | {"opt_out_signal"}
        if request["signals"]["cookies"] == "blocked" and action["type"] in ("collect", "share"):
            if request["category"] == "analytics" and request["purpose"] == "engagement_analysis":
                reasons = reasons | {"tracking_blocked"}
        # 7
        if action["type"] in ("store", "share"):
            at_home = home is not None and action["country"] == home
            if not at_home and safeguard_of(policy, action) is None:
                reasons = reasons | {"transfer_without_safeguard"}
        # 8
        if action["type"] == "store" and not action["encrypted"]:
            if request["category"] in policy["storage"]["encrypted"]:
                reasons = reasons | {"encryption_required"}
        return reasons, policy

    def acceptance(self, accepted, policy, request, permitted_in_force):
        """Step 4."""
        if not accepted:
            return {"policy_not_accepted"}
        newest = max((self.versions[name] for name in accepted), key=effective_from)
        taken = min(newest, policy, key=effective_from)
        if permitted_in_force and flow_reasons(taken, request):
            return {"not_permitted_by_accepted_version"}
        return set()

    def choice(self, choices, policy, request, permitted_in_force):
        """Step 5."""
        covering = [choice for scope, choice in choices.items() if covers(scope, request)]
        refusals = {choice["type"] for choice in covering if choice["type"] != "consent_granted"}
        if refusals or basis_of(policy, request["purpose"]) != "consent":
            return refusals
        if not covering:
            return {"consent_missing"}
        lasting = [grant for grant in covering if grant["expires_at"] is None or grant["expires_at"] > request["at"]]
        if not lasting:
            return {"consent_expired"}
        informed = any(not flow_reasons(self.versions[grant["policy_version"]], request) for grant in lasting)
        if permitted_in_force and not informed:
            return {"consent_outdated"}
        return set()

    # The record of a subject.

    def is_erased(self, subject):
        either_way = self.links() + [(visitor, account) for account, visitor in self.links()]
        persons = {one for step in steps_from(subject, either_way) for one in step}
        return any(event["type"] == "erased" and event["subject"] in persons for event in self.events.values())

    def record(self, subject):
        """What an account is judged on: its own record and those that it reaches over links."""
        steps = [[self.events_of(one) for one in step] for step in steps_from(subject, self.links())]
        all_of_them = [events for step in steps for events in step]
        ages = [age for age in map(age_of, all_of_them) if age is not None]
        homes = [[home for events in step for home in homes_of(events)] for step in steps]
        declared = [of_step for of_step in homes if of_step]
        choices = {}
        for events in all_of_them:
            for scope, choice in self.choices_of(events).items():
                known = choices.get(scope, choice)
                choices[scope] = max(known, choice, key=self.strictness)
        return {
            "accepted": {
                event["policy_version"]
                for events in all_of_them for event in events if event["type"] == "policy_accepted"
            },
            "choices": choices,
            "age": max(ages, default=None),
            "home": one_home(declared[0]) if declared else None,
        }

    def choices_of(self, events):
        choices = {}
        for event in events:
            if "scope" in event:
                known = choices.get(scope_of(event), event)
                choices[scope_of(event)] = max(known, event, key=lambda event: (event["at"], self.strictness(event)))
        return choices

    def strictness(self, choice):
        """Withdrawn, denied, granted; of grants the one that expires sooner, then the older version. The greatest stands."""
        if choice["type"] != "consent_granted":
            return (1 if choice["type"] == "consent_denied" else 2,)
        expires, older = choice["expires_at"], before(effective_from(self.versions[choice["policy_version"]]))
        return (0, expires is not None, before(expires or (0, 0)), older)


OF_AGE = float("-inf")


def age_of(events):
    """Never declared is None; a minor is so until a day, and whoever is of age until the beginning of time."""
    declared = [event for event in events if event["type"] == "age_declared"]
    days = [
        (event["at"], OF_AGE if event["minor_until"] is None else event["minor_until"]) for event in declared
    ]
    return max(days)[1] if days else None


def homes_of(events):
    return [(event["at"], event["country"]) for event in events if event["type"] == "home_declared"]


def one_home(homes):
    """The country of the latest declarations, if they name one."""
    countries = {country for at, country in homes if at == max(homes)[0]}
    return countries.pop() if len(countries) == 1 else None


def steps_from(subject, links):
    """The subject, then those one link away, then those two links away, and so on, each once."""
    steps, reached = [{subject}], {subject}
    while steps[-1]:
        steps.append({end for start, end in links if start in steps[-1]} - reached)
        reached = reached | steps[-1]
    return steps


def scope_of(event):
    return (event["scope"]["purpose"], event["scope"]["category"], event["scope"]["processor"])


def covers(scope, request):
    purpose, category, processor = scope
    action = request["action"]
    named = {"share": action.get("processor"), "collect": action.get("source")}.get(action["type"])
    return (
        purpose == request["purpose"]
        and category in (None, request["category"])
        and processor in (None, named)
    )


def effective_from(policy):
    return policy["effective_from"]


def before(point):
    """Sorts the earlier instant behind the later one."""
    return (-point[0], -point[1])


# One version of the policy.


def flow_reasons(policy, request):
    """What a version says against a flow, with nothing known of the person."""
    action, purpose, category = request["action"], request["purpose"], request["category"]
    reasons = set()
    if action["type"] == "disclose":
        if purpose != "legal_obligation":
            reasons.add("purpose_not_permitted")
        if is_blank(action["reference"]):
            reasons.add("legal_reference_missing")
        return reasons
    used = any(row["purpose"] == purpose and category in row["categories"] for row in policy["uses"])
    if not used:
        reasons.add("purpose_not_permitted")
    if action["type"] == "collect":
        source = "subject" if action["source"] == "subject" else kind_of(policy, action["source"])
        if not any(row["category"] == category and source in row["sources"] for row in policy["collection"]):
            reasons.add("source_not_permitted")
    if action["type"] == "share" and used:
        kind = kind_of(policy, action["processor"])
        if not any(
            row["purpose"] == purpose and kind in row["recipients"] and category in row["categories"]
            for row in policy["sharing"]
        ):
            reasons.add("recipient_not_permitted")
        elif request["origin"] is not None:
            origin = registered(policy, request["origin"])
            if origin is None or kind in origin["no_onward_to"]:
                reasons.add("origin_forbids_recipient")
    return reasons


def registered(policy, processor):
    return next((entry for entry in policy["processors"] if entry["id"] == processor), None)


def kind_of(policy, processor):
    entry = registered(policy, processor)
    return entry and entry["kind"]


def safeguard_of(policy, action):
    if action["type"] == "store":
        return policy["storage"]["safeguard"]
    entry = registered(policy, action["processor"])
    return entry and entry["safeguard"]


def basis_of(policy, purpose):
    return next(entry["basis"] for entry in policy["purposes"] if entry["id"] == purpose)


def contradicts_itself(policy):
    processors = [entry["id"] for entry in policy["processors"]]
    purposes = [entry["id"] for entry in policy["purposes"]]
    uses, sharing = policy["uses"], policy["sharing"]
    used = [(row["purpose"], category) for row in uses for category in row["categories"]]
    lists = (
        [entry["no_onward_to"] for entry in policy["processors"]]
        + [row["sources"] for row in policy["collection"]]
        + [row["categories"] for row in uses + sharing]
        + [row["recipients"] for row in sharing]
        + [policy["storage"]["encrypted"]]
    )
    return (
        twice(processors)
        or "subject" in processors
        or sorted(purposes) != sorted(PURPOSES)
        or any(
            (entry["id"] == "legal_obligation") != (entry["basis"] == "legal_obligation")
            for entry in policy["purposes"]
        )
        or twice([row["category"] for row in policy["collection"]])
        or twice([row["purpose"] for row in uses])
        or twice([(row["purpose"], kind) for row in sharing for kind in row["recipients"]])
        or any(row["purpose"] == "legal_obligation" for row in uses + sharing)
        or any((row["purpose"], category) not in used for row in sharing for category in row["categories"])
        or any(twice(values) for values in lists)
    )


def twice(values):
    return len(set(values)) != len(values)
