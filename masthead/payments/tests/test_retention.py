"""When the law no longer wants it kept, who paid is forgotten; numbers and amounts stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from masthead.payments import actions
from masthead.payments.models import Document, Issuer, Order
from masthead.payments.receipts.pdf import pdf
from masthead.payments.retention import forget_old
from masthead.payments.tests.till import Till, open_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till() as opened:
        yield opened


@pytest.fixture
def year(till: Till, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the newsroom to a moment."""
    return lambda *moment: monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))


def test_forgotten_after_the_years_from_the_end_of_the_year_of_issue(till: Till, year: Any, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    issuer = Issuer.load()
    issuer.keep_years = 10
    issuer.save()
    order = till.pay(till.order(500, name="Nadia Koval"))
    issued = Document.objects.get().issued_at.year
    year(issued + 10, 12, 31, 21, 0)
    assert forget_old() == 0
    assert Document.objects.get().said["name"] == "Nadia Koval"
    year(issued + 10, 12, 31, 22, 30)  # in Kyiv the new year has begun
    assert forget_old() == 2
    document = Document.objects.get()
    assert (document.said["name"], document.said["email"]) == ("", "")
    assert document.said["total"] == ["Total", "€5.00"]
    order.refresh_from_db()
    assert (order.name, order.email) == ("", "")
    assert pdf(document).startswith(b"%PDF-")
    assert b"Nadia" not in pdf(document)
    actions.settle_order(order, "again")
    assert Order.objects.get().email == ""
    assert forget_old() == 0


def test_who_still_pays_is_not_forgotten(till: Till, year: Any) -> None:
    order = till.pay(till.order(500, name="Nadia Koval", interval="month"))
    year(order.opened_at.year + 12, 1, 2)
    forget_old()
    order.refresh_from_db()
    assert order.name == "Nadia Koval"
    assert Document.objects.get().said["name"] == ""
