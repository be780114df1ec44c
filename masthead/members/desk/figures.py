"""The figures of support, each derived from rows when it is asked for. Months are the newsroom's own, by its clock.

Money is added up in whole minor units, a currency by itself; nothing is converted and nothing is a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, IntegerField, QuerySet, Sum, When
from django.utils import timezone

from masthead.lib.money import Money
from masthead.lib.periods import MONTH, YEAR, months_after
from masthead.members.models import Gift, Membership, Offer
from masthead.members.models.gifts import ABANDONED as GIFT_ABANDONED
from masthead.members.models.gifts import PAYMENT_PENDING
from masthead.members.models.memberships import PAST_DUE
from masthead.payments.models import Agreement, Entry, Payment, Reconciliation
from masthead.payments.registry import TITLES

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


def _month_of(field: str, starts: list[datetime]) -> Case:
    """For grouping: which of these months a moment lies in, counted from nothing; -1 before all, None for none."""
    return Case(
        When(**{f"{field}__lt": starts[0]}, then=-1),
        *[When(**{f"{field}__lt": end}, then=place) for place, end in enumerate(starts[1:])],
        output_field=IntegerField(null=True),
    )


def members_by_month(starts: list[datetime]) -> list[MonthOfMembers]:
    """Each month between two of these beginnings, from the memberships counted by when they began and ended."""
    begun = Membership.objects.filter(begun_at__isnull=False).order_by()
    months = begun.annotate(came=_month_of("begun_at", starts), went=_month_of("ended_at", starts))
    rows = list(months.values_list("came", "went").annotate(Count("pk")))
    found, active = [], sum(count for came, went, count in rows if came == -1 and went != -1)
    for number, start in enumerate(starts[:-1]):
        before = active
        new = sum(count for came, _went, count in rows if came == number)
        ended = [(came, count) for came, went, count in rows if went == number and came is not None]
        active += new - sum(count for _came, count in ended)
        left = sum(count for came, count in ended if came < number)
        found.append(MonthOfMembers(start, new, sum(count for _came, count in ended), active, before, left))
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
    within = Entry.objects.filter(at__gte=starts[0], at__lt=starts[-1]).order_by()
    months = within.annotate(month=_month_of("at", starts)).values_list("currency", "month", "kind")
    sums: dict[tuple[str, int, bool], tuple[int, int]] = {}
    for currency, month, kind, amount, fee in months.annotate(Sum("amount"), Sum("fee")):
        key = currency, month, kind == Entry.CHARGE
        known = sums.get(key, (0, 0))
        sums[key] = known[0] + amount, known[1] + fee
    return {
        currency: [_month_of_money(sums, currency, place, start) for place, start in enumerate(starts[:-1])]
        for currency in sorted({key[0] for key in sums})
    }


def _month_of_money(
    sums: dict[tuple[str, int, bool], tuple[int, int]], currency: str, place: int, start: datetime
) -> MonthOfMoney:
    came, fees = sums.get((currency, place, True), (0, 0))
    back, other_fees = sums.get((currency, place, False), (0, 0))
    return MonthOfMoney(start, came, back, fees + other_fees)


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
        found.append((str(TITLES.get(name, name)), Books(last) if last else None))
    return found
