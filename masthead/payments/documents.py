"""Issuing documents: a receipt for what was paid, a credit note for what went back, each once, none left out.

A document's words are frozen and its letter is written in the transaction that issues it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from django.db import transaction
from django.utils import timezone

from masthead.payments import purposes
from masthead.payments.models import Dispute, Document, Payment, Refund, Series
from masthead.payments.models.payments import CHARGED_BACK
from masthead.payments.purposes import Tax
from masthead.payments.receipts import letters, words


def keep_up(payments: Iterable[Payment]) -> list[Document]:
    """Issue what an order's payments lack: a receipt once paid, a credit note for each refund and lost dispute.

    Receipts come first, whatever the payment: who takes numbers of both series always takes them in the same order,
    so that no two ever wait for each other.
    """
    due = [each for each in payments if each.amount and each.paid_at]
    kinds = {each.pk: list(each.documents.values_list("kind", "refund")) for each in due}
    receipts = [
        _issue(each, Document.RECEIPT, each.amount)
        for each in due
        if not any(kind == Document.RECEIPT for kind, _refund in kinds[each.pk])
    ]
    notes = [
        note
        for each in due
        for note in _notes(each, {refund for kind, refund in kinds[each.pk] if kind == Document.CREDIT_NOTE})
    ]
    return [*receipts, *notes]


def _notes(payment: Payment, noted: set[int | None]) -> list[Document]:
    known = [refund for refund in noted if refund is not None]
    given_back = payment.refunds.filter(state=Refund.SUCCEEDED).exclude(pk__in=known).order_by("pk")
    issued = [_issue(payment, Document.CREDIT_NOTE, refund.amount, refund) for refund in given_back]
    if payment.state == CHARGED_BACK and None not in noted:
        disputed = sum(each.amount for each in payment.disputes.filter(state=Dispute.LOST))
        lost = min(disputed, payment.amount - payment.given_back.minor)
        if lost > 0:
            issued.append(_issue(payment, Document.CREDIT_NOTE, lost))
    return issued


def tax_in(amount: int, percent: Decimal) -> int:
    """The tax that is in a gross amount of minor units, rounded half to even."""
    return int((Decimal(amount) * percent / (100 + percent)).quantize(Decimal(1), ROUND_HALF_EVEN))


@transaction.atomic
def _issue(payment: Payment, kind: str, amount: int, refund: Refund | None = None) -> Document:
    order = payment.order
    receipt = payment.documents.filter(kind=Document.RECEIPT).first() if kind == Document.CREDIT_NOTE else None
    # What is taken back is taxed as it was.
    tax = Tax(receipt.tax_category, receipt.tax_percent) if receipt else purposes.of(order).tax(order)
    series = _next(f"{'R' if kind == Document.RECEIPT else 'C'}{timezone.localtime().year}")
    document = Document(
        kind=kind,
        series=series,
        number=series.last,
        payment=payment,
        refund=refund,
        amount=amount,
        currency=payment.currency,
        tax_category=tax.category,
        tax_percent=tax.percent,
        tax=tax_in(amount, tax.percent),
        language=order.language,
        issued_at=timezone.now(),
    )
    document.said = words.freeze(document, receipt)
    document.save()
    letters.write_letter(document)
    return document


def _next(name: str) -> Series:
    """Take a series' next number; who else wants one waits until this transaction has ended."""
    Series.objects.get_or_create(name=name)
    series = Series.objects.select_for_update().get(name=name)
    series.last += 1
    series.save(update_fields=["last"])
    return series
