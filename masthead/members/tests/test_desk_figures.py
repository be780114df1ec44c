"""The figures of support, against rows made by hand; months are the newsroom's, money is whole minor units."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from masthead.lib.money import Money
from masthead.members.desk import figures
from masthead.members.desk.charts import Series, draw
from masthead.members.desk.support import _percent
from masthead.members.tests import factories, supporters
from masthead.payments.models import Agreement, Dispute, Reconciliation
from masthead.payments.tests.till import Till

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def kyiv(settings: pytest.FixtureRequest) -> None:
    """A newsroom two hours ahead of UTC."""
    settings.TIME_ZONE = "Europe/Kyiv"  # type: ignore[attr-defined]


def test_months_are_the_newsroom_s(kyiv: None) -> None:
    starts = figures.months(3, NOW)
    assert [f"{start:%Y-%m-%d %H:%M %z}" for start in starts] == [
        "2027-01-01 00:00 +0200",
        "2027-02-01 00:00 +0200",
        "2027-03-01 00:00 +0200",
        "2027-04-01 00:00 +0300",
    ]


def test_members_by_month(kyiv: None) -> None:
    tier = factories.tier("Reader")
    at = lambda text: datetime.fromisoformat(f"{text}+00:00")  # noqa: E731
    supporters.member(tier, begun=at("2026-06-01T00:00"))
    supporters.member(tier, begun=at("2026-06-01T00:00"), ended=at("2027-02-10T00:00"))
    supporters.member(tier, begun=at("2026-06-01T00:00"), ended=at("2026-07-01T00:00"))
    # 22:30 in UTC on the last of January is February in Kyiv.
    supporters.member(tier, begun=at("2027-01-31T22:30"), ended=at("2027-02-20T00:00"))
    supporters.member(tier, begun=at("2027-03-02T00:00"))
    january, february, march = figures.members_by_month(figures.months(3, NOW))
    assert (january.new, january.ended, january.active, january.at_start, january.left) == (0, 0, 2, 2, 0)
    assert (february.new, february.ended, february.active, february.at_start, february.left) == (1, 2, 1, 2, 1)
    assert (march.new, march.ended, march.active, march.at_start, march.left) == (1, 0, 2, 1, 0)
    assert (february.churn, march.churn) == (5000, 0)
    assert _percent(february.churn) == "50.0 %"


def test_churn_of_nobody_is_no_number() -> None:
    assert figures.members_by_month(figures.months(2, NOW))[0].churn is None
    assert _percent(None) == "–"
    assert _percent(333) == "3.3 %"
    assert _percent(5) == "0.1 %"


def test_recurring_revenue_is_added_up_by_currency_in_whole_units() -> None:
    tier = factories.tier("Reader")
    for amount in (500, 700):
        supporters.member(tier, amount=amount)
    for amount in (5000, 5005):  # 10005 / 12 = 833.75
        supporters.member(tier, amount=amount, interval="year")
    supporters.member(tier, amount=300, state="past_due")
    supporters.member(tier, amount=900, state="cancel_scheduled")
    supporters.member(tier, amount=900, ended=NOW)
    paused = supporters.member(tier, amount=900)
    Agreement.objects.filter(order=paused.order).update(state=Agreement.PAUSED)
    supporters.member(tier, amount=800, currency="JPY")
    assert figures.recurring() == [Money(500 + 700 + 300 + 833, "EUR"), Money(800, "JPY")]


def test_money_by_month_comes_from_the_ledger(kyiv: None) -> None:
    paid = supporters.payment(supporters.member())
    supporters.entry(paid, 500, datetime(2027, 1, 31, 21, 59, tzinfo=UTC), fee=40)
    supporters.entry(paid, 700, datetime(2027, 1, 31, 22, 0, tzinfo=UTC), fee=50)
    supporters.entry(paid, -200, datetime(2027, 2, 3, tzinfo=UTC), "refund")
    supporters.entry(paid, -100, datetime(2027, 2, 4, tzinfo=UTC), "dispute", fee=15)
    supporters.entry(paid, 9900, datetime(2025, 2, 4, tzinfo=UTC))
    january, february, march = figures.money_by_month(figures.months(3, NOW))["EUR"]
    assert (january.came, january.back, january.fees, january.net) == (500, 0, 40, 460)
    assert (february.came, february.back, february.fees, february.net) == (700, -300, 65, 335)
    assert march.net == 0


def test_what_fails_now_is_listed_with_its_member(service: Client) -> None:
    late = supporters.member(state="past_due", account=supporters.reader(last_name="Late"))
    supporters.payment(late, "failed", failure_code="card_expired", next_attempt_at=timezone.now() + timedelta(days=3))
    fine = supporters.member(late.tier)
    supporters.payment(fine, "failed")
    page = service.get(reverse("desk_members:support")).content.decode()
    assert "card_expired" in page
    assert reverse("desk_members:person", args=(late.account_id,)) in page
    assert figures.failing().count() == 1


def test_the_page_says_how_everything_is_counted_and_draws_it(service: Client, till: Till) -> None:
    supporters.paid_membership(till)
    supporters.paid_gift(till)
    page = service.get(reverse("desk_members:support")).content.decode()
    assert page.count("What is counted") == 5
    assert "divided by twelve, rounded down" in page
    assert page.count('role="img"') == 3
    assert page.count("The same as a table") == 3
    assert "<script" not in page.split('class="desk-page"')[1].split("</main>")[0]
    assert "for Oleh" in page
    assert "were never laid beside ours" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"finished_at": NOW, "theirs": {"EUR": 5}, "ours": {"EUR": 5}}, "agree with ours"),
        ({"finished_at": NOW, "differences": 2}, "differ from ours on 2 lines"),
        ({"finished_at": NOW, "theirs": {"EUR": 5}, "ours": {"EUR": 6}}, "differ from ours"),
        ({}, "never came to its end"),
    ],
)
def test_it_says_whether_the_books_agree(service: Client, till: Till, fields: dict[str, object], words: str) -> None:
    Reconciliation.objects.create(gateway="stripe", started_at=NOW - timedelta(days=3), differences=9, finished_at=NOW)
    row = Reconciliation.objects.create(gateway="stripe", started_at=NOW, **fields)
    page = service.get(reverse("desk_members:support")).content.decode()
    assert words in " ".join(page.split())
    assert reverse("desk_reconciliations:inspect", args=(row.pk,)) in page


def test_the_desk_s_first_page_tells_in_short(service: Client, an_editor: Client, till: Till) -> None:
    supporters.paid_membership(till)
    home = reverse("wagtailadmin_home")
    words = service.get(home).content.decode()
    assert "Active members" in words
    assert "Recurring each month" in words
    theirs = an_editor.get(home).content.decode()
    assert "Active members" in theirs
    assert "Recurring each month" not in theirs
    page = an_editor.get(reverse("desk_members:support")).content.decode()
    assert "Recurring each month" not in page
    assert "€" not in page.split('class="desk-page"')[1]


def test_disputes_stand_out_with_their_day(service: Client) -> None:
    paid = supporters.payment(supporters.member(), "disputed")
    due = timezone.now() + timedelta(days=5)
    Dispute.objects.create(
        payment=paid, gateway="stripe", ref="dp_1", amount=500, currency="EUR", opened_at=timezone.now(), answer_by=due
    )
    for address in (
        reverse("desk_members:support"),
        reverse("desk_payments:index"),
        reverse("desk_payments:inspect", args=(paid.pk,)),
    ):
        assert "answered" in service.get(address).content.decode(), address


def test_bars_stay_on_the_paper() -> None:
    for values in ([0], [3, -7, 12], [10**9, 1], [-5]):
        drawing = draw([Series("bar-1", values, [""] * len(values))], [""] * len(values), unit=100)
        assert len(drawing.lines) <= 6
        for bar in drawing.bars:
            assert 0 <= bar.y <= bar.y + bar.height <= drawing.height
            assert drawing.left <= bar.x < drawing.right
