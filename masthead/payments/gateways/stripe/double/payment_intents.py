"""Payment intents: the wish to be paid an amount, through as many tries as it takes."""

from __future__ import annotations

from typing import Any

from . import cards, charges
from .account import Account
from .errors import ApiError
from .metadata import merged
from .payment_methods import card_of
from .shapes import public
from .store import Object

AUTHENTICATION_FAILED = {
    "code": "payment_intent_authentication_failure",
    "decline_code": None,
    "message": "We are unable to authenticate your payment method. Please choose a different payment method and "
    "try again.",
}


def make(account: Account, amount: int, currency: str, customer: str | None, **given: Any) -> Object:
    """A payment intent that waits for a card."""
    intent = {
        "id": account.new_id("pi_3"),
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "created": account.now(),
        "currency": currency,
        "customer": customer,
        "livemode": False,
        "metadata": merged(None, given.pop("metadata", None)),
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card"],
        "payment_method": None,
        "status": "requires_payment_method",
        **given,
    }
    intent["client_secret"] = f"{intent['id']}_secret_{account.new_id('', 25)}"
    account.store.add(intent)
    account.emit("payment_intent.created", intent)
    return intent


def pay(account: Account, intent: Object, method: Object, *, reader_is_there: bool, authenticated: bool = False) -> str:
    """Try a card. Answers the intent's status; `requires_action` means that the bank wants to see the reader."""
    asks = card_of(method).asks and reader_is_there and not authenticated
    if asks:
        url = f"{account.origin}/authenticate/{intent['id']}"
        account.change(
            intent,
            payment_method=method["id"],
            status="requires_action",
            next_action={"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}},
        )
        account.emit("payment_intent.requires_action", intent)
        return "requires_action"
    decline = charges.bank_says(account, method, reader_is_there=reader_is_there)
    charge = charges.make(account, intent, method, decline, authenticated=authenticated)
    if decline:
        fail(account, intent, method, cards.failure(decline), charge)
        return "requires_payment_method"
    account.change(
        intent,
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        payment_method=method["id"],
        next_action=None,
        last_payment_error=None,
    )
    account.emit("payment_intent.succeeded", intent)
    charges.settle(account, charge)
    return "succeeded"


def fail(account: Account, intent: Object, method: Object, failure: Object, charge: Object | None) -> None:
    """A try that came to nothing; the intent waits for another card."""
    error = {
        "charge": charge["id"] if charge else None,
        "code": failure["code"],
        "decline_code": failure["decline_code"],
        "doc_url": f"https://stripe.com/docs/error-codes/{failure['code'].replace('_', '-')}",
        "message": failure["message"],
        "payment_method": public(method),
        "type": "card_error" if charge else "invalid_request_error",
    }
    account.change(
        intent,
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_payment_error={name: value for name, value in error.items() if value is not None},
        latest_charge=charge["id"] if charge else intent.get("latest_charge"),
    )
    account.emit("payment_intent.payment_failed", intent)


def refuse_authentication(account: Account, intent: Object) -> None:
    """The reader did not pass 3-D Secure."""
    method = account.find("payment_method", intent["payment_method"])
    fail(account, intent, method, AUTHENTICATION_FAILED, None)


def cancel(account: Account, intent: Object, reason: str | None) -> None:
    if intent["status"] in ("succeeded", "canceled"):
        raise ApiError(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            "PaymentIntent with"
            " one of the following statuses may be canceled: requires_payment_method, requires_capture,"
            " requires_confirmation, requires_action, processing.", code="payment_intent_unexpected_state",
        )  # fmt: skip
    account.change(intent, status="canceled", canceled_at=account.now(), cancellation_reason=reason, next_action=None)
    account.emit("payment_intent.canceled", intent)
