"""Each kind of block, as a reader gets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from masthead.articles.tests import factories

pytestmark = pytest.mark.django_db


def body_of(*blocks: tuple[str, Any]) -> str:
    story = factories.story(body=factories.body(*blocks))
    html = Client().get(story.url).content.decode()
    return html[html.index('<div class="body">') : html.index('data-slot="appeal"')]


def test_text_comes_without_the_editors_keys() -> None:
    html = body_of(("text", '<p data-block-key="a1b2c">Water <b>rose</b>.</p>'))

    assert "<p>Water <b>rose</b>.</p>" in html


@pytest.mark.parametrize(("level", "element"), [("2", "h2"), ("3", "h3")])
def test_headings_keep_their_level(level: str, element: str) -> None:
    assert f"<{element}>The vote</{element}>" in body_of(("heading", {"text": "The vote", "level": level}))


def test_a_picture_has_its_words_and_sizes() -> None:
    shown = factories.picture(description="A pier.", caption="The pier.", credit="Ida Lund")

    html = body_of(("picture", {"picture": shown.pk, "caption": "", "width": "column"}))

    assert 'alt="A pier."' in html
    assert "The pier." in html
    assert "Ida Lund" in html
    assert 'loading="lazy"' in html
    assert re.search(r'width="\d+" height="\d+"', html)
    assert re.search(r'srcset="[^"]+\.webp 480w, [^"]+ 800w, [^"]+ 1200w"', html)


def test_a_caption_of_the_story_replaces_the_pictures_own() -> None:
    shown = factories.picture(caption="The pier.")

    html = body_of(("picture", {"picture": shown.pk, "caption": "On Monday.", "width": "wide"}))

    assert "On Monday." in html
    assert "The pier." not in html


def test_a_small_picture_is_not_offered_larger_than_it_is() -> None:
    shown = factories.picture(size=(300, 200))

    html = body_of(("picture", {"picture": shown.pk, "caption": "", "width": "column"}))

    assert 'width="300" height="200"' in html
    assert "srcset" not in html


def test_a_gallery_counts_its_pictures_and_can_be_reached_by_keyboard() -> None:
    shown = [factories.picture(), factories.picture()]

    html = body_of(("gallery", {"title": "On board", "pictures": [one.pk for one in shown]}))

    assert "1 / 2" in html
    assert "2 / 2" in html
    assert 'tabindex="0"' in html


def test_a_quote_names_who_said_it() -> None:
    html = body_of(("quote", {"text": "No.", "who": "Ada Brandt", "role": "harbour master"}))

    assert "<blockquote>" in html
    assert "<cite>Ada Brandt</cite>, harbour master" in html


def test_lists_hold_their_items_without_paragraphs() -> None:
    html = body_of(("list", {"numbered": True, "items": ["<p>One <i>boat</i></p>"]}))

    assert re.search(r"<ol>\s*<li>One <i>boat</i></li>\s*</ol>", html)


def test_a_table_has_caption_headings_and_a_region() -> None:
    kinds = dict(factories.every_block())

    html = body_of(("table", kinds["table"]))

    assert "<caption>Crossings and passengers a day</caption>" in html
    assert '<th scope="col" class="number">Passengers</th>' in html
    assert '<th scope="row">Monday</th>' in html
    assert '<td class="number">1,208</td>' in html
    assert re.search(r'role="region"\s+tabindex="0"', html)


def test_a_related_story_is_read_from_the_story() -> None:
    related = factories.story("Why the lighthouse has no light", standfirst="Two keepers tell.")

    html = body_of(("related_story", {"page": related.pk, "url": "", "title": "", "summary": ""}))

    assert f'<a href="{related.url}">Why the lighthouse has no light</a>' in html
    assert "Two keepers tell." in html


def test_a_related_story_that_was_withdrawn_disappears() -> None:
    related = factories.story("Why the lighthouse has no light", live=False)

    html = body_of(("related_story", {"page": related.pk, "url": "", "title": "Still named", "summary": ""}))

    assert "<aside" not in html


def test_an_outside_story_names_its_host() -> None:
    value = {"page": None, "url": "https://www.example.org/boats", "title": "Small boats", "summary": "Elsewhere."}

    html = body_of(("related_story", value))

    assert 'href="https://www.example.org/boats"' in html
    assert ">example.org<" in html


def test_a_player_is_named_but_not_loaded() -> None:
    value = {"url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "The vote", "poster": None}
    story = factories.story(body=factories.body(("embed", value)))

    response = Client().get(story.url)

    html = response.content.decode()
    assert "<iframe" not in html
    assert 'data-frame="https://www.youtube-nocookie.com/embed/abcdefghijk"' in html
    assert '<a href="https://www.youtube.com/watch?v=abcdefghijk" rel="noopener">The vote</a>' in html
    assert "frame-src https://www.youtube-nocookie.com" in response.headers["Content-Security-Policy"]
    assert "js/embed.js" in html


def test_an_unknown_host_is_only_linked() -> None:
    value = {"url": "https://example.org/map", "title": "A map", "poster": None}
    story = factories.story(body=factories.body(("embed", value)))

    response = Client().get(story.url)

    html = response.content.decode()
    assert "data-frame" not in html
    assert "js/embed.js" not in html
    assert "Opens example.org." in html
    assert "frame-src" not in response.headers["Content-Security-Policy"]
