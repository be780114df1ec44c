"""What a session has shown of its account: the second factor, a password or a passkey, or a mailed code alone."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

SET_UP_HERE = "second_factor_set_up_here"
FRESH = 15 * 60  # seconds after signing in during which a reader may change what matters


def was_shown(request: HttpRequest) -> bool:
    """Whether this session knows more than the password."""
    if request.session.get(SET_UP_HERE) == str(request.user.pk):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def was_by_code_alone(request: HttpRequest) -> bool:
    """Whether it began with a code sent by mail, and neither a password nor a passkey was ever shown in it."""
    records = get_authentication_records(request, request.user)
    if any(record.get("method") == "password" or record.get("passwordless") for record in records):
        return False
    return any(record.get("method") == "code" for record in records)


def is_fresh(request: HttpRequest) -> bool:
    """Whether its owner showed who it is a moment ago."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < FRESH for record in records)


def remember_set_up(request: HttpRequest, user: Any, **_more: Any) -> None:
    """Called when an account gets an app or a passkey: who set it up has it."""
    request.session[SET_UP_HERE] = str(user.pk)
    # At once: this is called after a commit, which may come after the session was saved.
    request.session.save()
