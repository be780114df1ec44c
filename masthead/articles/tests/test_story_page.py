"""What a reader finds on a story's page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.html import escape

from masthead.articles.models import Article, Correction
from masthead.articles.tests import factories
from masthead.press.tags import carried_by

pytestmark = pytest.mark.django_db

# One TCP window of ten segments: what a reader gets without a second round trip.
ONE_WINDOW = 14_600


@pytest.fixture(autouse=True)
def zone(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"


@pytest.fixture
def story() -> Article:
    factories.newsroom()
    return factories.story(
        "Council keeps the old ferry",
        slug="ferry",
        kicker="Ferry vote",
        dateline="Saltmarsh",
        authors=[factories.person("Mara Holm", portrait=factories.picture("Face", size=(300, 300))), factories.desk()],
        others=[(factories.person("Ida Lund"), "photographer"), (factories.person("Olena Bila"), "translator")],
        topics=[factories.topic("The ferry")],
        main_picture=factories.picture(),
        published_at=datetime(2026, 5, 24, 8, 41, tzinfo=UTC),
        updated_at=datetime(2026, 5, 24, 9, 30, tzinfo=UTC),
        body=factories.body(("text", f"<p>{factories.words(300)}</p>"), ("text", "<p>The last words.</p>")),
    )


def page_of(story: Article, client: Client | None = None) -> str:
    response = (client or Client()).get(story.url)
    assert response.status_code == 200
    return str(response.content.decode())


def text_of(markup: str) -> str:
    """What is read, with white space folded and no-break spaces kept."""
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", markup))


def test_elements_stand_in_the_order_they_are_read(story: Article) -> None:
    factories.correction(story)

    html = page_of(story)

    marks = [
        "Skip to content",
        "The Saltmarsh Courier",
        "Ferry vote",
        "<h1>Council keeps the old ferry</h1>",
        'class="standfirst"',
        "Mara Holm",
        "Ida Lund",
        "Olena Bila",
        "<time datetime=",
        "2 min read",
        'data-slot="player"',
        'fetchpriority="high"',
        "Ida Lund / The Courier",
        '<span class="dateline">Saltmarsh</span>',
        "The last words.",
        'id="corrections"',
        'data-slot="appeal"',
        "/topic/the-ferry/",
        "Copy link",
        'data-slot="newsletter"',
    ]
    body = html[html.index("<body>") :]
    places = []
    for mark in marks:
        start = places[-1] if places else 0
        assert mark in body[start:], f"{mark} is missing or out of order"
        places.append(body.index(mark, start))


def test_bylines_lead_to_their_people(story: Article) -> None:
    html = page_of(story)

    read = text_of(html)
    assert "By Mara Holm and The Courier news desk" in read
    assert "Photographs by Ida Lund" in read
    assert "Translated by Olena Bila" in read
    assert 'href="/author/mara-holm/"' in html


def test_times_are_the_newsrooms_and_never_break(story: Article) -> None:
    html = page_of(story)

    assert '<time datetime="2026-05-24T11:41+03:00">May\u00a024,\u00a02026,\u00a011:41\u00a0AM</time>' in html
    assert '<time datetime="2026-05-24T12:30+03:00">' in html
    assert "Updated" in html


def test_an_update_within_minutes_is_not_told() -> None:
    at = datetime(2026, 5, 24, 8, 41, tzinfo=UTC)
    story = factories.story(published_at=at, updated_at=at.replace(minute=45))

    assert "Updated" not in page_of(story)


def test_only_staff_see_the_way_into_the_editor(story: Article, client: Client) -> None:
    reader = get_user_model().objects.create_user("reader@example.org", "a long enough word")
    editor = get_user_model().objects.create_superuser("editor@example.org", "a long enough word")
    way = f"/desk/pages/{story.pk}/edit/"

    assert way not in page_of(story)
    client.force_login(reader)
    assert way not in page_of(story, client)
    client.force_login(editor)
    html = page_of(story, client)
    assert way in html
    assert "Edit post" in html


def test_corrections_are_told_with_kind_and_time(story: Article) -> None:
    factories.correction(story, kind=Correction.Kind.CLARIFICATION, text="It was <seven> members.")

    html = page_of(story)

    end = html[html.index('id="corrections"') :]
    assert "Clarification" in end
    assert "<time datetime=" in end
    assert "It was &lt;seven&gt; members." in end
    assert 'href="#corrections"' in html


def test_a_story_without_anything_optional_stands() -> None:
    story = factories.story(authors=[], standfirst="", body="[]")

    html = page_of(story)

    for absent in ('class="by"', 'class="standfirst"', "<figure", 'id="corrections"', 'id="topics"', "dateline"):
        assert absent not in html[html.index("<body>") :]


def test_what_editors_write_is_escaped() -> None:
    nasty = 'A "headline" <script>alert(1)</script> & more'
    story = factories.story(nasty, slug="nasty", kicker="<b>k", standfirst="<i>s", dateline="<u>d")

    html = page_of(story)

    assert f"<h1>{escape(nasty)}</h1>" in html
    for raw in ("<script>alert", "<b>k", "<i>s", "<u>d"):
        assert raw not in html


def test_share_links_name_no_script_of_others(story: Article) -> None:
    html = page_of(story)

    assert 'href="mailto:?subject=Council%20keeps' in html
    for source in re.findall(r'<(?:script|img|iframe)[^>]+src="([^"]+)', html):
        assert source.startswith("/"), source
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)', html) == ["/static/css/print.css"]


def test_the_style_is_allowed_by_its_hash_and_has_the_newsrooms_colour(story: Article) -> None:
    factories.newsroom(accent="#0b5c4a")

    response = Client().get(story.url)

    html = response.content.decode()
    assert "--accent-light:#0b5c4a" in html
    assert "--accent-dark:#" in html
    assert html.count("<style>") == 1
    assert " style=" not in html
    assert "'sha256-" in response.headers["Content-Security-Policy"]


def test_a_plain_story_fits_the_first_window() -> None:
    factories.newsroom()
    related = factories.story(main_picture=factories.picture())
    paragraphs = [("text", f"<p>{factories.words(75)}</p>") for _ in range(11)]
    card = ("related_story", {"page": related.pk, "url": "", "title": "", "summary": ""})
    story = factories.story(main_picture=factories.picture(), body=factories.body(*paragraphs, card))
    assert story.word_count >= 800

    assert len(brotli.compress(Client().get(story.url).content)) <= ONE_WINDOW


def test_a_related_story_of_ours_is_carried() -> None:
    related = factories.story()
    card = ("related_story", {"page": related.pk, "url": "", "title": "", "summary": ""})
    story = factories.story(body=factories.body(card))

    response = Client().get(story.url)

    assert {story.tag, related.tag} <= (carried_by(response.wsgi_request) or frozenset())
