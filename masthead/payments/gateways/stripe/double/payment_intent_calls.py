"""What can be asked of payment intents over the API; a reader's payments are made on a hosted page."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentUpdateParams,
)

from . import currencies, customers, payment_methods
from .account import Account
from .cards import failure
from .checkout_rules import only
from .errors import ApiError, declined, invalid, unreadable, unsupported
from .listing import listed
from .metadata import merged
from .payment_intents import cancel, make, pay
from .routing import Call, route
from .shapes import public
from .store import Object

SUPPORTED = (
    "amount", "confirm", "currency", "customer", "description", "metadata", "off_session", "payment_method",
    "receipt_email", "setup_future_usage", "statement_descriptor", "return_url",
)  # fmt: skip


@route("POST", "/v1/payment_intents", PaymentIntentCreateParams)
def create(call: Call) -> Object:
    account, params = call.account, dict(call.params)
    only(params, SUPPORTED, "`{}` of a payment intent")
    currency = currencies.known(params.pop("currency"))
    amount = params.pop("amount")
    if amount < 1:
        raise unreadable("Invalid positive integer", "amount", "parameter_invalid_integer")
    currencies.check_chargeable(amount, currency)
    customer = customers.living(account, params.pop("customer")) if "customer" in params else None
    off_session, method = params.pop("off_session", False), params.pop("payment_method", None)
    confirm = params.pop("confirm", False)
    params.pop("return_url", None)
    intent = make(account, amount, currency, customer["id"] if customer else None, **params)
    if method is not None:
        chosen = payment_methods.named(account, method)
        if chosen["customer"] not in (None, intent["customer"]):
            raise invalid("The payment method supplied belongs to another Customer.", "payment_method")
        account.change(intent, payment_method=chosen["id"], status="requires_confirmation")
    if confirm:
        _confirm(account, intent, off_session)
    return public(intent)


@route("POST", "/v1/payment_intents/{id}/confirm", PaymentIntentConfirmParams)
def confirm_(call: Call) -> Object:
    intent = call.account.find("payment_intent", call.id)
    only(call.params, ("payment_method", "off_session", "return_url"), "`{}` in confirming a payment intent")
    if intent["status"] not in ("requires_confirmation", "requires_payment_method", "requires_action"):
        raise ApiError(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    if "payment_method" in call.params:
        intent["payment_method"] = payment_methods.named(call.account, call.params["payment_method"])["id"]
    _confirm(call.account, intent, call.params.get("off_session", False))
    return public(intent)


def _confirm(account: Account, intent: Object, off_session: Any) -> None:
    if intent["payment_method"] is None:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    method = account.find("payment_method", intent["payment_method"])
    status = pay(account, intent, method, reader_is_there=not off_session)
    if status == "requires_payment_method":
        code = intent["last_payment_error"].get("decline_code", "generic_decline")
        raise declined(failure(code), intent.get("latest_charge"), public(intent))


@route("GET", "/v1/payment_intents", PaymentIntentListParams)
def listing(call: Call) -> Object:
    customer = call.params.get("customer")
    return listed(call.account, "payment_intent", "/v1/payment_intents", call.params, customer=customer)


@route("GET", "/v1/payment_intents/{id}", PaymentIntentRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("payment_intent", call.id))


@route("POST", "/v1/payment_intents/{id}", PaymentIntentUpdateParams)
def update(call: Call) -> Object:
    intent = call.account.find("payment_intent", call.id)
    for name in call.params:
        if name not in ("metadata", "description", "receipt_email"):
            raise unsupported(f"changing `{name}` of a payment intent", name)
    changes = dict(call.params)
    changes["metadata"] = merged(intent["metadata"], call.params.get("metadata"))
    call.account.change(intent, **changes)
    return public(intent)


@route("POST", "/v1/payment_intents/{id}/cancel", PaymentIntentCancelParams)
def cancel_(call: Call) -> Object:
    intent = call.account.find("payment_intent", call.id)
    if intent.get("_session"):
        raise invalid(
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the "
            "session instead."
        )
    cancel(call.account, intent, call.params.get("cancellation_reason"))
    return public(intent)
