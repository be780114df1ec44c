"""Setup intents: the wish to keep a card for later, without a payment."""

from __future__ import annotations

from typing import Any

from stripe.params import SetupIntentListParams, SetupIntentRetrieveParams

from .account import Account
from .listing import listed
from .metadata import merged
from .routing import Call, route
from .shapes import public
from .store import Object


def make(account: Account, customer: str | None, **given: Any) -> Object:
    intent = {
        "id": account.new_id("seti_1"),
        "object": "setup_intent",
        "created": account.now(),
        "customer": customer,
        "livemode": False,
        "metadata": merged(None, given.pop("metadata", None)),
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
        **given,
    }
    intent["client_secret"] = f"{intent['id']}_secret_{account.new_id('', 25)}"
    account.store.add(intent)
    account.emit("setup_intent.created", intent)
    return intent


def succeed(account: Account, intent: Object, method: Object) -> None:
    account.change(intent, status="succeeded", payment_method=method["id"], next_action=None, last_setup_error=None)
    account.emit("setup_intent.succeeded", intent)


def ask(account: Account, intent: Object, method: Object) -> None:
    """The bank wants to see the reader."""
    url = f"{account.origin}/authenticate/{intent['id']}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
    account.change(intent, status="requires_action", payment_method=method["id"], next_action=action)
    account.emit("setup_intent.requires_action", intent)


def fail(account: Account, intent: Object, method: Object, failure: Object) -> None:
    error = {
        "code": failure["code"],
        "decline_code": failure["decline_code"],
        "message": failure["message"],
        "payment_method": public(method),
        "type": "card_error",
    }
    account.change(
        intent,
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error={name: value for name, value in error.items() if value is not None},
    )
    account.emit("setup_intent.setup_failed", intent)


@route("GET", "/v1/setup_intents", SetupIntentListParams)
def listing(call: Call) -> Object:
    customer = call.params.get("customer")
    return listed(call.account, "setup_intent", "/v1/setup_intents", call.params, customer=customer)


@route("GET", "/v1/setup_intents/{id}", SetupIntentRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("setup_intent", call.id))
