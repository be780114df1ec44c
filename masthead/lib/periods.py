"""Periods counted from an anchor: the last of January, then of February, then again the thirty-first of March."""

from __future__ import annotations

import calendar
from datetime import datetime

MONTH, YEAR, ONCE = "month", "year", "once"
MONTHS = {MONTH: 1, YEAR: 12}


def period_end(anchor: datetime, interval: str, number: int = 1) -> datetime:
    """When the `number`th month or year after the anchor ends, at the anchor's own time of day, in UTC.

    Each end is counted from the anchor, not from the end before it, so a short month shortens only itself.
    Raises KeyError for an interval that doesn't repeat, ValueError for a time without a zone.
    """
    return months_after(anchor, MONTHS[interval] * number)


def months_after(anchor: datetime, months: int) -> datetime:
    """The same day and time so many months later, or the month's last day if it has no such day."""
    if anchor.tzinfo is None:
        raise ValueError("a time without a zone can't be counted from")
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)


def number_of(anchor: datetime, interval: str, end: datetime) -> int:
    """Which period it is, counted from 1, that holds the moment just before `end`."""
    number = max(1, ((end.year - anchor.year) * 12 + end.month - anchor.month) // MONTHS[interval])
    while period_end(anchor, interval, number) < end:
        number += 1
    return number
