"""Things that go wrong on the way: errors, lost answers, delays, a stop at a step, and the double's own death."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch

LONGEST_STOP = 60.0
"""Seconds after which a stopped request goes on by itself."""


@dataclass
class Fault:
    """What is done to the next requests that fit. `webhook/<type>` stands for a delivery.

    `do` is one of
      error     answered with `status`, nothing carried out
      lost      the connection breaks, nothing carried out
      wait      carried out after `seconds`
      stop      waits before it is carried out until `go_on` is called
      die       the whole process ends (exit 137) before anything is carried out
      call      `call` is called before anything is carried out
    and, with `after=True`, the same once it has been carried out and before it is answered.
    """

    do: str
    path: str = "*"
    method: str = "*"
    after: bool = False
    times: int | None = 1
    status: int = 500
    seconds: float = 0.0
    call: Callable[[], None] | None = None

    def fits(self, method: str, path: str, *, after: bool) -> bool:
        return self.after == after and fnmatch(path, self.path) and fnmatch(method, self.method)


class Lost(Exception):  # noqa: N818 (it says what happened)
    """The connection is broken."""


@dataclass
class Faults:
    """What has been ordered, and who is stopped."""

    ordered: list[Fault] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _going: threading.Event = field(default_factory=threading.Event)

    def order(self, fault: Fault) -> None:
        with self._guard:
            self.ordered.append(fault)

    def clear(self) -> None:
        """Nothing goes wrong any more; who was stopped goes on."""
        with self._guard:
            self.ordered.clear()
        self.go_on()

    def go_on(self) -> None:
        """Let those go on that were stopped."""
        with self._guard:
            going, self._going = self._going, threading.Event()
        going.set()

    def meet(self, method: str, path: str, *, after: bool = False) -> int | None:
        """Suffer what was ordered for this request. Answers the status of an error, or raises Lost."""
        fault = self._take(method, path, after=after)
        if fault is None:
            return None
        if fault.do == "error":
            return fault.status
        if fault.do == "lost":
            raise Lost(f"{method} {path} was {'carried out' if after else 'not carried out'}")
        if fault.do == "wait":
            time.sleep(fault.seconds)
        elif fault.do == "stop":
            self._stop(f"{method} {path}")
        elif fault.do == "die":
            os._exit(137)
        elif fault.do == "call" and fault.call is not None:
            fault.call()
        return None

    def _take(self, method: str, path: str, *, after: bool) -> Fault | None:
        with self._guard:
            for fault in self.ordered:
                if fault.fits(method, path, after=after):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self.ordered.remove(fault)
                    return fault
        return None

    def _stop(self, who: str) -> None:
        with self._guard:
            going = self._going
            self.stopped.append(who)
        going.wait(LONGEST_STOP)
        with self._guard:
            self.stopped.remove(who)
