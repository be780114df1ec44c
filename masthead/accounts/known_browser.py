"""The cookie of a browser in which an account was signed in to before. It opens nothing: it only keeps that browser's
attempts apart from strangers', so that strangers who try can't lock its owner out.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string

from masthead.accounts.models import Account

NAME = "masthead_known"
AGE = 180 * 24 * 3600  # seconds
_signer = Signer(salt="masthead.known-browser")


def remember(request: HttpRequest, response: HttpResponseBase, account: Account) -> None:
    """Let this browser be known as one of this account's."""
    whose, _dot, number = _value(request).partition(".")
    if whose != str(account.uuid):
        number = get_random_string(16)
    response.set_cookie(
        NAME,
        _signer.sign(f"{account.uuid}.{number}"),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    """Forget it."""
    response.delete_cookie(NAME, samesite="Lax")


def of(request: HttpRequest, address: str) -> str:
    """This browser's own name, if the account with this address was signed in to here before; otherwise empty."""
    value = _value(request)
    whose, _dot, _number = value.partition(".")
    if not whose or not Account.objects.filter(uuid=whose, email__iexact=address).exists():
        return ""
    return value


def _value(request: HttpRequest) -> str:
    try:
        return _signer.unsign(request.COOKIES.get(NAME, ""))
    except BadSignature:
        return ""
