"""A shop for tests: a till, readers who join, give and redeem, letters without words, and one clock for both sides.

The double's clock stands until it is moved, and ours is the double's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from itertools import count
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from masthead.accounts.actions import account_for
from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.lib.periods import MONTH
from masthead.mail.models import Letter
from masthead.mail.writing import Words
from masthead.members import duties, joining
from masthead.members.models import AccessGrant, Contribution, Gift, Membership, Tier
from masthead.members.tests import factories
from masthead.payments import actions
from masthead.payments.models import Entry, Order
from masthead.payments.tests import till as tills
from masthead.payments.tests.till import Till

START = int(datetime(2027, 1, 31, 12, tzinfo=UTC).timestamp())
_readers = count(1)


class Shop(Till):
    """Everything a reader can do here and at the provider."""

    def __init__(self, start: int = START) -> None:
        super().__init__(start=start)

    def tier(self, **fields: Any) -> Tier:
        """One to choose."""
        return factories.tier(**fields)

    def payer(self, email: str = "") -> joining.Payer:
        """Somebody of whom only the address is known."""
        return joining.Payer(email or f"reader{next(_readers)}@mail.example", "A Reader")

    def join(
        self, interval: str = MONTH, minor: int = 0, currency: str = "EUR", email: str = "", card: str = tills.GOOD
    ) -> Membership:
        """Somebody becomes a member, as far as the card goes."""
        membership = self.begin(interval, minor, currency, email)
        self.pay_order(membership.order, card)
        membership.refresh_from_db()
        return membership

    def begin(self, interval: str = MONTH, minor: int = 0, currency: str = "EUR", email: str = "") -> Membership:
        """Somebody is sent to the provider's page to become a member."""
        tier = factories.tier(currency=currency)
        price = tier.prices.get(interval=interval)
        money = Money(minor or price.amount, currency)
        membership = joining.begin_membership(price, money, self.payer(email), "stripe")
        self.send(membership.order)
        return membership

    def contribute(self, minor: int = 500, currency: str = "EUR", email: str = "") -> Contribution:
        """Somebody is sent to the provider's page to give once."""
        contribution = joining.begin_contribution(Money(minor, currency), self.payer(email), "stripe")
        self.send(contribution.order)
        return contribution

    def give(self, presents: Sequence[joining.Present] = (), months: int = 3, currency: str = "EUR") -> Order:
        """Somebody is sent to the provider's page to buy gifts."""
        many = presents or [joining.Present("A Friend", f"friend{next(_readers)}@mail.example")]
        each = Money(1500, currency)
        order = joining.begin_gifts(factories.tier(currency=currency), months, each, many, self.payer(), "stripe")
        self.send(order)
        return order

    def send(self, order: Order) -> None:
        """The reader is sent to the provider's page."""
        actions.send_to_checkout(order, tills.BACK, tills.BACK)

    def pay_order(self, order: Order, card: str = tills.GOOD) -> None:
        """The reader pays, and comes back."""
        self.double.pay(order.session_ref, card)
        actions.settle_order(order, "came back")
        order.refresh_from_db()

    def bought(self, **more: Any) -> Gift:
        """A gift that was paid for."""
        order = self.give(**more)
        self.pay_order(order)
        return order.gifts.order_by("pk")[0]

    def pass_days(self, days: float) -> None:
        """Time goes by, the webhooks come, the clock does its duties."""
        self.double.advance(seconds=int(days * 86400))
        self.hear()
        self.do_duties()

    def do_duties(self) -> None:
        """What the clock does sooner or later."""
        duties.every_second()
        duties.every_minute()
        duties.every_hour()


def reader(email: str = "") -> Account:
    """A reader with an account."""
    return account_for(email or f"reader{next(_readers)}@mail.example")


def letters(kind: str) -> int:
    """How many letters of a kind were written."""
    return Letter.objects.filter(kind=kind).count()


def ledger() -> dict[str, int]:
    """Net by currency, as we have it."""
    return {currency.lower(): sums["net"] for currency, sums in Entry.objects.by_currency().items()}


def theirs(shop: Till) -> dict[str, int]:
    """Net by currency, as the provider has it."""
    return {currency: sums.net for currency, sums in shop.double.money().items()}


def grants(membership: Membership) -> list[AccessGrant]:
    """What a membership's payments opened, as far as it stands."""
    sources = [f"payment:{uuid}" for uuid in membership.order.payments.values_list("uuid", flat=True)]
    return list(AccessGrant.objects.standing().filter(source__in=sources).order_by("starts_at"))


@contextmanager
def clock_of(shop: Till) -> Iterator[None]:
    """Our clock is the double's, also where a column's default asks for the time."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.fromtimestamp(shop.double.now(), tz)

    with patch.object(timezone, "datetime", Clock):
        yield


@contextmanager
def wordless() -> Iterator[None]:
    """Letters are written down without their words: what matters here is which, to whom, and how often."""
    with (
        patch("masthead.mail.actions.words", lambda template, *_: Words(template, f"{template}\n", "")),
        patch("masthead.members.letters._url", lambda name, *_: f"http://newsroom.test/{name}"),
        patch("masthead.payments.receipts.letters.pdf", lambda _document: b"%PDF"),
    ):
        yield


@contextmanager
def open_shop(start: int = START) -> Iterator[Shop]:
    """A shop whose gateways and clock are the newsroom's for the time being."""
    shop = Shop(start)
    with tills.standing(shop), clock_of(shop), wordless():
        yield shop
    shop.double.close()
