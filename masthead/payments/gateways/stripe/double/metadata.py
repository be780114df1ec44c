"""Metadata: notes that whoever uses the API pins to an object."""

from __future__ import annotations

from typing import Any


def merged(before: dict[str, str] | None, given: Any) -> dict[str, str]:
    """An empty value takes a key away; an empty string instead of all takes all away."""
    if given is None:
        return before or {}
    if given == "":
        return {}
    return {key: value for key, value in {**(before or {}), **given}.items() if value != ""}
