"""The newsroom that a test visits: founded in a data folder of its own, then served by `masthead run`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from masthead.config.env import REPOSITORY
from masthead.config.tests import databases
from masthead.config.tests.newsroom import Newsroom, environment


class Paper(Newsroom):
    """A running newsroom and where its pages are."""

    def __init__(self, folder: Path, founded: bool = True) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        databases.copy_file(self.data / "masthead.sqlite3")
        self.paths: dict[str, str] = _found(self.data) if founded else {}
        super().__init__(self.data, folder / "log", MASTHEAD_SECOND_FACTOR="0")

    def url(self, path: str = "/") -> str:
        """The whole address of a path, or of a kind of page by its name in `founding`."""
        return f"http://127.0.0.1:{self.port}{self.paths.get(path, path)}"

    def snapshot(self, path: str) -> Path:
        """Where the press keeps a page, in the tree that any web server could serve."""
        return self.data / "snapshots" / "www" / path.strip("/")

    def is_pressed(self, path: str) -> bool:
        """Whether the press keeps a page's file with its compressed variants."""
        kept = {file.name for file in self.snapshot(path).rglob("index.html*")}
        return {"index.html", "index.html.br", "index.html.gz", "index.html.zst"} <= kept


def _found(data: Path) -> dict[str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.founding"],
        env=environment(data, DJANGO_SETTINGS_MODULE="masthead.config.settings"),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout.splitlines()[-1]))
