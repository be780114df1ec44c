"""Single requests over loopback."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """One answer; a status of 0 says that nobody answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def head_bytes(self) -> int:
        """About how long the head was on the wire."""
        return sum(len(name) + len(value) + 4 for name, value in self.headers.items())


def ask(port: int, path: str, headers: Mapping[str, str] | None = None, timeout: float = 60.0) -> Reply:
    """Ask once, over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    except (OSError, http.client.HTTPException):
        return Reply(0, {}, b"")
    finally:
        connection.close()


def until_answered(port: int, path: str = "/", seconds: float = 60.0, every: float = 0.02) -> float:
    """Seconds until the first 200. Raises TimeoutError."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        if ask(port, path).status == 200:
            return time.perf_counter() - began
        time.sleep(every)
    raise TimeoutError(f"Nobody answered {path} on port {port} within {seconds:g} s.")
