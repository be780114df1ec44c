"""Invoices: what a subscription, or a paid Checkout Session, owes; drafted, finalised, tried and paid or not."""

from __future__ import annotations

from typing import Any

from . import payment_intents, payment_methods
from .account import DAY, Account, task
from .errors import ApiError
from .invoice_payments import begin, mark_canceled, mark_paid
from .listing import whole
from .store import Object

WORDS = {"subscription_create": "Subscription creation", "manual": "Payment for Invoice"}


def line(account: Account, price: Object, quantity: int, period: tuple[int, int], **more: Any) -> Object:
    """One line: a price, how many, and the time it pays for."""
    amount = more.get("amount", price["unit_amount"] * quantity)
    return {
        "id": account.new_id("il_1"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": more.get("description"),
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "livemode": False,
        "metadata": more.get("metadata", {}),
        "parent": more["parent"],
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": str(amount // quantity if quantity else 0),
        },
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subscription": more.get("subscription"),
        "subtotal": amount,
        "taxes": [],
    }


def make(account: Account, customer: Object, currency: str, lines: list[Object], reason: str, **given: Any) -> Object:
    """A draft."""
    id_ = account.new_id("in_1")
    total = sum(each["amount"] for each in lines)
    now = account.now()
    invoice = {
        "id": id_,
        "object": "invoice",
        "account_country": "US",
        "account_name": account.habits.newsroom,
        **_amounts(total),
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None,
        },
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer["id"],
        "customer_address": customer.get("address"),
        "customer_email": customer.get("email"),
        "customer_name": customer.get("name"),
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": whole(f"/v1/invoices/{id_}/lines", [{**each, "invoice": id_} for each in lines]),
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "default_mandate": None, "payment_method_options": None, "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "status": "draft",
        "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        **given,
    }  # fmt: skip
    account.store.add(invoice)
    if customer["currency"] is None:
        account.change(customer, "customer.updated", currency=currency)
    account.emit("invoice.created", invoice)
    return invoice


def _amounts(total: int) -> dict[str, int]:
    """Every sum on a draft: there is no tax, no discount and no balance."""
    owed = ("amount_due", "amount_remaining", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    nothing = (
        "amount_overpaid", "amount_paid", "amount_shipping", "attempt_count", "post_payment_credit_notes_amount",
        "pre_payment_credit_notes_amount", "starting_balance",
    )  # fmt: skip
    return {**dict.fromkeys(owed, total), **dict.fromkeys(nothing, 0)}


def finalize(account: Account, invoice: Object, intent: Object | None = None) -> None:
    """Give it a number and open it. An intent that has been paid already can be brought along."""
    customer = account.find("customer", invoice["customer"], "customer")
    number = customer["next_invoice_sequence"]
    account.change(customer, next_invoice_sequence=number + 1)
    account.change(
        invoice,
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04d}",
        effective_at=account.now(),
        automatically_finalizes_at=None,
        hosted_invoice_url=f"{account.origin}/invoices/{invoice['id']}",
        invoice_pdf=f"{account.origin}/invoices/{invoice['id']}/pdf",
        status_transitions={**invoice["status_transitions"], "finalized_at": account.now()},
    )
    if invoice["total"] > 0:
        begin(account, invoice, intent or _intent(account, invoice))
    account.emit("invoice.finalized", invoice)


def _intent(account: Account, invoice: Object) -> Object:
    text = WORDS.get(invoice["billing_reason"], "Subscription update")
    return payment_intents.make(
        account, invoice["amount_due"], invoice["currency"], invoice["customer"],
        description=text, setup_future_usage="off_session", _invoice=invoice["id"],
    )  # fmt: skip


@task("invoice.finalize")
def finalize_draft(account: Account, id_: str) -> None:
    """A draft's hour is over."""
    invoice = account.find("invoice", id_)
    if invoice["status"] == "draft":
        finalize(account, invoice)
        collect(account, invoice)


@task("invoice.retry")
def retry(account: Account, id_: str) -> None:
    invoice = account.find("invoice", id_)
    if invoice["status"] == "open" and invoice["auto_advance"]:
        collect(account, invoice)


