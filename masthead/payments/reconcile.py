"""Reconciling: our ledger beside the provider's books, line by line, and what was lost on the way found again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from masthead.payments.gateways.base import GatewayError, MoneyLine, Overtaken
from masthead.payments.leftovers import settle_open
from masthead.payments.models import Entry, Reconciliation
from masthead.payments.notices import catch_up, work_through
from masthead.payments.registry import gateway
from masthead.payments.settling import Lost, Stranger, settle

log = logging.getLogger(__name__)

AT_ONCE = 500
HEARD_OF = timedelta(days=30)  # how long providers keep what they told
OVERLAP = timedelta(days=1)  # heard again each time, for what the provider told late


@dataclass(frozen=True, slots=True)
class Difference:
    """A line on which the books differ. Amounts in minor units."""

    ref: str
    currency: str
    theirs: int | None
    ours: int | None
    why: str


@dataclass
class Report:
    """What reconciling one gateway found."""

    gateway: str
    lines: int = 0
    mended: int = 0
    notices: int = 0
    orders: int = 0
    foreign: int = 0
    theirs: dict[str, int] = field(default_factory=dict)
    ours: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether the books say the same, to the minor unit, in every currency."""
        return not self.differences and self.theirs == self.ours


def reconcile(
    gateway_name: str, since: datetime | None = None, progress: Callable[[int], object] = lambda count: None
) -> Report:
    """Hear what was missed, settle checkouts that hang, and compare the books since then, or all of them.

    `progress` is told how many lines have been compared. Raises GatewayError if the provider can't be asked.
    """
    report = Report(gateway_name)
    row = Reconciliation(gateway=gateway_name, since=since)
    report.notices = catch_up(gateway_name, _heard_until(gateway_name))
    row.save()
    while work_through():
        pass
    report.orders = settle_open(gateway_name)
    seen: set[str] = set()
    asked_at = timezone.now()
    for lines in _in_lots(gateway(gateway_name).list_money(since)):
        _compare(report, lines)
        seen.update(line.ref for line in lines)
        report.lines += len(lines)
        progress(report.lines)
    _find_invented(report, since, seen, asked_at)
    _record(row, report)
    return report


def _heard_until(gateway_name: str) -> datetime:
    """From when on notices may have been missed: a day before the last whole reconciliation, or all that are kept."""
    done = Reconciliation.objects.filter(gateway=gateway_name, finished_at__isnull=False).order_by("-started_at")
    last = done.values_list("started_at", flat=True).first()
    oldest = timezone.now() - HEARD_OF
    return max(oldest, last - OVERLAP) if last else oldest


def _record(row: Reconciliation, report: Report) -> None:
    row.finished_at = timezone.now()
    row.lines, row.mended, row.differences = report.lines, report.mended, len(report.differences)
    row.theirs, row.ours = report.theirs, report.ours
    row.save()


def _compare(report: Report, lines: list[MoneyLine]) -> None:
    known = _entries(report.gateway, lines)
    missing = [line for line in lines if line.ref not in known]
    why = {about: _settle_quietly(report, about) for about in dict.fromkeys(line.about for line in missing)}
    if missing:
        found = _entries(report.gateway, missing)
        report.mended += len(found)
        known.update(found)
    for line in lines:
        entry = known.get(line.ref)
        if entry is None and why[line.about] is None:
            report.foreign += 1
            continue
        _add(report.theirs, line.currency, line.amount - line.fee)
        if entry is None:
            reason = why[line.about] or "not in our ledger"
            report.differences.append(Difference(line.ref, line.currency, line.amount, None, reason))
            continue
        _add(report.ours, entry[1], entry[0] - entry[2])
        if entry != (line.amount, line.currency, line.fee):
            reason = (
                f"fee {line.fee}, ours {entry[2]}" if entry[:2] == (line.amount, line.currency) else "amounts differ"
            )
            report.differences.append(Difference(line.ref, line.currency, line.amount, entry[0], reason))


def _settle_quietly(report: Report, about: str) -> str | None:
    """Why a line of the provider's books may still be missing in ours; None if it is no concern of ours."""
    try:
        settle(report.gateway, about, "reconcile")
    except Lost as error:
        return f"paid for order {error} of ours, which isn't here"
    except Stranger:
        return None
    except Overtaken:
        return "being settled by others just now"
    except GatewayError:
        raise
    except Exception as error:  # one order that can't be settled must not hide what is wrong with the others
        log.exception("Reconcile: %s can't be settled", about)
        return f"can't be settled: {error!r}"[:200]
    return "not in our ledger, though its order was settled"


def _entries(gateway_name: str, lines: Iterable[MoneyLine]) -> dict[str, tuple[int, str, int]]:
    refs = [line.ref for line in lines]
    rows = Entry.objects.filter(gateway=gateway_name, ref__in=refs).values_list("ref", "amount", "currency", "fee")
    return {ref: (amount, currency, fee) for ref, amount, currency, fee in rows}


def _find_invented(report: Report, since: datetime | None, seen: set[str], asked_at: datetime) -> None:
    """What our ledger has and the provider's books haven't. What came in while they were read isn't looked at."""
    rows = Entry.objects.filter(gateway=report.gateway, noted_at__lt=asked_at)
    if since is not None:
        rows = rows.filter(at__gte=since)
    for ref, amount, currency, fee in rows.values_list("ref", "amount", "currency", "fee").iterator():
        if ref not in seen:
            _add(report.ours, currency, amount - fee)
            report.differences.append(Difference(ref, currency, None, amount, "not in the provider's books"))


def _add(totals: dict[str, int], currency: str, amount: int) -> None:
    totals[currency] = totals.get(currency, 0) + amount


def _in_lots(lines: Iterator[MoneyLine]) -> Iterator[list[MoneyLine]]:
    while lot := list(islice(lines, AT_ONCE)):
        yield lot
