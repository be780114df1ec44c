"""Every kind of page can be read by everybody: no violation that axe finds, keyboard, narrow screens, no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser

# What each kind of page answers; the paths are in `founding`.
PAGES = {
    "home": 200,
    "other language": 200,
    "section": 200,
    "older page of a section": 200,
    "topic": 200,
    "author": 200,
    "article": 200,
    "brief": 200,
    "news feed": 200,
    "archive": 200,
    "archive month": 200,
    "search": 200,
    "search with results": 200,
    "search without results": 200,
    "search with an error": 400,
    "information": 200,
    "not found": 404,
    "withdrawn": 410,
    "/accounts/login/": 200,
    "/support/": 200,
    "/support/?every=year": 200,
    "/support/once/": 200,
    "/support/gift/": 200,
    "/support/gift/many/": 200,
    "/gift/": 200,
}
SCREENS = {
    "light desktop": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def violations(visitor: Visitor) -> str:
    """What axe finds on the page that is open, in words; empty if nothing."""
    found = Axe().run(visitor.page, options=RULES)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(kind: str, screen: str, paper: Paper, visit: Callable[..., Visitor]) -> None:
    visitor = visit(**SCREENS[screen])
    visitor.goto(paper.url(kind), PAGES[kind])
    assert violations(visitor) == ""


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_the_page_for_what_broke(screen: str, paper: Paper, visit: Callable[..., Visitor]) -> None:
    """Nothing breaks when asked to: the page is drawn by its template, and laid before the browser."""
    html = render_to_string("pages/500.html", {}, request=RequestFactory().get("/"))
    visitor = visit(**SCREENS[screen])
    visitor.context.route(paper.url("/broken/"), lambda route: route.fulfill(content_type="text/html", body=html))
    visitor.goto(paper.url("/broken/"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Something broke on our side")
    assert violations(visitor) == ""


def test_the_keyboard_reaches_everything_and_shows_where_it_is(paper: Paper, reader: Visitor) -> None:
    reader.goto(paper.url("article"))
    page = reader.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    reached = {page.evaluate(WHERE)["number"]}
    wanted = page.evaluate("what => document.querySelectorAll(what).length", REACHABLE)
    assert wanted > 30
    for _ in range(wanted - 1):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        assert where["number"] >= 0, "the focus went where no link or control is"
        assert where["shown"], f"nothing shows that {where['name']} has the focus"
        reached.add(where["number"])
    assert reached == set(range(wanted))


# Links and controls that a reader can use: what is hidden until a script shows it, and is not shown, is none.
REACHABLE = ":is(a[href], button, input, [tabindex='0']):not([hidden] *, [hidden])"
WHERE = f"""() => {{
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const all = [...document.querySelectorAll("{REACHABLE}")];
  return {{
    number: all.indexOf(here),
    name: here.outerHTML.slice(0, 120),
    shown: here.matches(":focus-visible") && outlined,
  }};
}}"""


@pytest.mark.parametrize("kind", ["home", "section", "article", "brief", "news feed", "archive", "search with results"])
def test_a_narrow_screen_scrolls_in_one_direction_only(kind: str, paper: Paper, visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport={"width": 320, "height": 640})
    visitor.goto(paper.url(kind))
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_scripts_the_story_is_whole(paper: Paper, visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.goto(paper.url("article"))
    story = visitor.page.get_by_role("article")
    for words in ("The council of Saltmarsh voted", "What the engineers wrote", "Saturday", "Built 1974", "A summary."):
        expect(story.get_by_text(words).first).to_be_visible()
    expect(story.get_by_role("img").first).to_be_visible()
    # What needs a script is not offered; the video's own page is.
    expect(story.get_by_role("button")).to_have_count(0)
    expect(story.get_by_role("link", name="Video of the vote")).to_have_attribute(
        "href", "https://www.youtube.com/watch?v=abcdefghijk"
    )
    assert not [url for url in visitor.asked if url.endswith(".js")]
