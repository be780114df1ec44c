"""Disputes: a reader's bank takes a payment back; in the end it is lost, or won and reinstated."""

from __future__ import annotations

from typing import Any

from stripe.params import DisputeCloseParams, DisputeListParams, DisputeRetrieveParams, DisputeUpdateParams

from . import balance
from .account import DAY, Account, task
from .errors import invalid
from .listing import listed
from .metadata import merged
from .payment_methods import card_of
from .routing import Call, route
from .shapes import public
from .store import Object

OPEN = ("needs_response", "under_review")
NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


@task("dispute.open")
def open_by_card(account: Account, charge_id: str) -> None:
    """The card is one that disputes what it has paid."""
    charge = account.find("charge", charge_id)
    method = account.find("payment_method", charge["payment_method"])
    if charge["amount_refunded"] < charge["amount"] and not charge["disputed"]:
        start(account, charge, card_of(method).disputed)


def start(account: Account, charge: Object, reason: str = "fraudulent") -> Object:
    """What is left of the charge is taken from the balance, and a fee with it."""
    if not charge["paid"] or charge["disputed"] or charge["refunded"]:
        raise invalid(f"Charge {charge['id']} can't be disputed: it is unpaid, refunded or disputed already.", "charge")
    amount = charge["amount"] - charge["amount_refunded"]
    dispute = {
        "id": account.new_id("du_1"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": account.now() + 9 * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network": charge["payment_method_details"]["card"]["network"],
                "network_reason_code": NETWORK_CODES.get(reason, "10.4"),
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
    account.store.add(dispute)
    account.change(charge, disputed=True)
    _book(account, dispute, -amount, account.habits.dispute_fee)
    account.emit("charge.dispute.created", dispute)
    account.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _book(account: Account, dispute: Object, amount: int, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    text = f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}"
    booked = balance.book(account, "adjustment", dispute, amount, fee, category=category, text=text)
    account.change(dispute, balance_transactions=[*dispute["balance_transactions"], public(booked)])


def finish(account: Account, dispute: Object, *, won: bool) -> Object:
    """The bank has decided."""
    if dispute["status"] not in OPEN:
        raise invalid(f"This dispute is already closed: its status is {dispute['status']}.")
    account.change(dispute, status="won" if won else "lost")
    if won:
        _book(account, dispute, dispute["amount"], 0)
        account.emit("charge.dispute.funds_reinstated", dispute)
    account.emit("charge.dispute.closed", dispute)
    return dispute


def holds(account: Account, charge: Object) -> bool:
    """Whether a dispute, open or lost, keeps this charge from being refunded."""
    found = account.store.every("dispute", charge=charge["id"])
    return any(dispute["status"] != "won" for dispute in found)


@task("dispute.decide")
def decide(account: Account, id_: str) -> None:
    """Stripe's test mode knows two words that win or lose a dispute."""
    dispute = account.find("dispute", id_)
    if dispute["status"] in OPEN:
        finish(account, dispute, won=dispute["evidence"]["uncategorized_text"] == "winning_evidence")


@route("GET", "/v1/disputes", DisputeListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return listed(call.account, "dispute", "/v1/disputes", call.params, **fields)


@route("GET", "/v1/disputes/{id}", DisputeRetrieveParams)
def retrieve(call: Call) -> Object:
    return public(call.account.find("dispute", call.id))


@route("POST", "/v1/disputes/{id}", DisputeUpdateParams)
def update(call: Call) -> Object:
    account, params = call.account, call.params
    dispute = account.find("dispute", call.id)
    changes: dict[str, Any] = {"metadata": merged(dispute["metadata"], params.get("metadata"))}
    if "evidence" in params:
        if dispute["status"] not in OPEN:
            raise invalid("This dispute is already closed; its evidence can't be changed.", "evidence")
        changes["evidence"] = {**dispute["evidence"], **params["evidence"]}
        changes["evidence_details"] = {**dispute["evidence_details"], "has_evidence": True}
        if params.get("submit", True):
            details = {
                "submission_count": dispute["evidence_details"]["submission_count"] + 1,
                "submission_method": "manual",
            }
            changes["evidence_details"] |= details
            changes["status"] = "under_review"
            if changes["evidence"]["uncategorized_text"] in ("winning_evidence", "losing_evidence"):
                account.store.schedule("dispute.decide", dispute["id"], account.now())
    account.change(dispute, "charge.dispute.updated", **changes)
    return public(dispute)


@route("POST", "/v1/disputes/{id}/close", DisputeCloseParams)
def close(call: Call) -> Object:
    return public(finish(call.account, call.account.find("dispute", call.id), won=False))
