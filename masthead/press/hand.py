"""The hand: the one process that works behind readers' and editors' backs, and how it is called."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

from django.conf import settings

from masthead.press.folder import snapshots


class Hand:
    """Held by a file lock, so it is free again the moment its holder dies."""

    def __init__(self) -> None:
        self._descriptor: int | None = None
        self._seen = 0
        self._looked = 0.0

    def _path(self) -> str:
        snapshots()
        return str(Path(settings.PRESS_ROOT) / "hand")

    def is_alive(self) -> bool:
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def become(self) -> bool:
        """Be the hand until this process ends; False while another one is."""
        if self._descriptor is not None and not self._is_in_place():
            self.let_go()
        if self._descriptor is None:
            descriptor = os.open(self._path(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
        return True

    def _is_in_place(self) -> bool:
        """False once somebody removed the snapshot folder, and with it the file that others look at."""
        try:
            mine, there = os.fstat(self._descriptor or 0), os.stat(Path(settings.PRESS_ROOT) / "hand")  # noqa: PTH116
        except OSError:
            return False
        return (mine.st_ino, mine.st_dev) == (there.st_ino, there.st_dev)

    def let_go(self) -> None:
        """Stop being the hand."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._seen, self._looked = 0, 0.0

    def is_nudged(self, every: float = 1.0) -> bool:
        """Whether there may be orders: somebody nudged, or `every` seconds have gone by."""
        try:
            touched = (Path(settings.PRESS_ROOT) / "nudge").stat().st_mtime_ns
        except FileNotFoundError:
            touched = 0
        moment = time.monotonic()
        if touched == self._seen and moment - self._looked < every:
            return False
        self._seen, self._looked = touched, moment
        return True


hand = Hand()


def hand_is_alive() -> bool:
    """Whether some process calls `work_once`: it holds a lock as long as it lives."""
    return hand.is_alive()


def nudge() -> None:
    """Tell the hand that there is something to do; it looks at this file's time every few milliseconds."""
    with contextlib.suppress(OSError):
        (Path(settings.PRESS_ROOT) / "nudge").touch()
