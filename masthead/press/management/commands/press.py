"""`masthead press`: press paths by hand, or everything there is."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from masthead.press.catalogue import every_path
from masthead.press.folder import snapshots
from masthead.press.models import Run
from masthead.press.pressing import press_page

SHOWN = 20  # failed paths that are named; the press log at the desk has them all


class Command(BaseCommand):
    help = "Press pages anew: the paths given, or every public path with --all. Readers notice nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Paths, --all, --missing, --jobs."""
        parser.add_argument("paths", nargs="*", metavar="/path/", help="a path as readers know it")
        parser.add_argument("--all", action="store_true", help="every public path, fronts and newest stories first")
        parser.add_argument("--missing", action="store_true", help="with --all: only what is not pressed yet")
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="processes that press (default: one a core)"
        )

    def handle(self, *_: Any, paths: list[str], jobs: int, **options: Any) -> None:
        """Press, say how it went, and end with 1 if any page failed."""
        if bool(paths) == options["all"]:
            raise CommandError("give paths, or --all")
        if jobs < 1:
            raise CommandError("--jobs takes a whole number from 1 on")
        wanted = list(every_path()) if options["all"] else paths
        if options["missing"]:
            wanted = [path for path in wanted if snapshots().meta(path) is None]
        outcomes, failed = self._press(wanted, min(jobs, max(1, len(wanted))))
        said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())) or "nothing to press"
        self.stdout.write(f"{len(wanted)} paths: {said}")
        if failed:
            for path in failed[:SHOWN]:
                self.stderr.write(f"failed: {path}")
            self.stderr.write("The press log at the desk says why; their old pages stay.")
            sys.exit(1)

    def _press(self, wanted: list[str], jobs: int) -> tuple[Counter[str], list[str]]:
        outcomes: Counter[str] = Counter()
        failed: list[str] = []
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), disable=len(wanted) < 2) as progress:
            bar = progress.add_task("Pressing", total=len(wanted))
            for path, outcome in _pressed(wanted, jobs):
                outcomes[outcome] += 1
                if outcome == Run.Outcome.FAILED:
                    failed.append(path)
                progress.advance(bar)
        return outcomes, failed


def _pressed(wanted: Iterable[str], jobs: int) -> Iterator[tuple[str, str]]:
    if jobs == 1:
        yield from map(_press_one, wanted)
        return
    # A connection must not be shared with a forked process.
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(_press_one, wanted, chunksize=4)


def _press_one(path: str) -> tuple[str, str]:
    return path, str(press_page(path, "by hand"))
