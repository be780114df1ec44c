"""What machines read in a page's head: addresses, languages, cards, feeds, JSON-LD."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from masthead.articles.tests import factories as make
from masthead.fronts.markup import json_in_script
from masthead.fronts.tests.test_lists import brief, news_feed

pytestmark = pytest.mark.django_db
BASE = settings.BASE_URL


class Head(HTMLParser):
    """The links, metas and JSON-LD of a page, as a machine finds them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.links: list[dict[str, Any]] = []
        self.meta: dict[str, list[str]] = {}
        self.ld: list[dict[str, Any]] = []
        self.title = ""
        self._within = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        known = dict(attrs)
        if tag == "link":
            self.links.append(known)
        if tag == "meta" and "content" in known:
            self.meta.setdefault(known.get("property") or known.get("name"), []).append(known["content"])
        self._within = "ld" if known.get("type") == "application/ld+json" else tag

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "title":
            self.title += data
        if self._within == "ld":
            document = json.loads(data)
            assert document["@context"] == "https://schema.org"
            self.ld += document["@graph"]

    def of_kind(self, kind: str) -> dict[str, Any]:
        (found,) = [node for node in self.ld if node["@type"] == kind]
        return found

    def rel(self, rel: str, **wanted: str) -> list[str]:
        return [
            link["href"]
            for link in self.links
            if link["rel"] == rel and all(link.get(name) == value for name, value in wanted.items())
        ]


def head(client: Client, url: str, status: int = 200) -> Head:
    response = client.get(url)
    assert response.status_code == status
    return Head(response.content.decode())


def test_a_story_says_what_it_is(client: Client) -> None:
    make.newsroom(description="News of a harbour town.")
    first = datetime(2026, 3, 5, 8, tzinfo=UTC)
    mara, desk = make.person("Mara Holm"), make.desk()
    story = make.story(
        'The "ferry" </script><b> & winter',
        short_headline="Ferry stays",
        slug="ferry",
        authors=[mara, desk],
        topics=[make.topic("The ferry")],
        main_picture=make.picture(),
        published_at=first,
        updated_at=first + timedelta(hours=2),
    )
    make.correction(story)
    found = head(client, story.url)
    assert found.title == f"{story.title} – The Saltmarsh Courier"
    assert found.rel("canonical") == [f"{BASE}/council/ferry/"]
    assert found.meta["og:type"] == ["article"]
    assert found.meta["og:title"] == [story.title]
    assert found.meta["og:image"][0].startswith(f"{BASE}/media/")
    assert (found.meta["og:image:width"], found.meta["og:image:height"]) == (["1200"], ["630"])
    assert found.meta["twitter:card"] == ["summary_large_image"]
    assert found.meta["article:published_time"] == ["2026-03-05T08:00:00+00:00"]
    assert found.meta["article:author"][0] == f"{BASE}/author/mara-holm/"
    assert found.rel("alternate", type="application/rss+xml") == [f"{BASE}/council/feed.xml", f"{BASE}/feed.xml"]

    article = found.of_kind("NewsArticle")
    assert article["headline"] == story.title
    assert article["alternativeHeadline"] == "Ferry stays"
    assert article["datePublished"] == "2026-03-05T08:00:00+00:00"
    assert article["dateModified"] == "2026-03-05T10:00:00+00:00"
    assert [(who["@type"], who["name"]) for who in article["author"]] == [
        ("Person", "Mara Holm"),
        ("Organization", "The Courier news desk"),
    ]
    assert article["publisher"]["@type"] == "NewsMediaOrganization"
    assert article["publisher"]["logo"]["url"].startswith(BASE)
    assert article["articleSection"] == "Council"
    assert article["keywords"] == ["The ferry"]
    assert article["isAccessibleForFree"] is True
    assert article["wordCount"] > 50
    assert article["inLanguage"] == "en"
    assert "1974" in article["correction"][0]["text"]
    crumbs = found.of_kind("BreadcrumbList")["itemListElement"]
    assert [crumb["item"] for crumb in crumbs] == [f"{BASE}/", f"{BASE}/council/", f"{BASE}/council/ferry/"]


def test_a_bare_story_has_no_holes(client: Client) -> None:
    story = make.story(authors=[], standfirst="", body="[]")
    found = head(client, story.url)
    assert "image" not in found.of_kind("NewsArticle")
    assert found.of_kind("NewsArticle")["author"]
    assert found.meta["twitter:card"] == ["summary"]


def test_translations_name_each_other(client: Client) -> None:
    english = make.story("Ferry", slug="ferry")
    home = make.home("uk")
    council = make.section("Рада", parent=home, slug="rada")
    make.story("Пором", parent=council, slug="porom", translation_key=english.translation_key)
    draft = make.story("Чернетка", parent=council, slug="chernetka", live=False)
    alone = make.story("Alone", translation_key=draft.translation_key)
    found = head(client, "/uk/rada/porom/")
    languages = {link["hreflang"]: link["href"] for link in found.links if "hreflang" in link}
    assert languages == {
        "en": f"{BASE}/council/ferry/",
        "uk": f"{BASE}/uk/rada/porom/",
        "x-default": f"{BASE}/council/ferry/",
    }
    assert found.of_kind("NewsArticle")["inLanguage"] == "uk"
    assert not [link for link in head(client, alone.url).links if "hreflang" in link]


def test_the_front_names_the_site_and_its_search(client: Client) -> None:
    make.newsroom()
    found = head(client, "/")
    site = found.of_kind("WebSite")
    assert site["url"] == f"{BASE}/"
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{BASE}/search/?q={{search_term_string}}"
    assert found.of_kind("NewsMediaOrganization")["name"] == "The Saltmarsh Courier"


def test_an_author_page_is_a_profile(client: Client) -> None:
    make.newsroom()
    make.story(
        authors=[make.person(bio="Covers the council.", contact_email="mara@example.org", portrait=make.picture())]
    )
    found = head(client, "/author/mara-holm/")
    person = found.of_kind("ProfilePage")["mainEntity"]
    assert (person["@type"], person["name"], person["jobTitle"]) == ("Person", "Mara Holm", "Council reporter")
    assert person["image"].startswith(BASE)
    assert "mara@" not in json.dumps(found.ld)
    assert found.rel("alternate", type="application/feed+json")[0] == f"{BASE}/author/mara-holm/feed.json"


def test_deeper_pages_are_themselves(client: Client) -> None:
    make.newsroom()
    for _ in range(21):
        make.story(body="[]", topics=[make.topic()])
    for base in ("/council/", "/topic/the-ferry/", "/author/mara-holm/"):
        found = head(client, f"{base}page/2/")
        assert found.rel("canonical") == [f"{BASE}{base}page/2/"]
        assert ", page 2" in found.title


def test_every_page_has_a_title_and_its_place_in_an_index(client: Client) -> None:
    make.newsroom()
    make.story(published_at=datetime(2026, 3, 5, tzinfo=UTC))
    short = brief(news_feed(), "Ferry late")
    for url in ("/archive/", "/archive/2026/03/", "/news-feed/", short.url):
        found = head(client, url)
        assert found.title.endswith("The Saltmarsh Courier")
        assert found.rel("canonical") == [f"{BASE}{url}"]
    assert head(client, "/search/").meta["robots"] == ["noindex"]
    missing = head(client, "/nowhere/", 404)
    assert missing.meta["robots"] == ["noindex"]
    assert missing.rel("canonical") == []


@given(st.text())
def test_json_in_a_script_cannot_end_it(text: str) -> None:
    written = json_in_script({"headline": text + "</script>\u2028<!--"})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"headline": text + "</script>\u2028<!--"}
