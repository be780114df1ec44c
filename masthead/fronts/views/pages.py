"""Wagtail's pages: a story is found by its address in one query; what was taken down answers 410."""

from __future__ import annotations

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.encoding import escape_uri_path
from wagtail import views as wagtail_views
from wagtail.models import Site
from wagtail.url_routing import RouteResult

from masthead.articles.models import Article, Takedown
from masthead.press.tags import carry


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the page at this address; 410 with the public note where a story was taken down."""
    try:
        story = _story_at(request, path)
        if story is not None:
            # Where Wagtail itself keeps what it found, so that it needn't walk down the tree.
            request._wagtail_route_for_request = RouteResult(story)  # type: ignore[attr-defined]  # noqa: SLF001
        response: HttpResponse = wagtail_views.serve(request, path)
    except Http404:
        takedown = _takedown_at(request)
        if takedown is None:
            raise
        return _gone(request, takedown)
    return response


def _story_at(request: HttpRequest, path: str) -> Article | None:
    parts = [part for part in path.split("/") if part]
    if len(parts) != 2:
        return None
    section, slug = parts
    found = Article.objects.reading().filter(
        slug=slug,
        section__slug=section,
        section__live=True,
        live=True,
        locale__language_code=translation.get_language(),
    )
    site = Site.find_for_request(request)
    for story in found:
        where = story.get_url_parts(request)
        if where and site and where[0] == site.pk and where[2] and unquote(where[2]) == request.path:
            return story  # type: ignore[no-any-return]
    return None


def _takedown_at(request: HttpRequest) -> Takedown | None:
    paths = {request.path, escape_uri_path(request.path)}
    return Takedown.objects.filter(path__in=paths, lifted_at__isnull=True).order_by("-made_at").first()


def _gone(request: HttpRequest, takedown: Takedown) -> HttpResponse:
    carry(request, *([f"story:{takedown.article_id}"] if takedown.article_id else []))
    return render(request, "pages/410.html", {"public_note": takedown.public_note, "takedown": takedown}, status=410)
