"""Load from wrk, over kept-alive connections on loopback, and what it counted."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# wrk counts as an error of status what is above 399.
_SCRIPT = """
local paths = {%(paths)s}
local count = 0
if #paths > 0 then
  request = function()
    count = count + 1
    return wrk.format("GET", paths[count %% #paths + 1])
  end
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests": %%d, "micros": %%d, "bytes": %%d, "p50": %%d, "p99": %%d, "socket": %%d, "status": %%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
"""


@dataclass(frozen=True)
class Count:
    """One run of wrk. Latencies in milliseconds."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    socket_errors: int
    bad_statuses: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        """Requests without a good answer."""
        return self.socket_errors + self.bad_statuses


class Wrk:
    """wrk as a process: started, perhaps waited beside, then read."""

    def __init__(
        self,
        origin: str,
        paths: Sequence[str],
        *,
        seconds: float,
        connections: int = 32,
        headers: Iterable[str] = (),
    ) -> None:
        if not shutil.which("wrk"):
            raise RuntimeError("wrk is missing: scripts/services names the command that brings it")
        many = ", ".join(json.dumps(path) for path in paths) if len(paths) > 1 else ""
        with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False, encoding="utf-8") as script:
            script.write(_SCRIPT % {"paths": many})
        self._script = Path(script.name)
        words = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "5s"]
        for header in headers:
            words += ["-H", header]
        words += ["-s", script.name, origin + (paths[0] if len(paths) == 1 else "/")]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def count(self) -> Count:
        """Wait for its end and read what it counted. Raises RuntimeError when it says nothing."""
        said, _ = self._process.communicate(timeout=300)
        self._script.unlink()
        for line in said.splitlines():
            if line.startswith("RESULT "):
                found = json.loads(line.removeprefix("RESULT "))
                return Count(
                    requests=found["requests"],
                    seconds=found["micros"] / 1e6,
                    bytes=found["bytes"],
                    p50=found["p50"] / 1000,
                    p99=found["p99"] / 1000,
                    socket_errors=found["socket"],
                    bad_statuses=found["status"],
                )
        raise RuntimeError(f"wrk: {said[-500:]}")
