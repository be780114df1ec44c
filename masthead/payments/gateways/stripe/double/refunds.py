"""Refunds: a charge given back, whole or in part. The fee is not given back."""

from __future__ import annotations

from typing import Any

from stripe.params import (
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)

from . import balance, currencies, disputes
from .account import Account, task
from .errors import ApiError, invalid, unreadable, unsupported
from .listing import listed
from .metadata import merged
from .payment_methods import card_of
from .routing import Call, route
from .shapes import public
from .store import Object

FAILS_AFTER = 3600


@route("POST", "/v1/refunds", RefundCreateParams)
def create(call: Call) -> Object:
    account, params = call.account, call.params
    for name in ("customer", "origin", "currency", "refund_application_fee", "reverse_transfer", "instructions_email"):
        if name in params:
            raise unsupported(f"refunds with `{name}`", name)
    charge = _charge(account, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _check(account, charge, amount, left)
    return public(make(account, charge, amount, params))


def _charge(account: Account, params: dict[str, Any]) -> Object:
    if "charge" in params:
        charge = account.find("charge", params["charge"], "charge")
        if not charge["paid"]:
            raise invalid(f"Charge {charge['id']} has not been captured and cannot be refunded.", "charge")
        return charge
    if "payment_intent" not in params:
        raise unreadable(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    intent = account.find("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", "payment_intent"
        )
    return account.find("charge", intent["latest_charge"])


def _check(account: Account, charge: Object, amount: int, left: int) -> None:
    if disputes.holds(account, charge):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise unreadable("Invalid positive integer", "amount", "parameter_invalid_integer")
    currency = charge["currency"]
    if amount > left:
        which = "unrefunded amount on charge" if left < charge["amount"] else "charge amount"
        wanted, there = currencies.shown(amount, currency), currencies.shown(left, currency)
        raise invalid(f"Refund amount ({wanted}) is greater than {which} ({there})", "amount")
    currencies.check_digits(amount, currency)


def make(account: Account, charge: Object, amount: int, given: dict[str, Any]) -> Object:
    """Give money back; at a test card it arrives at once."""
    refund = {
        "id": account.new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": merged(None, given.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": given.get("reason"),
        "status": "succeeded",
    }
    account.store.add(refund)
    booked = balance.book(account, "refund", refund, -amount, text=charge["description"])
    refund["balance_transaction"] = booked["id"]
    account.store.save(refund)
    refunded = charge["amount_refunded"] + amount
    account.change(charge, amount_refunded=refunded, refunded=refunded == charge["amount"])
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    method = account.store.get(charge["payment_method"], "payment_method")
    if method is not None and card_of(method).refund_fails:
        account.store.schedule("refund.fail", refund["id"], account.now() + FAILS_AFTER)
    return refund


@task("refund.fail")
def fail(account: Account, id_: str) -> None:
    """The reader's bank sends the money back: it is the newsroom's again."""
    refund = account.find("refund", id_)
    charge = account.find("charge", refund["charge"])
    booked = balance.book(account, "refund_failure", refund, refund["amount"])
    account.change(refund, status="failed", failure_reason="unknown", failure_balance_transaction=booked["id"])
    account.change(charge, amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
    account.emit("refund.failed", refund)
    account.emit("charge.refund.updated", refund, {"status": "succeeded"})


@route("GET", "/v1/refunds", RefundListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return listed(call.account, "refund", "/v1/refunds", call.params, **fields)


@route("GET", "/v1/refunds/{id}", RefundRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("refund", call.id))


@route("POST", "/v1/refunds/{id}", RefundUpdateParams)
def update(call: Call) -> Object:
    refund = call.account.find("refund", call.id)
    metadata = merged(refund["metadata"], call.params.get("metadata"))
    call.account.change(refund, "refund.updated", metadata=metadata)
    return public(refund)


@route("POST", "/v1/refunds/{id}/cancel", RefundCancelParams)
def cancel(call: Call) -> Object:
    refund = call.account.find("refund", call.id)
    raise ApiError(
        f"You can only cancel refunds with a status of requires_action. This refund's status is {refund['status']}."
    )
