"""How often one client may ask for what costs work. No address is kept: only a count under a salted digest."""

from __future__ import annotations

import ipaddress
import secrets
import time
from hashlib import blake2b

from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60  # seconds
SALT_AGE = 3600  # seconds; after that nobody can tell which digest was whose


def within(request: HttpRequest, name: str, limit: int) -> bool:
    """Count this request; False once its client asked for `name` more than `limit` times in this minute."""
    window = int(time.time()) // WINDOW
    key = f"pace:{name}:{window}:{_digest(request)}"
    if cache.add(key, 1, 2 * WINDOW):
        return True
    try:
        return cache.incr(key) <= limit
    except ValueError:  # forgotten between the two lines
        return True


def _digest(request: HttpRequest) -> str:
    salt = cache.get("pace:salt")
    if salt is None:
        cache.add("pace:salt", secrets.token_hex(16), SALT_AGE)
        salt = cache.get("pace:salt", "")
    return blake2b(
        _network(request.META.get("REMOTE_ADDR", "")).encode(), key=salt.encode(), digest_size=12
    ).hexdigest()


def _network(address: str) -> str:
    """The address; of IPv6 the half that names a household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
