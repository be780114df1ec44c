"""Shared parts of pages, remembered by each process until one of their tags changes."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest

from masthead.press.folder import stamps as folder_stamps
from masthead.press.tags import carry

Part = TypeVar("Part")
# Well under the time a hard stamp is kept, so that no change can be missed.
KEPT_NS = 300 * 1_000_000_000
MOST = 2000


@dataclass(frozen=True)
class _Remembered:
    part: Any
    tags: tuple[str, ...]
    built_ns: int


# The one that was wanted last stands last: strangers, who may ask by any port of our name, push out only each other's.
_parts: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()


def shared(request: HttpRequest, name: str, tags: Iterable[str], build: Callable[[], Part]) -> Part:
    """Return what `build` makes, remembered by `name` until one of `tags` changes; the page carries the tags.

    `build` must return plain data or markup: a lazy queryset would be asked anew by every page.
    """
    wanted = tuple(tags)
    carry(request, *wanted)
    stamps = folder_stamps()
    stamps.refresh()
    key = (str(settings.PRESS_ROOT), name)
    found = _parts.get(key)
    if (
        found
        and found.tags == wanted
        and stamps.now() - found.built_ns < KEPT_NS
        and not stamps.overtaken(wanted, found.built_ns)
    ):
        with contextlib.suppress(KeyError):  # another thread may have pushed it out
            _parts.move_to_end(key)
        return cast("Part", found.part)
    now = stamps.tick()
    part = build()
    _parts[key] = _Remembered(part, wanted, now)
    _parts.move_to_end(key)
    while len(_parts) > MOST:
        _parts.popitem(last=False)
    return part


def forget_all() -> None:
    """Forget every part, for tests that change rows behind the press's back."""
    _parts.clear()
