"""Readers' passkeys: a second way in beside the mailed code, never a second step after it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.utils.translation import gettext as _

from masthead.accounts.models import Account
from masthead.accounts.own_part import passkeys

MOST = 10  # passkeys of one reader


class KeyAdapter(DefaultMFAAdapter):
    """Who needs a second factor, and what a passkey calls us."""

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Staff who set one up. A reader who loses a passkey still has the mail."""
        if isinstance(user, Account) and user.is_reader:
            return False
        return bool(super().is_mfa_enabled(user, types))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The newsroom's host by name: what the request was sent to is its sender's choice."""
        host = urlsplit(settings.BASE_URL).hostname or ""
        return {**super().get_public_key_credential_rp_entity(), "name": host}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 (allauth's name)
        """A number, until its owner finds a better name."""
        if isinstance(user, Account) and user.is_reader:
            return _("Passkey %(number)d") % {"number": passkeys(user).count() + 1}
        return str(super().generate_authenticator_name(user, type))


def begin(account: Account) -> dict[str, Any]:
    """What the browser needs to make a passkey; remembered in the session until it comes back."""
    options: dict[str, Any] = auth.begin_registration(account, True)
    return options


def add(account: Account, name: str, credential: Any) -> Authenticator:
    """Keep a passkey the browser made. Raises ValidationError if it isn't what was asked for."""
    adapter = KeyAdapter()
    try:
        binding = auth.complete_registration(credential)
    except (AttributeError, KeyError, TypeError, ValueError) as broken:  # what a browser never sends
        raise adapter.validation_error("incorrect_code") from broken
    if not binding.is_user_verified() or passkeys(account).count() >= MOST:
        raise adapter.validation_error("incorrect_code")
    named = name or adapter.generate_authenticator_name(account, Authenticator.Type.WEBAUTHN)
    made: Authenticator = auth.WebAuthn.add(account, named[:60], credential).instance
    return made
