"""The list of members at the desk, and the same list as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from masthead.accounts.models import Account
from masthead.members.desk import rights, roll
from masthead.members.desk.history import day, written
from masthead.members.models import Membership, Tier
from masthead.payments.actions import gateways
from masthead.payments.models import Order

AT_ONCE = 500  # people written to a file at a time
# What a spreadsheet would take for a formula; also written in full width.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _gateways() -> list[tuple[str, str]]:
    return [(name, name) for name in gateways()]


class RollFilters(WagtailFilterSet):
    """All but the last three speak of one and the same membership."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[each for each in Membership.STATES if each[0] not in {"pending", "abandoned"}],
    )
    tier = django_filters.ModelChoiceFilter(label=gettext_lazy("Tier"), queryset=Tier.objects.prefetch_related("words"))
    interval = django_filters.ChoiceFilter(label=gettext_lazy("How often"), choices=Order.INTERVALS)
    gateway = django_filters.ChoiceFilter(label=gettext_lazy("Paid through"), choices=_gateways)
    since = django_filters.DateFromToRangeFilter(label=gettext_lazy("Member since"), widget=DateRangePickerWidget)
    now = django_filters.ChoiceFilter(
        label=gettext_lazy("Only"),
        choices=[
            ("failing", gettext_lazy("whose payment is late")),
            ("comp", gettext_lazy("with complimentary time")),
            ("gift", gettext_lazy("with a redeemed gift")),
            ("access", gettext_lazy("with access now")),
        ],
        empty_label=gettext_lazy("everybody"),
    )

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.has_perm(rights.SEE_MONEY):
            del self.filters["gateway"], self.filters["interval"]

    def filter_queryset(self, queryset: QuerySet[Account]) -> QuerySet[Account]:
        """Put what is asked of a membership into one question."""
        given = {name: value for name, value in self.form.cleaned_data.items() if value}
        asked: dict[str, Any] = {name: given[name] for name in ("state", "tier") if name in given}
        asked |= {f"order__{name}": given[name] for name in ("interval", "gateway") if name in given}
        if since := given.get("since"):
            asked |= {"begun_at__gte": since.start} if since.start else {}
            asked |= {"begun_at__lte": since.stop} if since.stop else {}
        if asked:
            queryset = queryset.filter(roll.membership_like(**asked))
        return self._now(queryset, given.get("now", ""))

    def _now(self, queryset: QuerySet[Account], only: str) -> QuerySet[Account]:
        now = timezone.now()
        asked = {
            "failing": roll.failing(),
            "comp": roll.comped(now),
            "gift": roll.gifted(now),
            "access": roll.covered(now),
        }
        return queryset.filter(asked[only]) if only else queryset


class PersonColumn(TitleColumn):
    """The name, leading to the whole story."""

    def get_link_url(self, instance: Account, parent_context: Any) -> str:
        """The person's page."""
        return reverse("desk_members:person", args=(instance.pk,))


def shown_name(person: Account) -> str:
    """What a person is called at the desk, without telling the address."""
    membership: Membership | None = getattr(person, "membership", None)
    return person.get_full_name() or (membership.public_name if membership else "") or _("Without a name")


class Roll(rights.Restricted, BaseListingView):
    """The list. Its query asks for people; what stands beside them is fetched for those shown."""

    permission = rights.SEE_SUPPORTERS
    model = Account
    page_title = gettext_lazy("Members")
    header_icon = "group"
    index_url_name = "desk_members:index"
    index_results_url_name = "desk_members:results"
    results_template_name = "members/desk/roll_results.html"
    filterset_class = RollFilters
    is_searchable = True
    default_ordering = "-pk"  # who came last; sorting a hundred thousand by anything else takes a moment
    paginate_by = 50
    verbose_name_plural = gettext_lazy("members")

    @cached_property
    def sees_money(self) -> bool:
        """Whether addresses and payments are shown."""
        return self.request.user.has_perm(rights.SEE_MONEY)

    @cached_property
    def columns(self) -> list[Column]:
        """Whom, with what, since when; and for those who may see it, where to write and what is paid."""
        shown = [PersonColumn("name", label=_("Name"), accessor=shown_name, sort_key="name")]
        if self.sees_money:
            shown.append(Column("email", label=_("Mail address"), sort_key="email"))
        shown += [
            Column("tier", label=_("Tier"), accessor="membership.tier"),
            Column("state", label=_("State"), accessor="membership.get_state_display"),
            Column("since", label=_("Member since"), accessor=lambda person: day(person.since), sort_key="since"),
            Column("until", label=_("Access until"), accessor=lambda person: day(person.until)),
        ]
        if self.sees_money:
            shown.append(Column("paid", label=_("Pays"), accessor=what_is_paid))
        return shown

    def get_base_queryset(self) -> QuerySet[Account]:
        """Everybody."""
        return roll.everybody()

    def order_queryset(self, queryset: QuerySet[Account]) -> QuerySet[Account]:
        """By what was asked for, then by number, so that no page repeats anybody."""
        key = str(self.ordering or self.default_ordering)
        name, down = key.removeprefix("-"), key.startswith("-")
        if name == "pk" or (name == "email" and self.sees_money):
            return queryset.order_by(key)
        by: Any = roll.by_name() if name == "name" else F("since")
        queryset = queryset if name == "name" else roll.with_since(queryset)
        return queryset.order_by(by.desc(nulls_last=True) if down else by.asc(nulls_last=True), "-pk" if down else "pk")

    def search_queryset(self, queryset: QuerySet[Account]) -> QuerySet[Account]:
        """Who is meant."""
        return roll.search(queryset, self.search_query, money=self.sees_money) if self.is_searching else queryset

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """A page of people, each with what stands beside them; sorted by number alone, which is lighter."""
        numbers = queryset.values_list("pk", flat=True)
        paginator, page, shown, more = super().paginate_queryset(numbers, page_size)
        order = {number: place for place, number in enumerate(shown)}
        people = sorted(Account.objects.filter(pk__in=order), key=lambda person: order[person.pk])
        page.object_list = complete(people)
        return paginator, page, page.object_list, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The same list as a file."""
        if not self.request.user.has_perm(rights.EXPORT):
            return []
        url = f"{reverse('desk_members:export')}?{self.request.GET.urlencode()}"
        return [HeaderButton(_("Take out as CSV"), url=url, icon_name="download")]


def complete(people: list[Account]) -> list[Account]:
    """Give each person `membership`, `since` and `until`, in three queries whatever their number."""
    memberships, until = roll.latest_memberships(people), roll.access_until(people)
    for person in people:
        person.membership = memberships.get(person.pk)  # type: ignore[attr-defined]
        person.until = until.get(person.pk)  # type: ignore[attr-defined]
    if people and not hasattr(people[0], "since"):
        since = roll.since_of(people)
        for person in people:
            person.since = since.get(person.pk)  # type: ignore[attr-defined]
    return people


def what_is_paid(person: Account) -> str:
    """The sum and how often."""
    membership: Membership | None = person.membership  # type: ignore[attr-defined]
    if membership is None:
        return ""
    agreement = getattr(membership.order, "agreement", None)
    paid = agreement or membership.order
    return f"{written(paid.money)} {paid.get_interval_display()}"


class Export(rights.Restricted, View):
    """The list as it is searched and filtered, as a file for spreadsheets: streamed, whatever its length."""

    permission = rights.EXPORT
    COLUMNS = (
        *(
            "name",
            "mail_address",
            "public_name",
            "may_be_named",
            "tier",
            "state",
            "member_since",
            "ended",
            "access_until",
        ),
        *("interval", "amount_minor_units", "currency", "fee_covered_minor_units", "gateway", "next_payment", "reason"),
    )

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Who took it out is kept."""
        listing = Roll()
        listing.setup(request)
        people = listing.get_queryset()
        log(instance=rights.who(request), action="members.export", data={"asked": request.GET.urlencode()[:500]})
        response = StreamingHttpResponse(self._lines(people), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="members-{timezone.localdate()}.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _lines(self, people: QuerySet[Account]) -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(self.COLUMNS)
        rows = people.iterator(chunk_size=AT_ONCE)
        while lot := list(islice(rows, AT_ONCE)):
            for person in complete(lot):
                yield writer.writerow([harmless(value) for value in _row(person)])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def harmless(value: object) -> object:
    """Text that no spreadsheet takes for a formula."""
    text = value if isinstance(value, str) else ""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else value


def _row(person: Any) -> list[object]:
    membership: Membership | None = person.membership
    ours = [person.get_full_name(), person.email]
    if membership is None:
        return [*ours, "", "", "", "", _day(person.since), "", _day(person.until), *[""] * 7]
    order = membership.order
    agreement = getattr(order, "agreement", None)
    paid = agreement or order
    again = membership.is_going and agreement is not None and not agreement.cancel_at_end
    return [
        *ours,
        membership.public_name,
        "yes" if membership.is_public else "no",
        str(membership.tier),
        membership.state,
        _day(person.since),
        _day(membership.ended_at),
        _day(person.until),
        paid.interval,
        paid.amount,
        paid.currency,
        order.fee_cover,
        order.gateway,
        _day(agreement.period_end) if agreement and again else "",
        membership.reason,
    ]


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""
