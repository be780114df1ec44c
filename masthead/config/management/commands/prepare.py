"""`masthead prepare`: what `masthead run` does before it serves, alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from masthead.config.preparation import prepare


class Command(BaseCommand):
    help = "Prepare folders, tables, static files, roles and (with MASTHEAD_DEMO=1) the demo newsroom."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare and return."""
        prepare(self.stderr.write)
        self.stdout.write("Everything is prepared.")
