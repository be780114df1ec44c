"""The customer portal: a hosted page where a reader changes the card or cancels, opened by a session of its own."""

from __future__ import annotations

from typing import Any

from stripe.params.billing_portal import ConfigurationListParams, ConfigurationRetrieveParams, SessionCreateParams

from . import customers
from .account import Account
from .checkout_rules import only
from .errors import unreadable, unsupported
from .listing import listed
from .routing import Call, route
from .shapes import public
from .store import Object

LASTS = 3600
FLOWS = ("payment_method_update", "subscription_cancel")


@route("POST", "/v1/billing_portal/sessions", SessionCreateParams)
def create(call: Call) -> Object:
    account, params = call.account, call.params
    only(params, ("customer", "return_url", "flow_data", "locale", "configuration"), "`{}` of a portal session")
    if "customer" not in params:
        raise unreadable("Missing required param: customer.", "customer", "parameter_missing")
    customer = customers.living(account, params["customer"])
    if "configuration" in params:
        account.find("billing_portal.configuration", params["configuration"], "configuration")
    id_ = account.new_id("bps_1")
    session = {
        "id": id_,
        "object": "billing_portal.session",
        "configuration": params.get("configuration") or configuration(account)["id"],
        "created": account.now(),
        "customer": customer["id"],
        "flow": _flow(account, params.get("flow_data")),
        "livemode": False,
        "locale": params.get("locale"),
        "return_url": params.get("return_url"),
        "url": f"{account.origin}/p/session/{id_}",
    }
    account.store.add(session)
    account.emit("billing_portal.session.created", session)
    return public(session)


def _flow(account: Account, given: dict[str, Any] | None) -> Object | None:
    if given is None:
        return None
    if given["type"] not in FLOWS:
        raise unsupported(f"the portal's flow `{given['type']}`", "flow_data[type]")
    if given["type"] == "subscription_cancel":
        if "subscription_cancel" not in given:
            name = "flow_data[subscription_cancel]"
            raise unreadable(f"Missing required param: {name}.", name, "parameter_missing")
        named = given["subscription_cancel"]["subscription"]
        account.find("subscription", named, "flow_data[subscription_cancel][subscription]")
    kinds = ("customer_update", "subscription_pause", "subscription_update", "subscription_update_confirm")
    cancel = given.get("subscription_cancel")
    return {
        "after_completion": {
            "hosted_confirmation": None, "redirect": None, **given.get("after_completion", {"type": "portal_homepage"}),
        },
        **dict.fromkeys(kinds),
        "subscription_cancel": {"retention": None, **cancel} if cancel else None,
        "type": given["type"],
    }  # fmt: skip


def configuration(account: Account) -> Object:
    """What the portal lets a reader do. There is one, made when it is first needed."""
    for known in account.store.every("billing_portal.configuration"):
        return known
    off = {"enabled": False}
    made = {
        "id": account.new_id("bpc_1"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
        "created": account.now(),
        "default_return_url": None,
        "features": {
            "customer_update": {**off, "allowed_updates": []},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True, "payment_method_configuration": None},
            "subscription_cancel": {
                "cancellation_reason": {**off, "feedback_options": None, "options": []},
                "enabled": True, "mode": "at_period_end", "proration_behavior": "none",
            },
            "subscription_pause": {**off, "duration": {"interval_options": [], "type": "indefinite"}},
            "subscription_update": {
                **off, "billing_cycle_anchor": "unchanged", "default_allowed_updates": [], "products": None,
                "proration_behavior": "none", "schedule_at_period_end": {"conditions": []},
                "trial_update_behavior": "continue_trial",
            },
        },
        "is_default": True,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": account.now(),
    }  # fmt: skip
    return account.store.add(made)


@route("GET", "/v1/billing_portal/configurations", ConfigurationListParams)
def listing(call: Call) -> Object:
    configuration(call.account)
    fields = {name: call.params.get(name) for name in ("active", "is_default")}
    return listed(
        call.account, "billing_portal.configuration", "/v1/billing_portal/configurations", call.params, **fields
    )


@route("GET", "/v1/billing_portal/configurations/{id}", ConfigurationRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("billing_portal.configuration", call.id))
