"""Charges: one try to take money from a card, and what the bank said."""

from __future__ import annotations

from typing import Any

from stripe.params import ChargeListParams, ChargeRetrieveParams, ChargeUpdateParams

from . import balance, cards, currencies
from .account import Account
from .expansion import INCLUDED
from .listing import listed, part
from .metadata import merged
from .payment_methods import card_of
from .routing import Call, route
from .shapes import public
from .store import Object

OUTCOMES: dict[bool, dict[str, Any]] = {
    True: {
        "network_status": "approved_by_network", "reason": None, "risk_level": "normal", "risk_score": 12,
        "seller_message": "Payment complete.", "type": "authorized",
    },
    False: {
        "network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal", "risk_score": 12,
        "seller_message": "The bank did not return any further details with this decline.", "type": "issuer_declined",
    },
}  # fmt: skip


def bank_says(account: Account, method: Object, *, reader_is_there: bool) -> str:
    """The decline code, or nothing when the bank pays. What a test has ordered comes first."""
    forced = _forced(account, method)
    if forced is not None:
        return "" if forced == "succeed" else forced
    card = card_of(method)
    if card.declined:
        return card.declined
    if card.asks_always and not reader_is_there:
        return "authentication_required"
    return card.declined_later if method["_used"] else ""


def _forced(account: Account, method: Object) -> str | None:
    customer = account.store.get(method["customer"], "customer") if method["customer"] else None
    if customer is None or not customer.get("_next"):
        return None
    outcome, *later = customer["_next"]
    customer["_next"] = later
    account.store.save(customer)
    return str(outcome)


def make(account: Account, intent: Object, method: Object, decline: str, *, authenticated: bool = False) -> Object:
    """A charge that succeeded, or failed with this decline code. Its event is told; money is booked by `settle`."""
    failure = cards.failure(decline) if decline else {"code": None, "message": None}
    paid = not decline
    charge = {
        "id": account.new_id("ch_3"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": account.habits.newsroom.upper()[:22],
        "captured": paid,
        "created": account.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent.get("description"),
        "disputed": False,
        "failure_code": failure["code"],
        "failure_message": failure["message"],
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None if paid else "01",
            **OUTCOMES[paid],
            **({} if paid else {"reason": decline}),
        },
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card_details(intent, method, authenticated), "type": "card"},
        "receipt_email": intent.get("receipt_email"),
        "refunded": False,
        "statement_descriptor": intent.get("statement_descriptor"),
        "status": "succeeded" if paid else "failed",
    }
    charge["receipt_url"] = f"{account.origin}/receipts/{charge['id']}" if paid else None
    account.store.add(charge)
    account.emit("charge.succeeded" if paid else "charge.failed", charge)
    if paid:
        method["_used"] = True
        account.store.save(method)
    return charge


def _card_details(intent: Object, method: Object, authenticated: bool) -> Object:
    card = method["card"]
    unavailable = {"status": "unavailable"}
    return {
        "amount_authorized": intent["amount"],
        "authorization_code": "123456",
        "brand": card["brand"],
        "checks": card["checks"],
        "country": card["country"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "incremental_authorization": unavailable,
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": unavailable,
        "network": card_of(method).network,
        "network_token": {"used": False},
        "network_transaction_id": "104557651805572",
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _three_d_secure() if authenticated else None,
        "wallet": None,
    }


def _three_d_secure() -> Object:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "e7d8c9d4-3ac0-44a1-8b5e-6d4e8f0f9f27",
        "version": "2.2.0",
    }


def settle(account: Account, charge: Object) -> None:
    """Book the money. As at Stripe this comes after the events of success, with one of its own."""
    amount = charge["amount"]
    booked = balance.book(account, "charge", charge, amount, currencies.fee(amount), text=charge["description"])
    account.change(charge, "charge.updated", balance_transaction=booked["id"])
    method = account.store.get(charge["payment_method"], "payment_method")
    if method is not None and card_of(method).disputed:
        account.store.schedule("dispute.open", charge["id"], account.now())


def _refunds(account: Account, charge: Object) -> Object:
    found = account.store.every("refund", charge=charge["id"])
    return part(f"/v1/charges/{charge['id']}/refunds", [public(refund) for refund in reversed(found)], {})


INCLUDED["charge", "refunds"] = _refunds


@route("GET", "/v1/charges", ChargeListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("payment_intent", "customer")}
    return listed(call.account, "charge", "/v1/charges", call.params, **fields)


@route("GET", "/v1/charges/{id}", ChargeRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("charge", call.id))


@route("POST", "/v1/charges/{id}", ChargeUpdateParams)
def update(call: Call) -> Object:
    charge = call.account.find("charge", call.id)
    changes = {name: value for name, value in call.params.items() if name in ("description", "receipt_email")}
    changes["metadata"] = merged(charge["metadata"], call.params.get("metadata"))
    call.account.change(charge, "charge.updated", **changes)
    return public(charge)
