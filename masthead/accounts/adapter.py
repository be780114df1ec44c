"""How allauth treats staff: nobody signs up by themselves, and nobody is asked twice for what was just given."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Staff accounts are made at the desk."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by a publisher."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Name the newsroom's own host: what the request was sent to is its sender's choice."""
        host = urlsplit(settings.BASE_URL).netloc
        super().send_mail(template_prefix, email, {**context, "current_site": {"name": host, "domain": host}})

    def format_email_subject(self, subject: str) -> str:
        """Likewise the subject."""
        return f"[{urlsplit(settings.BASE_URL).netloc}] {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link by which a password is set anew leads to the newsroom, nowhere else."""
        return settings.BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Only once the sign-in itself is some minutes old: who comes straight from it sets up a second factor."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT
