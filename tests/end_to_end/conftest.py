"""One newsroom for each test process, one browser while these tests run, one context for each visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.end_to_end import browsing
from tests.end_to_end.browsing import Visitor
from tests.end_to_end.founding import PASSWORD, address
from tests.end_to_end.paper import Paper

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    """The newsroom: founded once, served until all tests are done."""
    running = Paper(tmp_path_factory.mktemp("paper"))
    try:
        assert running.is_up(), running.said()
        yield running
    finally:
        running.close()


# Of the package and no longer: playwright keeps an event loop in this thread, and Django's ORM, which other tests of
# this process use, refuses to work beside one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The one chromium."""
    expect.set_options(timeout=browsing.PATIENCE)
    with sync_playwright() as playwright:
        chromium = browsing.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens browsers of several people; at the end none of them may have complained."""
    there: list[Visitor] = []

    def enter(**settings: Any) -> Visitor:
        there.append(Visitor(browser, **settings))
        return there[-1]

    yield enter
    for visitor in there:
        visitor.close()


@pytest.fixture
def reader(visit: Visit) -> Visitor:
    """Somebody who reads, without a cookie."""
    return visit()


@pytest.fixture(scope="package")
def keys(browser: Browser, paper: Paper) -> dict[str, Any]:
    """The cookies of each who has signed in already."""
    return {}


@pytest.fixture
def staff(visit: Visit, paper: Paper, keys: dict[str, Any]) -> Callable[[str], Visitor]:
    """Signs somebody in by role and opens the desk."""

    def enter(role: str) -> Visitor:
        settings = {"viewport": {"width": 1400, "height": 1000}}
        if role in keys:
            visitor = visit(storage_state=keys[role], **settings)
            visitor.goto(paper.url("/desk/"))
            return visitor
        visitor = visit(**settings)
        sign_in(visitor, paper, role)
        keys[role] = visitor.context.storage_state()
        return visitor

    return enter


def sign_in(visitor: Visitor, paper: Paper, role: str) -> None:
    """Fill the sign-in form and arrive at the desk."""
    visitor.goto(paper.url("/desk/"))
    visitor.page.get_by_label("Email").fill(address(role))
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()
    visitor.page.wait_for_url(paper.url("/desk/"))
