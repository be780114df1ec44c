"""`masthead reconcile`: compare our ledger with the providers' books; exit code 1 when they differ."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from masthead.lib.money import Money
from masthead.payments.gateways.base import GatewayError
from masthead.payments.models import Entry
from masthead.payments.reconcile import Report, reconcile
from masthead.payments.registry import gateways

LISTED = 200


class Command(BaseCommand):
    """Compare, mend what was lost, list what differs."""

    help = "Compare our ledger with the payment providers' books, line by line. Exit code 1 when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which gateway, and since when."""
        parser.add_argument("--gateway", choices=sorted(gateways()) or None, help="only this one")
        parser.add_argument("--days", type=int, help="only what happened in the last so many days")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Reconcile each gateway, print what was found."""
        since = _since(options["days"])
        names = [options["gateway"]] if options["gateway"] else list(gateways())
        reports = [self._one(name, since) for name in names]
        if not reports:
            self.stdout.write("No way to pay is set up, so there is nothing to compare.")
        if not all(report.agrees for report in reports):
            sys.exit(1)

    def _one(self, name: str, since: datetime | None) -> Report:
        console = Console()
        rows = Entry.objects.filter(gateway=name)
        known = (rows.filter(at__gte=since) if since else rows).count()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task(f"{name}: comparing lines", total=known or None)
            try:
                report = reconcile(name, since, lambda count: bar.update(task, completed=count))
            except GatewayError as error:
                raise CommandError(f"{name} can't be asked at the moment: {error}") from error
            bar.update(task, total=report.lines, completed=report.lines)
        _print(console, report)
        return report


def _since(days: int | None) -> datetime | None:
    return timezone.now().astimezone(UTC) - timedelta(days=days) if days else None


def _print(console: Console, report: Report) -> None:
    console.print(
        f"{report.gateway}: {report.lines:,} lines compared, {report.mended} found again, {report.notices} notices"
        f" that had been missed, {report.orders} open checkouts asked about."
        + (f" {report.foreign:,} lines of the account aren't about orders of ours." if report.foreign else "")
    )
    for currency in sorted({*report.theirs, *report.ours}):
        theirs, ours = (Money(books.get(currency, 0), currency) for books in (report.theirs, report.ours))
        same = "the same" if theirs == ours else f"[bold red]differs by {(theirs - ours)}[/]"
        console.print(f"  {currency}: provider {theirs}, ledger {ours}: {same}")
    if report.differences:
        table = Table("line", "currency", "provider", "ledger", "what is wrong", title="Where the books differ")
        for one in report.differences[:LISTED]:
            table.add_row(one.ref, one.currency, _shown(one.theirs), _shown(one.ours), one.why)
        console.print(table)
        if len(report.differences) > LISTED:
            console.print(f"… and {len(report.differences) - LISTED} more.")


def _shown(amount: int | None) -> str:
    return "–" if amount is None else f"{amount:,}"
