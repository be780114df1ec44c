"""How often who may try what at the door.

Two counts stand side by side. The narrow one belongs to an address and the network that tries it, or to a browser in
which the account was signed in to before: reached, it stops that one and nobody else. The wide one belongs to the
address alone, and stops guessing from many networks; known browsers are not subject to it, so nobody can lock an
account's owner out of them. Six digits, sixty wrong codes a day for an address: 1 in 16,667.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest

from masthead.accounts import known_browser

# (for an address and who tries it, for an address in all, for a network)
CODE_WANTED = ("5/15m", "30/d", "120/h")
CODE_TRIED = ("15/h", "60/d", "120/h")
LETTER_WANTED = ("5/h", "10/d", "30/h")


def who_tries(request: HttpRequest, address: str) -> str:
    """The one whose attempts on this address are counted together."""
    browser = known_browser.of(request, address)
    return f"{address.lower()}|{browser or get_ip(request)}"


def within(request: HttpRequest, what: str, rates: tuple[str, str, str], address: str) -> bool:
    """Count an attempt; False if it is one too many. The same for addresses that are known here and that aren't."""
    browser = known_browser.of(request, address)
    narrow, wide, network = rates
    counts = [(narrow, f"{address.lower()}|{browser or get_ip(request)}"), (network, f"network|{get_ip(request)}")]
    if not browser:
        counts.append((wide, address.lower()))
    return all(_take(request, f"{what}-{number}", rate, key) for number, (rate, key) in enumerate(counts))


def from_network(request: HttpRequest, what: str, rate: str, *, only_look: bool = False) -> bool:
    """Count what belongs to no address; False if this network did it too often. `only_look` counts nothing."""
    return _take(request, what, rate, f"network|{get_ip(request)}", only_look=only_look)


def _take(request: HttpRequest, action: str, rate: str, key: str, *, only_look: bool = False) -> bool:
    config = {action: f"{rate}/key"}
    usage = ratelimit.consume(request, app="masthead", action=action, config=config, key=key, dry_run=only_look)
    return usage is not None
