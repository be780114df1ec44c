"""The demo's supporters have gone through a real checkout, so the books agree and the history is one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from masthead.demo import staffing, supporters
from masthead.mail.models import Letter
from masthead.members.models import AccessGrant, Membership, Tier
from masthead.payments import registry
from masthead.payments.models import Order, Payment, Reconciliation

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR, settings.STRIPE_DOUBLE_PORT, settings.STRIPE_KEY = tmp_path, 1, "sk_test_double"
    settings.BANK_ACCOUNT = "IBAN"
    monkeypatch.setattr(supporters, "JOINS", 12)
    monkeypatch.setattr(supporters, "DAYS", 100)
    registry._set_up.cache_clear()
    staffing.open_accounts()
    supporters.write_offer()
    supporters.play_history()
    yield
    registry._set_up.cache_clear()


def test_the_past_adds_up(history: None) -> None:
    assert Tier.objects.count() == 3
    assert Membership.objects.begun().count() >= 8
    assert Payment.objects.filter(paid_at__lt=timezone.now() - timedelta(days=30)).exists()
    assert AccessGrant.objects.count() > Membership.objects.begun().count()
    assert [(row.gateway, row.differences) for row in Reconciliation.objects.order_by("pk")] == [
        ("stripe", 0),
        ("manual", 0),
    ]
    assert not Letter.objects.exists(), "nobody is written to about a past that never was"


def test_it_is_played_once(history: None) -> None:
    before = Order.objects.count()
    supporters.play_history()
    assert Order.objects.count() == before
