"""Retention: who paid, forgotten on request or when the law no longer wants it kept; amounts stay for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.mail import actions as mail
from masthead.payments.models import Document, Issuer, Order, Payment, Refund
from masthead.payments.receipts.words import PERSONAL

AT_ONCE = 500


def erase_payer(account: Account) -> int:
    """Take a payer's name and address from their orders, for good; how many. Their receipts keep theirs by law."""
    orders = Order.objects.filter(account=account)
    for address in set(orders.values_list("email", flat=True)) - {"", account.email}:
        # They may have had another address when they paid; unless it has become somebody else's.
        if not Account.objects.filter(email__iexact=address).exclude(pk=account.pk).exists():
            mail.erase(address)
    return orders.update(account=None, email="", name="", erased_at=timezone.now())


def forget_old() -> int:
    """Take names and addresses from what the law no longer wants kept; how many rows. Called by the clock."""
    here = ZoneInfo(settings.TIME_ZONE)
    year = timezone.now().astimezone(here).year - Issuer.load().keep_years
    before = datetime(year, 1, 1, tzinfo=here)
    return _forget_documents(before) + _forget_orders(before)


@transaction.atomic
def _forget_documents(before: datetime) -> int:
    done = 0
    rows = Document.objects.select_for_update().filter(issued_at__lt=before, forgotten_at__isnull=True)
    for document in rows.order_by("pk")[:AT_ONCE]:
        document.said = without_person(document.said)
        document.forgotten_at = timezone.now()
        document.save(update_fields=["said", "forgotten_at"])
        done += 1
    return done


def without_person(said: dict[str, Any]) -> dict[str, Any]:
    """A document's words without who paid."""
    return {**said, **dict.fromkeys(PERSONAL, "")}


def _forget_orders(before: datetime) -> int:
    """Orders that were over before then, of which nothing newer speaks."""
    newer: Iterable[int] = Payment.objects.filter(created_at__gte=before).values_list("order", flat=True)
    old = Order.objects.filter(opened_at__lt=before).exclude(pk__in=newer).exclude(email="", name="")
    old = old.exclude(agreement__state__in=("active", "past_due", "paused"))
    numbers = list(old.values_list("pk", flat=True)[:AT_ONCE])
    Refund.objects.filter(payment__order__in=numbers).update(reason="")
    return Order.objects.filter(pk__in=numbers).update(email="", name="", erased_at=timezone.now())
