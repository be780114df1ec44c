"""Lists as readers ask for them: section, topic, author, archive, news feed; their pages and their ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from masthead.articles.models import Takedown
from masthead.articles.tests import factories as make
from masthead.live.models import Brief, NewsFeed
from masthead.press.tags import carried_by

pytestmark = pytest.mark.django_db


# Tags of parts that stand on every page, whatever it lists.
EVERYWHERE = {"newsroom", "menu", "translations", "picks", "feed-column"}


def own_tags(response: Any) -> set[str]:
    """The tags of what the page lists or is, without names and pictures on it; fails if it may not be pressed."""
    carried = carried_by(response.wsgi_request)
    assert carried is not None
    named = {tag for tag in carried if tag.endswith(":name") or tag.startswith(("picture:", "redirect:"))}
    return {tag for tag in carried - named if tag.partition(":")[0] not in EVERYWHERE}


def stories(count: int, **fields: Any) -> list[Any]:
    return [make.story(body="[]", **fields) for _ in range(count)]


def brief(feed: NewsFeed, title: str, minutes: int = 0) -> Brief:
    moment = timezone.now() - timedelta(minutes=minutes)
    made = Brief(title=title, slug=f"brief-{minutes}", text="<p>It was short.</p>", first_published_at=moment)
    made.last_published_at = moment
    NewsFeed.objects.get(pk=feed.pk).add_child(instance=made)
    return Brief.objects.get(pk=made.pk)


def news_feed() -> NewsFeed:
    feed = NewsFeed(title="News feed", slug="news-feed", live=True)
    make.home().add_child(instance=feed)
    return feed


def test_a_section_lists_its_stories_newest_first(client: Client) -> None:
    council, sport = make.section("Council"), make.section("Sport")
    shown, _hidden, _elsewhere = stories(3, parent=council), stories(1, live=False), stories(2, parent=sport)
    response = client.get("/council/")
    listing = response.context["listing"]
    assert response.context["section"] == council
    assert listing.stories == shown
    assert (listing.number, listing.pages, listing.first) == (1, 1, True)
    assert (listing.newer_url, listing.older_url) == (None, None)
    assert own_tags(response) == {f"section:{council.pk}"}
    assert not response.cookies


def test_a_long_section_has_older_pages(client: Client) -> None:
    council = make.section("Council")
    shown = stories(45, parent=council)
    first, second, third = (client.get(url) for url in ("/council/", "/council/page/2/", "/council/page/3/"))
    assert first.context["listing"].older_url == "/council/page/2/"
    assert second.context["listing"].stories == shown[20:40]
    assert second.context["listing"].newer_url == "/council/"
    assert second.context["listing"].older_url == "/council/page/3/"
    assert third.context["listing"].stories == shown[40:]
    assert third.context["listing"].older_url is None
    assert own_tags(second) == {f"section:{council.pk}:older"}


@pytest.mark.parametrize("number", ["2", "0", "01", "-1", "x", "99999999999999999999", "٣"])
def test_there_is_no_page_beyond_the_end(client: Client, number: str) -> None:
    stories(2)
    response = client.get(f"/council/page/{number}/")
    assert response.status_code == 404


def test_a_page_beyond_the_end_is_pressed_anew_when_the_list_grows(client: Client) -> None:
    council = make.section("Council")
    stories(2, parent=council)
    response = client.get("/council/page/2/")
    assert own_tags(response) == {f"section:{council.pk}:older"}


@pytest.mark.parametrize("base", ["/council/", "/topic/the-ferry/", "/author/mara-holm/", "/archive/2026/03/"])
def test_page_one_is_the_lists_own_address(client: Client, base: str) -> None:
    make.story(topics=[make.topic()], published_at=datetime(2026, 3, 5, tzinfo=UTC))
    assert client.get(base).status_code == 200
    response = client.get(f"{base}page/1/")
    assert (response.status_code, response.headers["Location"]) == (301, base)


def test_an_empty_section_has_a_page(client: Client) -> None:
    make.section("Council")
    assert client.get("/council/").context["listing"].stories == []


def test_a_topic_and_an_author_list_their_stories(client: Client) -> None:
    ferry, writer, maker = make.topic("The ferry"), make.person("Mara Holm"), make.person("Jon Berg")
    both = make.story(topics=[ferry], authors=[writer], others=[(maker, "photographer"), (writer, "translator")])
    other = make.story(authors=[maker])
    topic, mara, jon = (client.get(url) for url in ("/topic/the-ferry/", "/author/mara-holm/", "/author/jon-berg/"))
    assert topic.context["listing"].stories == [both]
    assert mara.context["listing"].stories == [both]
    assert jon.context["listing"].stories == [both, other]
    assert jon.context["person"] == maker
    assert own_tags(topic) == {f"topic:{ferry.pk}"}
    assert own_tags(jon) == {f"person:{maker.pk}"}
    assert client.get("/topic/nothing/").status_code == 404
    assert client.get("/author/nobody/").status_code == 404


def test_lists_are_those_of_their_language(client: Client) -> None:
    make.home()
    council = make.section("Рада", parent=make.home("uk"), slug="рада")
    make.topic("Пором", language="uk", slug="пором")
    make.story("Пором лишається", parent=council, slug="пором")
    assert client.get("/uk/рада/").status_code == 200
    assert client.get("/uk/topic/пором/").status_code == 200
    assert client.get("/topic/пором/").status_code == 404
    assert client.get("/uk/рада/пором/").status_code == 200
    assert client.get("/рада/пором/").status_code == 404
    assert client.get("/uk/archive/").context["years"]
    assert not client.get("/archive/").context["years"]


@override_settings(TIME_ZONE="Europe/Kyiv")
def test_the_archive_keeps_the_newsrooms_calendar(client: Client) -> None:
    # 23:30 UTC on 31 January is 1 February in Kyiv.
    february = make.story(published_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    january = make.story(published_at=datetime(2026, 1, 31, 21, 30, tzinfo=UTC))
    december = make.story(published_at=datetime(2025, 12, 15, 12, tzinfo=UTC))
    years = client.get("/archive/").context["years"]
    assert [(year, [(m.month.month, m.count, m.url) for m in months]) for year, months in years] == [
        (2026, [(2, 1, "/archive/2026/02/"), (1, 1, "/archive/2026/01/")]),
        (2025, [(12, 1, "/archive/2025/12/")]),
    ]
    assert client.get("/archive/2026/02/").context["listing"].stories == [february]
    assert client.get("/archive/2026/01/").context["listing"].stories == [january]
    response = client.get("/archive/2025/12/")
    assert response.context["listing"].stories == [december]
    assert own_tags(response) == {"month:2025-12"}


@pytest.mark.parametrize("path", ["2026/13/", "2026/00/", "2026/1/", "0000/01/", "1000/01/", "9999/12/", "1999/05/"])
def test_a_month_without_stories_is_not_found(client: Client, path: str) -> None:
    make.story()
    assert client.get(f"/archive/{path}").status_code == 404


def test_the_news_feed_is_paged(client: Client) -> None:
    feed = news_feed()
    briefs = [brief(feed, f"Ferry late by {n}", n) for n in range(23)]
    first, second = client.get("/news-feed/"), client.get("/news-feed/page/2/")
    assert first.context["listing"].stories == briefs[:20]
    assert second.context["listing"].stories == briefs[20:]
    assert own_tags(first) == {f"feed:{feed.pk}"}
    assert own_tags(second) == {f"feed:{feed.pk}:older"}
    assert client.get(f"/news-feed/{briefs[0].slug}/").status_code == 200


def test_a_story_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    picture = make.picture()
    story = make.story(main_picture=picture, topics=[make.topic()], authors=[make.person(portrait=picture)])
    make.correction(story)
    client.get(story.url)  # what is remembered between requests, such as content types and renditions
    with django_assert_max_num_queries(10):
        response = client.get(story.url)
    assert response.context["page"] == story
    assert not response.cookies


def test_a_story_is_found_only_where_it_is(client: Client) -> None:
    story, draft = make.story(), make.story(live=False)
    make.section("Sport")
    assert client.get(story.url).status_code == 200
    assert client.get(f"/sport/{story.slug}/").status_code == 404
    assert client.get(f"/uk{story.url}").status_code == 404
    assert client.get(f"/council/{draft.slug}/").status_code == 404
    assert client.get(f"{story.url}more/").status_code == 404


def test_what_was_taken_down_is_gone_and_says_why(client: Client) -> None:
    story = make.story()
    path = story.url
    takedown = Takedown.objects.create(
        article=story, path=path, headline=story.title, reason="Court order", public_note="A court ordered it."
    )
    story.unpublish()
    response = client.get(path)
    assert response.status_code == 410
    assert response.context["public_note"] == "A court ordered it."
    assert b"Court order" not in response.content
    assert own_tags(response) == {f"story:{story.pk}"}
    takedown.lifted_at = timezone.now()
    takedown.save()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["%00/", "council/%00/", "topic/%00/", "x" * 5000 + "/", "council/page/%00/", "..%2f..%2fetc/"]
)
def test_strange_addresses_are_not_found(client: Client, path: str) -> None:
    make.section("Council")
    assert client.get(f"/{path}").status_code == 404


def test_a_missing_page_may_be_pressed(client: Client) -> None:
    make.home()
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert own_tags(response) == set()
    assert not response.cookies
