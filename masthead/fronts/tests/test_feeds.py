"""RSS and JSON Feed: complete, absolute, well-formed whatever a headline holds."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from masthead.articles.tests import factories as make
from masthead.fronts.markup import xml_text
from masthead.fronts.tests.test_lists import brief, news_feed, own_tags

pytestmark = pytest.mark.django_db
BASE = settings.BASE_URL


def whole_story() -> Any:
    make.newsroom()
    picture = make.picture()
    related = make.story("An older story", slug="older", published_at=datetime(2026, 1, 1, tzinfo=UTC))
    blocks = [*make.every_block(related=related), ("text", f'<p><a linktype="page" id="{related.pk}">ours</a></p>')]
    return make.story(
        "Ferry & \x0b <harbour>\x1f",
        slug="ferry",
        body=make.body(*blocks),
        topics=[make.topic()],
        main_picture=picture,
        authors=[make.person("Mara Holm"), make.person("Jon Berg")],
        published_at=datetime(2026, 3, 5, 8, tzinfo=UTC),
    )


def test_rss_holds_the_whole_story(client: Client) -> None:
    story = whole_story()
    related = story.get_siblings().get(slug="older")
    response = client.get("/feed.xml")
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert own_tags(response) == {f"stories:{story.locale_id}", f"story:{related.pk}"}
    assert not response.cookies
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == "rss20"
    assert feed.feed.title == "The Saltmarsh Courier"
    assert feed.feed.link == f"{BASE}/"
    assert {"href": f"{BASE}/feed.xml", "rel": "self"}.items() <= feed.feed.links[-1].items()
    assert feed.feed.updated
    entry = feed.entries[0]
    assert entry.title == "Ferry &  <harbour>"
    assert entry.id == story.uuid.urn
    assert entry.link == f"{BASE}/council/ferry/"
    assert [author.name for author in entry.authors] == ["Mara Holm", "Jon Berg"]
    assert entry.media_content[0]["url"].startswith(f"{BASE}/media/")
    item = ElementTree.fromstring(response.content).find("channel/item")
    assert item is not None
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"


def test_the_text_stands_alone(client: Client) -> None:
    whole_story()
    text = client.get("/feed.json").json()["items"][0]["content_html"]
    for said in ("What the engineers wrote", "A promise does not end", "Repair the engine", "1,208", "Built 1974"):
        assert said in text
    assert f'<a href="{BASE}/council/older/">ours</a>' in text
    assert '<a href="https://www.youtube.com/watch?v=abcdefghijk">Video of the vote</a>' in text
    assert '<a href="https://example.org/boats">Small boats, elsewhere</a>' in text
    for refused in ("<script", "<iframe", "style=", "class=", "linktype", "{%"):
        assert refused not in text
    addresses = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert addresses
    assert all(address.startswith("http") for address in addresses)


def test_json_feed_is_one(client: Client) -> None:
    story = whole_story()
    response = client.get("/feed.json")
    assert response.headers["Content-Type"] == "application/feed+json"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["home_page_url"] == f"{BASE}/"
    assert feed["feed_url"] == f"{BASE}/feed.json"
    item = feed["items"][0]
    assert item["id"] == story.uuid.urn
    assert item["date_published"] == "2026-03-05T08:00:00+00:00"
    assert item["authors"][0] == {"name": "Mara Holm", "url": f"{BASE}/author/mara-holm/"}
    assert item["tags"] == ["The ferry"]
    assert item["image"].startswith(BASE)


def test_each_list_has_its_feed(client: Client) -> None:
    make.newsroom()
    sport = make.section("Sport")
    ferry, jon = make.topic(), make.person("Jon Berg")
    one = make.story("Only this", topics=[ferry], authors=[jon])
    other = make.story("Another", parent=sport)
    make.story("Draft", live=False, topics=[ferry], authors=[jon])
    feed = news_feed()
    short = brief(feed, "Ferry late")
    expected = {
        "/council/": ([one], f"section:{one.section_id}"),
        "/sport/": ([other], f"section:{sport.pk}"),
        "/topic/the-ferry/": ([one], f"topic:{ferry.pk}"),
        "/author/jon-berg/": ([one], f"person:{jon.pk}"),
        "/news-feed/": ([short], f"feed:{feed.pk}"),
    }
    for base, (items, tag) in expected.items():
        response = client.get(f"{base}feed.json")
        assert [item["id"] for item in response.json()["items"]] == [item.uuid.urn for item in items], base
        assert response.json()["home_page_url"] == f"{BASE}{base}"
        assert own_tags(response) == {tag}
        parsed = feedparser.parse(client.get(f"{base}feed.xml").content)
        assert [entry.id for entry in parsed.entries] == [item.uuid.urn for item in items]
    assert client.get(f"{one.url}feed.xml").status_code == 404
    assert client.get("/nothing/feed.xml").status_code == 404
    assert client.get("/uk/council/feed.xml").status_code == 404


def test_a_feed_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        make.story(topics=[make.topic()], authors=[make.person(f"Person {number}")])
    with django_assert_max_num_queries(15):
        client.get("/feed.xml")


def test_an_empty_site_has_an_empty_feed(client: Client) -> None:
    make.home()
    assert not feedparser.parse(client.get("/feed.xml").content).entries


@given(st.text())
def test_any_text_becomes_xml(text: str) -> None:
    from xml.sax.saxutils import escape

    parsed = ElementTree.fromstring(f"<t>{escape(xml_text(text))}</t>".encode())
    assert (parsed.text or "").replace("\n", "") == xml_text(text).replace("\r\n", "\n").replace("\r", "\n").replace(
        "\n", ""
    )
