"""A site that has nothing to do with news, for the press to press: its words are in a dictionary."""

from __future__ import annotations

import itertools
import json
import threading
import time
from pathlib import Path
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from masthead.press.fragments import shared
from masthead.press.tags import carry

WORDS: dict[str, Any] = {}
WORDS_FILE = ""  # where a server in another process reads its words from, and where it counts its renders
RENDERED: list[str] = []
_count = itertools.count(1)
_lock = threading.Lock()


def reset() -> None:
    WORDS.clear()
    RENDERED.clear()
    WORDS.update(story="first words", column="a column", elsewhere="/elsewhere/", delay=0.0)


def _read_words() -> None:
    if WORDS_FILE and Path(WORDS_FILE).exists():
        WORDS.update(json.loads(Path(WORDS_FILE).read_text()))


def _count_render(path: str) -> None:
    with _lock:
        RENDERED.append(path)
        if WORDS_FILE:
            with Path(WORDS_FILE + ".rendered").open("a") as file:
                file.write(path + "\n")


def story(request: HttpRequest) -> HttpResponse:
    _read_words()
    _count_render(request.path)
    carry(request, "story:1")
    words = WORDS["story"]
    if words is None:
        raise Http404
    if words == "boom":
        raise RuntimeError("boom")
    if words == "gone":
        return HttpResponse("gone for good", status=410)
    if words == "moved":
        return HttpResponsePermanentRedirect(WORDS["elsewhere"])
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


def echo(request: HttpRequest) -> HttpResponse:
    """What Django was given, for what never becomes a file."""
    given = {name: request.META.get(name, "") for name in ("PATH_INFO", "REMOTE_ADDR", "HTTP_X_REAL", "HTTP_COOKIE")}
    return JsonResponse({**given, "body": len(request.body), "host": request.get_host(), "secure": request.is_secure()})


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one ", b"two ", b"three"]), content_type="text/plain")


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
    path("desk/echo/", csrf_exempt(echo)),
    path("desk/stream/", stream),
]
