"""Sitemaps, robots.txt, the manifest and icons."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from masthead.articles.tests import factories as make
from masthead.fronts.tests.test_lists import brief, news_feed, own_tags
from masthead.fronts.views import sitemaps

pytestmark = pytest.mark.django_db
BASE = settings.BASE_URL
SM = f"{{{sitemaps.NAMESPACE}}}"
NEWS = f"{{{sitemaps.NEWS}}}"
XHTML = f"{{{sitemaps.XHTML}}}"


def tree(client: Client, url: str) -> ElementTree.Element:
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert not response.cookies
    return ElementTree.fromstring(response.content)


def addresses(root: ElementTree.Element) -> list[str | None]:
    return [found.text for found in root.iter(f"{SM}loc")]


def test_the_index_leads_to_every_published_address(client: Client) -> None:
    make.home()
    one, draft = make.story("Ferry", slug="ferry", topics=[make.topic()]), make.story(live=False)
    short = brief(news_feed(), "Ferry late")
    found: list[Any] = []
    for part in addresses(tree(client, "/sitemap.xml")):
        assert part is not None
        found += addresses(tree(client, part.removeprefix(BASE)))
    assert set(found) == {
        f"{BASE}/",
        f"{BASE}/council/",
        f"{BASE}/council/ferry/",
        f"{BASE}/news-feed/",
        f"{BASE}{short.url}",
        f"{BASE}/topic/the-ferry/",
        f"{BASE}/author/mara-holm/",
    }
    assert len(found) == len(set(found))
    assert f"{BASE}{draft.url}" not in found
    assert all(client.get(url.removeprefix(BASE)).status_code == 200 for url in found)
    assert one.url == "/council/ferry/"


def test_a_large_archive_fills_several_files_oldest_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "ADDRESSES", 2)
    stories = [make.story(body="[]") for _ in range(5)][::-1]
    parts = [tree(client, f"/sitemaps/stories-{number}.xml") for number in (1, 2, 3)]
    assert [addresses(part) for part in parts] == [
        [f"{BASE}{story.url}" for story in group] for group in (stories[:2], stories[2:4], stories[4:])
    ]
    locale = stories[0].locale_id
    assert f"stories:{locale}:older" in own_tags(client.get("/sitemaps/stories-1.xml"))
    assert f"stories:{locale}" in own_tags(client.get("/sitemaps/stories-3.xml"))
    for missing in ("/sitemaps/stories-4.xml", "/sitemaps/stories-0.xml", "/sitemaps/drafts-1.xml"):
        assert client.get(missing).status_code == 404


def test_translations_stand_beside_each_other(client: Client) -> None:
    english = make.story("Ferry", slug="ferry")
    council = make.section("Рада", parent=make.home("uk"), slug="рада")
    make.story("Пором", slug="пором", parent=council, translation_key=english.translation_key)
    make.story("Alone", slug="alone")
    found = tree(client, "/sitemaps/stories-1.xml")
    links = {
        url.findtext(f"{SM}loc"): {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
        for url in found.iter(f"{SM}url")
    }
    quoted = f"{BASE}/uk/%D1%80%D0%B0%D0%B4%D0%B0/%D0%BF%D0%BE%D1%80%D0%BE%D0%BC/"
    both = {"en": f"{BASE}/council/ferry/", "uk": quoted}
    assert links == {f"{BASE}/council/ferry/": both, quoted: both, f"{BASE}/council/alone/": {}}


def test_a_sitemap_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        make.story(body="[]")
    with django_assert_max_num_queries(9):
        client.get("/sitemaps/stories-1.xml")


def test_the_news_sitemap_holds_two_days(client: Client) -> None:
    make.newsroom(name="Courier & <Sons>")
    make.story("Old", published_at=timezone.now() - timedelta(hours=49))
    make.story("Fresh \x0b & <new>", slug="fresh", published_at=timezone.now() - timedelta(hours=47))
    found = tree(client, "/news-sitemap.xml")
    assert addresses(found) == [f"{BASE}/council/fresh/"]
    assert found.findtext(f".//{NEWS}name") == "Courier & <Sons>"
    assert found.findtext(f".//{NEWS}language") == "en"
    assert found.findtext(f".//{NEWS}title") == "Fresh  & <new>"


def test_robots_are_told_where_to_go(client: Client) -> None:
    make.home()
    text = client.get("/robots.txt").content.decode()
    for line in ("Disallow: /desk/", "Disallow: /accounts/", "Disallow: /search/", f"Sitemap: {BASE}/sitemap.xml"):
        assert line in text.splitlines()
    assert f"Sitemap: {BASE}/news-sitemap.xml" in text


def test_an_empty_newsroom_has_valid_files(client: Client) -> None:
    make.home()
    assert addresses(tree(client, "/sitemaps/stories-1.xml")) == []
    assert addresses(tree(client, "/news-sitemap.xml")) == []


@pytest.mark.parametrize("name", ["The Saltmarsh Courier", "Вісник", "…"])
def test_the_manifest_names_icons_that_exist(client: Client, name: str) -> None:
    make.newsroom(name=name)
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert manifest["name"] == name
    for icon in manifest["icons"]:
        image = Image.open(BytesIO(client.get(icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    colours = Image.open(BytesIO(client.get("/icons/512.png").content)).convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert {colour for _count, colour in colours} >= {(0x9A, 0x26, 0x17), (255, 255, 255)}


def test_the_logo_is_the_mark(client: Client) -> None:
    make.newsroom(logo=make.picture(size=(600, 600), colour=(10, 20, 30)))
    assert client.get("/favicon.ico").content[:4] == b"\0\0\1\0"
    assert Image.open(BytesIO(client.get("/icons/180.png").content)).size == (180, 180)
    assert client.get("/icons/181.png").status_code == 404
    assert "newsroom" in (getattr(client.get("/icons/32.png").wsgi_request, "press_tags", set()))


def test_a_lost_logo_is_replaced(client: Client) -> None:
    picture = make.picture()
    make.newsroom(logo=picture)
    picture.file.storage.delete(picture.file.name)
    assert client.get("/icons/192.png").status_code == 200


def test_security_txt_needs_an_address(client: Client) -> None:
    make.newsroom()
    assert client.get("/.well-known/security.txt").status_code == 404


def test_security_txt_names_whom_to_tell(client: Client) -> None:
    make.newsroom(contact_email="safety@courier.example")
    assert b"Contact: mailto:safety@courier.example" in client.get("/.well-known/security.txt").content
