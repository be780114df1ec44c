"""The newsroom that a test visits: founded in a data folder of its own, then served by `masthead run`."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes, policy
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
        super().__init__(
            self.data,
            folder / "log",
            MASTHEAD_SECOND_FACTOR="0",
            MASTHEAD_TIME_ZONE="Europe/Kyiv",
            MASTHEAD_STRIPE_KEY="sk_test_double",  # readers pay at our own double, which `masthead run` starts
            MASTHEAD_BANK_ACCOUNT="Harbour Savings Bank\nIBAN XX00 0000 0000",
        )

    def url(self, path: str = "/") -> str:
        """The whole address of a path, or of a kind of page by its name in `founding`."""
        return f"http://127.0.0.1:{self.port}{self.paths.get(path, path)}"

    def letters(self, to: str) -> str:
        """The words of every letter posted to an address, the newest last."""
        files = sorted((self.data / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime)
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        bodies = [letter.get_body(("plain",)) for letter in found if to in str(letter["To"])]
        return "\n".join(str(body.get_content()) for body in bodies if body is not None)

    def pressed(self, path: str) -> str:
        """A page as the press keeps it on disk, where any web server could serve it; empty if it does not."""
        kept = self.data / "snapshots" / "www" / path.strip("/") / "_page"
        wanted = {f"index.html{suffix}" for suffix in ("", ".br", ".gz", ".zst")}
        if not kept.is_dir() or not wanted <= {file.name for file in kept.iterdir()}:
            return ""
        return (kept / "index.html").read_text()


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
