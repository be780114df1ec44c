"""`masthead check`: the deployment doctor. With any of Django's own words or options it is Django's `check`."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from rich.console import Console
from rich.table import Table

from masthead.config.doctor import Finding, State, examine

COLOUR = {State.WELL: "green", State.NOTE: "yellow", State.MEND: "bold red"}
DJANGOS = ("args", "tags", "list_tags", "deploy", "databases")


class Command(DjangoCheck):
    help = "Examine this deployment: what is well, what is wrong, and how to mend it. Exit 1 if something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's options, and ours."""
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Examine, show, and end with what was found."""
        if app_labels or any(options.get(name) for name in DJANGOS):
            super().handle(*app_labels, **options)
            return
        findings = examine()
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in findings], indent=2, ensure_ascii=False))
        elif self.stdout.isatty():
            Console().print(_table(findings))
        else:
            self.stdout.writelines(f"{_line(finding)}\n" for finding in findings)
        if any(finding.state is State.MEND for finding in findings):
            sys.exit(1)


def _line(finding: Finding) -> str:
    mend = f" | to mend: {finding.mend}" if finding.mend else ""
    return f"{finding.state}: {finding.about}: {finding.says}{mend}"


def _table(findings: list[Finding]) -> Table:
    table = Table(title="Masthead's doctor", title_justify="left", show_lines=False)
    for name in ("", "about", "finding", "to mend"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        colour = COLOUR[finding.state]
        table.add_row(f"[{colour}]{finding.state}[/]", finding.about, finding.says, finding.mend)
    return table
