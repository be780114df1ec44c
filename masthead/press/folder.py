"""This newsroom's snapshot folder and stamps, opened once a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from masthead.press.snapshots import Snapshots
from masthead.press.stamps import Stamps


@lru_cache(maxsize=4)
def _open(root: Path) -> tuple[Snapshots, Stamps]:
    snapshots = Snapshots(root)
    snapshots.prepare()
    return snapshots, Stamps(root)


def snapshots() -> Snapshots:
    """The snapshot folder. Raises OSError when the data folder can't be written."""
    found = _open(Path(settings.PRESS_ROOT))[0]
    if not found.locks.is_dir():
        # Somebody removed the folder while we ran: everything in it can be pressed again.
        found.prepare()
    return found


def stamps() -> Stamps:
    """The tag stamps."""
    return _open(Path(settings.PRESS_ROOT))[1]
