"""The bell: a file that grows by a byte for each letter written, so that posters needn't ask the database five times
a second whether there is one. Should nobody hear it, the letter is found a few seconds later.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.conf import settings

LARGEST = 64 * 1024  # bytes, then it begins anew


def _file() -> Path:
    return Path(settings.DATA_DIR) / "stamps" / "letters"


def ring() -> None:
    """Say that a letter was committed. A full disk keeps nobody from writing letters."""
    with contextlib.suppress(OSError):
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        anew = file.exists() and file.stat().st_size > LARGEST
        with file.open("wb" if anew else "ab") as out:
            out.write(b".")


def heard() -> tuple[int, int]:
    """What changes with each ring."""
    try:
        found = _file().stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
