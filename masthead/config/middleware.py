"""Security headers on every answer Django gives: readers' pages strict, the desk as strict as Wagtail allows."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from django.http import HttpRequest, HttpResponse

from masthead.lib import csp

# Wagtail's admin writes inline styles and data: icons; scripts come from our own origin only.
DESK = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "frame-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()"
# The base template leaves this mark; a pressed file must carry its policy within it, for any web server to serve.
MARK = b"<!--csp-->"


class SecurityHeadersMiddleware:
    """Adds the content security policy and its company."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        desk = request.path.startswith("/desk/")
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = DESK if desk else csp.header_for(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not desk:
            response.headers["X-Frame-Options"] = "DENY"
            self._write_policy_into(request, response)
        return response

    def _write_policy_into(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(csp.policy_for(request))}">'
        response.content = response.content.replace(MARK, meta.encode(), 1)
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
