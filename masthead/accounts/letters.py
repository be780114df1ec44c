"""Letters about signing in, by the names allauth gives them. Codes and links that open an account are sealed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from masthead.mail import actions as mail
from masthead.mail.models import Letter


@dataclass(frozen=True)
class Kind:
    """A letter's template, and how long what it holds is good for."""

    template: str
    good_for: timedelta


CODE = Kind("sign_in_code", timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT))
NEW_PASSWORD = Kind("new_password", timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
NEW_ADDRESS = Kind("new_address", timedelta(days=1))
BY_ALLAUTHS_NAME = {"account/email/login_code": CODE, "account/email/password_reset_key": NEW_PASSWORD}


def write_sealed(kind: Kind, to: str, context: Mapping[str, Any], *, discard: bool = False) -> Letter:
    """Write what only its receiver may read. With `discard` all the work is done and nobody is written to: who asks
    for an address that isn't known here waits as long for the same answer.
    """
    return mail.write(
        f"{kind.template}:{uuid.uuid4()}",
        to,
        kind.template,
        context,
        get_language() or settings.LANGUAGE_CODE,
        priority=mail.Priority.CODE,
        useless_after=timezone.now() + kind.good_for,
        sealed=True,
        discard=discard,
    )


def write_notice(template: str, to: str, context: Mapping[str, Any], *, sealed: bool = False) -> Letter:
    """Tell somebody what happened to their account."""
    language = get_language() or settings.LANGUAGE_CODE
    return mail.write(f"{template}:{uuid.uuid4()}", to, template, context, language, sealed=sealed)
