"""`expand`: ids in an answer replaced by the objects they name, and lists sent only when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .account import Account
from .errors import unreadable
from .shapes import expandable, public
from .store import Object

# (kind, field) → what makes the list. Each is put here by the module of its object.
INCLUDED: dict[tuple[str, str], Callable[[Account, Object], Any]] = {}
DEEPEST = 4


def expand(account: Account, answer: Object, paths: list[str]) -> None:
    """Expand an answer in place."""
    for position, path in enumerate(paths):
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise unreadable(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}", f"expand[{position}]"
            )
        _walk(account, [answer], parts, path)


def _walk(account: Account, places: list[Any], parts: list[str], path: str) -> None:
    places = [place for place in places if not place.get("deleted")]
    if not parts or not places:
        return
    name, *rest = parts
    values = [_within(account, place, name, path) for place in places]
    account.store.preload(value for value in values if isinstance(value, str))
    found: list[Any] = []
    for place, value in zip(places, values, strict=True):
        object_ = _object(account, value)
        if object_ is not None:
            place[name] = object_
        inner = place.get(name)
        found += inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
    _walk(account, found, rest, path)


def _within(account: Account, place: Object, name: str, path: str) -> Any:
    """What stands at this name now; refused when it can't be expanded."""
    kind = place.get("object")
    included = INCLUDED.get((str(kind), name))
    if included is not None and name not in place:
        place[name] = included(account, place)
    known = kind in (None, "list") or name in place or name in expandable(str(kind))
    if not known or (name not in place and kind == "list"):
        raise unreadable(
            f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}'."
            if kind == "list"
            else f"This property cannot be expanded ({path}).",
            "expand",
        )
    return place.get(name)


def _object(account: Account, value: Any) -> Object | None:
    if not isinstance(value, str):
        return None
    found = account.store.get(value)
    return public(found) if found is not None else None
