"""Search: what is found, how it is marked, what is refused, and that nobody is remembered."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from masthead.articles.tests import factories as make
from masthead.fronts import search
from masthead.fronts.tests.test_lists import brief, news_feed
from masthead.fronts.views.search import SEARCHES_A_MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried() -> Any:
    cache.clear()
    yield
    cache.clear()


def index(*pages: Any) -> None:
    """What the task after a commit does."""
    from modelsearch.index import insert_or_update_object

    for page in pages:
        insert_or_update_object(page)


def headlines(response: Any) -> list[str]:
    return [html.unescape(re.sub("<[^>]*>", "", result.headline_html)) for result in response.context["results"]]


def test_stories_and_briefs_are_found_by_all_their_words(client: Client) -> None:
    council = make.story("The harbour wall holds", kicker="Storm", body=make.body(("text", "<p>Nobody was hurt.</p>")))
    other = make.story("A wall is painted", body=make.body(("text", "<p>In the <b>harbour</b> of Ostby.</p>")))
    short = brief(news_feed(), "Harbour wall reopened")
    draft = make.story("The harbour wall in secret", live=False)
    index(council, other, short, draft)
    response = client.get("/search/", {"q": "WALL harb"})
    assert response.status_code == 200
    assert sorted(headlines(response)) == ["A wall is painted", "Harbour wall reopened", "The harbour wall holds"]
    assert response.context["count"] == 3
    assert not response.cookies
    assert client.get("/search/", {"q": "wall zebra"}).context["count"] == 0


def test_newest_comes_first_unless_relevance_is_asked_for(client: Client) -> None:
    now = timezone.now()
    named = make.story("Lighthouse", standfirst="", published_at=now - timedelta(days=9), body="[]")
    passing = make.story(
        "Council meets",
        standfirst="",
        published_at=now,
        body=make.body(("text", "<p>Near the lighthouse. " + "x " * 300)),
    )
    # Without other words a word that stands everywhere weighs nothing.
    index(named, passing, *(make.story(f"Other news {n}") for n in range(4)))
    assert headlines(client.get("/search/", {"q": "lighthouse"})) == ["Council meets", "Lighthouse"]
    best = client.get("/search/", {"q": "lighthouse", "order": "relevance"})
    assert headlines(best) == ["Lighthouse", "Council meets"]


def test_a_language_finds_its_own(client: Client) -> None:
    make.home()
    english = make.story("Saltmarsh votes")
    uk = make.story("Saltmarsh голосує", parent=make.section("Рада", parent=make.home("uk"), slug="rada"))
    index(english, uk)
    assert headlines(client.get("/search/", {"q": "saltmarsh votes"})) == ["Saltmarsh votes"]
    assert headlines(client.get("/uk/search/", {"q": "голос"})) == ["Saltmarsh голосує"]


def test_matches_are_marked_and_everything_else_escaped(client: Client) -> None:
    story = make.story(
        "Ferry <script>alert(1)</script> & ferries",
        standfirst="No words of use.",
        body=make.body(("text", f"<p>{make.words(90)}</p><p>The Ferryman &lt;b&gt; said so.</p>")),
    )
    index(story)
    result = client.get("/search/", {"q": "ferryman"}).context["results"][0]
    assert "<mark>Ferryman</mark> &lt;b&gt;" in result.excerpt_html
    result = client.get("/search/", {"q": "ferr"}).context["results"][0]
    assert result.headline_html == (
        "<mark>Ferry</mark> &lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark>ferries</mark>"
    )
    assert result.url == story.url


def test_results_are_paged(client: Client) -> None:
    stories = [make.story(f"Regatta number {n}", body="[]") for n in range(23)]
    index(*stories)
    first = client.get("/search/", {"q": "regatta"})
    assert first.context["listing"].older_url == "/search/page/2/?q=regatta"
    second = client.get(first.context["listing"].older_url)
    assert headlines(second) == [story.title for story in stories[20:]]
    assert second.context["listing"].newer_url == "/search/?q=regatta"
    beyond = client.get("/search/page/3/?q=regatta")
    assert beyond.status_code == 404
    assert beyond.context["error"]


def test_a_common_word_is_counted_only_so_far_and_the_page_says_so(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(search, "CANDIDATES", 4)
    stories = [make.story(f"Regatta number {n}", body="[]") for n in range(5)]
    index(*stories)
    response = client.get("/search/", {"q": "regatta"})
    assert response.context["count"] == 4
    assert "At least 4 stories" in response.content.decode()
    best = client.get("/search/", {"q": "regatta", "order": "relevance"})
    assert best.context["count"] == 4
    exactly = client.get("/search/", {"q": "regatta 3"})
    assert headlines(exactly) == ["Regatta number 3"]
    assert "At least" not in exactly.content.decode()


def test_as_many_as_are_counted_at_most_are_no_more_than_that(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(search, "CANDIDATES", 4)
    index(*(make.story(f"Regatta number {n}", body="[]") for n in range(4)))
    assert "At least" not in client.get("/search/", {"q": "regatta"}).content.decode()


def test_what_another_language_or_drafts_say_often_hides_nothing(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(search, "CANDIDATES", 4)
    monkeypatch.setattr(search, "MOST_AT_ONCE", 3)
    make.home()
    council = make.section("Рада", parent=make.home("uk"), slug="rada")
    early = [make.story(f"Пором 1874, {n}", parent=council, body="[]") for n in range(2)]
    others = [make.story(f"Ferry 1874, {n}", body="[]", live=n % 2 == 0) for n in range(20)]
    index(*early, *others)
    assert sorted(headlines(client.get("/uk/search/", {"q": "1874"}))) == ["Пором 1874, 0", "Пором 1874, 1"]
    assert client.get("/search/", {"q": "1874 ferry"}).context["count"] >= 2


@pytest.mark.parametrize(
    "query",
    ["ferr", "FERRY", "ferri", "café", "cafe", "straß", "пором", "порому", "йорк", "їхал", "ferr café", "1874", "zzzz"],
)
def test_a_beginning_finds_the_same_by_its_words_as_by_itself(client: Client, monkeypatch: Any, query: str) -> None:
    titles = ["Ferry", "Ferries", "FERRYMEN", "Café ferry", "Cafeteria", "Straße", "Пором", "Порому", "Йорк", "Їхали"]
    index(*(make.story(f"{title} {1874 + n}1874", standfirst="", body="[]") for n, title in enumerate(titles)))
    by_words = headlines(client.get("/search/", {"q": query}))
    monkeypatch.setattr(search, "MOST_WORDS_ALIKE", 0)
    assert headlines(client.get("/search/", {"q": query})) == by_words
    assert bool(by_words) == (query not in {"straß", "zzzz"})


def test_a_word_in_the_headline_and_one_in_the_text_are_found_together(client: Client) -> None:
    both = make.story("The ferries wait", body=make.body(("text", "<p>For the engineers of Ostby.</p>")))
    others = [make.story(title, standfirst="", body="[]") for title in ("The ferries leave", "Engineers")]
    index(both, *others)
    assert headlines(client.get("/search/", {"q": "ferries engineers"})) == ["The ferries wait"]
    # PostgreSQL leaves such words out of its index, SQLite doesn't: either way they take nothing away.
    assert headlines(client.get("/search/", {"q": "the ferries of engineers"})) == ["The ferries wait"]
    best = client.get("/search/", {"q": "ferries engineers", "order": "relevance"})
    assert headlines(best) == ["The ferries wait"]


@pytest.mark.parametrize(
    "query", ["a", "%", "\x00", "🦊🦊", '"', "()", "AND", "* NEAR(", "' OR 1=1 --", "x" * 201, "a b c"]
)
def test_hostile_queries_are_answered_in_words(client: Client, query: str) -> None:
    index(make.story())
    response = client.get("/search/", {"q": query})
    assert response.status_code in {200, 400}
    assert (response.status_code == 400) == bool(response.context["error"])


@pytest.mark.parametrize(
    "query", ['"ferry" AND NOT', "ferry*", "-ferry", "title:ferry", "ferry\x00", "{ferry}", "ferry:*", "fe'rry"]
)
def test_operators_are_only_punctuation(client: Client, query: str) -> None:
    index(make.story("The old ferry and not the title of fe rry", body="[]"))
    assert client.get("/search/", {"q": query}).context["count"] == 1


def test_the_empty_form_is_a_page(client: Client) -> None:
    make.home()
    response = client.get("/search/")
    assert response.status_code == 200
    assert response.context["error"] == ""
    assert response.headers["Cache-Control"] == "private, no-store"


def test_whoever_asks_too_often_is_asked_to_wait(client: Client) -> None:
    make.home()
    for _ in range(SEARCHES_A_MINUTE):
        assert client.get("/search/", {"q": "ferry"}).status_code == 200
    # The minute may have turned meanwhile; then the count began anew.
    statuses = {client.get("/search/", {"q": "ferry"}).status_code for _ in range(SEARCHES_A_MINUTE + 1)}
    assert 429 in statuses
    response = client.get("/search/", {"q": "ferry"})
    assert response.headers["Retry-After"] == "60"
    assert response.context["error"]
    assert client.get("/search/", {"q": "ferry"}, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert "127.0.0.1" not in str(getattr(cache, "_cache", ""))


@given(st.text(max_size=300), st.text(max_size=40))
def test_a_highlight_is_the_text_escaped_plus_marks(text: str, query: str) -> None:
    marked = search.highlight(text, search.words_of(query))
    assert html.unescape(marked.replace("<mark>", "").replace("</mark>", "")) == html.unescape(html.escape(text))
    assert "<" not in marked.replace("<mark>", "").replace("</mark>", "")


@given(st.lists(st.text(max_size=600), max_size=3), st.text(max_size=40))
def test_an_excerpt_is_short(texts: list[str], query: str) -> None:
    assert len(search.excerpt(texts, search.words_of(query))) <= search.EXCERPT + 1


@given(st.text())
def test_words_hold_nothing_but_letters_and_digits(query: str) -> None:
    assert all(word.isalnum() for word in search.words_of(query))
