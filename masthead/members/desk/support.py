"""How support stands: the desk's own page of figures, and the panel on its first page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from masthead.lib.money import Money, exponent
from masthead.members.desk import figures, rights
from masthead.members.desk.charts import Drawing, Series, draw
from masthead.members.desk.history import written
from masthead.members.desk.screens import Screen
from masthead.payments.actions import gateways
from masthead.payments.models import Dispute

MOST_FAILING = 20


@dataclass(frozen=True)
class Figure:
    """A number, what it is called, and what is counted."""

    name: str | Promise
    value: str
    meaning: str | Promise
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing with its title and the same values in a table."""

    name: str
    title: str
    meaning: str
    drawing: Drawing
    legend: list[tuple[str, str]]
    head: list[str]
    rows: list[list[str]]


def _percent(of_ten_thousand: int | None) -> str:
    """12 of 10,000 as a per cent with one decimal, in whole numbers all the way."""
    if of_ten_thousand is None:
        return "–"
    tenths = (of_ten_thousand + 5) // 10
    point = "," if (get_language() or "en").startswith("uk") else "."
    return f"{tenths // 10}{point}{tenths % 10} %"


def _month(start: datetime) -> str:
    return date_format(localtime(start), "F Y")


def member_figures(months: list[figures.MonthOfMembers]) -> list[Figure]:
    """How many there are, came, went."""
    this, last = months[-1], months[-2]
    lost = {"month": _month(last.start), "left": last.left, "there": last.at_start}
    return [
        Figure(
            _("Active members"),
            str(figures.active_now()),
            _(
                "Memberships that were paid for at least once and have not ended, also those that end with their "
                "period and those whose payment is late. Gifts and complimentary time are not counted."
            ),
        ),
        Figure(
            _("New this month"),
            str(this.new),
            _("Memberships whose first payment came in since the first of the month, by the newsroom's clock."),
        ),
        Figure(
            _("Ended this month"),
            str(this.ended),
            _("Memberships that ended since the first of the month, for whatever reason."),
        ),
        Figure(
            _("Churn last month"),
            _percent(last.churn),
            _(
                "Of the %(there)s members there at the beginning of %(month)s, %(left)s ended during that month. Who "
                "came and went within the month is not counted."
            )
            % lost,
        ),
    ]


def money_figures() -> list[Figure]:
    """What comes in each month by agreement, a currency by itself."""
    sums = figures.recurring()
    value = "\n".join(written(each) for each in sums) or "–"
    meaning = _(
        "What members have agreed to pay: monthly amounts, and yearly amounts added up and divided by twelve, rounded "
        "down. Without agreements that are paused or about to end; with covered fees, before the provider's own. "
        "Currencies are never converted."
    )
    return [Figure(_("Recurring each month"), value, meaning)]


def _labels(starts: list[datetime]) -> list[str]:
    """Every third month by name, so that they don't collide."""
    return [
        date_format(localtime(start), "M y") if (len(starts) - 1 - place) % 3 == 0 else ""
        for place, start in enumerate(starts)
    ]


def member_charts(months: list[figures.MonthOfMembers]) -> list[Chart]:
    """Members at each month's end; those who came and went."""
    starts = [month.start for month in months]
    names, labels = [_month(start) for start in starts], _labels(starts)
    active = Series(
        "bar-1",
        [month.active for month in months],
        [f"{name}: {month.active}" for name, month in zip(names, months, strict=True)],
    )
    new = Series(
        "bar-1",
        [month.new for month in months],
        [f"{name}: +{month.new}" for name, month in zip(names, months, strict=True)],
    )
    ended = Series(
        "bar-2",
        [-month.ended for month in months],
        [f"{name}: −{month.ended}" for name, month in zip(names, months, strict=True)],
    )
    return [
        Chart(
            "active",
            _("Members at the end of each month"),
            _("Memberships begun by then and not ended by then."),
            draw([active], labels),
            [],
            [_("Month"), _("Members")],
            [[name, str(month.active)] for name, month in zip(names, months, strict=True)],
        ),
        Chart(
            "moves",
            _("New and ended each month"),
            _(
                "Memberships first paid for in the month, and those that ended in it. Churn is the share of those "
                "there at its beginning who ended in it."
            ),
            draw([new, ended], labels),
            [("bar-1", _("New")), ("bar-2", _("Ended"))],
            [_("Month"), _("New"), _("Ended"), _("Churn")],
            [
                [name, str(month.new), str(month.ended), _percent(month.churn)]
                for name, month in zip(names, months, strict=True)
            ],
        ),
    ]


