"""The stand a bench works on: its options, and newsrooms' data folders, prepared once and copied for each run.

A prepared newsroom lies in the cache under a name that holds a digest of what made it; every run works on a copy
without snapshots, so that it starts from the code as it is and leaves the prepared one as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from masthead.config.env import REPOSITORY
from masthead.config.tests.newsroom import environment

CACHE = REPOSITORY / "var" / "bench"
# Of a newsroom's data folder: what a copy begins without, and what it may share with the prepared one.
LEFT_OUT = ("snapshots", "cache", "mail", "run.lock")
SHARED = ("media",)


@dataclass(frozen=True)
class Options:
    """What every bench is told: whether sizes shall be tiny, to try it and not to measure, and where newsrooms lie."""

    quick: bool = False
    cache: Path = CACHE

    @staticmethod
    def add_to(parser: argparse.ArgumentParser) -> None:
        """The options as words of a command."""
        parser.add_argument("--markdown", action="store_true", help="print Markdown instead of tables for a terminal")
        parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works; measures nothing")
        parser.add_argument("--cache", type=Path, default=CACHE, help="where prepared newsrooms are kept (var/bench)")

    def size(self, usual: int, quick: int) -> int:
        """How many, by whether this is a measurement or a try."""
        return quick if self.quick else usual


def command(name: str) -> int:
    """A bench called by itself: `python -m bench.<name>`; all it does is in `python -m bench`."""
    words = [sys.executable, "-m", "bench", name.rpartition(".")[2], *sys.argv[1:]]
    return subprocess.run(words, cwd=REPOSITORY, check=False).returncode


@contextlib.contextmanager
def folder(options: Options) -> Iterator[Path]:
    """A folder for one run; thrown away after."""
    options.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.cache.resolve()) as made:
        yield Path(made)


@contextlib.contextmanager
def newsroom(options: Options, archive: int = 0, **environ: str) -> Iterator[Path]:
    """A data folder of one's own with the demo newsroom and so many stories more; thrown away after."""
    prepared = _prepared(options.cache, archive, environ)
    with folder(options) as own:
        data = own / "data"
        shutil.copytree(prepared, data, ignore=lambda at, _: {*LEFT_OUT, *SHARED} if Path(at) == prepared else set())
        for name in SHARED:
            (data / name).symlink_to(prepared / name)
        yield data


def _prepared(cache: Path, archive: int, environ: dict[str, str]) -> Path:
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    name = f"newsroom-{archive}-{_digest()}"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / name).is_dir():
            for old in cache.glob(f"newsroom-{archive}-*"):
                shutil.rmtree(old, ignore_errors=True)
            _prepare(cache / f"{name}.new", archive, environ)
            (cache / f"{name}.new").rename(cache / name)
    return cache / name


def _prepare(data: Path, archive: int, environ: dict[str, str]) -> None:
    shutil.rmtree(data, ignore_errors=True)
    masthead("prepare", data=data, MASTHEAD_DEMO="1", **environ)
    if archive:
        print(f"Writing an archive of {archive:,} stories (once; it is kept)", file=sys.stderr, flush=True)
        masthead("demo", "--archive", str(archive), "-v0", data=data, **environ)
        # As every start of a newsroom does: the planner must know how much there is now.
        masthead("prepare", data=data, MASTHEAD_DEMO="1", **environ)


def masthead(*words: str, data: Path, **environ: str) -> None:
    """Run one of Masthead's commands to its end. Raises RuntimeError with what it said when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "masthead", *words],
        env=environment(data, **environ),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"masthead {' '.join(words)}: {done.stderr[-2000:]}")


def _digest() -> str:
    """Changes when a migration, the demo or its archive changes."""
    parts = hashlib.sha256()
    files = [*REPOSITORY.glob("masthead/*/migrations/0*.py"), *REPOSITORY.glob("masthead/demo/**/*")]
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        parts.update(str(path.relative_to(REPOSITORY)).encode())
        parts.update(path.read_bytes())
    return parts.hexdigest()[:10]
