"""What a person sees when the newsroom is up: where to read it, where to work on it, how to get in."""

from __future__ import annotations

import socket
import time

from django.conf import settings
from django.utils.module_loading import import_string
from rich.console import Console
from rich.table import Table

from masthead import __version__
from masthead.accounts import welcome
from masthead.accounts.models import Account

PATIENCE = 30.0  # seconds the server may take to listen before nothing is said


def greet() -> None:
    """Wait until the server listens, then say so."""
    if _listens():
        _console().print(_card())


def _console() -> Console:
    # No terminal, no colours and no guessed width: the lines go to a log.
    return Console(highlight=False, width=None if Console().is_terminal else 160)


def _listens() -> bool:
    env = settings.ENVIRONMENT
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(env.host, env.host)  # noqa: S104 (a comparison)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, env.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _card() -> Table:
    card = Table.grid(padding=(0, 2))
    card.title, card.title_justify, card.title_style = f"Masthead {__version__}", "left", "bold"
    for name, value in lines():
        card.add_row(f"  {name}", value)
    card.add_row("  stop with", "Ctrl-C")
    return card


def lines() -> list[tuple[str, str]]:
    """Name and value of each line of the welcome."""
    said = [("the paper", f"{settings.BASE_URL}/"), ("the desk", f"{settings.BASE_URL}/desk/")]
    first_run = welcome.link()
    if first_run:
        said.append(("begin here", first_run))
    if settings.DEMO:
        said += [("sign in as", words) for words in _demo_sign_in()]
    return said


def _demo_sign_in() -> list[str]:
    """The demo's addresses, as far as this newsroom has them: it may have been one of its own all along."""
    # By name: the demo stands beside this package, not below it.
    accounts, password = (import_string(f"masthead.demo.staffing.{name}") for name in ("ACCOUNTS", "PASSWORD"))
    there = set(Account.objects.filter(email__in=list(accounts)).values_list("email", flat=True))
    return [f"{address}  password {password}" for address in accounts if address in there]
