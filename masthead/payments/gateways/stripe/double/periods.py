"""Billing periods: each end is counted from the anchor, so 31 January leads to 29 February and on to 31 March."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta


def boundary(anchor: int, interval: str, count: int, number: int) -> int:
    """The moment `number` periods of `count` intervals after the anchor."""
    start = datetime.fromtimestamp(anchor, UTC)
    if interval in ("day", "week"):
        days = count * number * (7 if interval == "week" else 1)
        return int((start + timedelta(days=days)).timestamp())
    months = start.year * 12 + start.month - 1 + count * number * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def end_of_period(anchor: int, interval: str, count: int, start: int) -> int:
    """The first boundary after `start`."""
    longest = {"day": 1, "week": 7, "month": 31, "year": 366}[interval] * count * 24 * 3600
    number = max(0, (start - anchor) // longest)
    while boundary(anchor, interval, count, number) <= start:
        number += 1
    return boundary(anchor, interval, count, number)
