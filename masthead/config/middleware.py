"""What holds for every answer Django gives: security headers, and for the desk all or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from masthead.articles.checks import NotReady
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
# Somebody's upload: shown by no browser, and if by some, without scripts and without our origin.
DOWNLOADS = "default-src 'none'; sandbox"
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
        if request.path.startswith("/files/"):
            response.headers["Content-Security-Policy"] = DOWNLOADS
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = DESK if desk else csp.header_for(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if getattr(request, "is_preview", False):
            # Rendered within a desk request, to be shown in a frame beside the form: by us alone.
            framed = csp.header_for(request).replace("frame-ancestors 'none'", "frame-ancestors 'self'")
            response.headers["Content-Security-Policy"] = framed
        elif not desk:
            response.headers["X-Frame-Options"] = "DENY"
        if not desk:
            self._write_policy_into(request, response)
        return response

    def _write_policy_into(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(csp.policy_for(request))}">'
        response.content = response.content.replace(MARK, meta.encode(), 1)
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))


class DeskTransactionMiddleware:
    """Whatever a desk request changes, it changes wholly: the page, its history, and the orders to the press.

    A story that isn't ready is refused in words, whichever screen it was to be published from.
    """

    UNSAFE = ("/desk/pages/", "/desk/workflows/", "/desk/bulk/", "/desk/snippets/")
    # These keep nothing but the session; they shouldn't wait for SQLite's one writer.
    HARMLESS = "/preview/"
    # A picture's new file, and the end of the old one's cuts, are one change; an upload needn't be.
    ONE_PICTURE = re.compile(r"/desk/images/\d+/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Run the view within a transaction, its template too: a page that fails to render has changed nothing."""
        unsafe = request.path.startswith(self.UNSAFE) or self.ONE_PICTURE.match(request.path)
        if request.method != "POST" or not unsafe or self.HARMLESS in request.path:
            return None
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and callable(response.render):
                    response = response.render()
                if response.status_code >= 500:
                    transaction.set_rollback(True)
        except NotReady as refused:
            return self._refused(request, refused)
        return response

    def _refused(self, request: HttpRequest, refused: NotReady) -> HttpResponse:
        editor = redirect("wagtailadmin_pages:edit", refused.article.pk)
        for problem in refused.problems:
            messages.error(request, f"{refused.article}: {problem.message}")
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # What Wagtail's dialogs understand as "done, go there".
            return JsonResponse({"step": "success", "redirect": editor.url})
        return editor
