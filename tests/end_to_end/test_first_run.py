"""An empty newsroom says how to begin; the link from the terminal founds it, leads to the desk, and is then dead."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from masthead.config.tests.newsroom import until
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.paper import Paper

pytestmark = pytest.mark.browser


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """A newsroom nobody has founded."""
    running = Paper(tmp_path_factory.mktemp("empty"), founded=False)
    try:
        assert running.is_up(), running.said()
        yield running
    finally:
        running.close()


def printed_link(paper: Paper) -> str:
    """The link as the terminal shows it."""
    pattern = re.compile(r"begin here\s+(\S+/welcome/\S+)")
    assert until(lambda: pattern.search(paper.said()))
    found = pattern.search(paper.said())
    assert found is not None
    return found.group(1)


def sees_no_violation(visitor: Visitor) -> None:
    """What axe finds on this page is nothing."""
    found = Axe().run(visitor.page)
    assert not found.violations_count, found.generate_report()


def test_the_printed_link_founds_the_newsroom_once(empty: Paper, reader: Visitor) -> None:
    page = reader.page
    reader.goto(empty.url())
    expect(page.get_by_role("heading", name="A newsroom begins")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)
    sees_no_violation(reader)
    reader.goto(empty.url("/welcome/not-the-secret/"), status=404)

    link = printed_link(empty)
    assert link.startswith(empty.url())
    reader.goto(link)
    sees_no_violation(reader)
    page.get_by_label("The newsroom's name").fill("The Fenwick Lantern")
    page.get_by_label("Tagline").fill("Light on a small town")
    page.get_by_label("First sections").fill("Town hall\nSchools")
    page.get_by_label("Your first name").fill("Nell")
    page.get_by_label("Your email address").fill("nell@lantern.example")
    page.get_by_label("A password").fill("wicks and oil since 1871")
    page.get_by_role("button", name="Found the newsroom").click()
    page.wait_for_url(empty.url("/desk/"))
    expect(page.get_by_role("link", name="Write a story")).to_be_visible()

    reader.goto(link, status=404)
    reader.goto(empty.url())
    expect(page.get_by_role("heading", level=1, name="The Fenwick Lantern")).to_be_visible()
    menu = page.get_by_role("navigation", name="Sections")
    expect(menu.get_by_role("link")).to_have_text(["Town hall", "Schools"])
