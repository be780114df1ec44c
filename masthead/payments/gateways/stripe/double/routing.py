"""Which call is carried out by which function, and what a function is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .account import Account
from .store import Object


@dataclass
class Call:
    """A request that was let in: its parameters are read, its path is taken apart."""

    account: Account
    params: dict[str, Any]
    path: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.path["id"]


Carried = Callable[[Call], Object]


@dataclass(frozen=True)
class Route:
    """One call of the API: its method, its path, the library's type of its parameters, and what carries it out."""

    method: str
    path: str
    params: type
    carry_out: Carried
    pattern: re.Pattern[str]


ROUTES: list[Route] = []


def route(method: str, path: str, params: type) -> Callable[[Carried], Carried]:
    """Put a function at a path such as `/v1/refunds/{id}`."""

    def keep(function: Carried) -> Carried:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        ROUTES.append(Route(method, path, params, function, pattern))
        return function

    return keep


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request. Fixed paths were put down before those with an id, and win."""
    for found in ROUTES:
        if found.method == method and (parts := found.pattern.fullmatch(path)):
            return found, parts.groupdict()
    return None
