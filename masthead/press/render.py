"""A public URL rendered by Django as a reader without any cookie sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponseBase
from django.utils import timezone, translation

from masthead.press.tags import carried_by, leads_to

# What of Django's answer goes with the file; Vary, ETag, dates and lengths are the press's own.
KEPT_HEADERS = (
    "content-type",
    "content-language",
    "location",
    "cache-control",
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
    "x-robots-tag",
    "cross-origin-opener-policy",
    "strict-transport-security",
    "access-control-allow-origin",
    "link",
)
PRESSABLE = frozenset({200, 301, 308, 410})
CACHE_CONTROL = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Rendered:
    """One answer. `tags` is None when the view never said that it may be pressed."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    tags: frozenset[str] | None
    vary_query: frozenset[str]
    private: bool

    @property
    def pressable(self) -> bool:
        """Whether it may become a file."""
        return self.tags is not None and not self.private and (self.status in PRESSABLE)


@lru_cache(maxsize=1)
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def request_for(path: str, query: str = "") -> WSGIRequest:
    """A GET request for a decoded path on the public host, without cookies."""
    origin = urlsplit(settings.BASE_URL)
    port = str(origin.port or (443 if origin.scheme == "https" else 80))
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.encode("utf-8").decode("latin-1"),
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": origin.hostname or "localhost",
            "SERVER_PORT": port,
            "HTTP_HOST": origin.netloc,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_X_FORWARDED_PROTO": origin.scheme,
            "wsgi.url_scheme": origin.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
        }
    )


def render(path: str) -> Rendered:
    """Render a path through Django's whole stack. Errors inside views come back as the answer they make (500)."""
    request = request_for(path)
    request.pressing = True  # type: ignore[attr-defined]
    # The caller may be in the middle of an editor's request, in her language and her time zone.
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        response = _handler().get_response(request)
        body = _body_of(response)
    # Not response.close(): its request_finished would close the database connection of the editor we work for.
    for close in getattr(response, "_resource_closers", ()):
        close()
    headers = [(name.lower(), value) for name, value in response.items() if name.lower() in KEPT_HEADERS]
    if not any(name == "cache-control" for name, _ in headers):
        headers.append(("cache-control", CACHE_CONTROL))
    # Not by Vary: a template that asks who is signed in makes the answer vary by cookie, and we sent none.
    no_store = any(name == "cache-control" and ("no-store" in value or "private" in value) for name, value in headers)
    return Rendered(
        status=response.status_code,
        headers=headers,
        body=body,
        tags=_tags_of(request, response),
        vary_query=frozenset(getattr(request, "press_vary", ())),
        private=bool(response.cookies) or no_store,
    )


def _tags_of(request: WSGIRequest, response: HttpResponseBase) -> frozenset[str] | None:
    """What the view carried. A redirect carries the address it leads to, which may move once more."""
    carried = carried_by(request)
    target = target_of(response.headers.get("Location", ""))
    return carried if carried is None or target is None else carried | {leads_to(target)}


def target_of(location: str) -> str | None:
    """The path on this site that a Location header leads to, decoded; None if it leads elsewhere or nowhere."""
    parts = urlsplit(location)
    ours = parts.netloc in {"", urlsplit(settings.BASE_URL).netloc}
    return unquote(parts.path) if parts.path.startswith("/") and ours else None


def _body_of(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(response)
    return bytes(response.content)  # type: ignore[attr-defined]
