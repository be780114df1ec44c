"""Counters: a cache in a table, for limits that keep the door. What still counts is never pushed out to make room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.utils.connection import ConnectionProxy


class Counters(DatabaseCache):
    """Django's database cache, which forgets what has run out and nothing else."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        from masthead.accounts.models import Counter

        Counter.objects.filter(expires__lt=now).delete()


def keep_the_doors() -> None:
    """Have allauth count attempts and used codes there, where nobody can push them out by asking for other pages."""
    from allauth.core.internal import ratelimit
    from allauth.mfa.totp.internal import auth as totp
    from django.core.cache import caches

    # Looked up anew by every thread: a connection is one thread's.
    ratelimit.cache = totp.cache = ConnectionProxy(caches, "counters")
