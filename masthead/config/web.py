"""The web child: Granian's server with its workers, each answering through `masthead.config.server`."""

from __future__ import annotations

import copy
import logging
import multiprocessing
import os
import signal
from functools import partial
from typing import Any

from django.conf import settings

from masthead.config import eager
from masthead.config.supervisor import die_with_parent

TARGET = "masthead.config.server:build"
BACKLOG = 2048
HEADER_SECONDS = 10  # to send a whole request head
KILL_AFTER = 5  # seconds a worker may finish its answers when the server stops
BUFFER = 128 * 1024  # bytes of a request head or of a body's piece held at once; a larger head is answered 431

# What Granian says that a newsroom's engineer wants to know; the rest is its own housekeeping.
# It speaks of killing also where a worker was gone already, so that is left out.
_WORTH_SAYING = ("Unexpected", "Respawning", "Worker crash", "Unable")
_NOT_WORTH_SAYING = ("Killing",)


class WorthSaying(logging.Filter):
    """Lets warnings through, and of Granian's information only what tells of a worker's death and return."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True for a record that belongs in the log."""
        words = record.getMessage()
        if words.startswith(_NOT_WORTH_SAYING):
            return False
        return record.levelno >= logging.WARNING or words.startswith(_WORTH_SAYING)


def logging_for_granian() -> dict[str, Any]:
    """Our logging, with Granian's logger in it."""
    config: dict[str, Any] = copy.deepcopy(settings.LOGGING)
    config["filters"] = {**config.get("filters", {}), "worth-saying": {"()": "masthead.config.web.WorthSaying"}}
    config["loggers"]["_granian"]["filters"] = ["worth-saying"]
    return config


def _load(server: int) -> Any:
    """In a fresh worker: die with the server, then hand over the application."""
    # Until Granian listens to signals here, those of the server it was forked from would swallow the order to stop.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    die_with_parent(server)
    from masthead.config.server import build

    return build()


def serve() -> None:
    """Run the server until SIGTERM."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, RuntimeModes
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # Workers are forked from this process, which has everything loaded.
    multiprocessing.set_start_method("fork", force=True)
    env = settings.ENVIRONMENT
    server = Granian(
        TARGET,
        address=env.host,
        port=env.port,
        interface=Interfaces.RSGI,
        workers=env.web_workers,
        runtime_mode=RuntimeModes.st,
        loop=eager.register(),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=BUFFER),
        websockets=False,
        backlog=BACKLOG,
        log_level=LogLevels.info,
        log_dictconfig=logging_for_granian(),
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
    )
    server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)
