"""Pages for what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from masthead.fronts.addresses import redirect_tag
from masthead.press.tags import carry


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for every reader, so that it may be pressed."""
    if request.method in {"GET", "HEAD"}:
        # Whoever makes a redirect from here, or takes one away, changes what this address answers.
        carry(request, redirect_tag(request.get_full_path()))
    if getattr(request, "pressing", False) and request.path not in settings.PRESS_NOT_FOUND.values():
        # Nobody sees it: readers get the pressed page. Drawing it for each made-up address would keep the press busy.
        return HttpResponse(status=404)
    return render(request, "pages/404.html", {"title": gettext("Page not found")}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; must not need the database, and must not be kept."""
    return render(request, "pages/500.html", status=500)
