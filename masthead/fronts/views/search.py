"""The search page. Never pressed, never cached: what readers look for is nobody's business."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from masthead.articles.listing import STORIES_A_PAGE, Listing, pages_of
from masthead.fronts import pace
from masthead.fronts import search as archive
from masthead.fronts.edition import locale_of

SEARCHES_A_MINUTE = 60


def search(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What was found for `q`: 400 with words for what can't be looked for, 429 for whoever asks too often."""
    query = request.GET.get("q", "").strip()
    order = request.GET.get("order", "")
    order = order if order in archive.ORDERS else archive.ORDERS[0]
    if number == 1 and request.path != reverse("search"):
        return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': query})}")
    if not query:
        return _page(request, {"query": "", "order": order})
    error, status = _refusal(request, query)
    if error:
        return _page(request, {"query": query[: archive.LONGEST], "order": order, "error": error}, status)
    all_found = archive.find(query, locale_of(request), order)
    count, pages = len(all_found.matches), pages_of(len(all_found.matches))
    start = (number - 1) * STORIES_A_PAGE
    found = archive.results(all_found.matches[start : start + STORIES_A_PAGE], query)
    kept = {"q": query} | ({"order": order} if order != archive.ORDERS[0] else {})
    listing = Listing(list(found), number, pages, count, reverse("search"), f"?{urlencode(kept)}")
    context = {"query": query, "order": order, "results": found, "count": count, "listing": listing}
    if number > pages:
        return _page(request, context | {"error": gettext("There are not that many pages of results.")}, 404)
    return _page(request, context | {"capped": all_found.more})


def _refusal(request: HttpRequest, query: str) -> tuple[str, int]:
    if len(query) > archive.LONGEST:
        sentence = ngettext(
            "Please search for less at once: at most %(count)d character.",
            "Please search for less at once: at most %(count)d characters.",
            archive.LONGEST,
        )
        return sentence % {"count": archive.LONGEST}, 400
    if not any(len(word) >= archive.SHORTEST for word in archive.words_of(query)):
        return gettext("Please write a word of at least two letters or digits."), 400
    if not pace.within(request, "search", SEARCHES_A_MINUTE):
        return gettext("Too many searches in a short time. Please wait a minute and try again."), 429
    return "", 200


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shown: dict[str, Any] = {"results": [], "count": 0, "listing": None, "error": "", "too_short": status == 400}
    response = render(request, "pages/search.html", shown | context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    if status == 429:
        response.headers["Retry-After"] = str(pace.WINDOW)
    return response
