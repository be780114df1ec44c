"""Accounts for tests, by role."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Group

from masthead.accounts.actions import EDITORS, MEMBERSHIP, PUBLISHERS, REPORTERS, prepare_roles
from masthead.accounts.models import Account

_numbers = itertools.count(1)
PASSWORD = "a-long-pass-phrase-42"


def account(role: str | None = None, **fields: Any) -> Account:
    """Somebody who may sign in; with a role, one of the staff."""
    made = Account.objects.create_user(
        **{"email": f"somebody-{next(_numbers)}@courier.example", "password": PASSWORD, **fields}
    )
    if role:
        prepare_roles()
        made.groups.add(Group.objects.get(name=role))
        made.is_staff = True
        made.save()
    return made


def reporter(**fields: Any) -> Account:
    """May write, and change what he or she wrote."""
    return account(REPORTERS, **fields)


def editor(**fields: Any) -> Account:
    """May publish."""
    return account(EDITORS, **fields)


def publisher(**fields: Any) -> Account:
    """May do everything but be a superuser."""
    return account(PUBLISHERS, **fields)


def reader_service(**fields: Any) -> Account:
    """May look after members and their money."""
    return account(MEMBERSHIP, **fields)
