"""The elements of a newsroom's page that belong to articles, fronts and press, each named and there."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.founding import PAPER
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

Look = Callable[[Page], None]
CLOCK = re.compile(r"^\d{1,2}:\d\d(\s([AP]M|[ap]\.m\.))?$")


def skip_to_content(page: Page) -> None:
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def headline(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Council keeps the old ferry for one more winter")


def byline(page: Page) -> None:
    line = page.get_by_role("article").locator(".by").first
    expect(line).to_have_text("By Mara Holm and The Courier news desk", use_inner_text=True)
    expect(line.get_by_role("link", name="The Courier news desk")).to_have_attribute(
        "href", "/author/the-courier-news-desk/"
    )


def date_and_time(page: Page) -> None:
    times = page.get_by_role("article").locator("header time")
    expect(times).to_have_count(2)  # published, updated
    for each in times.all():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d", each.get_attribute("datetime") or "")
    expect(page.get_by_role("article").locator("header .times")).to_contain_text("Updated")


def reading_time(page: Page) -> None:
    expect(page.get_by_role("article").locator("header")).to_contain_text(re.compile(r"\b[1-9]\d* min read\b"))


def paragraphs(page: Page) -> None:
    expect(page.locator(".body > p").first).to_contain_text("The council of Saltmarsh voted late on Tuesday")


def related_story_card(page: Page) -> None:
    ours, outside = page.locator(".body aside.related").all()
    expect(ours.get_by_role("link")).to_have_attribute("href", re.compile("^/council/"))
    expect(ours).to_contain_text("Seven of thirteen members voted")
    expect(outside.get_by_role("link", name="Small boats, elsewhere")).to_be_visible()
    expect(outside).to_contain_text("A summary.")


def spread_the_word(page: Page) -> None:
    share = page.get_by_role("region", name="Share")
    own = page.locator("link[rel=canonical]").get_attribute("href") or ""
    links = [link.get_attribute("href") or "" for link in share.get_by_role("link").all()]
    assert own
    assert links
    assert [link for link in links if quote(own, safe="") not in link] == []
    # Plain links: nobody's code, picture or frame stands behind them.
    expect(share.locator("script, img, iframe")).to_have_count(0)
    expect(share.get_by_role("button", name="Copy link")).to_be_visible()


def news_feed(page: Page) -> None:
    feed = page.get_by_role("region", name="News Feed")
    expect(feed.get_by_role("link", name=re.compile("^Ferry leaves ten minutes late")).first).to_be_visible()
    clocks = feed.locator("li time").all_inner_texts()
    assert [clock for clock in clocks if CLOCK.match(clock)]
    expect(feed.locator("li p").first).not_to_be_empty()
    more = feed.get_by_role("link", name="More news")
    expect(more).to_have_attribute("href", "/news-feed/")
    expect(more).to_have_css("text-transform", "uppercase")


def editors_picks(page: Page) -> None:
    picks = page.get_by_role("region", name="Editors’ Picks").get_by_role("listitem")
    # Other tests may have held up one more.
    expect(picks.nth(2).get_by_role("link")).to_be_visible()


def slot(name: str, place: str) -> Look:
    """There is room for it, and nothing in it yet."""

    def look(page: Page) -> None:
        room = page.locator(f"{place} [data-slot={name}]")
        expect(room).to_have_count(1)
        expect(room).to_be_empty()

    return look


ON_AN_ARTICLE: dict[str, Look] = {
    "Skip to content": skip_to_content,
    "headline": headline,
    "byline": byline,
    "date and time": date_and_time,
    "min read": reading_time,
    "paragraphs": paragraphs,
    "related-story card": related_story_card,
    "help us spread the word": spread_the_word,
    "News Feed": news_feed,
    "Editors’ Picks": editors_picks,
    "place for the campaign's banner": slot("campaign-banner", "body >"),
    "place for the audio player": slot("player", "article"),
    "place for the appeal": slot("appeal", "article"),
    "place for a newsletter form": slot("newsletter", "article"),
    "place for a newsletter form at the foot": slot("newsletter-foot", "footer"),
}


@pytest.mark.parametrize("element", ON_AN_ARTICLE)
def test_an_article_has(element: str, paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url("article"))
    ON_AN_ARTICLE[element](reader.page)


def test_the_front_has_its_name_a_lead_the_feed_and_the_picks(paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url())
    page = reader.page
    expect(page.get_by_role("heading", level=1, name=PAPER)).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Council keeps the old ferry for one more winter")
    news_feed(page)
    editors_picks(page)
    links = page.get_by_role("main").locator(".teaser a")
    stories = [link.get_attribute("href") for link in links.all()]
    assert len(stories) == len(set(stories)), "a story stands twice on the front"


def test_more_news_leads_to_every_brief_and_a_brief_has_its_own_page(paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url("article"))
    reader.page.get_by_role("link", name="More news").click()
    reader.page.wait_for_url(paper.url("news feed"))
    brief = reader.page.get_by_role("article").first
    expect(brief.locator("time")).to_have_text(CLOCK)
    said = brief.get_by_role("link").inner_text()
    brief.get_by_role("link").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(said)


def test_edit_post_is_there_for_staff_and_for_nobody_else(
    paper: Paper, reader: Visitor, staff: Callable[[str], Visitor]
) -> None:
    reader.goto(paper.url("article"))
    expect(reader.page.get_by_text("Edit post")).to_have_count(0)
    editor = staff("editor")
    for kind in ("article", "brief", "home", "section"):
        editor.goto(paper.url(kind))
        expect(editor.page.get_by_role("link", name="Edit post")).to_have_attribute(
            "href", re.compile(r"^/desk/pages/\d+/edit/$")
        )
    reader.page.reload()
    expect(reader.page.get_by_text("Edit post")).to_have_count(0)
