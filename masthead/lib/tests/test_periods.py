"""Periods are counted from their anchor, so that a short month shortens only itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.lib.periods import MONTH, ONCE, YEAR, months_after, number_of, period_end

anchors = st.integers(946_684_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
intervals = st.sampled_from([MONTH, YEAR])
numbers = st.integers(1, 120)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


def test_the_last_of_january_comes_back_in_march() -> None:
    ends = [period_end(at(2028, 1, 31), MONTH, number) for number in range(1, 6)]
    assert ends == [at(2028, 2, 29), at(2028, 3, 31), at(2028, 4, 30), at(2028, 5, 31), at(2028, 6, 30)]


def test_a_leap_day_comes_back_in_four_years() -> None:
    ends = [period_end(at(2028, 2, 29), YEAR, number) for number in range(1, 5)]
    assert ends == [at(2029, 2, 28), at(2030, 2, 28), at(2031, 2, 28), at(2032, 2, 29)]


@given(anchors, intervals, numbers)
def test_the_number_of_an_end_is_the_number_it_was_made_with(anchor: datetime, interval: str, number: int) -> None:
    assert number_of(anchor, interval, period_end(anchor, interval, number)) == number


@given(anchors, intervals, numbers, st.integers(1, 24 * 3600))
def test_a_moment_belongs_to_the_period_that_ends_next(
    anchor: datetime, interval: str, number: int, seconds: int
) -> None:
    end = period_end(anchor, interval, number)
    assert number_of(anchor, interval, end - timedelta(seconds=seconds)) == number
    assert number_of(anchor, interval, end + timedelta(seconds=seconds)) == number + 1


@given(anchors, intervals, numbers)
def test_each_end_is_after_the_one_before_at_the_same_time_of_day(anchor: datetime, interval: str, number: int) -> None:
    end, following = period_end(anchor, interval, number), period_end(anchor, interval, number + 1)
    assert end < following
    assert end.timetz() == anchor.timetz()
    assert end.day == anchor.day or (end.day < anchor.day and (end + timedelta(days=1)).day == 1)


@given(anchors, st.integers(-600, 600))
def test_months_go_both_ways(anchor: datetime, months: int) -> None:
    there = months_after(anchor, months)
    assert (there.year - anchor.year) * 12 + there.month - anchor.month == months


def test_what_does_not_repeat_has_no_end() -> None:
    with pytest.raises(KeyError):
        period_end(at(2028, 1, 1), ONCE)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        months_after(datetime(2028, 1, 1), 1)  # noqa: DTZ001