def money_charts(starts: list[datetime]) -> list[Chart]:
    """What came in and went out each month, from the ledger, a currency by itself."""
    return [_money_chart(currency, months) for currency, months in figures.money_by_month(starts).items()]


def _money_chart(currency: str, months: list[figures.MonthOfMoney]) -> Chart:
    names = [_month(month.start) for month in months]

    def said(minor: int) -> str:
        return written(Money(minor, currency))

    came = Series(
        "bar-1",
        [month.came for month in months],
        [f"{name}: {said(month.came)}" for name, month in zip(names, months, strict=True)],
    )
    back = Series(
        "bar-2",
        [month.back for month in months],
        [f"{name}: {said(month.back)}" for name, month in zip(names, months, strict=True)],
    )
    return Chart(
        f"money-{currency.lower()}",
        _("Money by month, %(currency)s") % {"currency": currency},
        _(
            "Lines of the ledger in the month they were booked at the provider: payments; refunds and disputes; the "
            "provider's fees; what is left."
        ),
        draw([came, back], _labels([month.start for month in months]), unit=10 ** exponent(currency)),
        [("bar-1", _("Came in")), ("bar-2", _("Went back"))],
        [_("Month"), _("Came in"), _("Went back"), _("Fees"), _("Left")],
        [
            [name, said(month.came), said(month.back), said(month.fees), said(month.net)]
            for name, month in zip(names, months, strict=True)
        ],
    )


def money_told() -> dict[str, Any]:
    """What waits for somebody: failing payments, disputes, books that differ."""
    failing = figures.failing()
    return {
        "failing": list(failing[:MOST_FAILING]),
        "failing_count": failing.count(),
        "disputes": list(
            Dispute.objects.filter(state=Dispute.OPEN).select_related("payment__order").order_by("answer_by")
        ),
        "books": figures.books(list(gateways())),
    }


class Support(Screen):
    """The page."""

    permission = rights.SEE_SUPPORTERS
    template_name = "members/desk/support.html"
    page_title = gettext_lazy("Support")
    header_icon = "table"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Members for all who may see the page, money for those who may see money."""
        starts = figures.months()
        members = figures.members_by_month(starts)
        shown, charts = member_figures(members), member_charts(members)
        told: dict[str, Any] = {}
        if self.request.user.has_perm(rights.SEE_MONEY):
            shown, charts, told = shown + money_figures(), charts + money_charts(starts), money_told()
        return super().get_context_data(figures=shown, charts=charts, gifts=figures.latest_gifts(), **told, **kwargs)


class SupportPanel(Component):
    """The same in short, on the desk's first page, for those who may see it."""

    name = "support"
    order = 150
    template_name = "members/desk/panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """A few figures, what waits, the latest gifts."""
        request: HttpRequest = (parent_context or {})["request"]
        if not request.user.has_perm(rights.SEE_SUPPORTERS):
            return {}
        money = request.user.has_perm(rights.SEE_MONEY)
        shown = member_figures(figures.members_by_month(figures.months(2))) + (money_figures() if money else [])
        told = money_told() if money else {}
        return {"shown": True, "figures": shown, "gifts": figures.latest_gifts(3), "sees_money": money, **told}
