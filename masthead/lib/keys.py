"""The newsroom's own secret: made once, kept in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_from(path: Path) -> str:
    """Return the secret in `path`, making one of 64 random characters if there is none.

    Safe when several processes start at once: the first to create the file wins, the others read it.
    Raises OSError when the folder can't be written.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
    try:
        # A link fails if another process was first, so nobody's secret is replaced.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
