"""The desk's side of accounts: who is staff follows from the roles."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks

from masthead.accounts.actions import recognise_staff
from masthead.accounts.models import Account


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def keep_staff_true(request: HttpRequest, user: Account) -> None:
    """Somebody was given or taken a role."""
    recognise_staff(user)
