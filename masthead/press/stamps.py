"""Tag stamps: when each tag last changed, in two small files that every process may read without a database.

`soft.json` lasts: pages pressed before a soft stamp are served once more while they are pressed anew.
`hard.json` is short-lived: it only tells a render that began before a change that it came too late.
Times are nanoseconds since 1970 (UTC), all by one machine's clock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

# A render never lasts this long, and shared fragments are never kept half as long.
HARD_LASTS_NS = 600 * 1_000_000_000
EVERYTHING = "*"


class Stamps:
    """The two files, and what of them this process has read."""

    def __init__(self, root: Path | str) -> None:
        self.folder = Path(root) / "stamps"
        self.soft: dict[str, int] = {}
        self.hard: dict[str, int] = {}
        self.version = 0
        self._seen: tuple[int, ...] = ()
        self._looked = 0.0

    def bump(self, tags: Iterable[str], *, hard: bool) -> int:
        """Stamp tags with the present time and return it. Raises OSError when the disk refuses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            now = time.time_ns()
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
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            path = self.folder / "soft.json"
            dropped = set(tags)
            kept = {tag: at for tag, at in _read(path).items() if tag not in dropped or at >= before_ns}
            _write(path, kept, time.time_ns())
        self.refresh()

    def refresh(self, every: float = 0.0) -> None:
        """Read the files if they changed; look at most once in `every` seconds."""
        moment = time.monotonic()
        if moment - self._looked < every:
            return
        self._looked = moment
        seen: list[int] = []
        for name in ("soft.json", "hard.json"):
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(self.folder / name)  # noqa: PTH116
                seen += [status.st_mtime_ns, status.st_ino]
        if tuple(seen) != self._seen:
            self._seen = tuple(seen)
            self.soft = _read(self.folder / "soft.json")
            self.hard = _read(self.folder / "hard.json")
            self.version += 1

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
