"""Duties in a thread of their own: what asks other machines, or takes its time, so that it holds up nothing else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connections

log = logging.getLogger("masthead.duties")

PATIENCE = 60.0  # seconds before a lasting error is logged again


@dataclass
class Duty:
    """Something to be done every so many seconds; at once again while it says that there was something to do."""

    name: str
    every: float
    work: Callable[[], object]
    due: float = 0.0
    quiet_until: float = 0.0
    failing: bool = False


class Duties:
    """One thread that goes round its duties. An error is logged, once a minute while it lasts, and ends nothing."""

    def __init__(self, duties: list[Duty]) -> None:
        self.duties = duties
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duties", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """Stop after the duty under way, or without it when it takes longer."""
        self.stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self.stop.is_set():
            for duty in self.duties:
                if time.monotonic() >= duty.due and not self.stop.is_set():
                    self._do(duty)
            self.stop.wait(max(0.05, min(duty.due for duty in self.duties) - time.monotonic()))
        connections.close_all()

    def _do(self, duty: Duty) -> None:
        duty.due = time.monotonic() + duty.every
        try:
            close_old_connections()
            duty.work()
        except Exception:
            if time.monotonic() >= duty.quiet_until:
                log.exception("%s failed; it is tried again", duty.name)
                duty.quiet_until = time.monotonic() + PATIENCE
            duty.failing = True
            connections.close_all()
        else:
            if duty.failing:
                log.warning("%s works again", duty.name)
            duty.failing = False
