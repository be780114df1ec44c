"""A report: one bench's tables, what was promised beside what was measured, and how it was measured."""

from __future__ import annotations

import math
import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable


@dataclass
class Table:
    """Rows of cells under their columns' names; the first column says what a row is."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add one row; numbers are written with as many digits as they are worth."""
        self.rows.append([cell if isinstance(cell, str) else number(cell) for cell in cells])

    def as_markdown(self) -> str:
        """The table as Markdown has it."""
        lines = [self.columns, ["---", *("--:" for _ in self.columns[1:])], *self.rows]
        return "\n".join([f"**{self.title}**", "", *("| " + " | ".join(line) + " |" for line in lines)])

    def as_rich(self) -> RichTable:
        """The table for a terminal."""
        table = RichTable(title=self.title, title_justify="left")
        for place, name in enumerate(self.columns):
            table.add_column(name, justify="right" if place else "left", no_wrap=not place)
        for row in self.rows:
            table.add_row(*row)
        return table


@dataclass
class Report:
    """Everything one bench has to say."""

    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _promises: Table = field(default_factory=lambda: Table("Promised", ["what", "promised", "measured", "kept"]))

    def promise(
        self, what: str, measured: float, *, at_most: float = -1.0, at_least: float = -1.0, unit: str = ""
    ) -> None:
        """Hold what was measured against PERFORMANCE's target. NaN is never kept."""
        kept = measured <= at_most if at_least < 0 else measured >= at_least
        target = f"≤ {number(at_most)}" if at_least < 0 else f"≥ {number(at_least)}"
        shown = number(measured)
        self._promises.add(what, target + unit, shown + unit, "yes" if kept else "NO")

    def all_tables(self) -> list[Table]:
        """The tables in the order they are shown."""
        return [*self.tables, *([self._promises] if self._promises.rows else [])]

    def as_markdown(self) -> str:
        """All of it as Markdown, without a heading."""
        parts = [table.as_markdown() for table in self.all_tables()]
        return "\n\n".join([*parts, *([" ".join(self.notes)] if self.notes else [])])

    def show(self, *, markdown: bool) -> None:
        """Print it."""
        if markdown:
            print(f"## {self.title}\n\n{self.as_markdown()}\n\n{machine()}\n", flush=True)
            return
        # A pipe or a log has no width of its own.
        console = Console(width=None if os.isatty(1) else 140)
        console.rule(self.title, align="left")
        for table in self.all_tables():
            console.print(table.as_rich())
        for note in [*self.notes, machine()]:
            console.print(note, style="dim", highlight=False)


def number(value: object) -> str:
    """A number with three digits that matter, thousands set apart."""
    if not isinstance(value, int | float):
        return str(value)
    if math.isnan(value):
        return "–"
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def machine() -> str:
    """When and on what: the day, the processor, its cores, the kernel, Python, and how busy the machine is."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    load = os.getloadavg()[0]
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return (
        f"{day}, {cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load average {load:.1f} at the end."
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
