"""How allauth treats staff: nobody signs up by themselves."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made at the desk."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by a publisher."""
        return False
