"""Tag stamps: when each tag last changed, in two small files that every process may read without a database.

`soft.json` lasts: pages pressed before a soft stamp are served once more while they are pressed anew.
`hard.json` is short-lived: it only tells a render that began before a change that it came too late.
Times are nanoseconds since 1970 (UTC), all by one machine's clock, and in the order in which they were given: `clock`
holds the last one, so that a clock that is set back makes no change look older than the pages it overtakes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

# A render never lasts this long, and shared fragments are never kept half as long.
HARD_LASTS_NS = 600 * 1_000_000_000
EVERYTHING = "*"
# Two moments are so far apart at least: the database keeps microseconds.
APART_NS = 1_000


class Stamps:
    """The two files, and what of them this process has read."""

    def __init__(self, root: Path | str) -> None:
        self.folder = Path(root) / "stamps"
        self.soft: dict[str, int] = {}
        self.hard: dict[str, int] = {}
        self.version = 0
        self._seen: tuple[int, ...] = ()
        self._looked = 0.0
        self._latest = 0

    def now(self) -> int:
        """The present moment, not before any that this process knows of."""
        return max(time.time_ns(), self._latest)

    def tick(self) -> int:
        """The present moment, later than any that was given before, to whichever process, whatever the clock says."""
        try:
            with self._locked():
                return self._tick()
        except OSError:
            # A full disk keeps nobody from rendering; what is rendered can't be kept there anyway.
            self._latest = max(time.time_ns(), self._latest + APART_NS)
            return self._latest

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _tick(self) -> int:
        path = self.folder / "clock"
        moment = max(time.time_ns(), _read_moment(path) + APART_NS, self._latest + APART_NS)
        with path.open("r+" if path.exists() else "w") as file:
            # As long as the one before, so that a disk that is full still takes it.
            file.write(f"{moment:020}")
            file.truncate()
        self._latest = moment
        return moment

    def bump(self, tags: Iterable[str], *, hard: bool) -> int:
        """Stamp tags with the present time and return it. Raises OSError when the disk refuses."""
        with self._locked():
            now = self._tick()
            path = self.folder / ("hard.json" if hard else "soft.json")
            stamps = _read(path)
            if hard:
                stamps = {tag: at for tag, at in stamps.items() if now - at < HARD_LASTS_NS}
            stamps.update(dict.fromkeys(tags, now))
            _write(path, stamps, now)
        self.refresh()
        return now

    def forget(self, tags: Iterable[str], *, before_ns: int) -> None:
        """Drop soft stamps, unless they were renewed meanwhile. Raises OSError when the disk refuses."""
        with self._locked():
            path = self.folder / "soft.json"
            dropped = set(tags)
            kept = {tag: at for tag, at in _read(path).items() if tag not in dropped or at >= before_ns}
            _write(path, kept, self._tick())
        self.refresh()

    def refresh(self, every: float = 0.0) -> None:
        """Read the files if they changed; look at most once in `every` seconds."""
        moment = time.monotonic()
        if every and moment - self._looked < every:
            return
        self._looked = moment
        seen: list[int] = []
        for name in ("soft.json", "hard.json"):
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(self.folder / name)  # noqa: PTH116
                seen += [status.st_mtime_ns, status.st_ino]
        if tuple(seen) != self._seen:
            self.soft = _read(self.folder / "soft.json")
            self.hard = _read(self.folder / "hard.json")
            self._latest = max((self._latest, *self.soft.values(), *self.hard.values()))
            self.version += 1
            # At last: another thread that finds nothing new must find what is new read.
            self._seen = tuple(seen)

    def stale_since(self, tags: Iterable[str], pressed_ns: int) -> bool:
        """Whether a page with these tags, begun at `pressed_ns`, has been softly overtaken."""
        soft = self.soft
        return soft.get(EVERYTHING, 0) > pressed_ns or any(soft.get(tag, 0) > pressed_ns for tag in tags)

    def overtaken(self, tags: Iterable[str], began_ns: int) -> bool:
        """Whether anything with these tags changed after `began_ns`, hard or soft."""
        return self.stale_since(tags, began_ns) or any(self.hard.get(tag, 0) > began_ns for tag in tags)


def moment(nanoseconds: int) -> datetime:
    """A stamp as the database writes it, which has microseconds."""
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


def _read_moment(path: Path) -> int:
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _write(path: Path, stamps: dict[str, int], now: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(stamps), encoding="utf-8")
    # Disks count time in milliseconds: two changes in one of them must still look like two.
    os.utime(fresh, ns=(now, now))
    fresh.replace(path)


def _read(path: Path) -> dict[str, int]:
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        raw = None
    # Torn by a power cut: it may have named any page pressed before.
    return raw if isinstance(raw, dict) else {EVERYTHING: path.stat().st_mtime_ns}
