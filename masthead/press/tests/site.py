"""A site that has nothing to do with news, for the press to press: its words are in a dictionary."""

from __future__ import annotations

import itertools
import threading
import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path

from masthead.press.fragments import shared
from masthead.press.tags import carry

WORDS: dict[str, Any] = {}
RENDERED: list[str] = []
_count = itertools.count(1)
_lock = threading.Lock()


def reset() -> None:
    WORDS.clear()
    RENDERED.clear()
    WORDS.update(story="first words", column="a column", delay=0.0)


def story(request: HttpRequest) -> HttpResponse:
    with _lock:
        RENDERED.append(request.path)
    carry(request, "story:1")
    words = WORDS["story"]
    if words is None:
        raise Http404
    if words == "boom":
        raise RuntimeError("boom")
    if words == "gone":
        return HttpResponse("gone for good", status=410)
    if words == "moved":
        return HttpResponsePermanentRedirect("/elsewhere/")
    time.sleep(WORDS["delay"])
    column = shared(request, "column", ["column"], lambda: WORDS["column"])
    return HttpResponse(f"<!doctype html><p>{words}</p><aside>{column}</aside>")


def listing(request: HttpRequest) -> HttpResponse:
    carry(request, "stories")
    request.press_vary = {"page"}  # type: ignore[attr-defined]
    return HttpResponse(f"<!doctype html><ul><li>{WORDS['story']}</ul><p>{request.GET.get('page', '1')}")


def private(request: HttpRequest) -> HttpResponse:
    carry(request, "private")
    response = HttpResponse("for you alone")
    response.set_cookie("you", "1")
    return response


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"never pressed {next(_count)}")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    carry(request)
    return HttpResponse("<!doctype html><p>nothing here", status=404)


def feed(request: HttpRequest) -> HttpResponse:
    carry(request, "stories")
    return HttpResponse("<rss/>", content_type="application/rss+xml; charset=utf-8")


handler404 = not_found
urlpatterns = [
    path("story/", story),
    path("list/", listing),
    path("private/", private),
    path("silent/", silent),
    path("feed.xml", feed),
    path("not-found/", not_found),
]
