"""Joining: from what a reader chose to an order and the row it is for, both or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.accounts.models import Account
from masthead.lib.money import Money
from masthead.lib.periods import ONCE
from masthead.members.models import Contribution, Gift, Membership, Offer, Price, Tier
from masthead.payments.actions import Wanted, open_order
from masthead.payments.models import Order

MEMBERSHIP, CONTRIBUTION, GIFT = "membership", "contribution", "gift"
DELIVERY_TIME = time(9, 0)  # in the newsroom's zone


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is about to pay, as far as is known before they do."""

    email: str
    name: str = ""
    language: str = "en"
    account: Account | None = None
    order: UUID | None = None  # what the order is to be called; see `payments.checkout.Wanted`


@dataclass(frozen=True, slots=True)
class Said:
    """What a supporter wants known, or not."""

    public_name: str = ""
    is_public: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """One gift as its buyer describes it; without a day it is delivered at once, without an address it is printed."""

    recipient_name: str = ""
    recipient_email: str = ""
    message: str = ""
    day: date | None = None


def _wanted(purpose: str, title: str, money: Money, payer: Payer, interval: str, *, cover_fee: bool) -> Wanted:
    fee = Offer.load().fee_for(money.minor) if cover_fee else 0
    return Wanted(
        purpose=purpose,
        title=title[:200],
        money=Money(money.minor + fee, money.currency),
        fee_cover=fee,
        email=payer.email,
        name=payer.name,
        language=payer.language,
        account=payer.account,
        interval=interval,
        uuid=payer.order,
    )


@transaction.atomic
def begin_membership(
    price: Price, money: Money, payer: Payer, gateway: str, said: Said = Said(), *, cover_fee: bool = False
) -> Membership:
    """Open a membership that waits for its first payment. Raises ValueError below the price's minimum."""
    if money.currency != price.currency or money.minor < price.minimum:
        raise ValueError(f"{money} is less than {price.minimum}")
    title = _("Membership: %(tier)s") % {"tier": price.tier.name}
    order = open_order(_wanted(MEMBERSHIP, title, money, payer, price.interval, cover_fee=cover_fee), gateway)
    return Membership.objects.create(
        tier=price.tier,
        order=order,
        account=payer.account,
        public_name=said.public_name,
        is_public=said.is_public,
        reason=said.reason,
    )


@transaction.atomic
def begin_contribution(
    money: Money, payer: Payer, gateway: str, said: Said = Said(), *, cover_fee: bool = False
) -> Contribution:
    """Open a contribution given once."""
    order = open_order(_wanted(CONTRIBUTION, _("Contribution"), money, payer, ONCE, cover_fee=cover_fee), gateway)
    return Contribution.objects.create(
        order=order,
        account=payer.account,
        public_name=said.public_name,
        is_public=said.is_public,
        reason=said.reason,
    )


@transaction.atomic
def begin_gifts(
    tier: Tier, months: int, each: Money, presents: Sequence[Present], payer: Payer, gateway: str, from_name: str = ""
) -> Order:
    """Open one order for one gift or a school's worth of them. Raises ValueError for none, or a day gone by."""
    if not presents:
        raise ValueError("A gift needs somebody to get it.")
    if any(present.day and present.day < timezone.localdate() for present in presents):
        raise ValueError("A gift can't be delivered in the past.")
    count = len(presents)
    title = ngettext("Gift: %(tier)s, %(months)d months", "%(count)d gifts: %(tier)s, %(months)d months", count) % {
        "tier": tier.name,
        "months": months,
        "count": count,
    }
    wanted = _wanted(GIFT, title, Money(each.minor * count, each.currency), payer, ONCE, cover_fee=False)
    order = open_order(wanted, gateway)
    for present in presents:
        Gift.objects.create(
            order=order,
            buyer=payer.account,
            tier=tier,
            months=months,
            from_name=from_name,
            recipient_name=present.recipient_name,
            recipient_email=present.recipient_email,
            message=present.message,
            language=payer.language,
            by_mail=bool(present.recipient_email),
            deliver_at=delivery_on(present.day) if present.day else None,
        )
    return order


def delivery_on(day: date) -> datetime:
    """Nine in the morning of that day in the newsroom, whatever the clocks do that night."""
    return datetime.combine(day, DELIVERY_TIME, ZoneInfo(settings.TIME_ZONE))
