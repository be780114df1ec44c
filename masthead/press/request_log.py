"""One line a request, gathered and written in blocks. No address, no query, no user agent: nothing of a reader."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from typing import TextIO

FLUSH_AFTER = 0.25  # seconds


class RequestLog:
    """Lines wait in memory for a quarter of a second at most; a clean stop writes the rest."""

    def __init__(self, form: str = "line", stream: TextIO | None = None, secret: tuple[str, ...] = ()) -> None:
        self.form = form
        # Below these prefixes the rest of a path is a key to something; it has no place in a log.
        self.secret = secret
        self.stream = stream or sys.stderr
        self._entries: list[tuple[str, str, int, int, float, str]] = []

    def add(self, method: str, path: str, status: int, sent: int, seconds: float, how: str) -> None:
        """Note one answered request: bytes of the body, seconds it took, and who answered (pressed, cold, django…)."""
        if not self._entries:
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().call_later(FLUSH_AFTER, self.flush)
        if self.secret and path.startswith(self.secret):
            path = next(prefix for prefix in self.secret if path.startswith(prefix)) + "…"
        self._entries.append((method, path, status, sent, seconds, how))

    def flush(self) -> None:
        """Write what has gathered. Lines carry the second in which they are written."""
        entries, self._entries = self._entries, []
        if entries:
            write = self._json if self.form == "json" else self._line
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self.stream.write("".join([write(when, *entry) for entry in entries]))
            self.stream.flush()

    @staticmethod
    def _line(when: str, method: str, path: str, status: int, sent: int, seconds: float, how: str) -> str:
        shown = path if path.isprintable() and " " not in path else ascii(path)
        return f"{when} {method} {shown} {status} {sent} {seconds * 1000:.1f}ms {how}\n"

    @staticmethod
    def _json(when: str, method: str, path: str, status: int, sent: int, seconds: float, how: str) -> str:
        fields = {
            "time": when,
            "logger": "request",
            "method": method,
            "path": path,
            "status": status,
            "bytes": sent,
            "ms": round(seconds * 1000, 2),
            "by": how,
        }
        return json.dumps(fields, ensure_ascii=True) + "\n"
