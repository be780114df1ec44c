"""The cookie that tells the server, without a database, that a request comes from staff and must not be answered
from the press. It grants nothing: the desk asks the session, as always.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

_signer = TimestampSigner(salt="masthead.staff")
# A cookie older than this is made anew at the next request.
RENEW_AFTER = 24 * 3600  # seconds


def make(account_pk: int) -> str:
    """The cookie's value: whose it is and when it was made, signed."""
    return _signer.sign(str(account_pk))


def is_valid(value: str) -> bool:
    """Whether we made this value, at most STAFF_COOKIE_AGE seconds ago."""
    return _unsigned(value, settings.STAFF_COOKIE_AGE) is not None


def is_fresh(value: str, account_pk: int) -> bool:
    """Whether it is this account's and needs no renewal yet."""
    return _unsigned(value, RENEW_AFTER) == str(account_pk)


def _unsigned(value: str, age: int) -> str | None:
    try:
        return _signer.unsign(value, max_age=age)
    except BadSignature:
        return None
