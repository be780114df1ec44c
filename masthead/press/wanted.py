"""Stale pages readers have come across: one small file each, so that it needs no database and one re-press follows."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path


def want(root: Path, path: str) -> bool:
    """Ask for a path to be pressed anew; False if somebody has asked already. Never raises for a full disk."""
    folder = root / "wanted"
    name = hashlib.blake2b(path.encode("utf-8", "replace"), digest_size=12).hexdigest()
    try:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    except FileNotFoundError:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            return want(root, path)
        return False
    except OSError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(path)
    return True


def take(root: Path) -> list[str]:
    """What is wanted now. Each is taken off the list before it is pressed, so a later change can ask again."""
    found: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(root / "wanted"):
            with contextlib.suppress(OSError):
                path = Path(entry.path).read_text(encoding="utf-8")
                os.unlink(entry.path)  # noqa: PTH108
                if path:
                    found.append(path)
    return found
