"""A newsroom as a process: started as a person would, spoken to over HTTP, stopped, its log read."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from masthead.config.env import REPOSITORY


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """The bare environment of a newsroom in `data`; its demo has no past, which would be played meanwhile."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "MASTHEAD_DATA": str(data), "MASTHEAD_DEMO_SUPPORTERS": "0", **more}


def masthead(*words: str, data: Path, timeout: float = 180, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "masthead", *words],
        env=environment(data, **more),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )


def until(true: Callable[[], object], seconds: float = 30.0) -> bool:
    """Wait until something is true; False if it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


class Newsroom:
    """`masthead run` on a port of its own."""

    def __init__(self, data: Path, log: Path, **more: str) -> None:
        self.port = free_port()
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "masthead", "run"],
                env=environment(data, PORT=str(self.port), **more),
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text()

    def status(self, path: str = "/healthz") -> int:
        """The status of one answer; 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def is_up(self) -> bool:
        """Wait for the first answer."""
        return until(lambda: self.process.poll() is not None or self.status() == 200) and self.process.poll() is None

    def family(self) -> list[int]:
        """Process ids of all that descend from it."""
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            for child in _children(pid):
                found.append(child)
                queue.append(child)
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def close(self) -> None:
        """End what is left, whatever happened."""
        for pid in [self.process.pid, *self.family()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)


def _children(pid: int) -> list[int]:
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _stat(pid: int) -> tuple[str, int]:
    """A process's state letter and its parent."""
    state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    return state, int(parent)


def parent_of(pid: int) -> int:
    """The process that started `pid`."""
    return _stat(pid)[1]


def alive(pid: int) -> bool:
    """Whether a process still runs (a zombie doesn't)."""
    try:
        return _stat(pid)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
