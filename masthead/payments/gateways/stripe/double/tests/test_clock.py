"""The movable clock: each thing happens at its own moment and in order, and period ends are counted from the anchor."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from masthead.payments.gateways.stripe.double import Double
from masthead.payments.gateways.stripe.double.periods import boundary, end_of_period
from masthead.payments.gateways.stripe.double.tests.shop import DAY, START, checkout, line, subscribed


def moment(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def periods(double: Double) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for invoice in reversed(double.client().v1.invoices.list({"limit": 100}).data):
        span = invoice.lines.data[0].period
        found.append(tuple(datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") for at in (span.start, span.end)))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(("year", "february"), [(2027, "2027-02-28"), (2028, "2028-02-29")])
def test_the_last_of_january(year: int, february: str) -> None:
    double = Double(start=moment(year, 1, 31))
    subscribed(double)
    double.advance(days=100)
    ends = [end for _, end in periods(double)]
    assert ends[:3] == [february, f"{year}-03-31", f"{year}-04-30"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31, 23)),  # noqa: DTZ001 (given its zone below)
    st.sampled_from([("day", 1), ("week", 1), ("week", 2), ("month", 1), ("month", 3), ("month", 12), ("year", 1)]),
    st.integers(1, 30),
)
@example(datetime(2024, 2, 29, 12), ("year", 1), 5)  # noqa: DTZ001
@example(datetime(2024, 1, 31, 23), ("month", 1), 14)  # noqa: DTZ001
def test_boundaries(start: datetime, every: tuple[str, int], number: int) -> None:
    """Each period begins where the one before ended, lasts as long as it should, and lies on the anchor's day."""
    interval, count = every
    start = start.replace(microsecond=0, tzinfo=UTC)
    anchor = int(start.timestamp())
    ends = [boundary(anchor, interval, count, each) for each in range(number + 1)]
    assert ends == sorted(set(ends))
    assert end_of_period(anchor, interval, count, ends[-1]) == boundary(anchor, interval, count, number + 1)
    assert end_of_period(anchor, interval, count, ends[-1] - 1) == ends[-1]
    last = datetime.fromtimestamp(ends[-1], UTC)
    assert last.time() == start.time()
    if interval in ("month", "year"):
        assert last.day == min(start.day, calendar.monthrange(last.year, last.month)[1])


@settings(max_examples=15, deadline=None)
@given(st.integers(28, 31), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_steps_do_not_matter(day: int, steps: list[int]) -> None:
    """However the clock is moved, in one go or in many, the same has happened by the end."""
    once, often = (Double(start=moment(2027, 1, day), salt="same") for _ in range(2))
    for double in (once, often):
        subscribed(double)
    for days in steps:
        often.advance(days=days)
    once.advance(days=sum(steps))
    told = [[(event["type"], event["created"]) for event in double.events()] for double in (once, often)]
    assert told[0] == told[1]
    assert once.money() == often.money()
    assert periods(once) == periods(often)


def test_many_things_happen_in_the_order_of_their_time() -> None:
    double = Double(start=START)
    client = double.client()
    checkout(client)
    subscribed(double, line_items=[line(500, interval="week")])
    double.advance(days=5)
    subscribed(double, "4000000000000341", line_items=[line(500, interval="day")])
    double.advance(days=30)
    created = [event["created"] for event in double.events()]
    assert created == sorted(created)
    assert created[-1] <= double.now()


def test_time_only_moves_forward() -> None:
    double = Double(start=START)
    double.advance(to=START - DAY)
    assert double.now() == START


def test_without_a_start_it_is_now() -> None:
    double = Double()
    real = int(datetime.now(UTC).timestamp())
    assert abs(double.now() - real) <= 1
    double.advance(days=3)
    assert abs(double.now() - real - 3 * DAY) <= 2


def test_a_page_left_open_for_a_day_expires() -> None:
    double = Double(start=START)
    client = double.client()
    short: Any = checkout(client, expires_at=START + 1800)
    long: Any = checkout(client)
    double.advance(seconds=1800)
    assert client.v1.checkout.sessions.retrieve(short.id).status == "expired"
    double.advance(to=START + DAY - 1)
    assert client.v1.checkout.sessions.retrieve(long.id).status == "open"
    double.advance(seconds=1)
    gone = client.v1.checkout.sessions.retrieve(long.id)
    assert (gone.status, gone.url, gone.payment_status) == ("expired", None, "unpaid")
    assert [event["data"]["object"]["id"] for event in double.events("checkout.session.expired")] == [short.id, long.id]


def test_a_past_is_made_and_then_time_runs(tmp_path: Path) -> None:
    """A demo begins a year ago, is brought to today, and goes on by itself after that."""
    today = int(datetime.now(UTC).timestamp())
    path = str(tmp_path / "demo.sqlite3")
    double = Double(path, start=today - 366 * DAY)
    subscribed(double)
    double.advance(to=today)
    assert double.money()["eur"].charges >= 12 * 2500
    double.follow_real_clock()
    assert 0 <= double.now() - today < 60
    double.close()
    again = Double(path)
    assert not again.account.clock.stands
    assert 0 <= again.now() - today < 60
