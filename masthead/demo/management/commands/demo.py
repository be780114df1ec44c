"""`masthead demo`: found the demo newsroom, or fill an archive for measuring."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from masthead.demo.newsroom import build
from masthead.demo.staffing import ACCOUNTS, PASSWORD
from masthead.demo.supporters import play_history


class Command(BaseCommand):
    """Build the demo newsroom; what is there already stays as it is."""

    help = "Build the demo newsroom of the invented town of Halmere. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many more stories an archive for measuring should get."""
        parser.add_argument(
            "--archive",
            type=int,
            default=0,
            metavar="N",
            help="also add N made-up stories from ten years, in bulk, to measure with",
        )

        parser.add_argument(
            "--without-supporters",
            action="store_true",
            help="leave out the history of supporters, which `masthead run` plays beside the finished paper",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, say who may sign in, and fill the archive if asked."""
        started = time.monotonic()
        say = self._say if options["verbosity"] > 1 else lambda _words: None
        build(say)
        if not options["without_supporters"]:
            play_history(say)
        self.stdout.write(f"The Halmere Packet is built ({time.monotonic() - started:.1f} s). Sign in at /desk/ as")
        for email in ACCOUNTS:
            self.stdout.write(f"  {email:<24} password {PASSWORD}")
        if options["archive"]:
            from masthead.demo.archive import fill

            fill(options["archive"], quiet_terminal=options["verbosity"] == 0)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
