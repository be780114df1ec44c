"""A news feed for tests: plain functions, each making one noun."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from masthead.articles.tests import factories as articles
from masthead.live.models import Brief, NewsFeed

_numbers = itertools.count(1)


def feed(*, parent: Page | None = None, **fields: Any) -> NewsFeed:
    """The news feed of a language, made once."""
    front = parent or articles.home()
    found = NewsFeed.objects.child_of(front).first()
    if found is not None:
        return found
    page = NewsFeed(**{"title": "News Feed", "slug": "news-feed", "live": True, "locale": front.locale, **fields})
    type(front).objects.get(pk=front.pk).add_child(instance=page)
    return NewsFeed.objects.get(pk=page.pk)


def brief(
    title: str = "", *, parent: NewsFeed | None = None, published_at: datetime | None = None, **fields: Any
) -> Brief:
    """A published brief; `live=False` makes a draft."""
    number = next(_numbers)
    place = parent or feed()
    live = fields.pop("live", True)
    first = (published_at or timezone.now() - timedelta(minutes=7 * number)) if live else None
    page = Brief(
        **{
            "title": title or f"Ferry leaves ten minutes late ({number})",
            "slug": f"brief-{number}",
            "text": "<p>Fog over the bay; the port expects the next boat on time.</p>",
            "live": live,
            "first_published_at": first,
            "last_published_at": first,
            "locale": place.locale,
            **fields,
        }
    )
    NewsFeed.objects.get(pk=place.pk).add_child(instance=page)
    return Brief.objects.get(pk=page.pk)
