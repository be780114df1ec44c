"""Listing: one page of a list of stories or briefs, newest first, with addresses of the pages before and after it.

A page is found by its keys alone, which one index holds, and only its own items are fetched whole: the five
hundredth page of a large archive costs what the first one does.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from wagtail.url_routing import RouteResult

from masthead.press.fragments import shared
from masthead.press.tags import carry

STORIES_A_PAGE = 20
NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class PageNumber:
    """The path converter for `/page/<number:number>/`: from 1, without leading zeros."""

    regex = NUMBER.pattern

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Listing:
    """One page of a list: its stories, its number among `pages`, and where the neighbours are."""

    stories: list[Any]
    number: int
    pages: int
    count: int
    url: str
    query: str = ""

    @property
    def first(self) -> bool:
        """Whether this is the list's front."""
        return self.number == 1

    @property
    def here(self) -> str:
        """The address of this very page."""
        return self._url_of(self.number)

    @property
    def newer_url(self) -> str | None:
        """Where the newer stories are; None on the first page."""
        return None if self.first else self._url_of(self.number - 1)

    @property
    def older_url(self) -> str | None:
        """Where the older stories are; None on the last page."""
        return self._url_of(self.number + 1) if self.number < self.pages else None

    def _url_of(self, number: int) -> str:
        return (self.url if number == 1 else f"{self.url}page/{number}/") + self.query


def pages_of(count: int, length: int = STORIES_A_PAGE) -> int:
    """How many pages `count` items fill; an empty list has one page."""
    return max(1, math.ceil(count / length))


def in_order(cards: QuerySet[Any], keys: list[int]) -> list[Any]:
    """The rows of `cards` with these keys, in the keys' order; keys without a row fall out."""
    found = {row.pk: row for row in cards.filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def tag_of_page(tag: str, number: int) -> str:
    """The tag a list's page carries: deeper pages may lag behind the front."""
    return tag if number == 1 else f"{tag}:older"


def read_page(
    request: HttpRequest,
    ordered: QuerySet[Any],
    cards: QuerySet[Any],
    *,
    number: int,
    url: str,
    tag: str,
    key: str = "pk",
) -> Listing:
    """One page of `ordered`, whose column `key` names items of `cards`; the response carries the list's tag.

    Raises Http404 beyond the end.
    """
    here = tag_of_page(tag, number)
    carry(request, here)
    count = shared(request, f"count:{url}:{here}", [here], ordered.count)
    start = (number - 1) * STORIES_A_PAGE
    keys = list(ordered.values_list(key, flat=True)[start : start + STORIES_A_PAGE + 1])
    if number > 1 and not keys:
        raise Http404
    # The count is remembered and may be old; whether there is a next page is not.
    pages = max(pages_of(count), number + 1) if len(keys) > STORIES_A_PAGE else number
    return Listing(in_order(cards, keys[:STORIES_A_PAGE]), number, pages, count, url)


class Paged:
    """A mixin for Wagtail pages that list: adds `/page/<n>/` to their address. Named before PressedPage."""

    page_number = 1

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer for `page/<n>/` too."""
        if len(path_components) == 2 and path_components[0] == "page" and NUMBER.fullmatch(path_components[1]):
            if not self.live:  # type: ignore[attr-defined]
                raise Http404
            return RouteResult(self, kwargs={"number": int(path_components[1])})
        result: RouteResult = super().route(request, path_components)  # type: ignore[misc]
        return result

    def serve(self, request: HttpRequest, *args: Any, number: int | None = None, **kwargs: Any) -> HttpResponse:
        """Serve that page of the list; `/page/1/` is the list's own address."""
        if number == 1:
            return HttpResponsePermanentRedirect(self.get_url(request))  # type: ignore[attr-defined]
        self.page_number = number or 1
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response
