"""`masthead run`: prepare, then serve the newsroom until stopped."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.module_loading import import_string

from masthead.config import clock, greeting, memory, preload, tasks, web
from masthead.config.preparation import prepare
from masthead.config.supervisor import Child, Supervisor, run_once
from masthead.payments import rehearsal

log = logging.getLogger("masthead.run")


class Command(BaseCommand):
    help = "Prepare everything and serve the newsroom: web workers, task worker and clock under one supervisor."
    requires_system_checks: list[str] = []  # `masthead check` does that; a start should be quick
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Never returns before a signal says so."""
        with _only_one():
            _port_is_free()
            code = run_once("prepare", lambda: prepare(_say))
            if code:
                sys.exit(code)
            memory.give_back()
            preload.everything()
            children = [Child("web", web.serve), Child("tasks", tasks.run), Child("clock", clock.run)]
            if settings.STRIPE_DOUBLE_PORT:
                children.append(Child("stripe double", _rehearse))
            Supervisor([*children, Child("greeting", greeting.greet, once=True)]).run()


def _rehearse() -> None:
    """First what the demo's supporters did so far, beside the newsroom that is served already; then the double."""
    os.nice(10)
    # By name: the demo stands beside this package, not below it.
    if settings.DEMO_SUPPORTERS:
        import_string("masthead.demo.supporters.play_history")()
    connections.close_all()
    rehearsal.run()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _only_one() -> Any:
    """Hold the data folder's lock: two supervisors on one folder would do everything twice."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("w") as lock:
        _take(lock, folder)
        yield


def _take(lock: TextIO, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError(f"another Masthead is running on {folder}; stop it or set MASTHEAD_DATA") from None


def _port_is_free() -> None:
    """Say in one line what is wrong with the address, before anything is prepared."""
    env = settings.ENVIRONMENT
    family = socket.AF_INET6 if ":" in env.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.host, env.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            mend = "set PORT to a free one" if taken else "see MASTHEAD_HOST and PORT"
            words = "is taken" if taken else f"can't be used ({error.strerror})"
            raise CommandError(f"{env.host} port {env.port} {words}; {mend}") from None
