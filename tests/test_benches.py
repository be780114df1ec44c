"""Every bench runs, has its place in the docs, and says what it promised beside what it measured."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import names
from bench.harness import document
from bench.harness.report import Report, Table
from bench.harness.servers import find_nginx
from masthead.config.env import REPOSITORY

NEEDS = {
    "pressed_page": ("wrk", "nginx"),
    "database_stopped": ("wrk", "postgres"),
    "memory": ("wrk",),
}


def missing(part: str) -> bool:
    """Whether a program that a bench needs is not installed."""
    if part == "nginx":
        return find_nginx() is None
    if part == "postgres":
        return not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) and shutil.which("initdb") is None
    return shutil.which(part) is None


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of prepared newsrooms for all."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.slow
@pytest.mark.services
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("name", names())
def test_runs_with_tiny_sizes(name: str, cache: Path) -> None:
    if lacking := [part for part in NEEDS.get(name, ()) if missing(part)]:
        pytest.skip(f"needs {', '.join(lacking)}")

    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--markdown", "--cache", str(cache), name],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("## ")
    assert done.stdout.count("\n| ") >= 3
    assert not list(cache.glob("run-*")), "the copy was not thrown away"


def test_each_has_a_place_in_the_docs() -> None:
    page = document.PAGE.read_text(encoding="utf-8")

    for name in names():
        assert page.count(f"<!-- bench: {name} -->") == page.count(f"<!-- end: {name} -->") == 1, name


def test_a_report_goes_to_its_place_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- bench: a -->\nold\n<!-- end: a -->\n<!-- bench: b -->\nother\n<!-- end: b -->\n")
    monkeypatch.setattr(document, "PAGE", page)
    table = Table("Sizes", ["what", "bytes"])
    table.add("front", 1234)

    document.write("a", Report("A", [table]), "scripts/bench a")

    text = page.read_text()
    assert "| front | 1,234 |" in text
    assert "old" not in text
    assert "other" in text
    with pytest.raises(ValueError, match="no marks for c"):
        document.write("c", Report("C"), "scripts/bench c")


@pytest.mark.parametrize(
    ("measured", "bounds", "kept"),
    [
        (0.95, {"at_least": 0.9}, "yes"),
        (0.85, {"at_least": 0.9}, "NO"),
        (50, {"at_most": 50}, "yes"),
        (51, {"at_most": 50}, "NO"),
        (0, {"at_most": 0}, "yes"),
        (float("nan"), {"at_most": 50}, "NO"),
    ],
)
def test_a_promise_is_held_against_what_was_measured(measured: float, bounds: dict[str, float], kept: str) -> None:
    report = Report("A")

    report.promise("something", measured, **bounds)

    assert report.all_tables()[-1].rows[0][-1] == kept


def test_a_name_that_is_none_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert "no such bench: nonsense" in done.stderr
