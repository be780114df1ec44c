"""Whether a session has shown its account's second factor: given at sign-in, or set up within this very session."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

SET_UP_HERE = "second_factor_set_up_here"


def was_shown(request: HttpRequest) -> bool:
    """Whether this session knows more than the password."""
    if request.session.get(SET_UP_HERE) == str(request.user.pk):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def remember_set_up(request: HttpRequest, user: Any, **_more: Any) -> None:
    """Called when an account gets an app or a passkey: who set it up has it."""
    request.session[SET_UP_HERE] = str(user.pk)
    # At once: this is called after a commit, which may come after the session was saved.
    request.session.save()
