"""Pages that must go: each in the same step as its successor comes, and after a moment even without one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from types import TracebackType

from masthead.press.folder import snapshots
from masthead.press.snapshots import NotAPathError

log = logging.getLogger(__name__)

# Seconds a page that must go may wait for its successor. Who takes a page down is told that it is done only when
# the old one is gone.
PATIENCE = 0.2
# Lists come after the page itself.
PATIENCE_WITH_LISTS = 0.5


def is_older(path: str, since_ns: int) -> bool:
    """Whether what is served at a path was begun to be rendered before a moment; False if nothing is served."""
    meta = snapshots().meta(path)
    return meta is not None and meta.pressed_ns <= since_ns


class Going:
    """While this is entered, what its pages showed until `since_ns` waits for its successors; then it is gone.

    Taking a page away first and pressing what its address answers after that would leave readers to press it
    themselves, all at once, in the way of the one who is at it.
    """

    def __init__(self, paths: Iterable[str] = (), since_ns: int = 0, patience: float = 0.0) -> None:
        self._left = set(paths)
        self._since_ns = since_ns
        self._end = time.monotonic() + patience
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience, self._take_all)
        self._timer.daemon = True

    def __enter__(self) -> Going:
        if self._left:
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._take_all()

    def is_over(self) -> bool:
        """Whether what is left has gone by now."""
        return time.monotonic() >= self._end

    def begin(self, since_ns: int) -> None:
        """Take for a successor only what is begun from now on."""
        self._since_ns = since_ns

    def left(self) -> list[str]:
        """The pages nobody has taken away yet."""
        with self._lock:
            return sorted(self._left)

    def take(self, path: str) -> None:
        """Take a page away, unless its successor is there. Raises OSError when the disk refuses."""
        with self._lock:
            if path in self._left:
                _unlink(path, self._since_ns)
                self._left.discard(path)

    def _take_all(self) -> None:
        for path in self.left():
            try:
                self.take(path)
            except OSError:
                # Its order stays open: it is tried again for as long as it takes.
                log.exception("The snapshot folder kept %s, which must go; it is tried again.", path)


def _unlink(path: str, since_ns: int) -> None:
    try:
        # Torn files have no time; they must not stay either.
        if is_older(path, since_ns) or snapshots().meta(path) is None:
            snapshots().unlink(path)
    except NotAPathError:
        return  # what can't be a file's address never became one


NOTHING = Going()
