"""The figures of support, each derived from rows when it is asked for. Months are the newsroom's own, by its clock.

Money is added up in whole minor units, a currency by itself; nothing is converted and nothing is a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from masthead.lib.money import Money
from masthead.lib.periods import MONTH, YEAR, months_after
from masthead.members.models import Gift, Membership, Offer
from masthead.members.models.gifts import ABANDONED as GIFT_ABANDONED
from masthead.members.models.gifts import PAYMENT_PENDING
from masthead.members.models.memberships import PAST_DUE
from masthead.payments.models import Agreement, Entry, Payment, Reconciliation

MONTHS = 24


@dataclass(frozen=True)
class MonthOfMembers:
    """One month: who came, who went, who was there at its end; and of those there at its beginning, who left."""

    start: datetime
    new: int
    ended: int
    active: int
    at_start: int
    left: int

    @property
    def churn(self) -> int | None:
        """Of those there at the beginning, how many in ten thousand left; None if nobody was there."""
        return (self.left * 20_000 + self.at_start) // (2 * self.at_start) if self.at_start else None


@dataclass(frozen=True)
class MonthOfMoney:
    """One month's lines of the ledger in one currency, in minor units."""

    start: datetime
    came: int
    back: int
    fees: int

    @property
    def net(self) -> int:
        """What is left of the month."""
        return self.came + self.back - self.fees


def months(count: int = MONTHS, now: datetime | None = None) -> list[datetime]:
    """The beginnings of the last `count` months, this one last, and of the next one."""
    here = timezone.localtime(now or timezone.now(), ZoneInfo(settings.TIME_ZONE))
    this = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return [months_after(this, number) for number in range(1 - count, 2)]


def members_by_month(starts: list[datetime]) -> list[MonthOfMembers]:
    """Each month between two of these beginnings, in one query."""
    asked: dict[str, Any] = {
        "came_before": Count("pk", filter=Q(begun_at__lt=starts[0])),
        "went_before": Count("pk", filter=Q(ended_at__lt=starts[0])),
    }
    for number, (start, end) in enumerate(pairwise(starts)):
        ended = Q(ended_at__gte=start, ended_at__lt=end)
        asked[f"new{number}"] = Count("pk", filter=Q(begun_at__gte=start, begun_at__lt=end))
        asked[f"ended{number}"] = Count("pk", filter=ended)
        asked[f"left{number}"] = Count("pk", filter=ended & Q(begun_at__lt=start))
    sums = Membership.objects.filter(begun_at__isnull=False).aggregate(**asked)
    found, active = [], sums["came_before"] - sums["went_before"]
    for number, start in enumerate(starts[:-1]):
        before, new, ended = active, sums[f"new{number}"], sums[f"ended{number}"]
        active += new - ended
        found.append(MonthOfMembers(start, new, ended, active, before, sums[f"left{number}"]))
    return found


def active_now() -> int:
    """Memberships that have begun and not ended, also those that end with their period or whose payment is late."""
    return Membership.objects.going().count()


def recurring() -> list[Money]:
    """What is agreed to come in each month, by currency, as the newsroom orders them.

    Agreements that are active or whose payment is late, not those paused or ending; what is paid yearly is added up,
    then divided by twelve, rounded down. Covered fees are in it.
    """
    going = Agreement.objects.filter(state__in=(Agreement.ACTIVE, Agreement.PAST_DUE), cancel_at_end=False)
    monthly, yearly = dict[str, int](), dict[str, int]()
    for currency, interval, amount in going.order_by().values_list("currency", "interval").annotate(Sum("amount")):
        if interval in {MONTH, YEAR}:
            (monthly if interval == MONTH else yearly)[currency] = amount
    sums = {each: monthly.get(each, 0) + yearly.get(each, 0) // 12 for each in {*monthly, *yearly}}
    first = Offer.load().currency_codes
    order = [each for each in first if each in sums] + sorted(set(sums) - set(first))
    return [Money(sums[currency], currency) for currency in order]


def money_by_month(starts: list[datetime]) -> dict[str, list[MonthOfMoney]]:
    """The ledger by currency and month, in one query."""
    asked: dict[str, Any] = {}
    for number, (start, end) in enumerate(pairwise(starts)):
        this = Q(at__gte=start, at__lt=end)
        asked[f"came{number}"] = Sum("amount", filter=this & Q(kind=Entry.CHARGE), default=0)
        asked[f"back{number}"] = Sum("amount", filter=this & ~Q(kind=Entry.CHARGE), default=0)
        asked[f"fees{number}"] = Sum("fee", filter=this, default=0)
    within = Entry.objects.filter(at__gte=starts[0], at__lt=starts[-1]).order_by()
    rows: Any = within.values("currency").annotate(**asked)
    return {
        row["currency"]: [
            MonthOfMoney(start, row[f"came{number}"], row[f"back{number}"], row[f"fees{number}"])
            for number, start in enumerate(starts[:-1])
        ]
        for row in rows.order_by("currency")
    }


def failing() -> QuerySet[Payment]:
    """Renewals that failed and whose membership is still waited for; the oldest first."""
    late = Payment.objects.failing().filter(order__membership__state=PAST_DUE)
    return late.select_related("order__membership__account", "order__membership__tier").order_by("created_at")


def latest_gifts(count: int = 6) -> list[Gift]:
    """Gifts that were paid for, the newest first."""
    paid = Gift.objects.exclude(state__in=(PAYMENT_PENDING, GIFT_ABANDONED)).select_related("tier", "buyer")
    return list(paid.prefetch_related("tier__words").order_by("-created_at", "-pk")[:count])


@dataclass(frozen=True)
class Books:
    """What the last reconciliation of one gateway said."""

    row: Reconciliation

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.row.finished_at is not None

    @property
    def agrees(self) -> bool:
        """Whether the books said the same, to the minor unit."""
        return self.finished and not self.row.differences and self.row.theirs == self.row.ours


def books(names: list[str]) -> list[tuple[str, Books | None]]:
    """The last reconciliation of each of these gateways, None for one that never was."""
    found = []
    for name in names:
        last = Reconciliation.objects.filter(gateway=name).order_by("-started_at").first()
        found.append((name, Books(last) if last else None))
    return found
