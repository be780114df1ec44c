"""Wagtail's pages: a story is found by its address in one query; what was taken down answers 410."""

from __future__ import annotations

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext
from wagtail import views as wagtail_views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from masthead.articles.models import Article, Takedown
from masthead.press.fragments import shared
from masthead.press.tags import carry


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the page at this address; 410 with the public note where a story was taken down."""
    try:
        _route(request, path)
        response: HttpResponse = wagtail_views.serve(request, path)
    except Http404:
        takedown = _takedown_at(request)
        if takedown is None:
            raise
        return _gone(request, takedown)
    return response


def _route(request: HttpRequest, path: str) -> None:
    """Find the page, and keep it where Wagtail itself would look for it. Raises Http404."""
    # Wagtail asks for the site by name at every request; here there is one, and it hardly ever changes.
    host = request.get_host()
    request._wagtail_site = shared(  # type: ignore[attr-defined]  # noqa: SLF001
        request, f"site of {host}", ["newsroom"], lambda: Site.find_for_request(request)
    )
    story = _story_at(request, path)
    if story is not None:
        request._wagtail_route_for_request = RouteResult(story)  # type: ignore[attr-defined]  # noqa: SLF001
        return
    found = Page.route_for_request(request, path)
    # Wagtail shows a page under another language's prefix too while it has no translation; one address is enough.
    number = found.kwargs.get("number") if found else None
    path = request.path.removesuffix(f"page/{number}/") if number else request.path
    if found is None or not is_at_home(request, found.page, path):
        raise Http404


def is_at_home(request: HttpRequest, page: Page, path: str) -> bool:
    """Whether `path` is this page's own address in the request's site."""
    where, site = page.get_url_parts(request), Site.find_for_request(request)
    return bool(where and site and where[0] == site.pk and where[2] and unquote(where[2]) == path)


def _story_at(request: HttpRequest, path: str) -> Article | None:
    parts = [part for part in path.split("/") if part]
    if len(parts) != 2:
        return None
    slug = parts[1]
    # By the slug alone, whose index is the one to use; the whole address is compared with what is found.
    found = Article.objects.reading().filter(slug=slug, live=True, section__isnull=False).order_by()
    return next((story for story in found if is_at_home(request, story, request.path)), None)


def _takedown_at(request: HttpRequest) -> Takedown | None:
    paths = {request.path, escape_uri_path(request.path)}
    return Takedown.objects.filter(path__in=paths, lifted_at__isnull=True).order_by("-made_at").first()


def _gone(request: HttpRequest, takedown: Takedown) -> HttpResponse:
    carry(request, *([f"story:{takedown.article_id}"] if takedown.article_id else []))
    context = {"title": gettext("No longer here"), "public_note": takedown.public_note}
    return render(request, "pages/410.html", context, status=410)
