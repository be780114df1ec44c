"""What processes have used, as the kernel counts it (Linux's /proc)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Processes that `pid` started and that still are."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text(encoding="utf-8").split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        found += children(one)
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time of these processes since they began, in user and kernel."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def pss(pid: int) -> int:
    """A process's proportional share of memory in bytes: pages shared by n processes count a nth."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return 0


def holder_of(port: int, peer: int, pids: Iterable[int]) -> int | None:
    """Which of the processes holds the server's end of the connection from local port `peer` to `port`."""
    wanted = None
    for line in Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[2].endswith(f":{peer:04X}"):
            wanted = f"socket:[{fields[9]}]"
    for pid in pids if wanted else ():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if os.readlink(link) == wanted:  # noqa: PTH115
                    return pid
            except OSError:
                continue
    return None
