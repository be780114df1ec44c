"""The front: lead, seconds, packages and lists; no story twice, nothing unpublished, nothing of another language."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.fronts.layout import Front, lay_out
from masthead.fronts.models import HomePage

pytestmark = pytest.mark.django_db


def place(home: HomePage, *blocks: tuple[str, Any], lead: Article | None = None) -> HomePage:
    home.lead = lead
    home.packages = json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    home.save()
    return HomePage.objects.get(pk=home.pk)


def shown(front: Front) -> list[int]:
    stories = [front.lead] if front.lead else []
    stories += [*front.seconds, *front.newest, *(story for block in front.blocks for story in block.stories)]
    return [story.pk for story in stories]


def test_the_newest_story_leads_an_untouched_front() -> None:
    home, stories = make.home(), [make.story() for _ in range(6)]
    front = lay_out(home)
    assert front.lead == stories[0]
    assert front.seconds == stories[1:4]
    assert front.newest == stories[4:]
    assert front.blocks == []


def test_an_empty_newsroom_has_an_empty_front() -> None:
    home = make.home()
    assert shown(lay_out(home)) == []


def test_what_editors_place_stands_where_they_placed_it() -> None:
    council, sport = make.section("Council"), make.section("Sport")
    ferry = make.topic("The ferry")
    stories = [make.story(parent=council) for _ in range(6)]
    games = [make.story(parent=sport) for _ in range(6)]
    about = [make.story(parent=council, topics=[ferry]) for _ in range(3)]
    home = place(
        make.home(),
        ("package", {"title": "The vote", "stories": [games[5].pk, stories[5].pk], "look": "row"}),
        ("section_list", {"section": sport.pk, "count": 2}),
        ("topic_list", {"topic": ferry.pk, "count": 4}),
        lead=stories[4],
    )
    front = lay_out(home)
    assert front.lead == stories[4]
    assert front.seconds == stories[:3]
    package, section_list, topic_list = front.blocks
    assert (package.kind, package.title, package.url, package.look) == ("package", "The vote", None, "row")
    assert package.stories == [games[5], stories[5]]
    assert (section_list.kind, section_list.title, section_list.url) == ("list", "Sport", "/sport/")
    assert section_list.stories == games[:2]
    assert topic_list.url == "/topic/the-ferry/"
    assert topic_list.stories == about


def test_what_is_not_published_or_of_another_language_falls_out() -> None:
    draft, published = make.story(live=False), make.story()
    abroad = make.story(parent=make.section("Рада", parent=make.home("uk"), slug="rada"))
    home = place(
        make.home(),
        ("package", {"title": "Mixed", "stories": [draft.pk, abroad.pk, 999_999], "look": "lead"}),
        ("section_list", {"section": 999_999, "count": 4}),
        lead=draft,
    )
    front = lay_out(home)
    assert front.blocks == []
    assert shown(front) == [published.pk]
    assert shown(lay_out(make.home("uk"))) == [abroad.pk]


def test_a_front_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    council, ferry = make.section("Council"), make.topic("The ferry")
    stories = [make.story(parent=council, topics=[ferry], main_picture=None) for _ in range(12)]
    home = place(
        make.home(),
        *[("package", {"title": f"P{n}", "stories": [stories[n].pk], "look": "row"}) for n in range(4)],
        ("section_list", {"section": council.pk, "count": 4}),
        ("topic_list", {"topic": ferry.pk, "count": 4}),
    )
    with django_assert_max_num_queries(12):
        lay_out(home)


def test_the_home_page_shows_its_front(client: Client) -> None:
    make.home()
    story = make.story()
    response = client.get("/")
    assert response.status_code == 200
    assert response.context["front"].lead == story
    assert not response.cookies


@pytest.fixture
def twenty_stories() -> tuple[HomePage, list[Article], list[Any]]:
    sections = [make.section(name) for name in ("Council", "Sport", "Harbour")]
    topics = [make.topic(name) for name in ("The ferry", "The flood")]
    stories = [
        make.story(parent=sections[n % 3], topics=[topics[n % 2]] if n % 5 else [], live=n % 7 != 0, body="[]")
        for n in range(20)
    ]
    return make.home(), stories, [sections, topics]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_story_stands_twice_whatever_editors_do(data: st.DataObject, twenty_stories: Any) -> None:
    home, stories, (sections, topics) = twenty_stories
    story = st.sampled_from([story.pk for story in stories])
    package = st.fixed_dictionaries({"title": st.just("P"), "stories": st.lists(story, min_size=1, max_size=8)})
    section_list = st.fixed_dictionaries(
        {"section": st.sampled_from([section.pk for section in sections]), "count": st.integers(1, 12)}
    )
    topic_list = st.fixed_dictionaries(
        {"topic": st.sampled_from([topic.pk for topic in topics]), "count": st.integers(1, 12)}
    )
    block = st.one_of(
        package.map(lambda value: ("package", value)),
        section_list.map(lambda value: ("section_list", value)),
        topic_list.map(lambda value: ("topic_list", value)),
    )
    home.lead_id = data.draw(st.one_of(st.none(), story))
    blocks = data.draw(st.lists(block, max_size=6))
    home.packages = HomePage._meta.get_field("packages").to_python(
        json.dumps([{"type": kind, "value": value} for kind, value in blocks])
    )
    front = lay_out(home)
    keys = shown(front)
    published = {story.pk for story in stories if story.live}
    assert len(keys) == len(set(keys))
    assert set(keys) <= published
    assert front.lead is not None
    assert all(block.stories for block in front.blocks)
    # Nothing published is left out while there is room below.
    assert set(keys) == published or len(front.newest) == 12


def test_a_scheduled_story_is_not_on_the_front() -> None:
    home = make.home()
    make.story(live=False, go_live_at=timezone.now())
    assert lay_out(home).lead is None
