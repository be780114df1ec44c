"""Form encoding as Stripe reads it: `line_items[0][price_data][currency]=eur` becomes nested dictionaries."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from .errors import unreadable

KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
PART = re.compile(r"\[([^\[\]]*)\]")


def decode(text: str) -> dict[str, Any]:
    """The parameters as nested dictionaries of strings; a list is a dictionary with the keys "0", "1", …"""
    params: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, strict_parsing=False):
        match = KEY.match(key)
        if match is None:
            raise unreadable(f"Invalid parameter name: {key}", key, "parameter_invalid_string_blank")
        _put(params, [match[1], *PART.findall(match[2])], value, key)
    return params


def _put(params: dict[str, Any], path: list[str], value: str, key: str) -> None:
    place = params
    for position, given in enumerate(path):
        part = given if given or position == 0 else str(len(place))
        if position == len(path) - 1:
            place[part] = value
            return
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise unreadable(f"Invalid object: {key}", key)
        place = inner
