"""Rendering inside a newsroom's process, without the press and without the network."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


@lru_cache(maxsize=1)
def _handler() -> Any:
    from django.core.handlers.base import BaseHandler

    handler = BaseHandler()
    handler.load_middleware()
    return handler


def render(address: str, urlconf: str = "") -> tuple[int, bytes]:
    """Django's whole answer to an anonymous reader: status and body; `urlconf` puts other views behind it all."""
    from django.conf import settings
    from django.utils import translation

    from masthead.press.render import request_for

    parts = urlsplit(address)
    request = request_for(parts.path, parts.query)
    # One client may search only so often: each request comes from another.
    request.META["REMOTE_ADDR"] = f"fd00:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    if urlconf:
        request.urlconf = urlconf
    with translation.override(settings.LANGUAGE_CODE):
        response = _handler().get_response(request)
        return response.status_code, bytes(response.content)


def forget_shared_parts() -> None:
    """Let the next page build its menu, picks and feed anew."""
    from masthead.press.fragments import forget_all

    forget_all()
