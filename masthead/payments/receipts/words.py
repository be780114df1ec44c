"""What a document says, frozen when it is issued: later changes of settings, translations or rates don't reach it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from masthead.lib.money import Money, locale_of
from masthead.mail.writing import letterhead
from masthead.payments.models import Document, Issuer, Payment

# What tells who paid; taken out when the law no longer wants it.
PERSONAL = ("name", "email")

Pair = list[str]


def freeze(document: Document, receipt: Document | None) -> dict[str, Any]:
    """Everything that stands on a document, in the order's language and the newsroom's zone.

    `receipt` is what a credit note takes back from.
    """
    order = document.payment.order
    with translation.override(document.language):
        return {
            "title": order.title,
            "name": order.name,
            "email": order.email,
            "fee_cover": _fee(document),
            "heading": _("Receipt") if document.kind == Document.RECEIPT else _("Credit note"),
            "issuer": _issuer(document.language),
            "labels": {"issuer": _("Issued by"), "payer": _("Paid by"), "what": _("For"), "amount": _("Amount")},
            "facts": _facts(document, receipt),
            "lines": _lines(document),
            "total": [_("Total"), document.money.format(document.language)],
            "tax": _tax(document),
            "thanks": _("Thank you for your support.") if document.kind == Document.RECEIPT else "",
        }


def day(moment: datetime, language: str) -> str:
    """A date as the language writes it, in the newsroom's zone."""
    return format_date(moment.astimezone(ZoneInfo(settings.TIME_ZONE)), "long", locale=locale_of(language))


def _issuer(language: str) -> dict[str, str]:
    issuer = Issuer.load()
    return {
        "name": issuer.legal_name or letterhead(language).name,
        "address": issuer.address.strip(),
        "tax_number": issuer.tax_number,
        "footer": issuer.footer.strip(),
    }


def _facts(document: Document, receipt: Document | None) -> list[Pair]:
    payment, language = document.payment, document.language
    facts = [[_("Number"), str(document)], [_("Date"), day(document.issued_at, language)]]
    if receipt is not None:
        facts.append([_("Takes back from receipt"), str(receipt)])
    elif payment.paid_at:
        facts.append([_("Paid on"), day(payment.paid_at, language)])
        facts.append([_("Paid with"), _way(payment)])
    if payment.period_start and payment.period_end:
        period = [day(payment.period_start, language), day(payment.period_end, language)]
        facts.append([_("For the time"), " – ".join(period)])
    return facts


def _way(payment: Payment) -> str:
    if not payment.card_last4:
        return _("bank transfer") if payment.gateway == "manual" else payment.gateway.title()
    brand = payment.card_brand.replace("-", " ").title()
    return _("%(brand)s card ending in %(digits)s") % {"brand": brand, "digits": payment.card_last4}


def _fee(document: Document) -> int:
    """The part that covers the fee; a payment of another amount than the order's is all support."""
    order = document.payment.order
    return order.fee_cover if document.kind == Document.RECEIPT and document.amount == order.amount else 0


def _lines(document: Document) -> list[list[Any]]:
    order, language = document.payment.order, document.language
    fee = _fee(document)
    lines = [(order.title, document.amount - fee)]
    if fee:
        lines.append((_("To cover the payment’s fee"), fee))
    return [[words, minor, Money(minor, document.currency).format(language)] for words, minor in lines]


def _tax(document: Document) -> Pair:
    if not document.tax_percent:
        return [document.tax_category, ""] if document.tax_category else []
    percent = format_decimal(Decimal(document.tax_percent).normalize(), locale=locale_of(document.language))
    category = document.tax_category or _("Tax")
    words = _("%(category)s, %(percent)s %%, in it") % {"category": category, "percent": percent}
    return [words, Money(document.tax, document.currency).format(document.language)]
