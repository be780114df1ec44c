"""Members for tests: joined, paid, and in a browser; with a clock that moves the provider and us together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.lib.periods import MONTH
from masthead.mail.models import Letter
from masthead.members import duties
from masthead.members.joining import Payer, begin_membership
from masthead.members.models import Membership, Tier
from masthead.members.tests import factories
from masthead.payments import checkout
from masthead.payments.tests.till import BACK, GOOD, Till

ADDRESS = "nadia@reader.example"


class Clock:
    """What time it is, here and at the provider."""

    def __init__(self, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
        self.till = till
        self.gone = timedelta()
        self._real = timezone.now
        monkeypatch.setattr(timezone, "now", self.now)

    def now(self) -> datetime:
        """Now."""
        return self._real() + self.gone

    def advance(self, days: float) -> None:
        """Let time pass: the provider charges and tells, the clock does its duties."""
        self.gone += timedelta(days=days)
        self.till.double.advance(seconds=int(days * 86400))
        self.till.hear()
        duties.every_minute()
        duties.every_hour()


def join(
    till: Till,
    card: str = GOOD,
    *,
    interval: str = MONTH,
    minor: int = 500,
    email: str = ADDRESS,
    tier: Tier | None = None,
    gateway: str = "stripe",
    **more: Any,
) -> Membership:
    """Somebody became a member."""
    tier = tier or factories.tier("Friend")
    price = tier.prices.get(interval=interval)
    payer = Payer(email, "Nadia Koval")
    membership = begin_membership(price, Money(minor, "EUR"), payer, gateway, **more)
    checkout.send_to_checkout(membership.order, BACK, BACK)
    if gateway == "stripe":
        till.pay(membership.order, card)
    return Membership.objects.get(pk=membership.pk)


def browser(account: Account) -> Client:
    """Where they are signed in."""
    client = Client()
    client.force_login(account)
    return client


def letters(kind: str) -> list[Letter]:
    """Those written so far, oldest first."""
    return list(Letter.objects.filter(kind=kind).order_by("pk"))
