"""Supporters for tests of the desk: rows made by hand, or paid for at a till where money matters."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from django.utils import timezone

from masthead.accounts.models import Account
from masthead.accounts.tests import factories as accounts
from masthead.lib.money import Money
from masthead.lib.periods import months_after
from masthead.members import joining
from masthead.members.joining import Payer, Present, Said
from masthead.members.models import AccessGrant, Contribution, Gift, Membership, Tier
from masthead.members.models.memberships import ENDED, GOING
from masthead.members.tests import factories
from masthead.payments import checkout
from masthead.payments.models import Agreement, Entry, Order, Payment
from masthead.payments.settling import settle
from masthead.payments.tests.till import BACK, GOOD, Till

_numbers = itertools.count(1)


def reader(**fields: Any) -> Account:
    """Somebody with an account and no role."""
    number = next(_numbers)
    return accounts.account(**{"email": f"reader-{number}@mail.example", "first_name": "Nadia", **fields})


def member(
    tier: Tier | None = None,
    account: Account | None = None,
    *,
    begun: datetime | None = None,
    ended: datetime | None = None,
    state: str = "",
    amount: int = 500,
    currency: str = "EUR",
    interval: str = "month",
    **fields: Any,
) -> Membership:
    """A membership as rows say it, with an agreement; without payments."""
    begun = begun or timezone.now()
    state = state or (ENDED if ended else "active")
    account = account or reader()
    order = Order.objects.create(
        purpose="membership",
        title="Membership",
        account=account,
        email=account.email,
        amount=amount,
        currency=currency,
        interval=interval,
        gateway="stripe",
        state=Order.COMPLETED,
        opened_at=begun,
    )
    agreement_state = {"past_due": Agreement.PAST_DUE, **dict.fromkeys(GOING[:2], Agreement.ACTIVE)}
    Agreement.objects.create(
        order=order,
        gateway="stripe",
        ref=f"sub_{order.uuid.hex}",
        amount=amount,
        currency=currency,
        interval=interval,
        state=agreement_state.get(state, Agreement.ENDED),
        cancel_at_end=state == "cancel_scheduled",
        anchor=begun,
        period_start=begun,
        period_end=months_after(begun, 12 if interval == "year" else 1),
    )
    return Membership.objects.create(
        tier=tier or Tier.objects.first() or factories.tier("Reader"),
        order=order,
        account=account,
        state=state,
        begun_at=begun,
        ended_at=ended,
        created_at=begun,
        **fields,
    )


def payment(membership: Membership, state: str = "succeeded", **fields: Any) -> Payment:
    """A payment of a membership as rows say it."""
    number = next(_numbers)
    order = membership.order
    return Payment.objects.create(
        **{
            "order": order,
            "agreement": getattr(order, "agreement", None),
            "gateway": "stripe",
            "ref": f"in_{number}",
            "amount": order.amount,
            "currency": order.currency,
            "state": state,
            "paid_at": timezone.now() if state == "succeeded" else None,
            **fields,
        }
    )


def entry(paid: Payment, amount: int, at: datetime, kind: str = "charge", fee: int = 0) -> Entry:
    """A line of the ledger."""
    return Entry.objects.create(
        payment=paid,
        gateway="stripe",
        ref=f"txn_{next(_numbers)}",
        kind=kind,
        amount=amount,
        fee=fee,
        currency=paid.currency,
        at=at,
    )


def contribution(account: Account | None = None, *, state: str = "succeeded", **fields: Any) -> Contribution:
    """Given once, as rows say it."""
    account = account or reader()
    order = Order.objects.create(
        purpose="contribution", title="Contribution", account=account, amount=2500, currency="EUR", gateway="stripe"
    )
    Payment.objects.create(
        order=order, gateway="stripe", ref=f"pi_{order.uuid.hex}", amount=2500, currency="EUR", state=state
    )
    return Contribution.objects.create(order=order, account=account, **fields)


def grant(account: Account, tier: Tier, source: str, starts: datetime, ends: datetime) -> AccessGrant:
    """Access for a period."""
    return AccessGrant.objects.create(
        account=account, tier=tier, source=source, period=f"{starts:%Y-%m-%d}", starts_at=starts, ends_at=ends
    )


def payer(email: str = "", name: str = "Nadia Bondar") -> Payer:
    """Somebody about to pay."""
    return Payer(email=email or f"payer-{next(_numbers)}@mail.example", name=name)


def paid_membership(
    till: Till, tier: Tier | None = None, *, interval: str = "month", card: str = GOOD, said: Said | None = None
) -> Membership:
    """A membership that was paid for at the till."""
    tier = tier or Tier.objects.first() or factories.tier("Reader")
    price = tier.prices.get(interval=interval)
    membership = joining.begin_membership(price, price.money, payer(), "stripe", said or Said())
    checkout.send_to_checkout(membership.order, BACK, BACK)
    till.pay(Order.objects.get(pk=membership.order_id), card)
    return Membership.objects.get(pk=membership.pk)


def ordered_by_transfer(till: Till, amount: int = 5000, **more: Any) -> Order:
    """A yearly membership that waits for a bank transfer."""
    tier = Tier.objects.first() or factories.tier("Reader")
    price = tier.prices.get(interval="year")
    money = Money(amount, "EUR")
    membership = joining.begin_membership(price, money, payer(**more), "manual")
    checkout.send_to_checkout(membership.order, BACK, BACK)
    return Order.objects.get(pk=membership.order_id)


def paid_gift(till: Till, tier: Tier | None = None, **present: Any) -> Gift:
    """A gift that was paid for at the till."""
    tier = tier or Tier.objects.first() or factories.tier("Reader")
    presents = [Present(recipient_name="Oleh", recipient_email="oleh@mail.example", **present)]
    order = joining.begin_gifts(tier, 3, Money(1500, "EUR"), presents, payer(), "stripe", "Nadia")
    checkout.send_to_checkout(order, BACK, BACK)
    till.double.pay(Order.objects.get(pk=order.pk).session_ref, GOOD)
    settle("stripe", Order.objects.get(pk=order.pk).session_ref, "came back")
    return Gift.objects.get(order=order)
