"""Pages that must go: each in the same step as its successor comes, and after a moment even without one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

from masthead.press.folder import snapshots
from masthead.press.snapshots import NotAPathError

log = logging.getLogger(__name__)

# Seconds a page that must go may wait for its successor. A successor takes a tenth of that; who takes a page down
# is told that it is done only when the old one is gone.
PATIENCE = 0.2


class Going:
    """While this is entered its pages wait for their successors; nothing of them is left when it is over.

    Taking a page away first and pressing what its address answers after that would leave readers to press it
    themselves, all at once, in the way of the one who is at it.
    """

    def __init__(self, paths: Iterable[str] = (), patience: float | None = None) -> None:
        self._paths = frozenset(paths)
        self._left = set(self._paths)
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE if patience is None else patience, self._take_all)
        self._timer.daemon = True

    def __enter__(self) -> Going:
        if self._left:
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._take_all()

    def exchange(self, path: str, step: Callable[[], object]) -> None:
        """Do the step that puts what is true now in a page's place; from then on it may stay."""
        if path not in self._paths:
            step()
            return
        with self._lock:
            step()
            self._left.discard(path)

    def take(self, path: str) -> None:
        """Take a page away, unless its successor is there. Raises OSError when the disk refuses."""
        with self._lock:
            if path in self._left:
                _unlink(path)
                self._left.discard(path)

    def _take_all(self) -> None:
        with self._lock:
            left = sorted(self._left)
        for path in left:
            try:
                self.take(path)
            except OSError:
                # Its order stays open: it is tried again for as long as it takes.
                log.exception("The snapshot folder kept %s, which must go; it is tried again.", path)


NOTHING = Going()


def _unlink(path: str) -> None:
    try:
        snapshots().unlink(path)
    except NotAPathError:
        return  # what can't be a file's address never became one
