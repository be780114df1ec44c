"""Fronts for tests: what editors place by hand, and a whole small newsroom."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from masthead.articles.models import Article, Section, Topic
from masthead.articles.tests import factories as articles
from masthead.articles.tests.factories import home
from masthead.fronts.models import EditorsPick, HomePage, InformationPage
from masthead.live.tests import factories as live


def picks(stories: Iterable[Article], *, front: HomePage | None = None) -> HomePage:
    """Editors' Picks, in this order."""
    page: HomePage = front or home()
    page.editors_picks.all().delete()
    for order, story in enumerate(stories):
        EditorsPick.objects.create(home=page, article=story, sort_order=order)
    return HomePage.objects.get(pk=page.pk)


def package(title: str, stories: Iterable[Article], look: str = "lead") -> dict[str, Any]:
    """A package for `lay`."""
    return {"type": "package", "value": {"title": title, "stories": [story.pk for story in stories], "look": look}}


def section_list(section: Section, count: int = 4) -> dict[str, Any]:
    """The newest of a section for `lay`."""
    return {"type": "section_list", "value": {"section": section.pk, "count": count}}


def topic_list(topic: Topic, count: int = 4) -> dict[str, Any]:
    """The newest of a topic for `lay`."""
    return {"type": "topic_list", "value": {"topic": topic.pk, "count": count}}


def lay(front: HomePage, *blocks: dict[str, Any], lead: Article | None = None) -> HomePage:
    """Place lead and blocks on a front."""
    page = HomePage.objects.get(pk=front.pk)
    page.lead = lead
    page.packages = json.dumps(list(blocks))
    page.save()
    return page


def information(title: str = "About us", *, front: HomePage | None = None, **fields: Any) -> InformationPage:
    """A page about the newsroom."""
    parent: HomePage = front or home()
    slug = fields.pop("slug", "about")
    page = InformationPage(
        **{
            "title": title,
            "slug": slug,
            "standfirst": "Who we are, and who pays for it.",
            "body": articles.body(),
            "live": True,
            "locale": parent.locale,
            **fields,
        }
    )
    HomePage.objects.get(pk=parent.pk).add_child(instance=page)
    return InformationPage.objects.get(pk=page.pk)


def small_newsroom() -> HomePage:
    """A front with two sections, a story of every kind, briefs and picks: enough to look at each page once."""
    articles.newsroom()
    council, harbour = articles.section("Council"), articles.section("Harbour")
    face = articles.picture("Portrait", size=(600, 600), colour=(160, 130, 110))
    author = articles.person("Mara Holm", portrait=face, bio="Mara Holm has covered the council since 2019.")
    ferry = articles.topic("The ferry", description="A boat, an island, and who pays.")
    first = articles.story(
        "Council keeps the old ferry for one more winter",
        parent=council,
        authors=[author],
        topics=[ferry],
        main_picture=articles.picture(),
        kicker="Ferry vote",
        dateline="Saltmarsh",
    )
    others = [articles.story(parent=place, authors=[author]) for place in (council, harbour, harbour, council)]
    for _ in range(3):
        live.brief()
    information()
    return picks([others[0], first, others[2]])
