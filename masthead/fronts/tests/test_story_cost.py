"""What a story's page costs the database once its shared parts are remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from masthead.articles.models import Article
from masthead.articles.templatetags import newsroom
from masthead.articles.tests import factories as articles
from masthead.fronts.templatetags import fronts_tags
from masthead.fronts.tests import factories
from masthead.live.templatetags import live_tags
from masthead.press.tags import carry

pytestmark = pytest.mark.django_db

AT_MOST = 10


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared parts are built once, as in a process that has drawn a page before."""
    # Renditions of another test's pictures may be remembered under the same keys.
    cache.clear()
    kept: dict[str, Any] = {}

    def shared(request: HttpRequest, name: str, tags: Iterable[str], build: Callable[[], Any]) -> Any:
        carry(request, *tags)
        if name not in kept:
            kept[name] = build()
        return kept[name]

    for module in (newsroom, fronts_tags, live_tags):
        monkeypatch.setattr(module, "shared", shared)


def a_full_story() -> Article:
    factories.small_newsroom()
    related = [articles.story(main_picture=articles.picture()) for _ in range(2)]
    cards = [("related_story", {"page": one.pk, "url": "", "title": "", "summary": ""}) for one in related]
    shown = [("picture", {"picture": articles.picture().pk, "caption": "", "width": "wide"}) for _ in range(3)]
    return articles.story(
        authors=[articles.person("Mara Holm"), articles.person("Jo Field", portrait=articles.picture())],
        topics=[articles.topic("The ferry"), articles.topic("The budget")],
        main_picture=articles.picture(),
        body=articles.body(("text", f"<p>{articles.words(60)}</p>"), *shown, *cards),
    )


def queries_of(path: str) -> list[str]:
    Client().get(path)  # renditions are made and shared parts remembered once
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(path).status_code == 200
    return [str(query["sql"]) for query in queries]


def test_shared_parts_and_pictures_cost_one_query_each_kind(remembered: None) -> None:
    story = a_full_story()

    queries = queries_of(story.url)

    # All renditions beyond those that came with the story, and the related stories' pictures with them.
    assert sum('FROM "media_picture"' in query for query in queries) <= 2
    for table in ("fronts_editorspick", "live_brief"):
        assert not any(f'FROM "{table}"' in query for query in queries), table


def test_a_story_costs_at_most_ten_queries(remembered: None) -> None:
    queries = queries_of(a_full_story().url)

    assert len(queries) <= AT_MOST, "\n".join(query[:160] for query in queries)
