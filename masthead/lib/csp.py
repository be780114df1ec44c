"""Content security policy: one strict policy for readers' pages, opened only for what a page itself names."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpRequest

# Everything from our own origin, nothing inline, nobody may frame us.
READERS = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "media-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
}
# Not allowed in a <meta> policy, so only in the header.
HEADER_ONLY = {"frame-ancestors": ("'none'",)}

ATTRIBUTE = "csp_allowed"


def allow(request: HttpRequest, directive: str, source: str) -> None:
    """Let this one page use `source` for `directive`, e.g. a player's origin for `frame-src`."""
    allowed: dict[str, set[str]] = getattr(request, ATTRIBUTE, {})
    allowed.setdefault(directive, set()).add(source)
    setattr(request, ATTRIBUTE, allowed)


def hash_of(inline: str) -> str:
    """The source expression for an inline <style> or <script> of exactly this text."""
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy_for(request: HttpRequest) -> str:
    """The readers' policy with what this page allowed, without the directives a <meta> may not hold."""
    allowed: dict[str, set[str]] = getattr(request, ATTRIBUTE, {})
    directives = {name: list(sources) for name, sources in READERS.items()}
    for name, sources in allowed.items():
        directives[name] = [*directives.get(name, []), *sorted(sources)]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def header_for(request: HttpRequest) -> str:
    """The whole policy as a header."""
    only = "; ".join(f"{name} {' '.join(sources)}" for name, sources in HEADER_ONLY.items())
    return f"{policy_for(request)}; {only}"
