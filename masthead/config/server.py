"""What a web worker runs: the press's RSGI server with Django behind it."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.config.settings")

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.utils.module_loading import import_string

from masthead.press.adapter import Django
from masthead.press.files import Folder
from masthead.press.folder import snapshots, stamps
from masthead.press.pages_in_memory import LOOK_EVERY, Pages
from masthead.press.pressing import press_cold
from masthead.press.request_log import FLUSH_EVERY, RequestLog
from masthead.press.serve import Server

IMMUTABLE = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
# What follows is a key: to found the newsroom, to set a password anew, to change an address, to end a membership,
# to see what somebody paid for.
_KEYS = ("/account/address/", "/support/cancel/", "/support/back/", "/support/transfer/", "/gift/card/", "/gift/cards/")
SECRET_BELOW = (
    *("/welcome/", "/accounts/password/reset/key/"),
    *(
        before + place
        for before in ("", *(f"/{code}" for code in settings.ENVIRONMENT.languages[1:]))
        for place in _KEYS
    ),
)


class Application(Server):
    """The server as Granian knows it."""

    def __rsgi_init__(self, loop: Any) -> None:
        """Called by Granian in each worker before its first request: from now on look at tags, write the log."""

        def look() -> None:
            loop.call_later(LOOK_EVERY, look)
            self.pages.look()

        def write(log: RequestLog) -> None:
            loop.call_later(FLUSH_EVERY, write, log)
            log.flush()

        look()
        if self.log is not None:
            write(self.log)

    def __rsgi_del__(self, loop: Any) -> None:
        """Called by Granian when a worker stops."""
        if self.log is not None:
            self.log.flush()


def _cold(path: str) -> Any:
    """Press for a reader in a pool's thread, leaving no stale database connection behind."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return press_cold(path)
    finally:
        close_old_connections()


def build() -> Application:
    """A server for this process; called in each worker after it was forked."""
    env = settings.ENVIRONMENT
    return Application(
        pages=Pages(snapshots(), stamps(), settings.PRESS_PAGE_CACHE_BYTES),
        folders=[
            Folder(settings.STATIC_ROOT, settings.STATIC_URL, cache_control=IMMUTABLE, trusted=True),
            Folder(
                settings.MEDIA_ROOT,
                settings.MEDIA_URL,
                cache_control=A_DAY,
                trusted=False,
                refused=("documents/", "originals/", "original_images/"),
            ),
        ],
        django=Django(
            WSGIHandler(),
            threads=env.django_threads,
            body_limit=(env.upload_mib + 5) * 1024 * 1024,
            trusted_proxies=env.trusted_proxies,
        ),
        press_cold=_cold,
        is_staff=import_string("masthead.accounts.staff_cookie.is_valid"),
        staff_cookie=settings.STAFF_COOKIE_NAME,
        never=settings.PRESS_NEVER,
        not_found=settings.PRESS_NOT_FOUND,
        hosts=frozenset(host.strip("[]") if host.startswith("[") else host for host in settings.ALLOWED_HOSTS)
        | frozenset(settings.ALLOWED_HOSTS),
        request_log=RequestLog(settings.LOG_FORMAT, secret=SECRET_BELOW) if settings.LOG_REQUESTS else None,
    )
