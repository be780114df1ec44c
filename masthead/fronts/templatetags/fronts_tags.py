"""Parts of every page that editors place by hand: Editors' Picks, and the information pages at the foot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import get_language

from masthead.articles.models import Article
from masthead.fronts.models import EditorsPick, InformationPage
from masthead.press.fragments import shared

register = template.Library()


@dataclass(frozen=True)
class Pick:
    """One of the Editors' Picks as a page shows it."""

    headline: str
    url: str
    kicker: str


@register.simple_tag(takes_context=True)
def editors_picks(context: Context, locale_id: int | None) -> list[Pick]:
    """Editors' Picks of a language, in the editors' order; remembered until they change."""
    request: HttpRequest = context["request"]
    if locale_id is None:
        return []

    def choose() -> list[int]:
        chosen = EditorsPick.objects.filter(home__locale_id=locale_id).order_by("sort_order")
        return list(chosen.values_list("article_id", flat=True))

    def build() -> list[Pick]:
        found = Article.objects.listed().select_related("section").defer("body", "section__description").in_bulk(keys)
        stories = [found[key] for key in keys if key in found]
        return [
            Pick(story.list_headline, story.get_url(request) or "", story.kicker or story.section.title)
            for story in stories
        ]

    tag = f"picks:{locale_id}"
    keys = shared(request, f"picked:{locale_id}", [tag], choose)
    # A pick that changes changes this part of every page: softly like the editors' choice, or at once when withdrawn.
    return shared(request, tag, [tag, *(f"picked:{key}" for key in keys)], build)


@register.simple_tag(takes_context=True)
def information_pages(context: Context, locale_id: int | None) -> list[tuple[str, str]]:
    """(title, URL) of the pages about the newsroom that are linked at the foot."""
    request: HttpRequest = context["request"]

    def build() -> list[tuple[str, str]]:
        pages = InformationPage.objects.live().filter(locale_id=locale_id, in_footer=True).order_by("path")
        return [(page.title, page.get_url(request) or "") for page in pages.defer("body")]

    return shared(request, f"information:{get_language()}", ["menu"], build)


@register.simple_tag
def edition_time(front: Any) -> datetime | None:
    """When the front last got a story: true however long ago the page was pressed."""
    stories: Iterable[Any] = [front.lead, *front.seconds, *front.newest] if front else []
    return max((story.published_at for story in stories if story and story.published_at), default=None)
