"""Every kind of page can be read by everybody: no violation that axe finds, keyboard, narrow screens, no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

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
}
SCREENS = {
    "light desktop": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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
