"""The double's own time. It follows the real clock at a distance, or stands still; it only moves forward."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds since 1970. While overdue work is caught up, `now` is the moment that work was due."""

    def __init__(self, start: int | None = None) -> None:
        self._standing = start
        self._offset = 0
        self._within: int | None = None

    @property
    def stands(self) -> bool:
        """Whether time passes only when it is moved."""
        return self._standing is not None

    def now(self) -> int:
        if self._within is not None:
            return self._within
        return self._standing if self._standing is not None else int(time.time()) + self._offset

    def move_to(self, moment: int) -> None:
        """Put the clock forward; a moment that has passed changes nothing."""
        behind = moment - self.now()
        if behind <= 0:
            return
        if self._standing is not None:
            self._standing = moment
        else:
            self._offset += behind

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """For a while it is then."""
        before, self._within = self._within, moment
        try:
            yield
        finally:
            self._within = before

    def state(self) -> dict[str, int | None]:
        """What a restart needs to go on from here."""
        return {"standing": self._standing, "offset": self._offset}

    def restore(self, state: dict[str, int | None]) -> None:
        self._standing = state["standing"]
        self._offset = state["offset"] or 0
