"""The pages that are not stories, drawn from the contexts their views give them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from masthead.articles.models import Article
from masthead.articles.tests import factories as articles
from masthead.fronts.models import HomePage
from masthead.fronts.tests import factories
from masthead.live.tests import factories as live
from masthead.press.tags import carried_by

pytestmark = pytest.mark.django_db


def request_for(path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def draw(template: str, request: HttpRequest | None = None, **context: Any) -> str:
    return render_to_string(f"pages/{template}.html", context, request=request or request_for())


def listing(stories: list[Any], number: int = 1, pages: int = 1) -> SimpleNamespace:
    return SimpleNamespace(
        stories=stories,
        number=number,
        pages=pages,
        first=number == 1,
        newer_url="/council/" if number > 1 else None,
        older_url=f"/council/page/{number + 1}/" if number < pages else None,
        here=f"/council/page/{number}/" if number > 1 else "/council/",
    )


def front_of(stories: list[Article], blocks: list[Any] | None = None) -> SimpleNamespace:
    return SimpleNamespace(
        lead=stories[0] if stories else None, seconds=stories[1:3], blocks=blocks or [], newest=stories[3:]
    )


@pytest.fixture
def home() -> HomePage:
    return factories.small_newsroom()


def stories() -> list[Article]:
    return list(Article.objects.listed().newest_first().cards())


def test_the_front_has_one_lead_its_seconds_and_the_feed(home: HomePage) -> None:
    found = stories()

    html = draw("home", page=home, front=front_of(found))

    assert html.count("<h1") == 1
    assert re.findall(r'class="teaser (\w+)"', html) == ["lead", "second", "second", "line", "line"]
    assert html.count('fetchpriority="high"') <= 1
    assert 'class="feed"' in html
    assert "More news" in html


def test_editors_picks_stand_in_the_editors_order(home: HomePage) -> None:
    picked = [pick.article.specific.list_headline for pick in home.editors_picks.all()]

    html = draw("home", page=home, front=front_of(stories()))

    part = html[html.index('id="picks"') :]
    places = [part.index(headline) for headline in picked]
    assert places == sorted(places)


def test_parts_of_the_front_are_named_and_linked(home: HomePage) -> None:
    found = stories()
    package = SimpleNamespace(kind="package", title="The vote", url=None, look="lead", stories=found[3:5])
    newest = SimpleNamespace(kind="list", title="Harbour", url="/harbour/", look="list", stories=found[2:3])

    html = draw("home", page=home, front=front_of(found[:3], [package, newest]))

    assert re.search(r'<section class="package led"\s+aria-labelledby="part-1">', html)
    assert '<a href="/harbour/">Harbour</a></h2>' in html


def test_an_empty_front_says_so(home: HomePage) -> None:
    html = draw("home", page=home, front=front_of([]))

    assert "The first story is being written" in html


def test_the_front_bears_the_day_of_its_newest_story(home: HomePage, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Kyiv"
    story = articles.story(published_at=datetime(2026, 5, 24, 22, 30, tzinfo=UTC))

    html = draw("home", page=home, front=front_of([story]))

    assert "Monday,\u00a0May\u00a025,\u00a02026" in html


def test_a_section_lists_its_stories_and_leads_on(home: HomePage) -> None:
    council = articles.section("Council", description="What the council decides.")
    found = [story for story in stories() if story.section_id == council.pk]

    html = draw("section", page=council, section=council, listing=listing(found, pages=3))

    assert "<h1>Council</h1>" in html
    assert 'aria-current="page">Council' in html
    assert 'rel="next" href="/council/page/2/"' in html
    assert "Page 1 of 3" in html
    assert '<p class="kicker">Council</p>' not in html[html.index("<main") : html.index("<aside")]


def test_a_deeper_page_has_no_opener(home: HomePage) -> None:
    council = articles.section("Council")

    html = draw("section", page=council, section=council, listing=listing(stories(), number=2, pages=2))

    assert "opener" not in html[html.index("<body") :]
    assert 'rel="prev" href="/council/"' in html


def test_an_author_is_shown_with_face_and_words(home: HomePage) -> None:
    person = articles.person("Mara Holm")

    html = draw("author", person=person, listing=listing(stories()))

    assert "<h1>Mara Holm</h1>" in html
    assert "has covered the council since 2019" in html
    assert "fill-240x240" in html


def test_a_topic_without_stories_says_so(home: HomePage) -> None:
    html = draw("topic", topic=articles.topic("Nothing yet"), listing=listing([]))

    assert "Nothing has been published here yet." in html


def test_the_archive_leads_to_its_months(home: HomePage) -> None:
    months = [SimpleNamespace(month=date(2026, 11, 1), count=1, url="/archive/2026/11/")]

    html = draw("archive", years=[(2026, months)])

    assert '<a href="/archive/2026/11/">November</a>' in html
    assert "1 story" in html


def test_a_search_shows_its_marks_and_keeps_the_words(home: HomePage) -> None:
    result = SimpleNamespace(
        url="/council/x/",
        headline_html=mark_safe("The <mark>ferry</mark>"),
        excerpt_html=mark_safe("the <mark>ferry</mark> &amp; the pier"),
        published_at=datetime(2026, 5, 24, tzinfo=UTC),
        kicker="Council",
    )

    html = draw("search", query='"ferry" <b>', results=[result], count=1, listing=listing([]), error="")

    assert 'value="&quot;ferry&quot; &lt;b&gt;"' in html
    assert "<q>&quot;ferry&quot; &lt;b&gt;</q>" in html
    assert '<a href="/council/x/">The <mark>ferry</mark></a>' in html


def test_a_search_that_can_not_be_made_says_why_beside_the_field(home: HomePage) -> None:
    html = draw(
        "search", query="f", results=[], count=0, listing=None, error="Please write two letters.", too_short=True
    )

    assert 'aria-invalid="true" aria-describedby="problem"' in html
    assert '<p class="problem" id="problem" role="alert">Please write two letters.</p>' in html


def test_a_withdrawn_story_tells_its_note(home: HomePage) -> None:
    assert "A court <ordered> it." not in draw("410", public_note="A court <ordered> it.")
    assert "A court &lt;ordered&gt; it." in draw("410", public_note="A court <ordered> it.")


def test_a_brief_and_its_feed(home: HomePage) -> None:
    brief = live.brief("Fog over the bay", text='<p data-block-key="abcde">Boats wait.</p>')

    page = draw("brief", page=brief)
    feed = draw("news_feed", page=brief.feed, listing=listing([brief]))

    assert "<h1>Fog over the bay</h1>" in page
    assert "<p>Boats wait.</p>" in page
    assert f'<a href="{brief.url}">Fog over the bay</a>' in feed


def test_pages_say_which_shared_parts_they_show(home: HomePage) -> None:
    request = request_for()

    draw("404", request)
    assert {"newsroom", "menu"} <= (carried_by(request) or frozenset())

    draw("section", request, page=articles.section(), listing=listing([]))
    parts = {f"picks:{home.locale_id}", f"feed-column:{home.locale_id}"}
    assert parts <= (carried_by(request) or frozenset())


@pytest.mark.parametrize("template", ["404", "410"])
def test_pages_for_trouble_lead_home(home: HomePage, template: str) -> None:
    html = draw(template)

    assert html.count("<h1>") == 1
    assert re.search(r'<p><a href="/">', html)


def test_a_right_to_left_language_turns_the_page(home: HomePage) -> None:
    with translation.override("ar"):
        html = draw("404")

    assert '<html lang="ar" dir="rtl">' in html


def test_languages_lead_to_the_pages_own_version(home: HomePage) -> None:
    story = articles.story(slug="ferry")
    uk = articles.home("uk")
    version = articles.story(
        "Пором", slug="porom", parent=articles.section("Рада", parent=uk), translation_key=story.translation_key
    )

    html = draw("article", page=story)
    elsewhere = draw("article", page=articles.story())

    assert re.search(rf'<a href="{re.escape(version.url)}"\s+lang="uk"\s+hreflang="uk">', html)
    assert re.search(r'<a href="/uk/"\s+lang="uk"\s+hreflang="uk">', elsewhere)


def test_no_template_carries_styles_or_handlers_of_its_own(home: HomePage) -> None:
    html = draw("home", page=home, front=front_of(stories()))

    assert not re.search(r"<[^>]+\s(style|on\w+)=", html[html.index("</style>") :])
    assert re.search(r'<meta charset="utf-8">\s*<!--csp-->', html)
