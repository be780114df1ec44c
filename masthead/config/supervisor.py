"""The supervisor: forks its children from one preloaded process, keeps them alive, and ends them together.

It never opens a database connection or a thread of its own, so that everything it has imported is shared with its
children copy-on-write. Not here: what a child does (`web`, `clock`, `tasks`).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

log = logging.getLogger("masthead.supervisor")

GRACE = 8.0  # seconds a child has to end after SIGTERM, before SIGKILL
BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the first, second, … restart in a row
SETTLED = 60.0  # a child that lived this many seconds starts again without its past being held against it
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when `parent` does, even by kill -9. Only Linux can; elsewhere a no-op."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before we asked
        os._exit(1)


@dataclass
class Child:
    """One process the supervisor keeps: its name, what it runs, and how it has fared."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    born: float = 0.0
    falls: int = 0
    due: float = 0.0  # when it may start again; 0 while it runs
    once: bool = False  # ends by itself, and that is well

    def start(self) -> None:
        """Fork and run `work` in the new process."""
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_child(self, parent)
        self.pid, self.born, self.due = pid, time.monotonic(), 0.0

    def fell(self, status: int, now: float) -> None:
        """Note that the process ended, and when it may start again."""
        self.falls = 0 if now - self.born > SETTLED else self.falls
        wait = BACK_OFF[min(self.falls, len(BACK_OFF) - 1)]
        log.error("%s (pid %d) %s; starting it again in %g s", self.name, self.pid, _how(status), wait)
        self.falls += 1
        self.pid, self.due = 0, now + wait


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _become_child(child: Child, parent: int) -> None:
    """In the new process: forget the supervisor's signals, run the work, end without unwinding into its frames."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # A group of its own: Ctrl-C reaches the supervisor alone, which ends the children in order.
        os.setpgid(0, 0)
        die_with_parent(parent)
        child.work()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        log.exception("%s failed", child.name)
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def run_once(name: str, work: Callable[[], None]) -> int:
    """Run `work` in a forked process of its own and return its exit code, so that its memory is given back."""
    child = Child(name, work)
    child.start()
    try:
        _pid, status = os.waitpid(child.pid, 0)
    except KeyboardInterrupt:
        os.kill(child.pid, signal.SIGTERM)
        os.waitpid(child.pid, 0)
        return 130
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


class Supervisor:
    """Keeps a set of children running until it is told to stop."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self) -> None:
        """Start every child; return when told to stop and all have ended."""
        gc.collect()
        gc.freeze()  # what is loaded now is never walked again, so its memory stays shared
        with self._signals() as bell:
            for child in self.children:
                child.start()
            while not self.stopping:
                self._listen(bell)
                self._reap()
                self._restart()
            self._stop(bell)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """Turn signals into bytes on a pipe, so that waiting for them is one select."""
        bell, write = os.pipe()
        os.set_blocking(bell, False)
        os.set_blocking(write, False)
        former = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in STOPPING:
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield bell
        finally:
            signal.set_wakeup_fd(former)
            os.close(bell)
            os.close(write)

    def _asked_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _listen(self, bell: int, longest: float = 60.0) -> None:
        """Wait for a signal, or until a child is due."""
        waits = [max(0.0, child.due - time.monotonic()) for child in self.children if child.due]
        select.select([bell], [], [], min([longest, *waits]))
        with contextlib.suppress(BlockingIOError):
            os.read(bell, 4096)

    def _reap(self) -> None:
        for child in self.children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            _kill_group(child.pid)  # what it may have left behind: web workers whose server died
            if self.stopping or child.once:
                child.pid = 0
            else:
                child.fell(status, time.monotonic())

    def _restart(self) -> None:
        for child in self.children:
            if not self.stopping and child.due and child.due <= time.monotonic():
                try:
                    child.start()
                except OSError:  # no memory or no process to be had just now; the others go on
                    child.due = time.monotonic() + BACK_OFF[-1]
                    log.exception("%s can't be started; trying again in %g s", child.name, BACK_OFF[-1])
                    continue
                log.warning("%s is running again (pid %d)", child.name, child.pid)

    def _stop(self, bell: int) -> None:
        log.info("stopping")
        for child in self.children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self._listen(bell, longest=0.2)
            self._reap()
        for child in self.children:
            if child.pid:
                log.warning("%s (pid %d) did not end within %g s and is killed", child.name, child.pid, GRACE)
                _kill_group(child.pid)
                os.waitpid(child.pid, 0)
        log.info("stopped")


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
