"""Readers while the database is stopped: wrk asks for every story of a newsroom on PostgreSQL, which dies under it.

Three runs of wrk follow one another: before, through the moment in which PostgreSQL is stopped at once, and after.
Every answer that is not good counts, and so does every broken connection. That the database is truly gone is seen
from the search, which can't be pressed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.harness import servers, stand
from bench.harness.asking import ask
from bench.harness.inside import Inside
from bench.harness.load import Count, Wrk
from bench.harness.report import Report, Table
from masthead.config.env import REPOSITORY


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a private PostgreSQL cluster. Raises RuntimeError when it does not start."""
    env = {**os.environ, "MASTHEAD_TEST_CLUSTER": str(folder / "postgres")}
    words = [str(REPOSITORY / "scripts" / "services")]
    started = subprocess.run([*words, "start"], env=env, check=False, capture_output=True, text=True)
    if started.returncode:
        raise RuntimeError(f"PostgreSQL did not start: {started.stderr}")
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([*words, "stop"], env=env, check=True, capture_output=True)


def stop_postgres(folder: Path) -> None:
    """Stop it as a crash would."""
    env = {**os.environ, "MASTHEAD_TEST_CLUSTER": str(folder / "postgres")}
    subprocess.run([str(REPOSITORY / "scripts" / "services"), "stop"], env=env, check=True, capture_output=True)


def stories() -> list[str]:
    """Inside: every story's address, as it stands in a URL."""
    from urllib.parse import quote

    from masthead.articles.models import Article

    return [quote(story.public_path()) for story in Article.objects.listed().newest_first()]


def run(options: stand.Options) -> Report:
    """Stop it while readers read."""
    seconds = options.size(8, 2)
    with stand.folder(options) as folder, postgres(folder) as url:
        data = folder / "data"
        stand.masthead("prepare", data=data, DATABASE_URL=url, MASTHEAD_DEMO="1")
        with Inside(data, "bench.database_stopped", DATABASE_URL=url) as inside:
            paths = inside.call("stories")
        with servers.newsroom(data, DATABASE_URL=url) as newsroom:
            for path in paths:
                ask(newsroom.port, path)
            searches = [ask(newsroom.port, "/search/?q=harbour").status]
            counts = []
            for phase in ("before", "while it is stopped", "after"):
                load = Wrk(newsroom.origin, paths, seconds=seconds, headers=["Accept-Encoding: br"])
                if phase == "while it is stopped":
                    time.sleep(seconds / 2)
                    stop_postgres(folder)
                counts.append((phase, load.count()))
            searches.append(ask(newsroom.port, "/search/?q=harbour").status)
    return _report(counts, searches, len(paths), seconds)


def _report(counts: list[tuple[str, Count]], searches: list[int], stories: int, seconds: int) -> Report:
    report = Report("Readers with the database stopped")
    table = Table(
        f"{stories} stories, 32 connections, {seconds} s each",
        ["", "requests/s", "p50 ms", "p99 ms", "requests", "bad statuses", "broken connections"],
    )
    for phase, count in counts:
        table.add(phase, count.rate, count.p50, count.p99, count.requests, count.bad_statuses, count.socket_errors)
    report.tables.append(table)
    before, after = counts[0][1], counts[-1][1]
    report.promise("failed requests", sum(count.failed for _, count in counts), at_most=0)
    report.promise("requests/s after, of those before", after.rate / before.rate, at_least=0.9, unit=" ×")
    report.notes.append(f"The search answered {searches[0]} before and {searches[1]} after: the database was gone.")
    if searches[0] != 200 or searches[1] < 500:
        raise RuntimeError(f"The database was not stopped, or not there: the search answered {searches}.")
    return report


if __name__ == "__main__":
    sys.exit(stand.command(__spec__.name))
