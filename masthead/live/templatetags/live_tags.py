"""The news feed beside every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.http import HttpRequest
from django.template import Context

from masthead.lib import words
from masthead.live.models import NewsFeed
from masthead.press.fragments import shared

register = template.Library()

SHOWN = 6
SUMMARY = 180  # characters of the newest brief's text


@dataclass(frozen=True)
class Item:
    """A brief as the column shows it."""

    headline: str
    url: str
    published_at: datetime
    summary: str


@dataclass(frozen=True)
class Column:
    """The newest briefs and the page with all of them."""

    url: str
    items: tuple[Item, ...]


@register.simple_tag(takes_context=True)
def feed_column(context: Context, locale_id: int | None) -> Column | None:
    """The news feed of a language with its newest briefs, None while there is no feed."""
    request: HttpRequest = context["request"]
    if locale_id is None:
        return None
    return shared(
        request, f"feed-column:{locale_id}", [f"feed-column:{locale_id}"], lambda: _column(request, locale_id)
    )


def _column(request: HttpRequest, locale_id: int) -> Column | None:
    feed = NewsFeed.objects.live().filter(locale_id=locale_id).first()
    if feed is None:
        return None
    items = [
        Item(
            brief.headline,
            brief.get_url(request) or "",
            brief.listed_at,
            words.beginning(words.plain(str(brief.text)), SUMMARY) if number == 0 else "",
        )
        for number, brief in enumerate(feed.briefs[:SHOWN])
    ]
    return Column(feed.get_url(request) or "", tuple(items))
