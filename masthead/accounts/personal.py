"""What the newsroom keeps of a person, part by part: shown in the reader's own place, handed out, and erased.

Each app above registers its part when it starts; accounts knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise

from masthead.accounts.models import Account

Words = str | Promise


def _nothing(_account: Account) -> None:
    """A part without anything to say."""


@dataclass(frozen=True)
class Part:
    """One app's share of the reader's own place.

    `template` is included on the page with what `context(request, account)` returns beside `account`; a part that
    returns None there has nothing to show to this person. `export` returns what JSON can hold. `erase` runs within
    one transaction with all other parts'. `kept` says in words what stays of this person after it, and why; empty if
    nothing does.
    """

    name: str
    title: Words
    order: int = 100
    template: str = ""
    context: Callable[[HttpRequest, Account], dict[str, Any] | None] = lambda _request, _account: {}
    export: Callable[[Account], Any] = _nothing
    erase: Callable[[Account], object] = _nothing
    kept: Callable[[Account], Words] = lambda _account: ""


@dataclass(frozen=True)
class Panel:
    """A part as one person sees it."""

    part: Part
    context: dict[str, Any]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Have a part shown, exported and erased. Raises ValueError if its name is another's."""
    if _parts.get(part.name, part) != part:
        raise ValueError(f"two parts are called {part.name}")
    _parts[part.name] = part


def parts() -> list[Part]:
    """All parts, in their order."""
    return sorted(_parts.values(), key=lambda part: (part.order, part.name))


def panels(request: HttpRequest, account: Account) -> list[Panel]:
    """What this person's own place shows."""
    shown = [(part, part.context(request, account)) for part in parts() if part.template]
    return [Panel(part, context) for part, context in shown if context is not None]


def export(account: Account) -> dict[str, Any]:
    """Everything the newsroom keeps of a person, by part."""
    found = {part.name: part.export(account) for part in parts()}
    return {name: data for name, data in found.items() if data is not None}


def kept(account: Account) -> list[Words]:
    """What would stay after `erase`, in words."""
    return [words for words in (part.kept(account) for part in parts()) if words]


@transaction.atomic
def erase(account: Account) -> None:
    """Erase a person: every part, then the account, which stays as an empty row that nobody can sign in to.

    All of it or none: what one part refuses stops everything. The account's own part comes last.
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    for part in parts():
        part.erase(fresh)
    fresh.become_nobody()