def collect(account: Account, invoice: Object, method: Object | None = None, *, by_hand: bool = False) -> str:
    """Try to be paid. Answers the decline code, or nothing when it is paid."""
    if invoice["total"] <= 0:
        settle(account, invoice, None)
        return ""
    from . import subscriptions

    subscription = subscriptions.of_invoice(account, invoice)
    customer = account.find("customer", invoice["customer"], "customer")
    method = method or payment_methods.default_of(account, customer, subscription)
    intent = account.find("payment_intent", invoice["_intent"])
    if method is None:
        decline = "no_payment_method"
    elif payment_intents.pay(account, intent, method, reader_is_there=False) == "succeeded":
        settle(account, invoice, intent)
        return ""
    else:
        decline = intent["last_payment_error"].get("decline_code", "generic_decline")
    _failed(account, invoice, subscription, decline, by_hand=by_hand)
    return decline


def settle(account: Account, invoice: Object, intent: Object | None) -> None:
    """It is paid: by an intent, by nothing because nothing was owed, or outside Stripe."""
    from . import subscriptions

    account.store.unschedule("invoice.retry", invoice["id"])
    account.change(
        invoice,
        status="paid",
        attempted=True,
        attempt_count=invoice["attempt_count"] + (invoice["total"] > 0),
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice["status_transitions"], "paid_at": account.now()},
    )
    mark_paid(account, invoice, intent)
    account.emit("invoice.paid", invoice)
    account.emit("invoice.payment_succeeded", invoice)
    customer = account.find("customer", invoice["customer"], "customer")
    if customer["delinquent"]:
        account.change(customer, "customer.updated", delinquent=False)
    subscriptions.invoice_paid(account, invoice)


def _failed(account: Account, invoice: Object, subscription: Object | None, decline: str, *, by_hand: bool) -> None:
    """One more try came to nothing: plan the next, or let the subscription bear it."""
    from . import subscriptions

    account.change(account.find("customer", invoice["customer"], "customer"), "customer.updated", delinquent=True)
    if by_hand and invoice["attempt_count"]:  # the first try counts, whoever makes it
        account.change(invoice, attempted=True)
        account.emit("invoice.payment_failed", invoice)
        return
    tries = invoice["attempt_count"] + 1
    waits = account.habits.retry_days
    over = tries > len(waits) or (subscription is not None and subscription["status"] == "canceled")
    following = None if over else account.now() + waits[tries - 1] * DAY
    account.change(invoice, attempt_count=tries, attempted=True, next_payment_attempt=following, auto_advance=not over)
    if following is not None:
        account.store.schedule("invoice.retry", invoice["id"], following)
    account.emit("invoice.payment_failed", invoice)
    if decline == "authentication_required":
        account.emit("invoice.payment_action_required", invoice)
    if subscription is not None:
        subscriptions.payment_failed(account, subscription, last=over)


def void(account: Account, invoice: Object) -> None:
    """It shall not be paid any more."""
    _close(account, invoice, "void", "voided_at")
    account.emit("invoice.voided", invoice)


def give_up(account: Account, invoice: Object) -> None:
    """It is held to be lost; whoever wants can still pay it."""
    account.store.unschedule("invoice.retry", invoice["id"])
    transitions = {**invoice["status_transitions"], "marked_uncollectible_at": account.now()}
    account.change(
        invoice, status="uncollectible", status_transitions=transitions, auto_advance=False, next_payment_attempt=None
    )
    account.emit("invoice.marked_uncollectible", invoice)


def stop_collecting(account: Account, invoice: Object) -> None:
    """Leave it as it is; nothing is tried by itself any more."""
    account.store.unschedule("invoice.retry", invoice["id"])
    account.store.unschedule("invoice.finalize", invoice["id"])
    account.change(
        invoice, "invoice.updated", auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None
    )


def _close(account: Account, invoice: Object, status: str, moment: str) -> None:
    if invoice["status"] not in ("open", "uncollectible", "draft"):
        raise ApiError(
            "You can only pass in open or uncollectible invoices. This invoice isn't: its status is "
            f"{invoice['status']}.",
            code="invoice_not_editable",
        )
    account.store.unschedule("invoice.retry", invoice["id"])
    account.store.unschedule("invoice.finalize", invoice["id"])
    intent = account.store.get(invoice.get("_intent") or "", "payment_intent")
    if intent is not None and intent["status"] not in ("succeeded", "canceled"):
        payment_intents.cancel(account, intent, "void_invoice")
    mark_canceled(account, invoice)
    account.change(
        invoice,
        status=status,
        status_transitions={**invoice["status_transitions"], moment: account.now()},
        amount_remaining=0 if status == "void" else invoice["amount_remaining"],
        auto_advance=False,
        next_payment_attempt=None,
    )
