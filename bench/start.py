"""From the command to the first page: `masthead run` on a prepared data folder until `/` answers 200.

Measured with the newsroom's pages pressed already, as they are on a prepared machine, and with none pressed, so that
the front is rendered for the asker. Beside it stands what Python needs to import Django, Wagtail and the newsroom.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from shutil import rmtree
from statistics import median

from bench.harness import servers, stand
from bench.harness.report import Report, Table
from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment

IMPORT = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'masthead.config.settings'; import django; django.setup()"


def run(options: stand.Options) -> Report:
    """Start it again and again."""
    runs = options.size(5, 1)
    with stand.newsroom(options) as data:
        with servers.newsroom(data):
            pass  # presses the front
        kinds = {"nothing but imports": _imports, "front pressed": _pressed, "nothing pressed": _unpressed}
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(runs):
            for kind, start in kinds.items():
                seconds[kind].append(start(data))
    report = Report("From the command to the first page")
    table = Table(f"`masthead run` with the demo newsroom, {runs} starts each", ["", "median s", "fastest", "slowest"])
    for kind, found in seconds.items():
        table.add(kind, median(found), min(found), max(found))
    report.tables.append(table)
    for kind in ("front pressed", "nothing pressed"):
        report.promise(f"first page, {kind}", median(seconds[kind]), at_most=5, unit=" s")
    return report


def _imports(data: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORT], env=environment(data), cwd=REPOSITORY, check=True)
    return time.perf_counter() - began


def _pressed(data: Path) -> float:
    began = time.perf_counter()
    with servers.newsroom(data):
        return time.perf_counter() - began


def _unpressed(data: Path) -> float:
    rmtree(data / "snapshots" / "www")
    return _pressed(data)


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
