"""Invoice payments: which payment intent pays which invoice. Since 2025 neither object names the other."""

from __future__ import annotations

from typing import Any

from stripe.params import InvoicePaymentListParams, InvoicePaymentRetrieveParams

from .account import Account
from .expansion import INCLUDED
from .listing import listed, part
from .routing import Call, route
from .shapes import public
from .store import Object


def begin(account: Account, invoice: Object, intent: Object) -> Object:
    """Tie an intent to the invoice it shall pay."""
    payment = {
        "id": account.new_id("inpay_1"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": account.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
        "_payment_intent": intent["id"],
    }
    account.change(invoice, _intent=intent["id"])
    return account.store.add(payment)


def mark_paid(account: Account, invoice: Object, intent: Object | None) -> None:
    if intent is None:
        mark_canceled(account, invoice)
        return
    for payment in account.store.every("invoice_payment", invoice=invoice["id"]):
        if payment["_payment_intent"] == intent["id"] and payment["status"] != "paid":
            account.change(
                payment,
                status="paid",
                amount_paid=payment["amount_requested"],
                status_transitions={"canceled_at": None, "paid_at": account.now()},
            )
            account.emit("invoice_payment.paid", payment)


def mark_canceled(account: Account, invoice: Object) -> None:
    for payment in account.store.every("invoice_payment", invoice=invoice["id"]):
        if payment["status"] == "open":
            moments = {"canceled_at": account.now(), "paid_at": None}
            account.change(payment, status="canceled", status_transitions=moments)


def _of_invoice(account: Account, invoice: Object) -> Object:
    found = account.store.every("invoice_payment", invoice=invoice["id"])
    return part("/v1/invoice_payments", [public(payment) for payment in reversed(found)], {})


INCLUDED["invoice", "payments"] = _of_invoice


@route("GET", "/v1/invoice_payments", InvoicePaymentListParams)
def listing(call: Call) -> Object:
    payment: dict[str, Any] = call.params.get("payment", {})
    fields = {
        "invoice": call.params.get("invoice"),
        "status": call.params.get("status"),
        "payment_intent": payment.get("payment_intent"),
    }
    return listed(call.account, "invoice_payment", "/v1/invoice_payments", call.params, read=("payment",), **fields)


@route("GET", "/v1/invoice_payments/{id}", InvoicePaymentRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("invoice_payment", call.id))
