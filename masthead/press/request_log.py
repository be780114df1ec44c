"""One line a request, gathered and written in blocks. No address, no query, no user agent: nothing of a reader."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from typing import TextIO

FLUSH_EVERY = 0.25  # seconds


class RequestLog:
    """Lines wait in memory for a quarter of a second at most; a clean stop writes the rest."""

    def __init__(self, form: str = "line", stream: TextIO | None = None, secret: tuple[str, ...] = ()) -> None:
        self.form = form
        # Below these prefixes the rest of a path is a key to something; it has no place in a log.
        self.secret = secret
        self.stream = stream or sys.stderr
        # Threads add at one end while the loop's takes from the other; a deque does both without a lock.
        self._entries: deque[tuple[str, str, int, int, float, str]] = deque()

    def add(self, method: str, path: str, status: int, sent: int, seconds: float, how: str) -> None:
        """Note one answered request: bytes of the body, seconds it took, and who answered (pressed, cold, django…).

        Any thread may call this.
        """
        if self.secret and path.startswith(self.secret):
            path = next(prefix for prefix in self.secret if path.startswith(prefix)) + "…"
        self._entries.append((method, path, status, sent, seconds, how))

    def flush(self) -> None:
        """Write what has gathered; the server calls this every FLUSH_EVERY seconds. Lines carry that second."""
        entries = [self._entries.popleft() for _ in range(len(self._entries))]
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
