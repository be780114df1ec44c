"""What payments keep of a person: shown with its receipts, handed out, and erased as far as the law lets us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from masthead.accounts import personal
from masthead.accounts.models import Account
from masthead.payments import retention
from masthead.payments.models import Document, Issuer, Order, Payment
from masthead.payments.models.payments import CANCELED, CHARGED_BACK, CREATED, DISPUTED, FAILED, PENDING

_WORDS = {
    PENDING: gettext_lazy("on its way"),
    FAILED: gettext_lazy("not paid"),
    DISPUTED: gettext_lazy("contested at your bank"),
    CHARGED_BACK: gettext_lazy("taken back by your bank"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A payment as its payer sees it."""

    payment: Payment
    words: str  # what became of it, if it isn't simply paid
    documents: list[Document]


def register() -> None:
    """Called once, when the app starts."""
    part = personal.Part(
        "payments",
        gettext_lazy("Payments and receipts"),
        order=50,
        template="components/account/payments.html",
        context=_panel,
        export=_export,
        erase=retention.erase_payer,
        kept=_kept,
    )
    personal.register(part)


def _panel(_request: HttpRequest, account: Account) -> dict[str, Any] | None:
    rows = Payment.objects.filter(order__account=account).exclude(state__in=(CREATED, CANCELED))
    rows = rows.select_related("order").prefetch_related("refunds", "documents__series")
    lines = [
        Line(payment, _said(payment), sorted(payment.documents.all(), key=lambda each: each.pk))
        for payment in rows.order_by("-created_at", "-pk")
    ]
    return {"lines": lines} if lines else None


def _said(payment: Payment) -> str:
    back = payment.refunded
    if payment.is_paid and back:
        return gettext("given back") if back == payment.money else gettext("partly given back")
    return str(_WORDS.get(payment.state, ""))


def _export(account: Account) -> list[dict[str, Any]] | None:
    orders = Order.objects.filter(account=account).order_by("pk")
    return [_order(order) for order in orders] or None


def _order(order: Order) -> dict[str, Any]:
    agreement = getattr(order, "agreement", None)
    return {
        "what": order.title,
        "amount": str(order.money),
        "of_it_to_cover_the_fee": order.fee_cover and str(order.money - order.given),
        "how_often": order.interval,
        "paid_through": order.gateway,
        "name": order.name,
        "address": order.email,
        "language": order.language,
        "opened": order.opened_at,
        "state": order.state,
        "agreement": agreement
        and {
            "state": agreement.state,
            "amount": str(agreement.money),
            "how_often": agreement.interval,
            "period": [agreement.period_start, agreement.period_end],
            "card": [agreement.card_brand, agreement.card_last4, agreement.card_expires],
            "name_at_the_provider": agreement.customer_ref,
        },
        "payments": [_payment(payment) for payment in order.payments.order_by("pk")],
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "amount": str(payment.money),
        "state": payment.state,
        "begun": payment.created_at,
        "paid": payment.paid_at,
        "pays_for": [payment.period_start, payment.period_end],
        "card": [payment.card_brand, payment.card_last4],
        "name_at_the_provider": payment.ref,
        "given_back": [
            {"amount": str(refund.money), "state": refund.state, "asked": refund.asked_at, "reason": refund.reason}
            for refund in payment.refunds.order_by("pk")
        ],
        "disputes": [
            {"amount": str(dispute.money), "state": dispute.state, "opened": dispute.opened_at}
            for dispute in payment.disputes.order_by("pk")
        ],
        "documents": [
            {"number": str(document), "kind": document.kind, "issued": document.issued_at, "says": document.said}
            for document in payment.documents.order_by("pk")
        ],
    }


def _kept(account: Account) -> str:
    if not Document.objects.filter(payment__order__account=account).exists():
        return ""
    return gettext(
        "Amounts and days of your payments, without your name; and for %(years)d years the receipts as they were "
        "issued, because the law asks for it."
    ) % {"years": Issuer.load().keep_years}
