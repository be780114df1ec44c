"""The page of docs that holds the tables of the last run, each between two marks of its bench's name."""

from __future__ import annotations

import re
from pathlib import Path

from bench.harness.report import Report, machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "benchmarks.md"


def write(name: str, report: Report, command: str) -> None:
    """Put a report where its marks are. Raises ValueError if the page has no such marks."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- bench: {name} -->", f"<!-- end: {name} -->"
    between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not between.search(text):
        raise ValueError(f"{PAGE.name} has no marks for {name}: {begin} … {end}")
    body = f"{begin}\n{report.as_markdown()}\n\n`{command}`, {machine()}\n{end}"
    PAGE.write_text(between.sub(lambda _found: body, text, count=1), encoding="utf-8")
